"""Reads of the working calendar. Not about customers: every signed-in person may see it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken, Sentence
from weixi.core.text import told

from .models import Calendar, CalendarDay
from .rules import BusinessCalendar, DayKind, SpecialDay, read_intervals, written
from .shipped import DEFAULT, shipped_calendar

SOON = timedelta(days=30)


@dataclass(frozen=True)
class DayRow:
    """One day of the year's page. `name` in English source or as a person wrote it."""

    day: date
    is_workday: bool
    is_exception: bool
    is_assumed: bool
    name: str
    hours: str


@dataclass(frozen=True)
class MonthRow:
    first: date
    blanks: int  # days of the week before the first
    days: list[DayRow]
    workdays: int
    hours: float


@dataclass(frozen=True)
class ExceptionRow:
    day: date
    kind: str
    hours: str  # empty: the usual ones
    name: str
    is_shipped: bool


def business_calendar(code: str = DEFAULT) -> BusinessCalendar:
    """The calendar as it stands; what is shipped where no table was made yet."""
    row = Calendar.objects.filter(code=code).first()
    if row is None:
        if code != DEFAULT:
            raise RuleBroken(_("Unknown calendar: %(code)s.") % {"code": code[:20]})
        return _shipped(settings.TIME_ZONE)
    return _read(row.pk, row.stamp)


def zone_of(code: str = DEFAULT) -> str:
    return business_calendar(code).zone


def year(number: int, code: str = DEFAULT) -> list[MonthRow]:
    calendar = business_calendar(code)
    return [_month(calendar, number, month) for month in range(1, 13)]


def exceptions(number: int, code: str = DEFAULT) -> list[ExceptionRow]:
    """The year's days that are unlike others of their weekday."""
    rows = CalendarDay.objects.filter(calendar__code=code, day__year=number).order_by("day")
    return [ExceptionRow(r.day, r.kind, r.hours, r.name, r.is_shipped) for r in rows]


def exception(day: date, code: str = DEFAULT) -> ExceptionRow | None:
    return next((row for row in exceptions(day.year, code) if row.day == day), None)


def with_day(
    calendar: BusinessCalendar, day: date, kind: str, hours: str, name: str = ""
) -> BusinessCalendar:
    """The calendar as it would be with this day: for a preview; nothing is kept."""
    try:
        special = SpecialDay(DayKind(kind), read_intervals(hours), name)
        return BusinessCalendar(
            calendar.week,
            {**calendar.exceptions, day: special},
            calendar.zone,
            calendar.verified_through,
        )
    except Sentence as no:
        raise RuleBroken(told(no)) from no


def year_totals(calendar: BusinessCalendar, number: int) -> tuple[int, int]:
    """Working days and working minutes of a year."""
    first = date(number, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(number + 1, 1, 1) - first).days)]
    minutes = [calendar.minutes_of(day) for day in days]
    return sum(bool(m) for m in minutes), sum(minutes)


def is_running_out(today: date, code: str = DEFAULT) -> bool:
    """The last looked-up day comes within a month, or has passed."""
    through = business_calendar(code).verified_through
    return through is None or today + SOON > through


def due_with_note(start: datetime, minutes: int, code: str = DEFAULT) -> tuple[datetime, bool]:
    """When so many working minutes are over, and whether a day on the way is only assumed."""
    calendar = business_calendar(code)
    try:
        end = calendar.due(start, minutes)
    except Sentence as no:
        raise RuleBroken(told(no)) from no
    return end, is_assumed_between(calendar, start, end)


def is_assumed_between(calendar: BusinessCalendar, start: datetime, end: datetime) -> bool:
    through = calendar.verified_through
    day, last = start.date(), end.date()
    if through is not None and last <= through:
        return False
    days = (day + timedelta(days=n) for n in range((last - day).days + 1))
    return any(calendar.is_assumed(one) for one in days)


@lru_cache(maxsize=1)
def _shipped(zone: str) -> BusinessCalendar:
    return shipped_calendar(zone)


@lru_cache(maxsize=8)
def _read(pk: int, stamp: str) -> BusinessCalendar:
    """Kept by its stamp, which every change replaces."""
    row = Calendar.objects.get(pk=pk)
    days = CalendarDay.objects.filter(calendar=pk)
    return BusinessCalendar(
        week=tuple(read_intervals(hours) for hours in row.week),
        exceptions={
            d.day: SpecialDay(DayKind(d.kind), read_intervals(d.hours), d.name) for d in days
        },
        zone=row.zone,
        verified_through=row.verified_through,
    )


def _month(calendar: BusinessCalendar, number: int, month: int) -> MonthRow:
    first = date(number, month, 1)
    rows = [_day(calendar, first.replace(day=n + 1)) for n in range(monthrange(number, month)[1])]
    return MonthRow(
        first=first,
        blanks=first.weekday(),
        days=rows,
        workdays=sum(row.is_workday for row in rows),
        hours=sum(calendar.minutes_of(row.day) for row in rows) / 60,
    )


def _day(calendar: BusinessCalendar, day: date) -> DayRow:
    special = calendar.exceptions.get(day)
    return DayRow(
        day=day,
        is_workday=calendar.is_workday(day),
        is_exception=special is not None,
        is_assumed=calendar.is_assumed(day),
        name=special.name if special else "",
        hours=written(calendar.intervals(day)),
    )
