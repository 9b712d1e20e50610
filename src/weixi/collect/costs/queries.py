"""Reads about what a customer cost beside contacts, cut by the actor's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from weixi.core.actor import Actor
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import reachable

from .models import CareCost

NEWEST = Keyset(("-day", "-id"), "costs")


@dataclass(frozen=True)
class CostRow:
    """`amount` in minor units, below zero when taken back."""

    id: int
    number: str
    customer_id: int
    day: date
    kind: str
    amount: int
    note: str
    recorded_by: str


def costs_of(
    actor: Actor, customer_id: int, *, cursor: str = "", limit: int = LIMIT
) -> Page[CostRow]:
    """The newest first; empty when the customer is out of reach."""
    actor.need("customers.view")
    rows = CareCost.objects.filter(reachable(actor, "customer__"), customer_id=customer_id)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def _rendered(rows: Sequence[CareCost]) -> list[CostRow]:
    return [
        CostRow(
            row.pk, row.number, row.customer_id, row.day, row.kind, row.amount, row.note,
            row.recorded_by,
        )
        for row in rows
    ]  # fmt: skip
