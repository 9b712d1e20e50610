"""Writes: book a slot, put a message into the outbox, take it back. Everything that reaches a
customer passes here."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked
from weixi.staff.permissions import reachable

from . import facts, queries
from .enqueueing import Enqueued, enqueue, enqueue_many
from .locking import locked
from .models import Message, Touch
from .rules import UNSENT, MessageState, Reason, TouchState, Verdict
from .sources import Source
from .words import verdict_words

__all__ = [
    "Enqueued",
    "Refused", "Source", "cancel", "enqueue", "enqueue_many", "fulfil", "release",
    "reserve", "withdraw",
]  # fmt: skip
NEVER_OVERRIDDEN = frozenset(
    {Reason.MERGED, Reason.NO_ADDRESS, Reason.DO_NOT_CONTACT, Reason.CHANNEL_OFF}
)


class Refused(RuleBroken):
    """The policy says no, or not now; `verdict` says which and until when."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict_words(verdict))
        self.verdict = verdict


@transaction.atomic
def reserve(
    *,
    customer_id: int,
    channel: str,
    purpose: str,
    at: datetime,
    source: Source,
    by: Actor,
    booked_at: datetime | None = None,
    override_reason: str = "",
) -> Touch:
    """Book the slot at `at`, or Refused. The same source books once."""
    locked([customer_id])
    held = source.touches().filter(customer=customer_id).first()
    if held is not None and held.state in (TouchState.RESERVED, TouchState.DONE):
        return held
    verdict = queries.may_contact(customer_id, channel=channel, purpose=purpose, at=at)
    reason = checked(override_reason, what=_("Reason"), at_most=200)
    if not verdict.is_allowed:
        _overridden(verdict, reason, by)
    touch, _made = Touch.objects.update_or_create(
        customer_id=customer_id, **source.key(),
        defaults={
            "channel": channel, "purpose": purpose, "at": at, "state": TouchState.RESERVED,
            "contact": None, "override": "" if verdict.is_allowed else reason,
            "booked_at": booked_at or at, "booked_by": by.name[:80],
        },
    )  # fmt: skip
    if touch.override:
        said = {"channel": channel, "purpose": purpose, "why_not": verdict.reason}
        record("policy.overridden", by=by, at=booked_at or at, customer_id=customer_id,
               touch=touch.pk, reason=reason, **said)  # fmt: skip
    return touch


def _overridden(verdict: Verdict, reason: str, by: Actor) -> None:
    is_final = verdict.reason in NEVER_OVERRIDDEN or verdict.facts.get("is_hard")
    if is_final or not reason:
        raise Refused(verdict)
    by.need("policy.override")


@transaction.atomic
def fulfil(*, source: Source, customer_id: int, contact_id: int, at: datetime) -> bool:
    """The booked contact took place and was recorded: from now on the recorded one counts."""
    touches = source.touches().filter(customer=customer_id)
    return bool(touches.update(state=TouchState.DONE, contact=contact_id, at=at))


@transaction.atomic
def release(*, source: Source, customer_id: int) -> bool:
    """Give an unused slot back."""
    touches = source.touches().filter(customer=customer_id, state=TouchState.RESERVED)
    return bool(touches.update(state=TouchState.RELEASED))


@transaction.atomic
def lapse(*, at: datetime) -> int:
    """Booked slots without a message that nobody used within a day."""
    old = Touch.objects.filter(
        state=TouchState.RESERVED, message=None, at__lt=at - facts.RESERVED_FOR
    )
    return Touch.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:10_000])).update(
        state=TouchState.LAPSED
    )


@transaction.atomic
def decide_unknown(*, message_id: int, arrived: bool, by: Actor, at: datetime) -> Message:
    """A person found out: it arrived, or it did not and goes out again."""
    by.need("messages.edit")
    message = _reached(message_id, by, MessageState.UNKNOWN)
    if not arrived:
        return _replayed(message, by, at)
    message.state, message.problem = MessageState.SENT, ""
    message.save(update_fields=["state", "problem"])
    _told("message.decided", message, by, at, arrived=True)
    return message


@transaction.atomic
def replay(*, message_id: int, by: Actor, at: datetime) -> Message:
    """A dead one gets all its attempts again; its id stays, so receivers can tell doubles."""
    by.need("messages.edit")
    return _replayed(_reached(message_id, by, MessageState.DEAD), by, at)


@transaction.atomic
def cancel_one(*, message_id: int, by: Actor, at: datetime) -> Message:
    by.need("messages.edit")
    message = _reached(message_id, by, *UNSENT)
    message.state, message.ended_at, message.lease_until = MessageState.CANCELLED, at, None
    message.save(update_fields=["state", "ended_at", "lease_until"])
    Touch.objects.filter(pk=message.touch_id).update(state=TouchState.RELEASED)
    _told("message.cancelled", message, by, at)
    return message


def _reached(message_id: int, by: Actor, *states: str) -> Message:
    rows = Message.objects.select_for_update(of=("self",)).filter(
        reachable(by, "customer__"), pk=message_id
    )
    message = rows.first()
    if message is None:
        raise Missing("message")
    if message.state not in states:
        raise Conflict(_("This message is in another state meanwhile."))
    return message


def _replayed(message: Message, by: Actor, at: datetime) -> Message:
    message.state, message.attempts, message.not_before = MessageState.WAITING, 0, at
    message.ended_at, message.problem = None, ""
    message.save(update_fields=["state", "attempts", "not_before", "ended_at", "problem"])
    Touch.objects.filter(pk=message.touch_id).update(state=TouchState.RESERVED, at=at, contact=None)
    _told("message.replayed", message, by, at)
    return message


def _told(kind: str, message: Message, by: Actor, at: datetime, **facts_: Any) -> None:
    record(kind, by=by, at=at, customer_id=message.customer_id, message=message.pk,
           channel=message.channel, **facts_)  # fmt: skip


@transaction.atomic
def cancel(*, source_kind: str, source_id: str, by: Actor, at: datetime) -> int:
    """The stop button: whatever has not been handed over stays here. Returns how many."""
    waiting = Message.objects.filter(
        touch__source_kind=source_kind, touch__source_id=str(source_id), state__in=UNSENT
    )
    stopped = _held_back(list(waiting.values_list("pk", flat=True)), at)
    record("messages.cancelled", by=by, at=at, source_kind=source_kind,
           source_id=str(source_id), messages=stopped)  # fmt: skip
    return stopped


@transaction.atomic
def withdraw(message_ids: Collection[int], *, at: datetime) -> list[int]:
    """Messages that are no longer wanted, as far as they have not been handed over; their
    customers."""
    rows = Message.objects.filter(pk__in=list(message_ids), state__in=UNSENT)
    found = dict(rows.values_list("pk", "customer_id"))
    _held_back(list(found), at)
    kept = Message.objects.filter(pk__in=list(found)).exclude(state=MessageState.CANCELLED)
    return [found[pk] for pk in found.keys() - set(kept.values_list("pk", flat=True))]


def _held_back(ids: list[int], at: datetime) -> int:
    """What a worker marked meanwhile is left alone; the slots of the others are free again."""
    stopped = 0
    for start in range(0, len(ids), 1_000):
        some = ids[start : start + 1_000]
        stopped += Message.objects.filter(pk__in=some, state__in=UNSENT).update(
            state=MessageState.CANCELLED, ended_at=at, lease_until=None
        )
        slots = Touch.objects.filter(message__in=some, message__state=MessageState.CANCELLED)
        freed = list(slots.filter(state=TouchState.RESERVED).values_list("pk", flat=True))
        Touch.objects.filter(pk__in=freed).update(state=TouchState.RELEASED)
    return stopped
