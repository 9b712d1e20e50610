"""When people buy: a daily curve per kind of customer, with the true lunar dates."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from weixi.simulate.arrays import Bools, Floats, Ints

SPRING_FESTIVAL = (
    "2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 "
    "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 "
    "2030-02-03"
)
MID_AUTUMN = (
    "2014-09-08 2015-09-27 2016-09-15 2017-10-04 2018-09-24 2019-09-13 2020-10-01 2021-09-21 "
    "2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 "
    "2030-09-12"
)
FIRST_DAY, LAST_DAY = date(2014, 1, 1), date(2030, 12, 31)
WEEK = {"consumer": (0.92, 0.90, 0.92, 0.95, 1.06, 1.16, 1.12)}
WEEK["business"] = (1.30, 1.28, 1.25, 1.22, 1.15, 0.35, 0.20)
# days around each festival (from, to, factor), day 0 = the festival
SPRING = {
    "consumer": ((-24, -15, 1.25), (-14, -3, 1.75), (-2, -1, 0.7), (0, 6, 0.38), (7, 14, 0.75)),
    "business": ((-28, -8, 1.30), (-7, -3, 0.6), (-2, 8, 0.15), (9, 15, 0.7)),
}
AUTUMN = {
    "consumer": ((-15, -2, 1.35), (0, 1, 0.7)),
    "business": ((-20, -4, 1.30), (0, 1, 0.4)),
}
# fixed dates (month, from day, to day, factor)
FIXED = {
    "consumer": (
        (6, 1, 15, 1.1),
        (6, 16, 17, 1.6),
        (6, 18, 18, 2.8),
        (6, 19, 20, 1.3),
        (10, 1, 7, 0.85),
        (11, 1, 9, 1.2),
        (11, 10, 10, 1.9),
        (11, 11, 11, 3.4),
        (11, 12, 13, 1.5),
        (12, 12, 12, 1.5),
    ),
    "business": ((5, 1, 5, 0.4), (6, 18, 18, 1.2), (10, 1, 7, 0.3), (11, 11, 11, 1.3)),
}
# share of a day's sales that is done by the hour: shops open at eight and close at ten
HOURS = (8.0, 10.0, 12.0, 14.0, 18.0, 20.5, 22.0)
SOLD = (0.0, 0.15, 0.34, 0.45, 0.68, 0.93, 1.0)


def festivals(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split()]


@dataclass(frozen=True)
class Window:
    """The simulated days, counted from 0; `length` is one past the last day."""

    start: date
    end: date
    seasonal: bool

    @property
    def length(self) -> int:
        return (self.end - self.start).days + 1

    def seconds(self, at: Floats) -> Ints:
        """Seconds since 1970 of local time; with seasons inside opening hours."""
        first = (self.start - date(1970, 1, 1)).days
        if not self.seasonal:
            return np.floor((first + at) * 86400.0).astype(np.int64)
        day = np.floor(at)
        hour = np.interp(at - day, SOLD, HOURS)
        return ((first + day) * 86400 + np.floor(hour * 3600)).astype(np.int64)

    def days(self, at: Floats) -> Ints:
        """Days since 1970."""
        return np.floor(at).astype(np.int64) + (self.start - date(1970, 1, 1)).days


def window(end: date, years: int, seasonal: bool) -> Window:
    """The window that ends on `end`; refused outside the years whose lunar dates are known."""
    if years < 1:
        raise ValueError("A company needs at least one year.")
    start = end - timedelta(days=round(365.25 * years) - 1)
    if start < FIRST_DAY or end > LAST_DAY:
        raise ValueError(f"The days must lie between {FIRST_DAY} and {LAST_DAY}.")
    return Window(start, end, seasonal)


def daily(window: Window, kind: str) -> Floats:
    """Purchase intensity per day, mean 1 over the window; kind is consumer or business."""
    days = [window.start + timedelta(days=i) for i in range(window.length)]
    if not window.seasonal:
        return np.ones(len(days))
    level = np.array([WEEK[kind][day.weekday()] for day in days])
    for month, first, last, factor in FIXED[kind]:
        level[[day.month == month and first <= day.day <= last for day in days]] *= factor
    for text, around in ((SPRING_FESTIVAL, SPRING[kind]), (MID_AUTUMN, AUTUMN[kind])):
        for festival in festivals(text):
            _around(level, (festival - window.start).days, around)
    return level / level.mean()


def _around(level: Floats, at: int, around: tuple[tuple[int, int, float], ...]) -> None:
    """Multiply the days around one festival, as far as they lie in the window."""
    for first, last, factor in around:
        level[max(at + first, 0) : max(at + last + 1, 0)] *= factor


class Clock:
    """Turns waiting time into calendar time: a busy day lets more of it pass."""

    def __init__(self, window: Window) -> None:
        self.days = np.arange(window.length + 1, dtype=np.float64)
        self.passed = [
            np.concatenate(([0.0], np.cumsum(daily(window, kind))))
            for kind in ("consumer", "business")
        ]

    def later(self, at: Floats, gap: Floats, business: Bools) -> Floats:
        """The calendar time at which `gap` has passed since `at`; inf when after the end."""
        out = np.empty_like(at)
        for kind, mask in enumerate((~business, business)):
            passed = self.passed[kind]
            goal = np.interp(at[mask], self.days, passed) + gap[mask]
            when = np.interp(goal, passed, self.days)
            out[mask] = np.where(goal >= passed[-1], np.inf, when)
        return out
