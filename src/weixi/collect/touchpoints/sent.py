"""Contacts that a machine made: many at once, each on the timeline like any other."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from weixi.core.actor import Actor
from weixi.core.journal import bulk_record

from .models import Channel, Contact
from .rules import Direction


class SentContact(NamedTuple):
    customer_id: int
    channel: str
    purpose: str
    note: str


def record_sent(contacts: Sequence[SentContact], *, by: Actor, at: datetime) -> list[int]:
    """Inside the caller's transaction; of each customer at most one. Returns their ids."""
    channels = dict(
        Channel.objects.filter(code__in={c.channel for c in contacts}).values_list("code", "pk")
    )
    made = Contact.objects.bulk_create(
        Contact(
            number=f"K{at:%y%m%d}-{secrets.token_hex(5)}",
            customer_id=one.customer_id,
            at=at,
            channel_id=channels[one.channel],
            direction=Direction.OUT,
            purpose=one.purpose,
            staff_name=by.name[:80],
            note=one.note,
        )
        for one in contacts
    )
    told = {
        one.customer_id: {"contact": row.pk, "channel": one.channel, "purpose": one.purpose,
                          "outcome": ""}
        for one, row in zip(contacts, made, strict=True)
    }  # fmt: skip
    bulk_record("contact.recorded", told, by=by, at=at)
    return [row.pk for row in made]
