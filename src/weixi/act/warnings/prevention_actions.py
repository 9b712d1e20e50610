"""What people write down of what is done against losses."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import Prevention
from .rules import Cause

KEPT = ("cause", "title", "started_on", "ended_on", "note")


@transaction.atomic
def add_prevention(
    *, cause: str, title: str, started_on: date, note: str = "", by: Actor, at: datetime
) -> Prevention:
    by.need("tasks.assign")
    made = Prevention(started_on=started_on, by_name=by.name[:80], at=at)
    _write(made, cause=cause, title=title, note=note)
    record("prevention.added", by=by, at=at, prevention=made.pk, cause=cause)
    return made


@transaction.atomic
def change_prevention(
    prevention_id: int, *, cause: str, title: str, started_on: date,
    ended_on: date | None = None, note: str = "", by: Actor, at: datetime,
) -> Prevention:  # fmt: skip
    """Another cause or start is held against other losses from now on; the journal keeps both."""
    by.need("tasks.assign")
    made = _locked(prevention_id)
    before = _told(made)
    made.started_on, made.ended_on = started_on, ended_on
    _write(made, cause=cause, title=title, note=note)
    record("prevention.changed", by=by, at=at, prevention=made.pk, before=before, after=_told(made))
    return made


@transaction.atomic
def end_prevention(prevention_id: int, *, ended_on: date, by: Actor, at: datetime) -> Prevention:
    """Losses after this day no longer count for it."""
    by.need("tasks.assign")
    made = _locked(prevention_id)
    made.ended_on = ended_on
    _write(made, cause=made.cause, title=made.title, note=made.note)
    record("prevention.ended", by=by, at=at, prevention=made.pk, ended_on=ended_on.isoformat())
    return made


def _locked(prevention_id: int) -> Prevention:
    made = Prevention.objects.select_for_update().filter(pk=prevention_id).first()
    if made is None:
        raise Missing("prevention")
    return made


def _write(made: Prevention, *, cause: str, title: str, note: str) -> None:
    if cause not in set(Cause):
        raise RuleBroken(_("Choose whose side the cause is on."))
    if made.ended_on is not None and made.ended_on < made.started_on:
        raise RuleBroken(_("It cannot end before it began."))
    made.cause = cause
    made.title = checked(title, what=_("What is done"), at_most=120, need=True)
    made.note = checked(note, what=_("Note"), at_most=400)
    made.save()


def _told(made: Prevention) -> dict[str, Any]:
    values = {name: getattr(made, name) for name in KEPT}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}
