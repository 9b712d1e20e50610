"""Which messages a worker holds: claimed under a lease and a fence, marked before they leave.

waiting → claimed → sending → (handed over) → sent. A lapsed claim goes back to waiting: nothing
has left the house. A lapsed "sending" becomes unknown: it may have left, and a machine that tried
again might send the second one (ADR 17). Leases are told by the database's clock.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now

from .models import Message, Touch
from .rules import MessageState, TouchState

LEASE_SECONDS = 60.0
HELD = (MessageState.CLAIMED, MessageState.SENDING)
UNSEEN = "nobody saw the answer"


def claim(
    worker: str, *, channels: list[str], at: datetime, size: int, lease_seconds: float
) -> list[Message]:
    """The longest due first, one for each customer: the next one must see what became of it."""
    due = Message.objects.filter(
        state=MessageState.WAITING, channel__in=channels, not_before__lte=at
    ).order_by("not_before", "pk")
    if not due.exists():  # without the write lock that SQLite takes for a transaction
        return []
    with transaction.atomic():
        found = list(_unlocked(due).values_list("pk", "customer_id")[:size])
        ids = list({customer: pk for pk, customer in reversed(found)}.values())
        Message.objects.filter(pk__in=ids, state=MessageState.WAITING).update(
            state=MessageState.CLAIMED, worker=worker, fence=F("fence") + 1,
            lease_until=after(lease_seconds),
        )  # fmt: skip
    return list(Message.objects.filter(pk__in=ids).select_related("template").order_by("pk"))


def _unlocked(rows: QuerySet[Message]) -> QuerySet[Message]:
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def mark_sending(messages: list[Message], *, at: datetime, lease_seconds: float) -> None:
    """Commit this before any of them is handed over."""
    _mine(messages, MessageState.CLAIMED).update(
        state=MessageState.SENDING, handed_at=at, lease_until=after(lease_seconds)
    )


def still_mine(messages: list[Message]) -> list[Message]:
    """Those that are still in these hands, asked inside the transaction that hands over."""
    rows = Message.objects.filter(pk__in=[m.pk for m in messages], state=MessageState.SENDING)
    fences = dict(rows.values_list("pk", "fence"))
    return [m for m in messages if fences.get(m.pk) == m.fence]


def give_back(messages: list[Message]) -> None:
    """The worker stops: claimed ones that were not marked yet wait again."""
    _mine(messages, MessageState.CLAIMED).update(state=MessageState.WAITING, lease_until=None)


@transaction.atomic
def reap(*, at: datetime) -> tuple[int, int]:
    """(back to waiting, unknown): what workers left that stopped midway."""
    lapsed = Message.objects.filter(state__in=HELD, lease_until__lt=Now())
    if not lapsed.exists():
        return 0, 0
    back = lapsed.filter(state=MessageState.CLAIMED).update(
        state=MessageState.WAITING, lease_until=None
    )
    unseen = list(lapsed.filter(state=MessageState.SENDING).values_list("pk", "touch_id"))
    Message.objects.filter(pk__in=[pk for pk, _ in unseen], state=MessageState.SENDING).update(
        state=MessageState.UNKNOWN, lease_until=None, ended_at=at, problem=UNSEEN
    )
    Touch.objects.filter(pk__in=[touch for _, touch in unseen]).update(state=TouchState.DONE)
    return back, len(unseen)


def after(seconds: float) -> ExpressionWrapper:
    moment = Now() + timedelta(seconds=seconds)
    return ExpressionWrapper(moment, output_field=DateTimeField())


def _mine(messages: list[Message], state: MessageState) -> QuerySet[Message]:
    if not messages:
        return Message.objects.none()
    held = [Q(pk=message.pk, fence=message.fence) for message in messages]
    return Message.objects.filter(reduce(or_, held), state=state)
