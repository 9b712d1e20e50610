"""Pure decisions of the reports: months, what is complete, shares that sum to 100.0 %."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

TENTHS = 1_000  # of a percent in the whole


class CellState(StrEnum):
    FULL = "full"
    PARTIAL = "partial"  # the month has not ended: 未满期
    FUTURE = "future"


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
