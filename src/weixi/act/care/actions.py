"""What people do on the care list, and the last stage of the pipeline, which plans it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.act.warnings.actions import handle, undo_act
from weixi.act.warnings.asking import still_open
from weixi.collect.touchpoints.actions import record_contact, undo_contact
from weixi.collect.touchpoints.models import Contact
from weixi.collect.touchpoints.rules import Direction, Outcome
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.runs import RunContext
from weixi.core.text import checked
from weixi.core.values import value_of
from weixi.staff.permissions import reachable
from weixi.staff.queries import names_of

from .asks import answer, asks_in, take_back
from .day import list_day, moment_of
from .models import Task
from .planning import plan_day
from .playbooks.advancing import advance
from .rules import PURPOSE, SignalKind, TaskState
from .thresholds import CLAIM_MINUTES, UNDO_MINUTES

LONGEST_POSTPONE_DAYS = 180
LONGEST_REASON = 200
UNANSWERED = frozenset({Outcome.NOT_REACHED, Outcome.FOLLOW_UP})
CLAIM = ("claimed_by_id", "claimed_until")
DATES = {"due_on", "hidden_until"}


def compute(run: RunContext) -> int:
    """Nothing is written to the lake: the plan is made from the tables that `publish` sees."""
    return 0


def publish(run: RunContext) -> int:
    """The stage "plan": playbooks first, whose steps ask for tasks, then the open tasks of the day.
    Again for the same day changes nothing."""
    advance(day=run.as_of, at=moment_of(run))
    return plan_day(run.as_of)


@transaction.atomic
def claim(*, task_id: int, by: Actor, at: datetime) -> Task:
    """Hold the task while preparing and talking; a second person is told who holds it.

    The lease ends by itself, so that a task is not lost with a closed browser.
    """
    task = _open_task(task_id, by)
    if by.user_id is None:
        raise RuleBroken(_("Only a signed-in person can hold a task."))
    until = at + timedelta(minutes=value_of(CLAIM_MINUTES))
    free = Q(claimed_by=None) | Q(claimed_until__lte=at) | Q(claimed_by=by.user_id)
    held = Task.objects.filter(free, pk=task.pk, state=TaskState.OPEN).update(
        claimed_by=by.user_id, claimed_until=until
    )
    if not held:
        raise Conflict(_held_sentence(Task.objects.get(pk=task.pk)))
    task.claimed_by_id, task.claimed_until = by.user_id, until
    return task


@transaction.atomic
def release(*, task_id: int, by: Actor, at: datetime) -> None:
    """Let go of a task; somebody else's hold stays."""
    task = _open_task(task_id, by)
    Task.objects.filter(pk=task.pk, claimed_by=by.user_id).update(
        claimed_by=None, claimed_until=None
    )


@transaction.atomic
def complete(
    *,
    task_id: int,
    outcome: str,
    channel: str = "",
    note: str = "",
    minutes: Decimal | float | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Task:
    """Done, with its result: records the contact that the next run measures."""
    task = _free_task(task_id, by, at, version)
    if outcome not in set(Outcome):
        raise RuleBroken(_("Say how the contact ended."))
    contact = record_contact(
        customer_id=task.customer_id,
        channel=channel or task.channel,
        direction=Direction.OUT,
        purpose=_purpose(task),
        outcome=outcome,
        note=note,
        minutes=minutes,
        by=by,
        at=at,
    )
    _close(task, outcome, contact, by=by, at=at)
    _answer_alerts(task, outcome, by=by, at=at)
    _answer_asks(task, outcome, contact, at=at)
    return task


@transaction.atomic
def postpone(
    *,
    task_id: int,
    until: date,
    reason: str,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Task:
    """Out of the list until a day, with the reason why; it is due on that day."""
    task, today = _free_task(task_id, by, at, version), list_day(timezone.localdate(at))
    if not today < until <= today + timedelta(days=LONGEST_POSTPONE_DAYS):
        raise RuleBroken(
            _("Choose a day after today, at most %(most)d days ahead.")
            % {"most": LONGEST_POSTPONE_DAYS}
        )
    reason = checked(reason, what=_("The reason to postpone"), at_most=LONGEST_REASON, need=True)
    changes = {
        "hidden_until": until,
        "due_on": until,
        "postpone_reason": reason,
        "claimed_by_id": None,
        "claimed_until": None,
    }
    _change(task, changes, act="postpone", by=by, at=at)
    record(
        "task.postponed", by=by, at=at, customer_id=task.customer_id, task=task.pk,
        until=until.isoformat(), reason=reason,
    )  # fmt: skip
    return task


@transaction.atomic
def undo(*, task_id: int, by: Actor, at: datetime) -> Task:
    """Take back the last completion or postponement, with its contact, within some minutes."""
    task = _task(task_id, by)
    last = task.undo
    if not last:
        raise RuleBroken(_("There is nothing to undo."))
    if last["by"] != by.user_id:
        raise RuleBroken(_("Only who did it can undo it."))
    minutes = value_of(UNDO_MINUTES)
    if at - _moment(last["at"]) > timedelta(minutes=minutes):
        raise RuleBroken(
            ngettext(
                "It can be undone for %(minutes)d minute only.",
                "It can be undone for %(minutes)d minutes only.",
                minutes,
            )
            % {"minutes": minutes}
        )
    newer = Task.objects.filter(customer_id=task.customer_id, state=TaskState.OPEN)
    if newer.exclude(pk=task.pk).exists():
        raise Conflict(_("A new task for this customer was planned meanwhile."))
    if last.get("alerts"):
        undo_act(last["alerts"], by=by, at=at)
    take_back(last.get("asks", ()))
    if last.get("contact"):
        undo_contact(contact_id=last["contact"], by=by, at=at)
    before = {name: _restored(name, value) for name, value in last["before"].items()}
    _write(task, before | {"undo": None})
    record("task.undone", by=by, at=at, customer_id=task.customer_id, task=task.pk, act=last["act"])
    return task


def _task(task_id: int, by: Actor) -> Task:
    by.need("tasks.work")
    task = (
        Task.objects.filter(reachable(by, "customer__"), pk=task_id)
        .select_related("customer")
        .first()
    )
    if task is None:
        raise Missing("task")
    return task


def _open_task(task_id: int, by: Actor) -> Task:
    task = _task(task_id, by)
    if task.state != TaskState.OPEN:
        raise Conflict(_closed_sentence(task))
    return task


def _free_task(task_id: int, by: Actor, at: datetime, version: int | None) -> Task:
    """Open, not held by somebody else, and as the person saw it."""
    task = _open_task(task_id, by)
    held_by_other = task.claimed_by_id is not None and task.claimed_by_id != by.user_id
    if held_by_other and task.claimed_until is not None and task.claimed_until > at:
        raise Conflict(_held_sentence(task))
    if version is not None and version != task.version:
        raise Conflict(_("Somebody changed this task meanwhile. Look at it again."))
    return task


def _close(task: Task, outcome: str, contact: Contact, *, by: Actor, at: datetime) -> None:
    changes = {
        "state": TaskState.DONE,
        "outcome": outcome,
        "contact_id": contact.pk,
        "closed_at": at,
        "closed_by_id": by.user_id,
        "claimed_by_id": None,
        "claimed_until": None,
    }
    _change(task, changes, act="complete", by=by, at=at)
    facts = {"task": task.pk, "reason": task.kind, "outcome": outcome, "contact": contact.pk}
    record("task.completed", by=by, at=at, customer_id=task.customer_id, **facts)


def _answer_alerts(task: Task, outcome: str, *, by: Actor, at: datetime) -> None:
    """The alerts that asked for this task are dealt with, unless it needs another try."""
    asked = [s["facts"]["alerts"] for s in task.signals if s["kind"] == SignalKind.WARNING]
    ids = still_open([alert for alerts in asked for alert in alerts])
    if ids and outcome not in UNANSWERED:
        done = handle(ids, reason=_("Dealt with on the care list"), by=by, at=at)
        task.undo = {**(task.undo or {}), "alerts": done.undo}
        task.save(update_fields=["undo"])


def _answer_asks(task: Task, outcome: str, contact: Contact, *, at: datetime) -> None:
    """What persons and playbooks asked for is dealt with, or tried again."""
    ids = asks_in(task.signals)
    if ids:
        before = answer(ids, outcome=outcome, task_id=task.pk, contact=contact, at=at)
        task.undo = {**(task.undo or {}), "asks": before}
        task.save(update_fields=["undo"])


def _purpose(task: Task) -> str:
    """What was asked for says it, else the leading reason."""
    leading = task.signals[0]["facts"] if task.signals else {}
    return str(leading.get("purpose") or PURPOSE[SignalKind(task.kind)])


def _closed_sentence(task: Task) -> str:
    if task.state == TaskState.DROPPED:
        return _("The reason for this task has ended.")
    who = names_of({task.closed_by_id}).get(task.closed_by_id) if task.closed_by_id else None
    return _("%(who)s has already done this.") % {"who": who} if who else _("This is already done.")


def _held_sentence(task: Task) -> str:
    if task.state != TaskState.OPEN or task.claimed_by_id is None or task.claimed_until is None:
        return _closed_sentence(task)
    return _("%(who)s is working on this until %(until)s.") % {
        "who": names_of({task.claimed_by_id}).get(task.claimed_by_id, ""),
        "until": timezone.localtime(task.claimed_until).strftime("%H:%M"),
    }


def _change(task: Task, changes: dict[str, Any], *, act: str, by: Actor, at: datetime) -> None:
    """Write, and remember what was there before. What a claim was is not restored."""
    before = {n: _plain(getattr(task, n)) for n in changes if n not in CLAIM}
    remembered = {
        "act": act,
        "at": at.isoformat(),
        "by": by.user_id,
        "before": before | dict.fromkeys(CLAIM),
        "contact": changes.get("contact_id"),
    }
    _write(task, changes | {"undo": remembered})


def _write(task: Task, changes: dict[str, Any]) -> None:
    """Only over the version that was read: of two at once, one is told."""
    written = Task.objects.filter(pk=task.pk, version=task.version).update(
        version=F("version") + 1, **changes
    )
    if not written:
        raise Conflict(_("Somebody changed this task meanwhile. Look at it again."))
    for name, value in changes.items():
        setattr(task, name, value)
    task.version += 1


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _restored(name: str, value: Any) -> Any:
    if value is None:
        return None
    return parse_date(value) if name in DATES else value


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment
