"""Arrow columns from numpy arrays: text by index, money, days, numbered ids. No row loops."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.simulate.arrays import Bools, Ints


def texts(choices: Sequence[str], index: Ints, missing: Bools | None = None) -> pa.Array:
    """The chosen texts; null where `missing`."""
    return pa.array(choices, pa.string()).take(pa.array(index, mask=missing))


def money(fen: Ints, missing: Bools | None = None) -> pa.Array:
    """Yuan with two decimals, exact."""
    return _decimal(fen, 2, missing)


def thousandths(amount: Ints) -> pa.Array:
    """A quantity with three decimals, exact."""
    return _decimal(amount, 3, None)


def _decimal(whole: Ints, scale: int, missing: Bools | None) -> pa.Array:
    limbs = np.empty((len(whole), 2), dtype=np.int64)
    limbs[:, 0], limbs[:, 1] = whole, whole >> 63
    kind = pa.decimal128(18, scale)
    column = pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(limbs)])
    return column if missing is None else blank(column, missing)


def blank(column: pa.Array, missing: Bools) -> pa.Array:
    """The column with nulls where `missing`."""
    return pc.if_else(pa.array(missing), pa.scalar(None, column.type), column)


def numbered(prefix: str, numbers: Ints, width: int, missing: Bools | None = None) -> pa.Array:
    """Ids such as C0000042."""
    column = pc.binary_join_element_wise(prefix, padded(numbers, width), "")
    return column if missing is None else blank(column, missing)


def padded(numbers: Ints, width: int) -> pa.Array:
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width=width, padding="0")


def joined(*parts: pa.Array | str) -> pa.Array:
    """The parts put together row by row; null when one of them is null."""
    return pc.binary_join_element_wise(*parts, "")


def moments(seconds: Ints, missing: Bools | None = None) -> pa.Array:
    """Local date and time to the second."""
    return pa.array(seconds, mask=missing).cast(pa.timestamp("s"))


def dates(days: Ints, missing: Bools | None = None) -> pa.Array:
    """Days since 1970 as dates."""
    return pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())
