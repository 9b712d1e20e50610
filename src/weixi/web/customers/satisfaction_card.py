"""The card of satisfaction: c = b / a with its doubt, and the five dimensions. Reads nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.analytics import ratio_interval
from weixi.collect.surveys.queries import Pair
from weixi.measure.rules import DIMENSIONS
from weixi.web.vocabulary import word

LEAST, MOST = 0.6, 1.2  # ends of the scale drawn
ONE = 100 * (1 - LEAST) / (MOST - LEAST)
FEW = 5  # pairs under which the figure is only a hint


@dataclass(frozen=True)
class DimensionRow:
    """A bar from 1.00 to c: `x` and `width` in percent of the drawing; `n` None: not readable."""

    code: str
    name: str
    c: float | None
    n: int | None
    is_low: bool
    x: float
    width: float


@dataclass(frozen=True)
class SatisfactionCard:
    """`low`, `high`: the 95% interval; None where too few answers tell it."""

    c: float | None
    word: str
    level: str
    icon: str
    gap: float | None
    n: int
    expected: float | None
    perceived: float | None
    low: float | None
    high: float | None
    is_few: bool
    tolerance: tuple[float, float]
    one: float
    rows: tuple[DimensionRow, ...]


def satisfaction_card(snapshot: Any, pairs: Sequence[Pair], tolerance: float) -> SatisfactionCard:
    c = snapshot.satisfaction if snapshot else None
    told, level, icon = judged(c, tolerance)
    low, high = ratio_interval([p.expected for p in pairs], [p.perceived for p in pairs]) or (
        None,
        None,
    )
    n = snapshot.satisfaction_n if snapshot else 0
    return SatisfactionCard(
        c=c,
        word=told,
        level=level,
        icon=icon,
        gap=snapshot.satisfaction_gap if snapshot else None,
        n=n,
        expected=_mean([p.expected for p in pairs]),
        perceived=_mean([p.perceived for p in pairs]),
        low=low,
        high=high,
        is_few=0 < n < FEW,
        tolerance=(1 - tolerance, 1 + tolerance),
        one=ONE,
        rows=tuple(_row(name, snapshot, pairs, tolerance) for name in DIMENSIONS),
    )


def judged(c: float | None, tolerance: float) -> tuple[str, str, str]:
    """Word, level and icon of a c."""
    if c is None:
        return _("Unknown"), "", "help-circle"
    if c < 1 - tolerance:
        return _("Unsatisfied"), "warn", "mood-sad"
    if c <= 1 + tolerance:
        return _("Satisfied"), "ok", "mood-smile"
    return _("Highly satisfied"), "ok", "mood-smile"


def _row(name: str, snapshot: Any, pairs: Sequence[Pair], tolerance: float) -> DimensionRow:
    c = getattr(snapshot, f"c_{name}") if snapshot else None
    n = sum(pair.dimension == name for pair in pairs) if pairs else None
    start, width = diverging(c)
    is_low = c is not None and c < 1 - tolerance
    return DimensionRow(name, word("dimension", name), c, n, is_low, start, width)


def diverging(c: float | None) -> tuple[float, float]:
    """Where the bar from 1.00 to c begins and how wide it is, in percent of the drawing."""
    if c is None:
        return ONE, 0.0
    end = 100 * (min(max(c, LEAST), MOST) - LEAST) / (MOST - LEAST)
    return round(min(end, ONE), 2), round(max(abs(end - ONE), 0.8), 2)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
