"""Loyalty points: a customer's account and its entries."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.collect.customers.queries import get as get_customer
from weixi.collect.points import actions, queries
from weixi.collect.points.rules import POINTS_MOST, EntryKind
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, PageOf, Reference, page_of

router = Router(tags=["points"])
VIEW, EDIT = needs("customers.view"), needs("points.edit")


class AccountOut(Schema):
    """Redeemed and expired are positive numbers."""

    balance: int
    earned: int
    redeemed: int
    expired: int
    adjusted: int


class EntryOut(Schema):
    """`points` is negative when used up; `balance` is the customer's after the entry."""

    id: int
    number: str
    customer_id: int
    at: datetime
    kind: EntryKind
    points: int
    reference: str
    balance: int


class EntryIn(Body):
    """What is redeemed or expires may be given with either sign."""

    customer_id: Reference
    kind: EntryKind
    points: Annotated[int, Field(ge=-POINTS_MOST, le=POINTS_MOST)]
    reference: Annotated[str, Field(max_length=80)] = ""


@router.get("/customers/{int:customer_id}/points", response=PageOf[EntryOut], auth=VIEW)
def points_of_customer(
    request: ApiRequest, customer_id: Id, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """The newest first."""
    get_customer(request.actor, customer_id)
    page = queries.points_of(request.actor, customer_id, cursor=cursor, limit=limit)
    return page_of(page, EntryOut.from_orm)


@router.get("/customers/{int:customer_id}/points/account", response=AccountOut, auth=VIEW)
def points_account(request: ApiRequest, customer_id: Id) -> Any:
    get_customer(request.actor, customer_id)
    return AccountOut.from_orm(queries.account_of(request.actor, customer_id))


@router.post("/points", response={201: EntryOut}, auth=EDIT)
@idempotent
def record_points_entry(request: ApiRequest, body: EntryIn) -> Any:
    """An entry stands; a wrong one is put right by another. The balance stays above zero."""
    values = body.model_dump()
    made = actions.record_points_entry(**values, by=request.actor, at=now())
    return Status(201, EntryOut.from_orm(queries.entry(request.actor, made.pk)))
