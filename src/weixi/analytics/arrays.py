"""Columns of numbers: the type and the checks every model shares."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Numbers = npt.ArrayLike


def column(name: str, values: Numbers, *, at_least: float | None = 0.0) -> Array:
    """`values` as a flat float column, or a ValueError naming the column, the row and the limit."""
    try:
        numbers = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        raise ValueError(f"Column {name} holds something that is not a number.") from None
    if numbers.ndim != 1:
        raise ValueError(f"Column {name} must be one list of numbers.")
    refuse(name, ~np.isfinite(numbers), "is empty or not a finite number")
    if at_least is not None:
        refuse(name, numbers < at_least, f"must be at least {at_least:g}")
    return numbers


def whole_column(name: str, values: Numbers) -> Array:
    """A column of counts: 0, 1, 2 …"""
    numbers = column(name, values)
    refuse(name, numbers != np.floor(numbers), "must be a whole number")
    return numbers


def same_length(**columns: Array) -> None:
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"Columns must have the same number of rows: {told}.")


def refuse(name: str, wrong: npt.NDArray[np.bool_], why: str) -> None:
    """Raise for the first wrong row; rows are counted from 1."""
    if wrong.any():
        raise ValueError(f"Column {name}, row {int(np.argmax(wrong)) + 1}: {why}.")


def together(*columns: Numbers) -> tuple[Array, ...]:
    """Columns (or single numbers) broadcast to one shape."""
    return tuple(np.broadcast_arrays(*(np.asarray(c, dtype=np.float64) for c in columns)))


def checked_horizon(horizon: Numbers) -> Array:
    """A time ahead, in the model's unit: finite and not negative."""
    ahead = np.asarray(horizon, dtype=np.float64)
    if not np.all(np.isfinite(ahead)) or np.any(ahead < 0):
        raise ValueError("The horizon must be a finite time of at least 0.")
    return ahead
