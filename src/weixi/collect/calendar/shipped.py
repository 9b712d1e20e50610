"""The calendar of a new installation: office hours, and China's holidays with make-up days."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import chinese_calendar

from .rules import BusinessCalendar, DayKind, SpecialDay, read_intervals

DEFAULT = "default"
FIRST_YEAR = 2015
HOURS = ("09:00-18:00",) * 5 + ("", "")


class ShippedDay(NamedTuple):
    day: date
    kind: DayKind
    name: str


def shipped_days(after: date = date(FIRST_YEAR - 1, 12, 31)) -> Iterator[ShippedDay]:
    """Holidays, and weekend days that are worked instead. Names are English source texts."""
    for day, name in sorted(chinese_calendar.holidays.items()):
        if day > after:
            yield ShippedDay(day, DayKind.CLOSED, name)
    for day, name in sorted(chinese_calendar.workdays.items()):
        if day > after:
            yield ShippedDay(day, DayKind.OPEN, name)


def known_through() -> date:
    """The last day of the last year whose holidays the package knows."""
    return date(max(day.year for day in chinese_calendar.holidays), 12, 31)


def shipped_calendar(zone: str) -> BusinessCalendar:
    """What holds where no table of days was made yet."""
    return BusinessCalendar(
        week=tuple(read_intervals(hours) for hours in HOURS),
        exceptions={d.day: SpecialDay(d.kind, name=d.name) for d in shipped_days()},
        zone=zone,
        verified_through=known_through(),
    )
