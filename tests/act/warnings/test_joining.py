"""Lists of objects put together customer by customer, wherever a batch ends."""

import pyarrow as pa
import pytest

from weixi.act.warnings.joining import lists_of

CUSTOMERS = [1, 1, 1, 4, 7, 7]
OBJECTS = ['{"a":3}', '{"b":2}', '{"c":1}', None, '{"a":9}', '{"ü":"重"}']
LISTS = ['[{"a":3},{"b":2},{"c":1}]', "[]", '[{"a":9},{"ü":"重"}]']


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_a_customer_s_objects_stay_together_wherever_a_batch_ends(size):
    table = pa.table({"customer_id": CUSTOMERS, "object": OBJECTS})
    assert lists_of(table.to_batches(size)).to_pylist() == LISTS


def test_of_nobody_there_is_no_list_and_an_empty_batch_is_nothing():
    empty = pa.record_batch(
        [pa.array([], pa.int64()), pa.array([], pa.string())], ["customer_id", "object"]
    )
    assert lists_of([]).to_pylist() == []
    assert lists_of([empty, empty]).to_pylist() == []
