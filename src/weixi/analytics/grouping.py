"""What a buying model needs of each customer, with equal customers counted once.

x = frequency: repeat purchases (distinct purchase days less one); t_x = recency: age at the last
purchase; T = age: time since the first purchase. Any one unit of time.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arrays import Array, Numbers, column, refuse, same_length, whole_column

PACKABLE = 2**20


@dataclass(frozen=True)
class Histories:
    frequency: Array
    recency: Array
    age: Array
    weights: Array

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def customers(self) -> float:
        return float(self.weights.sum())

    def rows(self, chosen: npt.NDArray[np.int64] | slice) -> "Histories":
        return Histories(
            self.frequency[chosen], self.recency[chosen], self.age[chosen], self.weights[chosen]
        )

    def in_unit(self, factor: float) -> "Histories":
        """The same histories with every time multiplied by `factor`."""
        return Histories(self.frequency, self.recency * factor, self.age * factor, self.weights)

    def too_little(self) -> str | None:
        """Why no buying model can be fitted, or None."""
        if self.customers < 2:
            return f"too little data: {self.customers:g} customers, at least 2 are needed"
        if not self.frequency.any():
            return "too little data: no customer has bought a second time"
        if not self.age.any():
            return "too little data: every T is 0, nobody has been observed yet"
        if _all_equal(self):
            return "not identified: all customers have the same history"
        return None


def histories(
    frequency: Numbers, recency: Numbers, age: Numbers, weights: Numbers | None = None
) -> Histories:
    """Checked columns; `weights` = customers per row (1 each when not given)."""
    x, t_x, t = whole_column("frequency", frequency), column("recency", recency), column("T", age)
    w = np.ones(len(x)) if weights is None else column("weights", weights)
    same_length(frequency=x, recency=t_x, T=t, weights=w)
    refuse("recency", t_x > t * (1 + 1e-9), "must not exceed T")
    refuse("recency", (x == 0) & (t_x != 0), "must be 0 where frequency is 0")
    return Histories(x, np.minimum(t_x, t), t, w)


def grouped(given: Histories) -> Histories:
    """Equal (x, t_x, T) become one row whose weight is their sum; no figure changes by it."""
    if len(given) < 2:
        return given
    order, first = _sorted_runs(given)
    starts = np.flatnonzero(first)
    one_of_each = given.rows(order[starts])
    weights = np.add.reduceat(given.weights[order], starts)
    return Histories(one_of_each.frequency, one_of_each.recency, one_of_each.age, weights)


def _sorted_runs(given: Histories) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """A sorting order, and where in it a new tuple begins."""
    columns = (given.frequency, given.recency, given.age)
    first = np.ones(len(given), dtype=bool)
    if all(_packable(values) for values in columns):
        x, t_x, t = (values.astype(np.int64) for values in columns)
        key = (x * PACKABLE + t_x) * PACKABLE + t
        order = np.argsort(key, kind="stable")
        first[1:] = np.diff(key[order]) != 0
        return order, first
    order = np.lexsort(columns)
    first[1:] = np.any([np.diff(values[order]) != 0 for values in columns], axis=0)
    return order, first


def _packable(values: Array) -> bool:
    return bool(np.all(values == np.floor(values)) and values.max() < PACKABLE)


def _all_equal(given: Histories) -> bool:
    return all(
        values.min() == values.max() for values in (given.frequency, given.recency, given.age)
    )
