"""Writes the plan of a day: open tasks made, confirmed or dropped, in bulk."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from weixi.act.warnings.asking import words_of
from weixi.staff.models import User

from .candidates import Today, candidates, today
from .day import finished_on, start_of_day
from .hopes import waiting
from .models import Task
from .plan import Candidate, Capacity, Hope, Plan, Queue, Standing, contending, planned
from .ranking import most_worth, quickest
from .reaching import Reach, reach
from .reckoning import care_values, rank
from .rules import Dropped, SignalKind, TaskState
from .thresholds import EFFORT_MINUTES, TEAM_CAPACITY

UPDATED = (
    "owner_id", "signals", "kind", "channel", "value_at_stake", "due_on", "planned_on",
    "chance", "chance_is_measured", "effort_minutes", "worth",
)  # fmt: skip
CHUNK = 1_000
AT_ONCE = 5_000  # customers looked at by one query
DEEP = 2_000
ONE_OF = 50  # of the customers with sales: who hopes for more than the rest, mostly


def plan_day(as_of: date) -> int:
    """Number of open tasks made or confirmed. Call inside a transaction."""
    day = today(as_of, care_values(), people_at_work())
    tasks = {task.pk: task for task in Task.objects.filter(state=TaskState.OPEN)}
    standing = [_standing(task, as_of) for task in tasks.values()]
    capacity = Capacity(day.working, day.values[TEAM_CAPACITY])
    look = Looking(day, reach(day.values))
    plan = planned(
        contenders(look, {one.customer_id for one in standing}, capacity),
        standing,
        as_of=as_of,
        capacity=capacity,
        done=_done_on(as_of),
    )
    plan = _worded(plan)
    _drop(plan, as_of)
    _confirm(plan, tasks, look.reach, as_of, day.values)
    _create(plan, look.reach, as_of, day.values)
    return len(plan.create) + len(plan.keep)


@dataclass
class Looking:
    """At some customers, step by step: at each of them once, and at most of them never."""

    day: Today
    reach: Reach
    near: set[int] = field(default_factory=set)
    seen: dict[int, Candidate | None] = field(default_factory=dict)

    def nearer(self, hopes: Sequence[Hope]) -> list[Hope]:
        """With the quickest channel by which the customer can be reached for one of the reasons."""
        self._read([one.customer_id for one in hopes])
        return [one._replace(worth=min(one.worth, self._most_worth(one))) for one in hopes]

    def _most_worth(self, hope: Hope) -> int:
        channels = [self.reach.channel(hope.customer_id, kind) for kind in hope.kinds]
        return most_worth(hope.stake, quickest(self.day.values[EFFORT_MINUTES], channels))

    def closely(self, ids: Sequence[int]) -> list[Candidate]:
        self._read(ids)
        for some in _parts([pk for pk in ids if pk not in self.seen]):
            self.seen |= dict.fromkeys(some)
            for one in candidates(some, self.day, self.reach.refused):
                worth = rank(one, self.reach.channel_of(one), self.day.values).worth
                self.seen[one.customer_id] = replace(one, worth=worth)
        return [one for one in map(self.seen.get, ids) if one is not None]

    def _read(self, ids: Sequence[int]) -> None:
        for some in _parts([pk for pk in ids if pk not in self.near]):
            self.near.update(some)
            self.reach.read(some)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def contenders(
    look: Looking, have: Set[int], capacity: Capacity, *, deep: int | None = None
) -> list[Candidate]:
    """Words given and asked for, customers with a task, and who else may get a place. `deep`:
    customers of one owner or team whose hopes are read at first."""
    first, deep = have | look.day.due.keys(), deep or max(DEEP, look.day.ranked // ONE_OF)
    while True:
        hopes = waiting(look.day, capacity, without=first, deep=deep)
        others, is_sure = contending(hopes, capacity, look)
        if is_sure:
            return look.closely(sorted(first)) + others
        deep *= 10


def _worded(plan: Plan) -> Plan:
    """The warnings of those planned get their sentences: of all candidates it would take long."""
    planned_for = [*plan.create, *(candidate for _, candidate in plan.keep)]
    words = words_of(
        signal.facts["alerts"][0]
        for candidate in planned_for
        for signal in candidate.signals
        if signal.kind == SignalKind.WARNING
    )
    return replace(
        plan,
        create=[_told(one, words) for one in plan.create],
        keep=[(standing, _told(one, words)) for standing, one in plan.keep],
    )


def _told(candidate: Candidate, words: Mapping[int, Mapping[str, str]]) -> Candidate:
    signals = (
        replace(signal, facts={**signal.facts, **words[signal.facts["alerts"][0]]})
        if signal.kind == SignalKind.WARNING
        else signal
        for signal in candidate.signals
    )
    return replace(candidate, signals=tuple(signals))


def _standing(task: Task, as_of: date) -> Standing:
    """Held: the lease ends on the day planned for or later. A plan has no time of day, and a
    task that was held this morning is better left alone."""
    until = task.claimed_until
    return Standing(
        task_id=task.pk,
        customer_id=task.customer_id,
        due_on=task.due_on,
        hidden_until=task.hidden_until,
        is_held=until is not None and timezone.localdate(until) >= as_of,
        is_given=task.is_given,
        owner_id=task.owner_id,
    )


def people_at_work() -> dict[int, int]:
    """Tasks a day of everyone who works here."""
    people = User.objects.filter(is_active=True).exclude(role=None)
    return dict(people.values_list("pk", "daily_capacity"))


def _done_on(day: date) -> Counter[Queue]:
    """Tasks finished of the day's plan, by queue."""
    done = Task.objects.filter(finished_on(day), state=TaskState.DONE)
    return Counter(
        ("team", team) if owner is None else ("owner", owner)
        for owner, team in done.values_list("owner_id", "customer__team_id")
    )


def _drop(plan: Plan, as_of: date) -> None:
    for why in Dropped:
        ids = [task.task_id for task, reason in plan.drop if reason == why]
        for start in range(0, len(ids), CHUNK):
            Task.objects.filter(pk__in=ids[start : start + CHUNK], state=TaskState.OPEN).update(
                state=TaskState.DROPPED,
                outcome=why,
                closed_at=start_of_day(as_of),
                claimed_by=None,
                claimed_until=None,
                undo=None,
            )


def _confirm(
    plan: Plan,
    tasks: dict[int, Task],
    known: Reach,
    as_of: date,
    values: Mapping[str, Any],
) -> None:
    """Only rows that change are written. A due day moves forward only: late stays late."""
    changed = []
    for standing, candidate in plan.keep:
        task = tasks[standing.task_id]
        fields = fields_of(candidate, known.channel_of(candidate), as_of, values)
        fields["due_on"] = (
            task.due_on if standing.hidden_until else min(task.due_on, candidate.due_on)
        )
        if any(getattr(task, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(task, name, value)
            changed.append(task)
    _write(changed)


def _write(tasks: list[Task]) -> None:
    """One statement for all: bulk_update takes a second for a thousand rows.

    Only what the plan decides is written, and only while the task is still open: what a person
    does meanwhile is not overwritten.
    """
    fields = [field for field in Task._meta.concrete_fields if field.attname in UPDATED]
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    sql = f'UPDATE "{Task._meta.db_table}" SET {sets} WHERE id = %s AND state = %s'  # noqa: S608
    rows = [
        [
            *(f.get_db_prep_save(getattr(task, f.attname), connection) for f in fields),
            task.pk,
            str(TaskState.OPEN),
        ]
        for task in tasks
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _create(plan: Plan, known: Reach, as_of: date, values: Mapping[str, Any]) -> None:
    Task.objects.bulk_create(
        [
            Task(
                customer_id=candidate.customer_id,
                **fields_of(candidate, known.channel_of(candidate), as_of, values),
            )
            for candidate in plan.create
        ],
        batch_size=CHUNK,
        ignore_conflicts=True,  # somebody reopened one meanwhile
    )


def fields_of(
    candidate: Candidate, channel: str, as_of: date, values: Mapping[str, Any]
) -> dict[str, Any]:
    """What the plan says of a task."""
    ranked = rank(candidate, channel, values)
    return {
        "chance": ranked.chance,
        "chance_is_measured": ranked.is_measured,
        "effort_minutes": ranked.minutes,
        "worth": ranked.worth,
        "owner_id": candidate.owner_id,
        "signals": [signal.stored() for signal in candidate.signals],
        "kind": str(candidate.signals[0].kind),
        "channel": channel,
        "value_at_stake": candidate.value,
        "due_on": candidate.due_on,
        "planned_on": as_of,
    }
