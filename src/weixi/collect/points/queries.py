"""Reads about loyalty points, cut by the actor's reach.

When points run out is not known before the ledger has rules for it; nothing is said about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import reachable

from .models import PointsEntry
from .rules import EntryKind

NEWEST = Keyset(("-at", "-id"), "points")


@dataclass(frozen=True)
class EntryRow:
    """An entry ready to render. `balance` is the customer's after it."""

    id: int
    number: str
    customer_id: int
    at: datetime
    kind: str
    points: int  # negative when used up
    reference: str
    balance: int


@dataclass(frozen=True)
class Account:
    """A customer's points. Redeemed and expired are told as positive numbers."""

    balance: int
    earned: int
    redeemed: int
    expired: int
    adjusted: int


def points_of(
    actor: Actor, customer_id: int, *, cursor: str = "", limit: int = LIMIT
) -> Page[EntryRow]:
    """A customer's entries, the newest first; empty when the customer is out of reach."""
    rows = _reached(actor).filter(customer_id=customer_id)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def account_of(actor: Actor, customer_id: int) -> Account:
    rows = _reached(actor).filter(customer_id=customer_id).values("kind")
    sums = dict(rows.annotate(sum=Sum("points")).values_list("kind", "sum"))
    return Account(
        balance=sum(sums.values()),
        earned=sums.get(EntryKind.EARN, 0),
        redeemed=-sums.get(EntryKind.REDEEM, 0),
        expired=-sums.get(EntryKind.EXPIRE, 0),
        adjusted=sums.get(EntryKind.ADJUST, 0),
    )


def balance_of(actor: Actor, customer_id: int) -> int:
    """Zero for a customer without entries, and for one out of reach."""
    return _sum(_reached(actor).filter(customer_id=customer_id))


def entry(actor: Actor, entry_id: int) -> EntryRow:
    """Raises Missing, the same for "not there" and "not yours"."""
    row = _reached(actor).filter(pk=entry_id).first()
    if row is None:
        raise Missing("points entry")
    return _rendered([row])[0]


def _reached(actor: Actor) -> QuerySet[PointsEntry]:
    actor.need("customers.view")
    return PointsEntry.objects.filter(reachable(actor, "customer__"))


def _rendered(rows: Sequence[PointsEntry]) -> list[EntryRow]:
    """Rows of one customer, the newest first: its balance is reckoned once and walked back."""
    if not rows:
        return []
    balance, shown = _balance_after(rows[0]), []
    for row in rows:
        shown.append(_row(row, balance))
        balance -= row.points
    return shown


def _balance_after(row: PointsEntry) -> int:
    until = Q(at__lt=row.at) | Q(at=row.at, pk__lte=row.pk)
    return _sum(PointsEntry.objects.filter(until, customer_id=row.customer_id))


def _sum(rows: QuerySet[PointsEntry]) -> int:
    return rows.aggregate(sum=Sum("points"))["sum"] or 0


def _row(row: PointsEntry, balance: int) -> EntryRow:
    return EntryRow(
        id=row.pk,
        number=row.number,
        customer_id=row.customer_id,
        at=row.at,
        kind=row.kind,
        points=row.points,
        reference=row.reference,
        balance=balance,
    )
