"""What keeps a customer, how people judge it, and how much it may owe."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.collect.customers import actions, bonds
from weixi.collect.customers.rules import LIMIT_MOST, BondKind
from weixi.core.clock import now, today

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Day, Id, PageOf, items_of

router = Router(tags=["bonds"])
VIEW, EDIT = needs("customers.view"), needs("customers.edit")


class BondOut(Schema):
    """`value` in minor units: what leaving would cost the customer. As of today."""

    id: int
    kind: BondKind
    is_barrier: bool
    description: str
    value: int | None
    starts_on: Day | None
    ends_on: Day | None
    is_in_force: bool
    days_left: int | None
    source: str
    recorded_at: datetime


class BondsOut(Schema):
    """`is_fragile`: only barriers are in force."""

    items: list[BondOut]
    is_fragile: bool


class BondIn(Body):
    kind: BondKind
    description: Annotated[str, Field(min_length=1, max_length=200)]
    value: Annotated[int, Field(ge=0, le=10**13)] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None


class RatingOut(Schema):
    kind: str
    score: int
    evidence: str
    rated_at: datetime
    rated_by: str


class RatingIn(Body):
    """`score` from 0 to 100; `size`, `market_share` and `condition` are all parts of the size."""

    kind: Literal["credit", "size", "market_share", "condition"]
    score: Annotated[int, Field(ge=0, le=100)]
    evidence: Annotated[str, Field(min_length=1, max_length=200)]


class CreditLimitOut(Schema):
    """`amount` in minor units; it holds from `since` on."""

    amount: int
    since: Day
    note: str
    source: str
    recorded_at: datetime


class CreditLimitIn(Body):
    """`since` left out: it holds from today on. An amount of 0: nothing on credit."""

    amount: Annotated[int, Field(ge=0, le=LIMIT_MOST)]
    since: Day | None = None
    note: Annotated[str, Field(max_length=200)] = ""


@router.get("/customers/{int:customer_id}/bonds", response=BondsOut, auth=VIEW)
def bonds_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    found = bonds.bonds_of(request.actor, customer_id, as_of=today())
    items = [BondOut.from_orm(row) for row in found.rows]
    return BondsOut(items=items, is_fragile=found.is_fragile)


@router.post("/customers/{int:customer_id}/bonds", response={201: BondOut}, auth=EDIT)
@idempotent
def add_bond(request: ApiRequest, customer_id: Id, body: BondIn) -> Any:
    new = actions.NewBond(**body.model_dump())
    made = actions.add_bond(customer_id, new, by=request.actor, at=now())
    return Status(201, _shown(request, made.pk))


@router.put("/bonds/{int:bond_id}", response=BondOut, auth=EDIT)
@idempotent
def change_bond(request: ApiRequest, bond_id: Id, body: BondIn) -> Any:
    """All values are written as given."""
    new = actions.NewBond(**body.model_dump())
    actions.change_bond(bond_id, new, by=request.actor, at=now())
    return _shown(request, bond_id)


@router.delete("/bonds/{int:bond_id}", response={204: None}, auth=EDIT)
@idempotent
def remove_bond(request: ApiRequest, bond_id: Id) -> Any:
    """Recorded by mistake. A bond that ended gets its last day instead."""
    actions.remove_bond(bond_id, by=request.actor, at=now())
    return Status(204, None)


@router.get("/customers/{int:customer_id}/ratings", response=PageOf[RatingOut], auth=VIEW)
def ratings_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """The newest first; of each kind the first one counts."""
    return items_of(bonds.ratings_of(request.actor, customer_id), RatingOut.from_orm)


@router.post("/customers/{int:customer_id}/ratings", response={201: RatingOut}, auth=EDIT)
@idempotent
def set_rating(request: ApiRequest, customer_id: Id, body: RatingIn) -> Any:
    """A new judgement; earlier ones stay."""
    actions.set_rating(customer_id, **body.model_dump(), by=request.actor, at=now())
    newest = bonds.newest_ratings(request.actor, customer_id)[body.kind]
    return Status(201, RatingOut.from_orm(newest))


@router.get(
    "/customers/{int:customer_id}/credit-limits", response=PageOf[CreditLimitOut], auth=VIEW
)
def credit_limits_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """The one that holds from the latest day first; of those that hold today the first counts."""
    return items_of(bonds.credit_limits_of(request.actor, customer_id), CreditLimitOut.from_orm)


@router.post(
    "/customers/{int:customer_id}/credit-limits", response={201: CreditLimitOut}, auth=EDIT
)
@idempotent
def set_credit_limit(request: ApiRequest, customer_id: Id, body: CreditLimitIn) -> Any:
    """A new limit; earlier ones stay."""
    told = body.model_dump()
    made = actions.set_credit_limit(customer_id, **told, by=request.actor, at=now())
    return Status(201, CreditLimitOut.from_orm(made))


def _shown(request: ApiRequest, bond_id: int) -> BondOut:
    return BondOut.from_orm(bonds.bond(request.actor, bond_id, as_of=today()))
