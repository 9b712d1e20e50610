"""Who is away, and who has the tasks meanwhile."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.staff.models import User

from .models import Absence

LONGEST_DAYS = 366


def stand_ins(day: date) -> dict[int, int | None]:
    """Everyone who is away on the day → the stand-in; None: the team's queue has the tasks."""
    rows = Absence.objects.filter(first_day__lte=day, last_day__gte=day).order_by("pk")
    away = dict(rows.values_list("person_id", "stand_in_id"))
    return {person: None if stand in away else stand for person, stand in away.items()}


def at_work(owner: int | None, working: Mapping[int, int], away: Mapping[int, int | None]) -> (
    int | None
):  # fmt: skip
    """Who has the tasks of an owner's customers; None: the team."""
    if owner is not None and owner in away:
        owner = away[owner]
    return owner if owner in working else None


@transaction.atomic
def record_absence(
    *,
    person_id: int,
    first_day: date,
    last_day: date,
    stand_in_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Absence:
    """From a day to a day, both included; holds from the next plan on, or at once when planned."""
    by.need("tasks.assign")
    person = colleague_of(by, person_id)
    if not first_day <= last_day or (last_day - first_day).days >= LONGEST_DAYS:
        raise RuleBroken(
            _("Absence: the last day is not before the first and at most %(most)d days after it.")
            % {"most": LONGEST_DAYS - 1}
        )
    if stand_in_id is not None and colleague_of(by, stand_in_id).pk == person.pk:
        raise RuleBroken(_("Nobody stands in for themselves. Choose somebody else."))
    found = Absence.objects.create(
        person=person, first_day=first_day, last_day=last_day, stand_in_id=stand_in_id,
        recorded_by=by.name[:80], recorded_at=at,
    )  # fmt: skip
    record(
        "absence.recorded", by=by, at=at, person=person.pk, first=first_day.isoformat(),
        last=last_day.isoformat(), stand_in=stand_in_id,
    )  # fmt: skip
    return found


@transaction.atomic
def end_absence(*, absence_id: int, by: Actor, at: datetime) -> None:
    """Back earlier than thought, or entered by mistake."""
    by.need("tasks.assign")
    found = Absence.objects.filter(pk=absence_id).first()
    if found is None:
        raise Missing("absence")
    colleague_of(by, found.person_id)
    record("absence.removed", by=by, at=at, person=found.person_id, absence=absence_id)
    found.delete()


def colleague_of(by: Actor, user_id: int) -> User:
    """Somebody who works here and whom the actor leads."""
    people = User.objects.filter(is_active=True).exclude(role=None)
    if by.reach != "all":
        people = people.filter(team=by.team_id) if by.team_id else people.filter(pk=by.user_id or 0)
    found = people.filter(pk=user_id).first()
    if found is None:
        raise Missing("person")
    return found
