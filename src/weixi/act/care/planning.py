"""Writes the plan of a day: open tasks made, confirmed or dropped, in bulk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from weixi.act.warnings.asking import words_of
from weixi.staff.models import User

from .candidates import Refusals, candidates, channels_for, refusals
from .day import finished_on, start_of_day
from .measured import Chances, measured_chances
from .models import Task
from .plan import Candidate, Capacity, Plan, Queue, Standing, leading, least_worth, planned
from .ranking import UNKNOWN, Rank, Reason, quickest_channel, rank_of
from .rules import WORDS_GIVEN, Dropped, Signal, SignalKind, TaskState
from .thresholds import CHANCE, EFFORT_MINUTES, TEAM_CAPACITY, thresholds_of, values_under

UPDATED = (
    "owner_id", "signals", "kind", "channel", "value_at_stake", "due_on", "planned_on",
    "chance", "chance_is_measured", "effort_minutes", "worth",
)  # fmt: skip
CHUNK = 1_000
MEASURED = "measured"


def plan_day(as_of: date) -> int:
    """Number of open tasks made or confirmed. Call inside a transaction."""
    values, refused = care_values(), refusals()
    people = people_at_work()
    found = candidates(
        as_of=as_of,
        limits=thresholds_of(values),
        values=values,
        refused=refused,
        working=people,
    )
    tasks = {task.pk: task for task in Task.objects.filter(state=TaskState.OPEN)}
    standing = [_standing(task, as_of) for task in tasks.values()]
    capacity = Capacity(people, values[TEAM_CAPACITY])
    found, channels = _contending(found, standing, capacity, values, refused)
    plan = planned(
        found,
        standing,
        as_of=as_of,
        capacity=capacity,
        done=_done_on(as_of),
    )
    plan = _worded(plan)
    _drop(plan, as_of)
    _confirm(plan, tasks, channels, as_of, values)
    _create(plan, channels, as_of, values)
    return len(plan.create) + len(plan.keep)


def _contending(
    found: list[Candidate],
    standing: Sequence[Standing],
    capacity: Capacity,
    values: Mapping[str, Any],
    refused: Refusals,
) -> tuple[list[Candidate], dict[int, str]]:
    """Those who may get a place, with their worth, and the channel of each. The channel of a
    customer takes two queries to find, so it is asked of those alone who could be worth a place
    with the quickest channel there is."""
    quickest = quickest_channel(values[EFFORT_MINUTES])
    hoped = [replace(one, worth=rank(one, quickest, values).worth) for one in found]
    have = {one.customer_id for one in standing}
    first, rest = leading(hoped, have, capacity)
    ranked, channels = _ranked(first, values, refused)
    floor = least_worth(ranked, have, capacity)
    second = [one for one in rest if one.worth >= floor.get(capacity.queue_of(one), UNKNOWN)]
    more, more_channels = _ranked(second, values, refused)
    return ranked + more, channels | more_channels


def _ranked(
    found: list[Candidate], values: Mapping[str, Any], refused: Refusals
) -> tuple[list[Candidate], dict[int, str]]:
    channels = {
        candidate.customer_id: code
        for candidate, code in channels_for(found, values=values, refused=refused)
    }
    worths = (rank(one, channels[one.customer_id], values).worth for one in found)
    return [replace(one, worth=worth) for one, worth in zip(found, worths, strict=True)], channels


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


def rank(candidate: Candidate, channel: str, values: Mapping[str, Any]) -> Rank:
    measured: Chances = values[MEASURED]
    reasons = [_reason(signal, measured) for signal in candidate.signals]
    return rank_of(
        candidate.value, reasons, channel, chances=values[CHANCE], minutes=values[EFFORT_MINUTES]
    )


def _reason(signal: Signal, measured: Chances) -> Reason:
    """The chance that was measured, else the playbook's own, else the one of the reason."""
    found = measured.of(signal.kind, signal.facts.get("playbook"))
    chance = signal.facts.get("chance") if found is None else found.chance
    return Reason(signal.kind, chance, signal.kind in WORDS_GIVEN, found is not None)


def care_values() -> dict[str, Any]:
    """The settings of the list, and beside them the chances that were measured."""
    return values_under("care.") | {MEASURED: measured_chances()}


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
    channels: dict[int, str],
    as_of: date,
    values: Mapping[str, Any],
) -> None:
    """Only rows that change are written. A due day moves forward only: late stays late."""
    changed = []
    for standing, candidate in plan.keep:
        task = tasks[standing.task_id]
        fields = fields_of(candidate, channels[candidate.customer_id], as_of, values)
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


def _create(plan: Plan, channels: dict[int, str], as_of: date, values: Mapping[str, Any]) -> None:
    Task.objects.bulk_create(
        [
            Task(
                customer_id=candidate.customer_id,
                **fields_of(candidate, channels[candidate.customer_id], as_of, values),
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
