"""Cohort retention: of the customers won in one period, how many bought again later?"""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, Numbers, Whole


@dataclass(frozen=True)
class CohortRetention:
    """Row = cohort (first period), column = periods since then; column 0 is the cohort itself."""

    cohorts: Whole
    sizes: Whole
    active: Array  # distinct customers; NaN where the period has not come yet

    @property
    def rates(self) -> Array:
        """Share of the cohort that was active; NaN where not yet observed."""
        return self.active / self.sizes[:, None]

    def average(self) -> Array:
        """Retention by age over all cohorts old enough, weighted by their size."""
        seen = np.isfinite(self.active)
        return np.nansum(self.active, axis=0) / (self.sizes[:, None] * seen).sum(axis=0)


def cohort_retention(
    customer: Numbers, first_period: Numbers, active_period: Numbers, *, last_period: int
) -> CohortRetention:
    """One row per purchase; periods are whole numbers (months counted from any month).

    A customer counts once per period. Purchases after `last_period` are left out, and so are
    customers first seen after it.
    """
    who, first, active = (
        np.asarray(values, dtype=np.int64) for values in (customer, first_period, active_period)
    )
    if not len(who) == len(first) == len(active):
        raise ValueError("customer, first_period and active_period must be equally long.")
    if np.any(active < first):
        row = int(np.argmax(active < first)) + 1
        raise ValueError(f"Column active_period, row {row}: lies before first_period.")
    seen = active <= last_period
    who, first, active = who[seen], first[seen], active[seen]
    cohorts, sizes, place_of = _cohorts(who, first)
    pairs = np.unique(np.stack([who, active], axis=1), axis=0)
    rows = place_of[np.searchsorted(np.unique(who), pairs[:, 0])]
    return CohortRetention(
        cohorts, sizes, _matrix(rows, pairs[:, 1] - cohorts[rows], cohorts, last_period)
    )


def _cohorts(who: Whole, first: Whole) -> tuple[Whole, Whole, Whole]:
    """Distinct cohorts, their sizes, and the cohort's place for each distinct customer."""
    customers, at = np.unique(who, return_index=True)
    told = first[at]
    if np.any(first != told[np.searchsorted(customers, who)]):
        raise ValueError("Column first_period: a customer has two different first periods.")
    cohorts, place_of, sizes = np.unique(told, return_inverse=True, return_counts=True)
    return cohorts, sizes, place_of


def _matrix(rows: Whole, ages: Whole, cohorts: Whole, last_period: int) -> Array:
    if not len(cohorts):
        return np.zeros((0, 0))
    width = int(last_period - cohorts.min()) + 1
    counted = np.bincount(rows * width + ages, minlength=len(cohorts) * width)
    matrix = counted.reshape(len(cohorts), width).astype(np.float64)
    matrix[np.arange(width) > (last_period - cohorts)[:, None]] = np.nan
    return matrix
