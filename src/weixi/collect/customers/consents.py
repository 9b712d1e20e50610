"""Reads of given and withdrawn consent as events, for programs that follow them."""

from dataclasses import dataclass
from datetime import datetime

from weixi.core.actor import Actor
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import listed

from .models import Consent

BY_NUMBER = Keyset(("id",), "consents")


@dataclass(frozen=True)
class ConsentEvent:
    """`channel` empty: every one. `source`: "unsubscribe" for the link in a message."""

    id: int
    customer_id: int
    purpose: str
    channel: str
    granted: bool
    at: datetime
    source: str
    evidence: str


def consent_events(
    actor: Actor,
    *,
    since: datetime | None = None,
    granted: bool | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[ConsentEvent]:
    """In the order in which they were recorded."""
    actor.need("customers.view")
    rows = Consent.objects.filter(listed(actor, "customer__"))
    if since is not None:
        rows = rows.filter(at__gte=since)
    if granted is not None:
        rows = rows.filter(granted=granted)
    return keyset_page(
        rows,
        BY_NUMBER,
        cursor=cursor,
        limit=limit,
        render=lambda found: [event_of(r) for r in found],
    )  # fmt: skip


def event_of(row: Consent) -> ConsentEvent:
    return ConsentEvent(row.pk, row.customer_id, row.purpose, row.channel, row.granted, row.at,
                        row.source, row.evidence)  # fmt: skip
