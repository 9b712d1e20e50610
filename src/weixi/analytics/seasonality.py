"""How much more (or less) than average is bought in the days a forecast is about.

Buying models know no seasons: they forecast the average. A forecast of a total over a window is
multiplied by the factor that the same window had in past years. Feasts that move against the
calendar (Spring Festival) are met by giving each past year's own window start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .arrays import Array, Numbers

YEAR = 365


@dataclass(frozen=True)
class SeasonalFactor:
    """1.0 = an average window. `years` = how many past years told it; 0 means nothing is known."""

    factor: float
    years: int


def window_factor(
    days: Numbers,
    amounts: Numbers,
    *,
    start: date,
    length: int,
    past_starts: Sequence[date] | None = None,
) -> SeasonalFactor:
    """Factor of the `length` days from `start` on, from past years' daily totals.

    `days` (dates) and `amounts`: one row per day or per order, in any order. The factor of one year
    is the window's daily average over that of the 365 days around it (so that growth cancels);
    where the data end too soon, of the 365 days nearest to it. Years are averaged geometrically.
    """
    if not 0 < length <= YEAR:
        raise ValueError(f"length must be between 1 and {YEAR} days, got {length}")
    first, daily = _daily(days, amounts)
    starts = past_starts if past_starts is not None else _same_day_in_past_years(start)
    offsets = [(np.datetime64(past, "D") - first).astype(int) for past in starts]
    factors = [_factor(daily, int(offset), length) for offset in offsets]
    known = [factor for factor in factors if factor is not None]
    if not known:
        return SeasonalFactor(1.0, 0)
    return SeasonalFactor(float(np.exp(np.mean(np.log(known)))), len(known))


def _daily(days: Numbers, amounts: Numbers) -> tuple[np.datetime64, Array]:
    """The first day and the total of every day from it on."""
    dates = np.asarray(days, dtype="datetime64[D]")
    values = np.asarray(amounts, dtype=np.float64)
    if len(dates) != len(values) or np.isnat(dates).any() or not np.isfinite(values).all():
        raise ValueError("days and amounts must be equally long and complete.")
    if not len(dates):
        return np.datetime64("1970-01-01", "D"), np.zeros(0)
    first = dates.min()
    return first, np.bincount((dates - first).astype(np.int64), values).astype(np.float64)


def _same_day_in_past_years(start: date, years: int = 5) -> list[date]:
    """29 February becomes 28 February."""
    past = []
    for back in range(1, years + 1):
        leap = start.month == 2 and start.day == 29
        day = start - timedelta(days=1) if leap else start
        past.append(day.replace(year=start.year - back))
    return past


def _factor(daily: Array, begin: int, length: int) -> float | None:
    """None when the window or a whole year around it is not in the data, or nothing was sold."""
    if begin < 0 or begin + length > len(daily) or len(daily) < YEAR:
        return None
    centred = begin + length // 2 - YEAR // 2
    around = min(max(centred, 0), len(daily) - YEAR)
    average = float(daily[around : around + YEAR].mean())
    window = float(daily[begin : begin + length].mean())
    return window / average if average > 0 and window > 0 else None
