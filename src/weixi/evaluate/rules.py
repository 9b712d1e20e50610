"""Pure decisions of the reports: months, what is complete, shares that sum to 100.0 %."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from weixi.analytics.uplift import SAMPLE_RATIO_ALARM

TENTHS = 1_000  # of a percent in the whole


class CellState(StrEnum):
    FULL = "full"
    PARTIAL = "partial"  # the month has not ended: 未满期
    FUTURE = "future"


Question = Literal["nps", "csat", "ces"]  # of satisfaction, each on a scale of its own
QUESTIONS: tuple[Question, ...] = ("nps", "csat", "ces")


class Mark(StrEnum):
    """Where a score lies on its scale; of NPS: detractor, passive, promoter."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


# NPS 0 to 10 (Reichheld 2003), CSAT 1 to 5, CES 1 to 7; what is neither is in the middle.
MARKS: dict[str, dict[Mark, tuple[str, int]]] = {
    "nps": {Mark.LOW: ("lte", 6), Mark.HIGH: ("gte", 9)},
    "csat": {Mark.LOW: ("lte", 2), Mark.HIGH: ("gte", 4)},
    "ces": {Mark.LOW: ("lte", 3), Mark.HIGH: ("gte", 5)},
}


class EffectOutcome(StrEnum):
    """What is compared between those treated and those held out."""

    BOUGHT = "bought"
    REVENUE = "revenue"
    MARGIN = "margin"
    SATISFACTION = "satisfaction"


class Verdict(StrEnum):
    """What an effect says, in the order it is asked."""

    UNSOUND = "unsound"  # the arms are not filled as planned
    NO_CONTROL = "no_control"
    TOO_SMALL = "too_small"
    HELPS = "helps"
    HARMS = "harms"
    NO_DIFFERENCE = "no_difference"


class FindingKind(StrEnum):
    PROBLEM = "problem"
    FINDING = "finding"


def verdict(
    low: float | None, high: float | None, *, ratio_p: float | None, worth: float
) -> Verdict:
    """`worth`: the smallest effect worth knowing of. An interval that holds nothing as well as
    more than that, to either side, has seen too few customers to say that there is no difference.

    >>> verdict(-0.01, 0.02, ratio_p=0.5, worth=0.05).value
    'no_difference'
    >>> verdict(-0.04, 0.12, ratio_p=0.5, worth=0.05).value
    'too_small'
    """
    if ratio_p is None:
        return Verdict.NO_CONTROL
    if ratio_p < SAMPLE_RATIO_ALARM:
        return Verdict.UNSOUND
    if low is None or high is None:
        return Verdict.TOO_SMALL
    if low > 0:
        return Verdict.HELPS
    if high < 0:
        return Verdict.HARMS
    return Verdict.TOO_SMALL if (high - low) / 2 > worth else Verdict.NO_DIFFERENCE


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_after(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or that month's last day.

    >>> months_after(date(2026, 3, 31), -1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def cell_state(cohort: date, months_later: int, as_of: date) -> CellState:
    """A month is complete when its last day is not after `as_of`."""
    start = months_after(cohort, months_later)
    if start > as_of:
        return CellState.FUTURE
    ended = months_after(start, 1) - timedelta(days=1) <= as_of
    return CellState.FULL if ended else CellState.PARTIAL


def shares_of_100(amounts: Sequence[int]) -> list[float] | None:
    """Percentages with one decimal that sum to exactly 100.0 (largest remainder).

    Each share is cut to tenths of a percent; the tenths left over go to the largest remainders,
    equal ones to the earlier. None when an amount is negative: shares of a sum then mean nothing.

    >>> shares_of_100([1, 1, 1])
    [33.4, 33.3, 33.3]
    """
    if any(amount < 0 for amount in amounts):
        return None
    total = sum(amounts)
    if total == 0:
        return [0.0] * len(amounts)
    parts = [divmod(amount * TENTHS, total) for amount in amounts]
    tenths = [whole for whole, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in by_remainder[: TENTHS - sum(tenths)]:
        tenths[place] += 1
    return [share / 10 for share in tenths]


def ratio(part: int, whole: int) -> float | None:
    """None when there is nothing to take a share of."""
    return part / whole if whole else None
