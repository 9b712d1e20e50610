"""Starts runs and takes them further: called by the nightly plan and by a job of the timetable.

Nothing is done twice: a run is unique by playbook, customer and occurrence, a step by its run, and
of two workers that hold the same run one loses by its fence. A batch is one transaction, so that a
kill leaves either all of it or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from weixi.act.care.asks import settle
from weixi.act.care.models import Ask
from weixi.act.care.reaching import refusals
from weixi.act.care.rules import AskState
from weixi.act.interventions.actions import assign
from weixi.act.interventions.rules import Arm
from weixi.act.outreach import actions as outreach
from weixi.core.actor import SYSTEM

from .definition import Playbook as Definition
from .definition import playbook as parsed
from .facts import Seen, facts_of, holding, seen_by
from .models import Effect, Playbook, Run, Version
from .occasions import days_between
from .performing import Performed, perform
from .rules import (
    RUNNING,
    Around,
    EndReason,
    Flow,
    Place,
    RunState,
    TriggerKind,
    may_enter,
    start_of,
    walk,
)
from .settling import settle_messages
from .triggers import Start, existing_on, starts_on

BATCH = 200
LOOK_BACK_DAYS = 3  # files arrive late, and a night may be missed; nothing starts twice
LONGEST_LOOK_BACK_DAYS = 31
LATEST_DATE_DAYS = 1  # good wishes a week late are none
SOURCE = "playbook"


@dataclass
class Counted:
    started: int = 0
    held_out: int = 0
    steps: int = 0
    ended: int = 0


@transaction.atomic
def advance(*, day: date, at: datetime) -> Counted:
    """All of it: start what begins, and take every run as far as it can go."""
    counted = Counted()
    for row, definition in switched_on():
        start(row, definition, day=day, at=at, counted=counted)
    move_on(Run.objects.filter(state__in=RUNNING), at=at, counted=counted)
    mark_goals(at=at)
    settle(at=at)
    settle_messages(at=at)
    return counted


def advance_due(*, day: date, at: datetime) -> Counted:
    """What a few minutes can have changed: events, times that came, tasks that were done."""
    counted = Counted()
    for row, definition in switched_on():
        if definition.trigger.kind == TriggerKind.EVENT:
            start(row, definition, day=day, at=at, counted=counted)
    move_on(_due(at), at=at, counted=counted)
    return counted


def _due(at: datetime) -> "QuerySet[Run]":
    closed = Ask.objects.filter(pk=OuterRef("ask_id")).exclude(state=AskState.OPEN)
    answered = Effect.objects.filter(
        Q(ask_id=None) | Exists(closed), run=OuterRef("pk"), step=OuterRef("step")
    )
    waits = Q(state=RunState.WAITING) & (Q(wake_at=None) | Q(wake_at__lte=at))
    return Run.objects.filter(waits | Q(Exists(answered), state=RunState.ACTIVE))


def switched_on() -> list[tuple[Playbook, Definition]]:
    rows = Playbook.objects.filter(is_on=True).select_related("published")
    return [(row, parsed(row.published.definition)) for row in rows if row.published is not None]


def start(
    row: Playbook, definition: Definition, *, day: date, at: datetime, counted: Counted
) -> None:
    """The days since the last look; the newest ones again, because facts arrive late."""
    found: list[Start] = []
    if row.scanned_to is None:
        found += existing_on(definition.trigger, day)
    for one in _days(row, definition, day):
        found += starts_on(definition.trigger, one)
    with transaction.atomic():
        counted.started += _enrol(row, definition, found, day=day, at=at, counted=counted)
        Playbook.objects.filter(pk=row.pk).update(scanned_to=day)


def _days(row: Playbook, definition: Definition, day: date) -> list[date]:
    first = day - timedelta(days=LOOK_BACK_DAYS)
    if row.scanned_to is not None:
        first = min(first, row.scanned_to)
        first = max(first, day - timedelta(days=LONGEST_LOOK_BACK_DAYS))
    if row.switched_on_at is not None:  # what happened before is nobody's business
        first = max(first, min(timezone.localdate(row.switched_on_at), day))
    if definition.trigger.kind == TriggerKind.DATE:
        first = max(first, day - timedelta(days=LATEST_DATE_DAYS))
    return list(days_between(first, day))


def _enrol(
    row: Playbook,
    definition: Definition,
    found: Sequence[Start],
    *,
    day: date,
    at: datetime,
    counted: Counted,
) -> int:
    wanted = allowed(row, definition, found, day=day)
    if not wanted:
        return 0
    arms = assign(
        source_kind=SOURCE, source_id=row.pk, customer_ids=[s.customer_id for s in wanted],
        held_out_share=definition.held_out,
        window_days=definition.goal.days if definition.goal else None, at=at, by=SYSTEM,
    )  # fmt: skip
    place = start_of(definition.flow, at)
    runs = [_run(row, one, arms[one.customer_id], place) for one in wanted]
    made = Run.objects.bulk_create(runs, batch_size=BATCH, ignore_conflicts=True)
    held = sum(run.state == RunState.HELD_OUT for run in made)
    counted.held_out += held
    return len(made) - held


def allowed(
    row: Playbook, definition: Definition, found: Sequence[Start], *, day: date
) -> list[Start]:
    """Cut to who it is for, who may be contacted, who may enter (again), and to the day's limit."""
    known = set(
        Run.objects.filter(
            playbook=row, occurrence__in={one.occurrence for one in found}
        ).values_list("customer_id", "occurrence")
    )
    new = [one for one in found if (one.customer_id, one.occurrence) not in known]
    if not new:
        return []
    refused = refusals().no_contact
    fit = None if definition.trigger.who is None else holding(
        definition.trigger.who, [one.customer_id for one in new]
    )  # fmt: skip
    again = _entered(row, [one.customer_id for one in new])
    free = _free_today(row, definition, day)
    chosen: dict[int, Start] = {}
    for one in new:
        pk = one.customer_id
        if pk in refused or pk in chosen or (fit is not None and pk not in fit):
            continue
        running, last = again.get(pk, (False, None))
        if may_enter(definition.again, definition.again_days, is_running=running,
                     last_start=last, on=day):  # fmt: skip
            chosen[pk] = one
    return list(chosen.values())[:free]


def _entered(row: Playbook, ids: Sequence[int]) -> dict[int, tuple[bool, date]]:
    """Customer → whether a run is on the way, and the day of the last start."""
    found: dict[int, tuple[bool, date]] = {}
    for begin in range(0, len(ids), BATCH):
        rows = Run.objects.filter(playbook=row, customer__in=ids[begin : begin + BATCH])
        for pk, state, at in rows.order_by("started_at").values_list(
            "customer_id", "state", "started_at"
        ):
            running = found.get(pk, (False, None))[0] or state in RUNNING
            found[pk] = (running, timezone.localdate(at))
    return found


def _free_today(row: Playbook, definition: Definition, day: date) -> int | None:
    most = definition.limits.entries_a_day
    if most is None:
        return None
    today = Run.objects.filter(playbook=row).exclude(state=RunState.HELD_OUT)
    return max(most - today.filter(started_at__date=day).count(), 0)


def _run(row: Playbook, one: Start, arm: Arm, place: Place) -> Run:
    is_out = arm == Arm.HELD_OUT
    return Run(
        playbook=row,
        version=row.published,
        customer_id=one.customer_id,
        occurrence=one.occurrence,
        state=RunState.HELD_OUT if is_out else RunState.WAITING,
        step=place.step,
        since=place.since,
        started_at=place.since,
        anchor=one.anchor,
        facts=one.facts,
        ended_at=place.since if is_out else None,
        reason=EndReason.HELD_OUT if is_out else "",
    )


def move_on(rows: "QuerySet[Run]", *, at: datetime, counted: Counted | None = None) -> Counted:
    """Every run of `rows` as far as it can go, a batch at a time."""
    counted = counted or Counted()
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    flows: dict[int, Flow] = {}
    for begin in range(0, len(ids), BATCH):
        _move_batch(ids[begin : begin + BATCH], flows, at, counted)
    return counted


@transaction.atomic
def _move_batch(ids: list[int], flows: dict[int, Flow], at: datetime, counted: Counted) -> None:
    runs = list(_locked(Run.objects.filter(pk__in=ids, state__in=RUNNING)).order_by("pk"))
    if not runs:
        return
    missing = {run.version_id for run in runs} - flows.keys()
    for version in Version.objects.filter(pk__in=missing):
        flows[version.pk] = parsed(version.definition).flow
    truths = seen_by(runs, flows, at=at)
    zone, performed = ZoneInfo(settings.TIME_ZONE), Performed.around(runs, at)
    for run in runs:
        around = Around(run.started_at, run.anchor, zone)
        before = place_of(run)
        done = walk(flows[run.version_id], before, truths[run.pk], around, at)
        for step in done.effects:
            perform(run, step, performed, at=at)
        counted.steps += len(done.effects)
        counted.ended += done.place.is_over
        if done.effects or done.place != before:
            _save(run, done.place, at)
    performed.finish(at=at)


def _locked(rows: "QuerySet[Run]") -> "QuerySet[Run]":
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True)
    return rows  # SQLite: the transaction is IMMEDIATE, nobody else writes


def place_of(run: Run) -> Place:
    return Place(run.step, run.since, RunState(run.state), run.wake_at, run.reason)


class LostRun(Exception):
    """Another worker moved the run meanwhile: this batch is taken back."""


def _save(run: Run, place: Place, at: datetime) -> None:
    values: dict[str, Any] = {
        "step": place.step,
        "since": place.since,
        "state": place.state,
        "wake_at": place.wake_at,
        "reason": place.reason,
    }
    if place.is_over:
        values["ended_at"] = max(at, run.started_at)
    moved = Run.objects.filter(pk=run.pk, fence=run.fence).update(fence=F("fence") + 1, **values)
    if not moved:
        raise LostRun(run.pk)
    if place.state == RunState.ENDED_EARLY:
        withdraw_of([run.pk], at=at)


def withdraw_of(run_ids: Sequence[int], *, at: datetime) -> int:
    """Open tasks and messages still in the outbox of runs that ended are no longer wanted."""
    done = Effect.objects.filter(run__in=run_ids)
    messages = done.filter(message_id__isnull=False).values_list("message_id", flat=True)
    outreach.withdraw([pk for pk in messages if pk is not None], at=at)
    asks = done.exclude(ask_id=None).values("ask_id")
    return Ask.objects.filter(pk__in=asks, state=AskState.OPEN).update(
        state=AskState.WITHDRAWN, closed_at=at
    )


def mark_goals(*, at: datetime) -> int:
    """Runs whose goal was reached in time, also those held out: that is what they are for."""
    marked = 0
    for row in Playbook.objects.select_related("published"):
        goal = parsed(row.published.definition).goal if row.published is not None else None
        if goal is None:
            continue
        first = at - timedelta(days=goal.days)
        runs = Run.objects.filter(playbook=row, goal_reached_at=None, started_at__gte=first)
        known = list(runs.values_list("pk", "customer_id", "started_at"))
        marked += _mark(known, goal.until, at)
    return marked


def _mark(
    known: Sequence[tuple[int, int, datetime]], until: Mapping[str, Any], at: datetime
) -> int:
    facts = facts_of([customer for _, customer, _ in known], [until], at=at)
    reached = [pk for pk, customer, since in known if Seen(facts, customer).holds(until, since)]
    return sum(
        Run.objects.filter(pk__in=reached[n : n + BATCH]).update(goal_reached_at=at)
        for n in range(0, len(reached), BATCH)
    )
