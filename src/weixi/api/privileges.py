"""Special treatment: what a customer gets that others do not, and surprises within a budget."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.act.membership import actions, queries
from weixi.act.membership.rules import PrivilegeKind
from weixi.core.clock import now, today

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Day, Id, PageOf, items_of

router = Router(tags=["special treatment"])
VIEW, GIVE = needs("customers.view"), needs("surprises.give")


class PrivilegeOut(Schema):
    """`cell` SCHEME:CELL, or `customer_id`: one of them."""

    id: int
    kind: PrivilegeKind
    name: str
    about: str
    cell: str
    customer_id: int | None
    until: Day | None
    is_on: bool


class TreatmentOut(Schema):
    """`contact`: the own contact person; empty while one is promised and nobody is named."""

    privileges: list[PrivilegeOut]
    has_contact: bool
    contact: str


class SurpriseIn(Body):
    """`amount` in minor units."""

    what: Annotated[str, Field(min_length=1, max_length=80)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    amount: Annotated[int, Field(ge=1, le=10**9)]


class SurpriseOut(Schema):
    id: int
    customer_id: int
    what: str
    reason: str
    amount: int
    at: datetime
    by_name: str
    taken_back_at: datetime | None


@router.get("/privileges", response=PageOf[PrivilegeOut], auth=VIEW)
def list_privileges(request: ApiRequest) -> Any:
    rows = queries.privileges(request.actor, day=today())
    return items_of([row.privilege for row in rows], PrivilegeOut.from_orm)


@router.get("/customers/{int:customer_id}/treatment", response=TreatmentOut, auth=VIEW)
def treatment_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    return queries.treatment_of(request.actor, customer_id, day=today())


@router.post("/customers/{int:customer_id}/surprises", response={201: SurpriseOut}, auth=GIVE)
@idempotent
def give_surprise(request: ApiRequest, customer_id: Id, body: SurpriseIn) -> Any:
    """From this month's budget of the customer's team, else of everybody; refused beyond it."""
    made = actions.give_surprise(
        customer_id, what=body.what, reason=body.reason, amount=body.amount, by=request.actor,
        at=now(),
    )  # fmt: skip
    return Status(201, SurpriseOut.from_orm(made))


@router.get("/surprises", response=PageOf[SurpriseOut], auth=GIVE)
def list_surprises(request: ApiRequest) -> Any:
    """The ledger, the newest first, at most 200."""
    return items_of(queries.surprises(request.actor), SurpriseOut.from_orm)
