"""Reads about complaints, cut by the actor's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import reachable

from .models import Complaint
from .rules import ComplaintOutcome

FOUND_MOST, FITTING_MOST = 6, 100
NEWEST = Keyset(("-received_at", "-id"), "complaints")


@dataclass(frozen=True)
class ComplaintRow:
    """A complaint ready to render. `channel` is a code or the company's own word."""

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer: str
    received_at: datetime
    channel: str
    description: str
    severity: str
    order_number: str
    first_reply_at: datetime | None
    resolved_at: datetime | None
    outcome: str

    @property
    def is_open(self) -> bool:
        return self.outcome == ComplaintOutcome.OPEN

    @property
    def needs_reply(self) -> bool:
        return self.is_open and self.first_reply_at is None


@dataclass(frozen=True)
class Counts:
    """Complaints of one customer. `oldest_open`: when the oldest open one came; None: none is."""

    total: int
    open: int
    oldest_open: datetime | None


def complaints_of(
    actor: Actor, customer_id: int, *, cursor: str = "", limit: int = LIMIT
) -> Page[ComplaintRow]:
    """A customer's complaints, the newest first; empty when the customer is out of reach."""
    rows = _reached(actor).filter(customer_id=customer_id)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def open_complaints_of(actor: Actor, customer_id: int) -> list[ComplaintRow]:
    """Those still open, the oldest first: the one that has waited longest."""
    rows = _reached(actor).filter(customer_id=customer_id, outcome=ComplaintOutcome.OPEN)
    return _rendered(rows.order_by("received_at", "pk"))


def has_complained_before(actor: Actor, customer_id: int, *, before: datetime) -> bool:
    return _reached(actor).filter(customer_id=customer_id, received_at__lt=before).exists()


def counts_of(actor: Actor, customer_id: int) -> Counts:
    rows = _reached(actor).filter(customer_id=customer_id)
    still = Q(outcome=ComplaintOutcome.OPEN)
    found = rows.aggregate(total=Count("pk"), open=Count("pk", filter=still))
    oldest = rows.filter(still).order_by("received_at").values_list("received_at", flat=True)
    return Counts(found["total"], found["open"], oldest.first())


def listing(
    actor: Actor,
    *,
    outcome: str = "",
    severity: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[ComplaintRow]:
    """Complaints of all customers within reach, received in [since, until), the newest first."""
    rows = _reached(actor)
    if outcome:
        rows = rows.filter(outcome=outcome)
    if severity:
        rows = rows.filter(severity=severity)
    if since:
        rows = rows.filter(received_at__gte=since)
    if until:
        rows = rows.filter(received_at__lt=until)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def find_by_number(actor: Actor, text: str) -> list[ComplaintRow]:
    """For the search palette: of this number, or about the order of this number; newest first."""
    text = text.strip()
    if not text or not actor.may("complaints.view"):
        return []
    typed = {text, text.upper()}
    of_number = Complaint.objects.filter(number__in=typed).values("pk")
    about_order = Complaint.objects.filter(order_number__in=typed).values("pk")
    fitting = list(of_number.union(about_order)[:FITTING_MOST])  # each by its own index
    if not fitting:
        return []
    ids = [row["pk"] for row in fitting]
    found = _reached(actor).filter(customer__merged_into=None, pk__in=ids)
    return _rendered(found.order_by("-received_at", "-pk")[:FOUND_MOST])


def get(actor: Actor, complaint_id: int) -> Complaint:
    """Raises Missing, the same for "not there" and "not yours"."""
    row = _reached(actor).filter(pk=complaint_id).first()
    if row is None:
        raise Missing("complaint")
    return row


def complaint(actor: Actor, complaint_id: int) -> ComplaintRow:
    return _row(get(actor, complaint_id))


def _reached(actor: Actor) -> QuerySet[Complaint]:
    actor.need("complaints.view")
    return Complaint.objects.filter(reachable(actor, "customer__")).select_related("customer")


def _rendered(rows: Sequence[Complaint] | QuerySet[Complaint]) -> list[ComplaintRow]:
    return [_row(row) for row in rows]


def _row(row: Complaint) -> ComplaintRow:
    return ComplaintRow(
        id=row.pk,
        number=row.number,
        customer_id=row.customer_id,
        customer_number=row.customer.number,
        customer=row.customer.name,
        received_at=row.received_at,
        channel=row.channel,
        description=row.description,
        severity=row.severity,
        order_number=row.order_number,
        first_reply_at=row.first_reply_at,
        resolved_at=row.resolved_at,
        outcome=row.outcome,
    )


def customers_told_by(word: str) -> "QuerySet[Any, Any]":
    """Ids of customers who complained by a channel, or by a word of a file that is none."""
    return Complaint.objects.filter(channel=word).values("customer")
