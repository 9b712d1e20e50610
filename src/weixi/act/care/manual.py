"""What a person asks to be done for a customer: added, taken back, given to somebody else."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get
from weixi.collect.touchpoints.models import Channel
from weixi.collect.touchpoints.rules import Purpose
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import entry, record
from weixi.core.text import checked
from weixi.staff.models import User
from weixi.staff.permissions import listed, reachable

from .absences import colleague_of
from .day import list_day
from .joining import put_on_list
from .models import Ask, Task
from .rules import AskSource, AskState, Dropped, TaskState

LONGEST_TEXT = 200
LONGEST_AHEAD_DAYS = 366
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Given:
    """Which tasks were given to somebody; `undo` takes it back."""

    ids: list[int]
    undo: int


@transaction.atomic
def add_task(
    *,
    customer_id: int,
    text: str,
    due_on: date,
    channel: str = "",
    purpose: str = Purpose.CARE,
    owner_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Ask:
    """On the list from the day it is due; at once when that is today. None: the customer's owner
    has it."""
    by.need("tasks.work")
    customer = get(by, customer_id)
    if customer.merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Use that one."))
    today = list_day(timezone.localdate(at))
    _check(due_on, today, channel, purpose)
    text = checked(text, what=_("What is to be done"), at_most=LONGEST_TEXT, need=True)
    owner = _owner(by, owner_id)
    ask = Ask.objects.create(
        customer=customer, source=AskSource.MANUAL, key=f"manual:{secrets.token_hex(12)}",
        text_zh=text, text_en=text, from_zh=by.name[:80], from_en=by.name[:80], purpose=purpose,
        channel=channel, due_on=due_on, owner=owner, created_at=at, created_by_id=by.user_id,
    )  # fmt: skip
    record("task.asked", by=by, at=at, customer_id=customer_id, ask=ask.pk, text=text,
           due=due_on.isoformat())  # fmt: skip
    put_on_list([customer_id], day=today)
    return ask


@transaction.atomic
def withdraw_task(*, ask_id: int, by: Actor, at: datetime) -> Ask:
    """Who asked, or who leads, may take it back; the task ends when nothing else holds it."""
    by.need("tasks.work")
    rows = Ask.objects.filter(reachable(by, "customer__"), pk=ask_id, source=AskSource.MANUAL)
    ask = rows.select_for_update().first()
    if ask is None:
        raise Missing("task")
    if ask.created_by_id != by.user_id and not by.may("tasks.assign"):
        raise RuleBroken(_("Only who asked for it, or who leads the team, can take it back."))
    if ask.state != AskState.OPEN:
        raise RuleBroken(_("This is already dealt with."))
    Ask.objects.filter(pk=ask.pk).update(state=AskState.WITHDRAWN, closed_at=at)
    record("task.ask_withdrawn", by=by, at=at, customer_id=ask.customer_id, ask=ask.pk)
    _take_off_list(ask, at)
    return ask


@transaction.atomic
def reassign(*, task_ids: list[int], owner_id: int | None, by: Actor, at: datetime) -> Given:
    """Open tasks within reach given to somebody, or to the team's queue. The customers keep their
    owner; who holds a task keeps it in hand."""
    by.need("tasks.assign")
    if len(task_ids) > MOST_AT_ONCE:
        raise RuleBroken(_("At most %(most)d tasks at once.") % {"most": MOST_AT_ONCE})
    owner = _owner(by, owner_id)
    rows = Task.objects.filter(listed(by, "customer__"), pk__in=task_ids, state=TaskState.OPEN)
    rows = rows.exclude(owner=owner)
    found = list(rows.values_list("pk", "customer_id", "owner_id", "is_given"))
    ids = [pk for pk, *_rest in found]
    Task.objects.filter(pk__in=ids).update(owner=owner, is_given=True, version=F("version") + 1)
    after = owner.pk if owner else None
    for pk, customer_id, before, _was_given in found:
        record("task.reassigned", by=by, at=at, customer_id=customer_id, task=pk, before=before,
               after=after)  # fmt: skip
    said = [[pk, before, was_given] for pk, _customer, before, was_given in found]
    summary = record("tasks.given", by=by, at=at, owner=after, before=said)
    return Given(ids, summary.pk)


@transaction.atomic
def undo_reassign(undo: int, *, by: Actor, at: datetime) -> int:
    """Back to who had them, as far as they are still open with whom they were given to; returns
    how many. Only who gave them can take it back."""
    by.need("tasks.assign")
    done = entry(undo)
    if done is None or done.kind != "tasks.given" or done.actor_id != by.user_id:
        raise Missing("giving")
    after, back = done.facts["owner"], 0
    for pk, before, was_given in done.facts["before"]:
        rows = Task.objects.filter(pk=pk, state=TaskState.OPEN, owner=after, is_given=True)
        back += rows.update(owner=before, is_given=was_given, version=F("version") + 1)
    record("tasks.given_back", by=by, at=at, undone=undo, tasks=back)
    return back


def _check(due_on: date, today: date, channel: str, purpose: str) -> None:
    if not today <= due_on <= today + timedelta(days=LONGEST_AHEAD_DAYS):
        raise RuleBroken(
            _("Due: today or later, at most %(most)d days ahead.") % {"most": LONGEST_AHEAD_DAYS}
        )
    if channel and not Channel.objects.filter(code=channel, is_on=True).exists():
        raise RuleBroken(_("Unknown channel: %(channel)s.") % {"channel": channel[:40]})
    if purpose not in set(Purpose):
        raise RuleBroken(_("Unknown purpose: %(purpose)s.") % {"purpose": purpose[:40]})


def _owner(by: Actor, owner_id: int | None) -> User | None:
    """Oneself always; somebody else for who leads."""
    if owner_id is None:
        return None
    if owner_id == by.user_id:
        return User.objects.get(pk=owner_id)
    by.need("tasks.assign")
    return colleague_of(by, owner_id)


def _take_off_list(ask: Ask, at: datetime) -> None:
    """Out of the open task of the customer; a task that rests on nothing else is dropped."""
    task = Task.objects.filter(customer_id=ask.customer_id, state=TaskState.OPEN).first()
    if task is None:
        return
    rest = [one for one in task.signals if one["facts"].get("ask") != ask.pk]
    changes: dict[str, Any] = {"signals": rest, "version": F("version") + 1}
    if rest:
        changes["kind"] = rest[0]["kind"]
    else:
        changes |= {"state": TaskState.DROPPED, "outcome": Dropped.WITHDRAWN, "closed_at": at,
                    "signals": task.signals, "claimed_by": None, "claimed_until": None}  # fmt: skip
    Task.objects.filter(pk=task.pk).update(**changes)
