"""The gradient-boosted competitor: learned on earlier cuts, asked about a later one.

It learns from what was known one horizon earlier and what happened until the cut, and from the
same season a year before where the history reaches back that far.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from weixi.analytics.boosting import Boosted, fit_boosted

from .features import NAMES, Known, features_at
from .histories import Array, cut_at
from .rules import FEWEST_CUSTOMERS

BOOSTED = "boosted"
YEAR = 365
MOST_ROWS = 100_000  # to learn from; more are drawn by a fixed rule
SPREAD, RANGE = 2_654_435_761, 2**32  # Knuth's multiplicative hash
Facts = Mapping[str, Path]


def learned(facts: Facts, *, cut: date, horizon: int) -> Boosted | None:
    """None where the history before the cut cannot teach: too few customers, or one outcome."""
    days = {cut - timedelta(days=horizon), cut - timedelta(days=max(YEAR, horizon))}
    parts = [part for day in sorted(days) if (part := _lesson(facts, day, horizon))]
    if not parts:
        return None
    matrix = np.vstack([features for features, _ in parts])
    lost = np.concatenate([outcome for _, outcome in parts])
    if lost.min() == lost.max():
        return None
    return fit_boosted(matrix, lost, NAMES)


def _lesson(facts: Facts, day: date, horizon: int) -> tuple[Array, Array] | None:
    later = cut_at(facts["customer_days"], day, horizon=horizon)
    if len(later) < FEWEST_CUSTOMERS:
        return None
    known = features_at(facts, day, horizon=horizon)
    chosen = drawn(known, MOST_ROWS // 2)
    return known.matrix[chosen], later.lost[chosen].astype(np.float64)


def drawn(known: Known, most: int) -> np.ndarray:
    """Which rows to learn from: the same ones every time."""
    if len(known) <= most:
        return np.ones(len(known), dtype=np.bool_)
    place = known.customer_id.astype(np.uint64) * np.uint64(SPREAD) % np.uint64(RANGE)
    return np.asarray(place < RANGE * most / len(known))
