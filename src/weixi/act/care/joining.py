"""What is asked for during the day comes onto today's list at once, joined with what is there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db.models import F

from weixi.collect.customers.models import Customer

from .absences import at_work, stand_ins
from .asks import Due
from .candidates import asked_of_us, joined, values_at_stake
from .models import Task
from .plan import Candidate
from .planning import fields_of, people_at_work
from .reaching import reach
from .reckoning import care_values
from .rules import WORDS_GIVEN, Signal, SignalKind, TaskState


def put_on_list(customer_ids: Iterable[int], *, day: date) -> int:
    """Words given that are due are shown at once; what is reckoned waits for the next plan, which
    keeps to the capacity. Returns for how many. Call inside a transaction."""
    due = {
        pk: asked
        for pk, asked in asked_of_us(day, customer_ids).items()
        if any(signal.kind in WORDS_GIVEN for signal in asked.signals)
    }
    if not due:
        return 0
    tasks = {
        task.customer_id: task
        for task in Task.objects.filter(customer__in=due, state=TaskState.OPEN)
    }
    found = [
        Candidate(
            pk, owner, team,
            joined(due[pk], _found_before(tasks.get(pk))),
            values_at_stake([pk]).get(pk),
        )
        for pk, owner, team in _people_of(list(due), day, due)
    ]  # fmt: skip
    values = care_values()
    known = reach(values)
    known.read(list(due))
    for candidate in found:
        fields = fields_of(candidate, known.channel_of(candidate), day, values)
        _write(tasks.get(candidate.customer_id), candidate, fields)
    return len(found)


def _people_of(
    ids: list[int], day: date, due: Mapping[int, Due]
) -> Iterator[tuple[int, int | None, int | None]]:
    """Customer, who has the task, and the team."""
    working, away = people_at_work(), stand_ins(day)
    rows = Customer.objects.filter(pk__in=ids, merged_into=None)
    for pk, owner, team in rows.values_list("pk", "owner_id", "team_id"):
        theirs = due[pk].owner_id or owner
        yield pk, at_work(theirs, working, away), team


def _found_before(task: Task | None) -> tuple[Signal, ...]:
    """The reasons of an open task that are not asks: those are read anew."""
    stored = task.signals if task else []
    return tuple(
        Signal(
            SignalKind(one["kind"]), one["facts"], task.due_on if task else date.max, one["cause"]
        )
        for one in stored
        if one["kind"] not in (SignalKind.MANUAL, SignalKind.PLAYBOOK, SignalKind.PROMISE)
    )


def _write(task: Task | None, candidate: Candidate, fields: dict[str, object]) -> None:
    if task is None:
        Task.objects.bulk_create(
            [Task(customer_id=candidate.customer_id, **fields)], ignore_conflicts=True
        )
        return
    Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        version=F("version") + 1,
        **{**fields, "due_on": min(task.due_on, candidate.due_on), "hidden_until": None},
    )
