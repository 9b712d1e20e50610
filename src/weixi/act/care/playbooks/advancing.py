"""Starts runs and takes them further: called by the nightly plan and by a job of the timetable.

Nothing is done twice: a run is unique by playbook, customer and occurrence, a step by its run, and
of two workers that hold the same run one loses by its fence. A batch is one transaction, so that a
kill leaves either all of it or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from weixi.act.care.asks import settle
from weixi.act.care.day import start_of_day
from weixi.act.care.models import Ask
from weixi.act.care.reaching import refusals
from weixi.act.care.rules import AskState
from weixi.act.interventions.actions import assign
from weixi.act.interventions.rules import Arm
from weixi.act.outreach import actions as outreach
from weixi.core.actor import SYSTEM
from weixi.core.among import among

from .definition import Playbook as Definition
from .definition import playbook as parsed
from .facts import holding, seen_by
from .models import Effect, Playbook, Run, Version
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
from .triggers import Start, existing_on, starts_between
from .waking import due, fulfilled, woken

BATCH = 200
MANY = 5_000  # customers asked for by one query
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
    move_on(woken(at), at=at, counted=counted)
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
    move_on(list(due(at).order_by("pk").values_list("pk", flat=True)), at=at, counted=counted)
    return counted


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
    found += starts_between(definition.trigger, _first_day(row, definition, day), day)
    with transaction.atomic():
        counted.started += _enrol(row, definition, found, day=day, at=at, counted=counted)
        Playbook.objects.filter(pk=row.pk).update(scanned_to=day)


def _first_day(row: Playbook, definition: Definition, day: date) -> date:
    first = day - timedelta(days=LOOK_BACK_DAYS)
    if row.scanned_to is not None:
        first = min(first, row.scanned_to)
        first = max(first, day - timedelta(days=LONGEST_LOOK_BACK_DAYS))
    if row.switched_on_at is not None:  # what happened before is nobody's business
        first = max(first, min(timezone.localdate(row.switched_on_at), day))
    if definition.trigger.kind == TriggerKind.DATE:
        first = max(first, day - timedelta(days=LATEST_DATE_DAYS))
    return first


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
    ids = sorted({one.customer_id for one in found})
    known, again = _before(row, ids)
    new = [one for one in found if (one.customer_id, one.occurrence) not in known]
    if not new:
        return []
    refused = refusals(ids).no_contact
    fit = None if definition.trigger.who is None else holding(
        definition.trigger.who, [one.customer_id for one in new]
    )  # fmt: skip
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


def _before(
    row: Playbook, ids: Sequence[int]
) -> tuple[set[tuple[int, str]], dict[int, tuple[bool, date]]]:
    """What started a run of these customers, and customer → whether a run is on the way, and the
    day of the last start."""
    known, again = set[tuple[int, str]](), dict[int, tuple[bool, date]]()
    for begin in range(0, len(ids), MANY):
        rows = Run.objects.filter(playbook=row, customer__in=among(ids[begin : begin + MANY]))
        for pk, occurrence, state, at in rows.order_by("started_at").values_list(
            "customer_id", "occurrence", "state", "started_at"
        ):
            known.add((pk, occurrence))
            running = again.get(pk, (False, None))[0] or state in RUNNING
            again[pk] = (running, timezone.localdate(at))
    return known, again


def _free_today(row: Playbook, definition: Definition, day: date) -> int | None:
    most = definition.limits.entries_a_day
    if most is None:
        return None
    today = Run.objects.filter(playbook=row).exclude(state=RunState.HELD_OUT)
    begun = today.filter(
        started_at__gte=start_of_day(day), started_at__lt=start_of_day(day + timedelta(days=1))
    )
    return max(most - begun.count(), 0)


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


def move_on(ids: Sequence[int], *, at: datetime, counted: Counted) -> None:
    """Every one of these runs as far as it can go, a batch at a time."""
    flows: dict[int, Flow] = {}
    for begin in range(0, len(ids), BATCH):
        _move_batch(ids[begin : begin + BATCH], flows, at, counted)


@transaction.atomic
def _move_batch(ids: Sequence[int], flows: dict[int, Flow], at: datetime, counted: Counted) -> None:
    runs = list(_locked(Run.objects.filter(pk__in=ids, state__in=RUNNING)).order_by("pk"))
    if not runs:
        return
    missing = {run.version_id for run in runs} - flows.keys()
    for version in Version.objects.filter(pk__in=missing):
        flows[version.pk] = parsed(version.definition).flow
    truths = seen_by(runs, flows, at=at)
    zone, performed = ZoneInfo(settings.TIME_ZONE), Performed.around(runs, at)
    moved: list[tuple[Run, Place]] = []
    for run in runs:
        around = Around(run.started_at, run.anchor, zone)
        before = place_of(run)
        done = walk(flows[run.version_id], before, truths[run.pk], around, at)
        for step in done.effects:
            perform(run, step, performed, at=at)
        counted.steps += len(done.effects)
        counted.ended += done.place.is_over
        if done.effects or done.place != before:
            moved.append((run, done.place))
    performed.finish(at=at)
    _save(moved, at)


def _locked(rows: "QuerySet[Run]") -> "QuerySet[Run]":
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True)
    return rows  # SQLite: the transaction is IMMEDIATE, nobody else writes


def place_of(run: Run) -> Place:
    return Place(run.step, run.since, RunState(run.state), run.wake_at, run.reason)


class LostRun(Exception):
    """Another worker moved the run meanwhile: this batch is taken back."""


def _save(moved: Sequence[tuple[Run, Place]], at: datetime) -> None:
    """All of a batch by one statement; none of them where another worker was faster."""
    columns = {field.attname: field for field in Run._meta.concrete_fields}
    rows = [_values(run, place, at) for run, place in moved]
    if not rows:
        return
    sets = ", ".join(f'"{columns[name].column}" = %s' for name in rows[0])
    sql = f'UPDATE "{Run._meta.db_table}" SET {sets} WHERE id = %s AND fence = %s'  # noqa: S608
    stored = [
        [
            *(columns[name].get_db_prep_save(value, connection) for name, value in row.items()),
            run.pk,
            run.fence,
        ]
        for (run, _), row in zip(moved, rows, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, stored)
        if cursor.rowcount != len(rows):
            raise LostRun
    early = [run.pk for run, place in moved if place.state == RunState.ENDED_EARLY]
    if early:
        withdraw_of(early, at=at)


def _values(run: Run, place: Place, at: datetime) -> dict[str, Any]:
    return {
        "step": place.step,
        "since": place.since,
        "state": place.state,
        "wake_at": place.wake_at,
        "reason": place.reason,
        "ended_at": max(at, run.started_at) if place.is_over else run.ended_at,
        "fence": run.fence + 1,
    }


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
        if goal is None or "outcome_in" in goal.until:  # no task is its own goal
            continue
        first = at - timedelta(days=goal.days)
        runs = Run.objects.filter(playbook=row, goal_reached_at=None, started_at__gte=first)
        reached = list(fulfilled(runs, goal.until, at=at))
        for begin in range(0, len(reached), BATCH):
            some = Run.objects.filter(pk__in=reached[begin : begin + BATCH])
            marked += some.update(goal_reached_at=at)
    return marked
