"""Today's list for who leads: what each person has, has done and can do, and who is away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Page, keyset_page
from weixi.core.values import value_of
from weixi.staff.models import User
from weixi.staff.permissions import listed
from weixi.staff.queries import colleagues, names_of

from .day import finished_on
from .models import Absence, Task
from .queries import BY_WORTH
from .rows import TaskRow, loaded, rendered
from .rules import TaskState
from .thresholds import TEAM_CAPACITY

NOBODY = 0  # stands for the team's queue where a person is meant
OPEN, OVERDUE, LATER, DONE = FIGURES = ("open", "overdue", "later", "done")


@dataclass(frozen=True)
class Away:
    """`stand_in` empty: the team's queue has the tasks. Both days are included."""

    id: int
    person_id: int
    person: str
    first_day: date
    last_day: date
    stand_in: str


@dataclass(frozen=True)
class PersonRow:
    """`open` waits today, `overdue` of it is late, `later` is put off; `minutes` for the open ones.
    `capacity`: tasks a day, None = not known."""

    id: int
    name: str
    open: int
    overdue: int
    later: int
    done: int
    minutes: int
    capacity: int | None
    away: Away | None

    @property
    def is_over(self) -> bool:
        return self.capacity is not None and self.open + self.done > self.capacity


@dataclass(frozen=True)
class TeamDay:
    """The queue of nobody stands last."""

    people: tuple[PersonRow, ...]
    away_now: tuple[Away, ...]
    away_later: tuple[Away, ...]  # the soonest first

    def total(self, figure: str) -> int:
        return sum(getattr(row, figure) or 0 for row in self.people)

    @property
    def nobodys(self) -> PersonRow:
        return self.people[-1]


def team_day(actor: Actor, *, day: date) -> TeamDay:
    """Who works on the list within the actor's reach, and everybody who has tasks of it."""
    waits = _sums(actor, day)
    done = _done_by(actor, day)
    away = _absences(actor, day)
    at_work = {user.pk: user.daily_capacity for user in workers(actor)}
    others = (waits.keys() | done.keys()) - at_work.keys() - {NOBODY}
    names = names_of(at_work.keys() | others)
    away_now = tuple(one for one in away if one.first_day <= day)
    by_person = {one.person_id: one for one in away_now}
    rows = [
        _row(pk, name, waits, done, at_work.get(pk), by_person.get(pk))
        for pk, name in names.items()
    ]
    rows.sort(key=lambda row: (-row.open, row.name))
    nobody = _row(NOBODY, "", waits, done, _queue_capacity(actor), None)
    return TeamDay((*rows, nobody), away_now, tuple(one for one in away if one.first_day > day))


def workers(actor: Actor) -> list[User]:
    """Whom the actor leads and whose role works on the list."""
    people = colleagues(actor).select_related("role")
    return [user for user in people if user.role and "tasks.work" in user.role.permissions]


def tasks_page(
    actor: Actor,
    *,
    day: date,
    at: datetime,
    person: int | None,
    figure: str,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[TaskRow]:
    """The tasks behind a figure; of everybody when no person is named."""
    tasks = _behind(actor, day, person, figure)
    render = partial(rendered, everything=None, actor=actor, day=day, at=at)
    return keyset_page(loaded(tasks), BY_WORTH, cursor=cursor, limit=limit, render=render)


def task_count(actor: Actor, *, day: date, person: int | None, figure: str) -> int:
    return _behind(actor, day, person, figure).count()


def task_ids(actor: Actor, *, day: date, person: int | None, figure: str, most: int) -> list[int]:
    """What waits or is put off, to be given to somebody; done ones stay with who did them."""
    tasks = _behind(actor, day, person, figure).filter(state=TaskState.OPEN)
    return list(tasks.order_by(*BY_WORTH.columns).values_list("pk", flat=True)[:most])


def tasks_named(actor: Actor, ids: list[int]) -> list[tuple[int, str]]:
    """(task, customer) of the open tasks within reach among `ids`."""
    tasks = _open(actor).filter(pk__in=ids).order_by(*BY_WORTH.columns)
    return list(tasks.values_list("pk", "customer__name"))


def person_name(actor: Actor, person: int, *, day: date) -> str:
    """Missing: nobody the actor leads, and no task within reach is theirs."""
    if person == NOBODY:
        return ""
    leads = colleagues(actor).filter(pk=person).exists()
    if not leads and not any(task_count(actor, day=day, person=person, figure=f) for f in FIGURES):
        raise Missing("person")
    return names_of({person}).get(person, "")


def _all(actor: Actor) -> "QuerySet[Task]":
    actor.need("tasks.assign")
    return Task.objects.filter(listed(actor, "customer__"))


def _open(actor: Actor) -> "QuerySet[Task]":
    return _all(actor).filter(state=TaskState.OPEN)


def _shown(day: date) -> Q:
    return Q(hidden_until=None) | Q(hidden_until__lte=day)


def _behind(actor: Actor, day: date, person: int | None, figure: str) -> "QuerySet[Task]":
    if figure == DONE:
        tasks = _all(actor).filter(finished_on(day), state=TaskState.DONE)
        return tasks if person is None else tasks.filter(closed_by=person or None)
    tasks = _open(actor) if person is None else _open(actor).filter(owner=person or None)
    if figure == LATER:
        return tasks.filter(hidden_until__gt=day)
    tasks = tasks.filter(_shown(day))
    return tasks.filter(due_on__lt=day) if figure == OVERDUE else tasks


def _sums(actor: Actor, day: date) -> dict[int, dict[str, Any]]:
    shown = _shown(day)
    rows = _open(actor).order_by().values(person=F("owner_id")).annotate(
        open=Count("pk", filter=shown),
        overdue=Count("pk", filter=shown & Q(due_on__lt=day)),
        later=Count("pk", filter=Q(hidden_until__gt=day)),
        minutes=Sum("effort_minutes", filter=shown),
    )  # fmt: skip
    return {row["person"] or NOBODY: dict(row) for row in rows}


def _done_by(actor: Actor, day: date) -> dict[int, int]:
    tasks = _behind(actor, day, None, DONE).order_by()
    counted = tasks.values_list("closed_by_id").annotate(n=Count("pk"))
    return {person or NOBODY: n for person, n in counted}


def _row(
    pk: int, name: str, waits: Mapping[int, Mapping[str, Any]], done: Mapping[int, int],
    capacity: int | None, away: Away | None,
) -> PersonRow:  # fmt: skip
    sums = waits.get(pk, {})
    return PersonRow(
        id=pk, name=name, open=sums.get("open", 0), overdue=sums.get("overdue", 0),
        later=sums.get("later", 0), done=done.get(pk, 0),
        minutes=round(sums.get("minutes") or 0), capacity=capacity, away=away,
    )  # fmt: skip


def _queue_capacity(actor: Actor) -> int | None:
    """A team's; who leads several has several queues."""
    return None if actor.reach == "all" else int(value_of(TEAM_CAPACITY))


def _absences(actor: Actor, day: date) -> list[Away]:
    rows = Absence.objects.filter(last_day__gte=day, person__in=colleagues(actor))
    return [
        Away(
            row.pk, row.person_id, str(row.person), row.first_day, row.last_day,
            str(row.stand_in) if row.stand_in else "",
        )
        for row in rows.select_related("person", "stand_in").order_by("first_day", "pk")
    ]  # fmt: skip
