"""Messages that a person sends: done when they say so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.touchpoints.actions import record_contact
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing
from weixi.staff.permissions import reachable

from .actions import Refused
from .locking import locked
from .models import Message, Touch
from .queries import may_send_now
from .rules import MACHINES, MessageState, TouchState


@transaction.atomic
def mark_done(*, message_id: int, by: Actor, at: datetime) -> Message:
    """The policy is asked once more: somebody may have called the customer meanwhile."""
    by.need("contacts.edit")
    rows = Message.objects.filter(reachable(by, "customer__"), pk=message_id)
    message = rows.select_related("template").first()
    if message is None:
        raise Missing("message")
    locked([message.customer_id])
    message.refresh_from_db(fields=["state"])
    if message.state != MessageState.WAITING or message.channel in MACHINES:
        raise Conflict(_("This message is in another state meanwhile."))
    verdict = may_send_now(message, at=at)
    if not verdict.is_allowed:
        raise Refused(verdict)
    contact = record_contact(
        customer_id=message.customer_id, channel=message.channel, direction="out",
        purpose=message.purpose, note=message.template.name, by=by, at=at,
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENT, handed_at=at, ended_at=at, problem="", attempts=1
    )
    Touch.objects.filter(pk=message.touch_id).update(
        state=TouchState.DONE, at=at, contact=contact.pk
    )
    return message
