"""Mail that came back: the message is marked, an address where nobody lives is used no more."""

from datetime import datetime

from django.db import transaction

from weixi.core.actor import Actor
from weixi.core.journal import record

from .bounce_rules import returned
from .models import Message, Stopped
from .rules import MessageState

BEFORE = (MessageState.SENT, MessageState.UNKNOWN)


@transaction.atomic
def take_bounce(raw: bytes, *, by: Actor, at: datetime) -> str:
    """bounced, delayed, known (was marked already), or none (no report about a message of ours).
    Any number of times."""
    by.need("messages.edit")
    told = returned(raw)
    if told is None:
        return "none"
    message = Message.objects.select_for_update().filter(identity=told.identity).first()
    if message is None:
        return "none"
    if not told.is_final:
        return "delayed"
    if message.state not in BEFORE:
        return "known"
    message.state, message.problem = MessageState.BOUNCED, f"returned {told.status}"
    message.save(update_fields=["state", "problem"])
    if told.is_address and message.address_print:
        Stopped.objects.get_or_create(
            kind="email", fingerprint=message.address_print,
            defaults={"reason": "bounced", "at": at},
        )  # fmt: skip
    record("message.bounced", by=by, at=at, customer_id=message.customer_id,
           message=message.pk, status=told.status)  # fmt: skip
    return "bounced"
