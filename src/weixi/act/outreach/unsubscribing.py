"""One click and it is over (RFC 8058): a link for each message, signed, known to nobody else."""

from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction

from weixi.collect.customers.actions import withdraw_consent
from weixi.collect.customers.queries import destination
from weixi.core.actor import SYSTEM
from weixi.core.errors import Missing

from .models import Message

SALT = "weixi.unsubscribe"
STOPS = {"channel": ("marketing", "care"), "marketing": ("marketing",), "all": ("contact",)}
SERVICE = ("service", "apology")


def token_of(message: Message) -> str:
    return Signer(salt=SALT, sep=".").sign(str(message.pk))


def link_for(message: Message) -> str:
    """Empty for messages of service: those cannot be unsubscribed from."""
    if message.purpose in SERVICE:
        return ""
    return f"{settings.PUBLIC_URL}/u/{token_of(message)}"


def message_of(token: str) -> Message:
    """Raises Missing for a link that we did not make."""
    try:
        number = Signer(salt=SALT, sep=".").unsign(token)
    except BadSignature:
        raise Missing("message") from None
    message = Message.objects.select_related("customer").filter(pk=number).first()
    if message is None:
        raise Missing("message")
    return message


@transaction.atomic
def unsubscribe(token: str, *, what: str = "channel", at: datetime) -> None:
    """`what`: channel: marketing and care by this channel; all: any contact at all. Twice is as
    once."""
    message = message_of(token)
    customer = destination(message.customer_id)
    channel = message.channel if what == "channel" else ""
    for purpose in STOPS[what]:
        withdraw_consent(
            customer, purpose, channel=channel, source="unsubscribe",
            evidence=f"message {message.pk}", by=SYSTEM, at=at,
        )  # fmt: skip
