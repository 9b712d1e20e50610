"""The memory of a file's keys answers as a dictionary would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from weixi.collect.intake.seen import Seen, key_of, keys_of, occurrences

batches = some.lists(some.lists(some.sampled_from("abcdefgh"), max_size=12), max_size=12)


@pytest.mark.slow
@given(batches)
def test_occurrences_count_on_from_batch_to_batch(texts: list[list[str]]) -> None:
    seen, plain = Seen(), dict[str, int]()
    for batch in texts:
        expected = []
        for text in batch:
            expected.append(plain.get(text, 0))
            plain[text] = expected[-1] + 1
        assert occurrences(seen, keys_of(batch)).tolist() == expected


@pytest.mark.slow
@given(
    some.lists(some.dictionaries(some.sampled_from("abcdefgh"), some.integers(0, 9)), max_size=9)
)
def test_the_newest_number_of_a_key_counts(puts: list[dict[str, int]]) -> None:
    seen, plain = Seen(), dict[str, int]()
    for put in puts:
        seen.put(keys_of(put), np.array(list(put.values()), np.int64))
        plain.update(put)
    known, numbers = seen.numbers_of(keys_of("abcdefgh"))
    assert known.tolist() == [text in plain for text in "abcdefgh"]
    assert numbers.tolist() == [plain.get(text, 0) for text in "abcdefgh"]


def test_keys_are_the_same_on_every_machine() -> None:
    assert key_of("维系") == keys_of(["维系"])[0] == 14_108_568_148_166_638_365
