"""A customer's buying rhythm, and how late the next purchase is. Unit: days."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

import numpy as np

from .arrays import Array, Numbers, Whole


def typical_gap_days(purchase_days: Sequence[date]) -> float | None:
    """Median days between purchases; None until there are two distinct days.

    >>> typical_gap_days([date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 2)])
    30.0
    """
    days = sorted(set(purchase_days))
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return float(median(gaps)) if gaps else None


def lateness(*, last_purchase: date, gap_days: float, as_of: date) -> float:
    """Days since the last purchase, in units of the customer's own gap.

    1.0 means "due today"; 3.0 means three usual gaps have passed.
    """
    if gap_days <= 0:
        raise ValueError(f"gap_days must be positive, got {gap_days}")
    return (as_of - last_purchase).days / gap_days


def typical_gaps(customer: Numbers, day: Numbers) -> tuple[Whole, Array]:
    """Every customer's typical gap at once: (distinct customers ascending, median gap or NaN).

    `customer` and `day` are whole numbers, one row per purchase; a day bought on twice counts once.
    """
    codes, days = _distinct_pairs(customer, day)
    customers, position = np.unique(codes, return_inverse=True)
    same = codes[1:] == codes[:-1]
    owner, gaps = position[1:][same], np.diff(days)[same].astype(np.float64)
    order = np.lexsort((gaps, owner))
    return customers, _grouped_medians(owner[order], gaps[order], len(customers))


def lateness_of_all(*, last_day: Numbers, gap_days: Numbers, as_of: float) -> Array:
    """`lateness` for columns; NaN where the gap is unknown (NaN) or not positive."""
    gaps = np.asarray(gap_days, dtype=np.float64)
    gaps = np.where(gaps > 0, gaps, np.nan)
    return (as_of - np.asarray(last_day, dtype=np.float64)) / gaps


def business_horizon(gaps: Numbers, *, times: float = 2.0) -> float | None:
    """How far ahead churn is asked for: twice the median of the customers' own gaps."""
    known = np.asarray(gaps, dtype=np.float64)
    known = known[np.isfinite(known)]
    return float(times * np.median(known)) if len(known) else None


def _distinct_pairs(customer: Numbers, day: Numbers) -> tuple[Whole, Whole]:
    codes = np.asarray(customer, dtype=np.int64)
    days = np.asarray(day, dtype=np.int64)
    order = np.lexsort((days, codes))
    codes, days = codes[order], days[order]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = (np.diff(codes) != 0) | (np.diff(days) != 0)
    return codes[first], days[first]


def _grouped_medians(owner: Whole, gaps: Array, groups: int) -> Array:
    """`gaps` sorted within each `owner` 0 … groups-1; NaN for an owner without a gap."""
    counts = np.bincount(owner, minlength=groups)
    medians = np.full(groups, np.nan)
    some = counts > 0
    start = (np.cumsum(counts) - counts)[some]
    low, high = start + (counts[some] - 1) // 2, start + counts[some] // 2
    medians[some] = (gaps[low] + gaps[high]) / 2
    return medians
