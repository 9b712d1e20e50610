"""Reads about what keeps a customer (C8), how people judge it and how much it may owe (M4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from weixi.core.actor import Actor
from weixi.core.errors import Missing

from .models import Bond, CreditLimit, Rating
from .queries import get
from .rules import BARRIERS, rests_on_barriers


@dataclass(frozen=True)
class BondRow:
    """`value`: what leaving would cost the customer, in minor units; None: not known.

    `is_in_force`: on the day asked for. `days_left`: until the last day; None: it has none, or
    is not in force.
    """

    id: int
    customer_id: int
    kind: str
    is_barrier: bool
    description: str
    value: int | None
    starts_on: date | None
    ends_on: date | None
    is_in_force: bool
    days_left: int | None
    source: str
    recorded_at: datetime


@dataclass(frozen=True)
class Bonds:
    """A customer's bonds, those in force first. `is_fragile`: barriers alone are in force."""

    rows: Sequence[BondRow]
    is_fragile: bool


@dataclass(frozen=True)
class RatingRow:
    kind: str
    score: int
    evidence: str
    rated_at: datetime
    rated_by: str


@dataclass(frozen=True)
class LimitRow:
    """`amount` in minor units; `since`: the day it holds from."""

    amount: int
    since: date
    note: str
    source: str
    recorded_at: datetime


def bonds_of(actor: Actor, customer_id: int, *, as_of: date) -> Bonds:
    """Raises Missing when the customer is out of reach."""
    get(actor, customer_id)
    found = Bond.objects.filter(customer_id=customer_id).order_by("kind", "pk")
    rows = [_row(bond, as_of) for bond in found]
    held = [row.kind for row in rows if row.is_in_force]
    return Bonds(sorted(rows, key=lambda row: not row.is_in_force), rests_on_barriers(held))


def bond(actor: Actor, bond_id: int, *, as_of: date) -> BondRow:
    """Raises Missing, the same for "not there" and "not yours"."""
    row = Bond.objects.filter(pk=bond_id).first()
    if row is None:
        raise Missing("bond")
    get(actor, row.customer_id)
    return _row(row, as_of)


def ratings_of(actor: Actor, customer_id: int) -> list[RatingRow]:
    """All judgements, the newest first; of each kind the first one counts."""
    get(actor, customer_id)
    rows = Rating.objects.filter(customer_id=customer_id).order_by("-rated_at", "-pk")
    return [RatingRow(r.kind, r.score, r.evidence, r.rated_at, r.rated_by) for r in rows]


def newest_ratings(actor: Actor, customer_id: int) -> dict[str, RatingRow]:
    """The judgement that counts, by kind; a kind that nobody judged is not in it."""
    return {row.kind: row for row in reversed(ratings_of(actor, customer_id))}


def credit_limits_of(actor: Actor, customer_id: int) -> list[LimitRow]:
    """All limits, the one that holds from the latest day first: the order they count in."""
    get(actor, customer_id)
    rows = CreditLimit.objects.filter(customer_id=customer_id).order_by("-since", "-pk")
    return [LimitRow(r.amount, r.since, r.note, r.source, r.recorded_at) for r in rows]


def credit_limit_on(actor: Actor, customer_id: int, *, as_of: date) -> LimitRow | None:
    """The limit that holds on the day; None: none is known."""
    rows = credit_limits_of(actor, customer_id)
    return next((row for row in rows if row.since <= as_of), None)


def _row(bond: Bond, as_of: date) -> BondRow:
    """Without a first day it holds from the day it was recorded on, as measures count it."""
    begun = bond.starts_on or timezone.localdate(bond.recorded_at)
    holds = begun <= as_of and (bond.ends_on is None or bond.ends_on >= as_of)
    return BondRow(
        id=bond.pk,
        customer_id=bond.customer_id,
        kind=bond.kind,
        is_barrier=bond.kind in BARRIERS,
        description=bond.description,
        value=bond.value,
        starts_on=bond.starts_on,
        ends_on=bond.ends_on,
        is_in_force=holds,
        days_left=(bond.ends_on - as_of).days if holds and bond.ends_on else None,
        source=bond.source,
        recorded_at=bond.recorded_at,
    )
