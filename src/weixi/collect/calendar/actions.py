"""Changes of the working calendar."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken, Sentence
from weixi.core.journal import record
from weixi.core.text import checked, told

from .models import Calendar, CalendarDay
from .rules import DayKind, Interval, read_intervals, written
from .shipped import DEFAULT, HOURS, known_through, shipped_days

NAME_LENGTH = 60
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


@transaction.atomic
def create_shipped_calendar() -> int:
    """Makes it, or adds the years that a newer package knows. What people entered is left.

    Returns how many days were added.
    """
    row, is_new = Calendar.objects.get_or_create(
        code=DEFAULT,
        defaults={"zone": settings.TIME_ZONE, "week": list(HOURS), "stamp": _new_stamp()},
    )
    known = row.verified_through
    if known is not None and known >= known_through():
        return 0
    missing = [
        CalendarDay(calendar=row, day=d.day, kind=d.kind, name=d.name, is_shipped=True)
        for d in (shipped_days() if known is None else shipped_days(after=known))
    ]
    CalendarDay.objects.bulk_create(missing, ignore_conflicts=True)
    _touch(row, verified_through=known_through())
    return len(missing) + is_new


@transaction.atomic
def set_week(
    week: Sequence[str], *, zone: str, by: Actor, at: datetime, code: str = DEFAULT
) -> Calendar:
    """`week`: seven texts, Monday first, such as "09:00-12:00, 13:30-18:00"; empty: closed."""
    by.need("settings.manage")
    if zone not in available_timezones():
        raise RuleBroken(
            _("%(zone)s is not a time zone. Write it like Asia/Shanghai.") % {"zone": zone[:40]}
        )
    if len(week) != len(HOURS):
        raise RuleBroken(_("A week has seven days."))
    hours = [written(_intervals(text)) for text in week]
    if not any(hours):
        raise RuleBroken(_("At least one weekday needs hours."))
    row = _locked(code)
    before = {"week": row.week, "zone": row.zone}
    _touch(row, week=hours, zone=zone)
    after = {"week": hours, "zone": zone}
    record("calendar.week_changed", by=by, at=at, calendar=code, before=before, after=after)
    return row


@transaction.atomic
def set_day(
    day: date,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    hours: str = "",
    name: str = "",
    code: str = DEFAULT,
) -> CalendarDay:
    """Closed, or open with these hours (empty: the hours of a usual day)."""
    by.need("settings.manage")
    if kind not in set(DayKind):
        raise RuleBroken(_("A day is “closed” or “open”."))
    if not FIRST <= day <= LAST:
        raise RuleBroken(_("The day lies between 2000 and 2100."))
    values = {
        "kind": kind,
        "hours": written(_intervals(hours)) if kind == DayKind.OPEN else "",
        "name": checked(name, what=_("Name"), at_most=NAME_LENGTH),
        "is_shipped": False,
    }
    row = _locked(code)
    made, _is_new = CalendarDay.objects.update_or_create(calendar=row, day=day, defaults=values)
    _touch(row)
    _note("calendar.day_set", made, by=by, at=at)
    return made


@transaction.atomic
def remove_day(day: date, *, by: Actor, at: datetime, code: str = DEFAULT) -> None:
    """The day counts by its weekday again."""
    by.need("settings.manage")
    row = _locked(code)
    found = CalendarDay.objects.filter(calendar=row, day=day).first()
    if found is None:
        raise Missing("calendar day")
    _note("calendar.day_removed", found, by=by, at=at)
    found.delete()
    _touch(row)


@transaction.atomic
def set_verified_through(day: date, *, by: Actor, at: datetime, code: str = DEFAULT) -> None:
    """Somebody has looked up the holidays until that day and entered them."""
    by.need("settings.manage")
    if not FIRST <= day <= LAST:
        raise RuleBroken(_("The day lies between 2000 and 2100."))
    row = _locked(code)
    before = str(row.verified_through)
    _touch(row, verified_through=day)
    record("calendar.verified", by=by, at=at, calendar=code, before=before, after=str(day))


def _note(event: str, day: CalendarDay, *, by: Actor, at: datetime) -> None:
    record(
        event,
        by=by,
        at=at,
        calendar=day.calendar.code,
        day=str(day.day),
        day_kind=day.kind,
        hours=day.hours,
        name=day.name,
    )


def _locked(code: str) -> Calendar:
    if code == DEFAULT:
        create_shipped_calendar()
    row = Calendar.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise Missing("calendar")
    return row


def _touch(row: Calendar, **values: object) -> None:
    """Every change gets a new stamp: readers that kept the old calendar read again."""
    for name, value in (values | {"stamp": _new_stamp()}).items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "stamp"])


def _new_stamp() -> str:
    return secrets.token_hex(8)


def _intervals(text: str) -> tuple[Interval, ...]:
    try:
        return read_intervals(text)
    except Sentence as no:
        raise RuleBroken(told(no)) from no
