"""Reads about who recommended us to whom, cut by the actor's reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.staff.permissions import reachable

from .models import Referral

MOST = 200  # of one customer


@dataclass(frozen=True)
class ReferralRow:
    """One recommendation ready to render. `other_id` and `other_number`: the customer at the
    other end; None and empty when that is nobody yet, or out of reach. `name` is empty when the
    other one is out of reach."""

    id: int
    customer_id: int
    other_id: int | None
    other_number: str
    name: str
    day: date
    source: str
    recorded_by: str


@dataclass(frozen=True)
class Referrals:
    """`made`: by this customer; `through`: the recommendations that it came by. Newest first."""

    made: list[ReferralRow]
    through: list[ReferralRow]


def referrals_of(actor: Actor, customer_id: int) -> Referrals:
    """Empty when the customer is out of reach."""
    actor.need("customers.view")
    mine = Referral.objects.filter(reachable(actor, "customer__"), customer_id=customer_id)
    to_me = Referral.objects.filter(reachable(actor, "recommended__"), recommended_id=customer_id)
    made = list(mine.order_by("-day", "-pk")[:MOST])
    through = list(to_me.order_by("-day", "-pk")[:MOST])
    names = _within_reach(actor, [row.recommended_id for row in made])
    givers = _within_reach(actor, [row.customer_id for row in through])
    return Referrals(
        [_row(row, row.recommended_id, names, row.name) for row in made],
        [_row(row, row.customer_id, givers, "") for row in through],
    )


def referral(actor: Actor, referral_id: int) -> ReferralRow:
    """Raises Missing, the same for "not there" and "not yours"."""
    actor.need("customers.view")
    row = Referral.objects.filter(reachable(actor, "customer__"), pk=referral_id).first()
    if row is None:
        raise Missing("referral")
    names = _within_reach(actor, [row.recommended_id])
    return _row(row, row.recommended_id, names, row.name)


def _within_reach(actor: Actor, ids: Iterable[int | None]) -> dict[int, tuple[str, str]]:
    """Number and name of those customers that the actor may see."""
    rows = Customer.objects.filter(reachable(actor), pk__in=[pk for pk in ids if pk is not None])
    return {row.pk: (row.number, row.name) for row in rows}


def _row(
    row: Referral, other: int | None, names: dict[int, tuple[str, str]], named: str
) -> ReferralRow:
    number, name = names.get(other or 0, ("", named))
    seen = other if other in names else None
    return ReferralRow(
        row.pk, row.customer_id, seen, number, name, row.day, row.source, row.recorded_by
    )
