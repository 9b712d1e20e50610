"""What customers cost beside contacts: gifts, compensations, deliveries."""

from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.collect.costs import actions, queries
from weixi.collect.costs.rules import COST_MOST, NOTE_LENGTH, CostKind
from weixi.collect.customers.queries import get as get_customer
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Day, Id, Limit, PageOf, page_of

router = Router(tags=["costs"])
VIEW, EDIT = needs("customers.view"), needs("customers.edit")


class CostOut(Schema):
    """`amount` in minor units, below zero when taken back."""

    id: int
    number: str
    customer_id: int
    day: Day
    kind: CostKind
    amount: int
    note: str
    recorded_by: str


class CostIn(Body):
    """`amount` in minor units, not zero; below zero it takes back. `day`: today if not told."""

    kind: CostKind
    amount: Annotated[int, Field(ge=-COST_MOST, le=COST_MOST)]
    day: Day | None = None
    note: Annotated[str, Field(max_length=NOTE_LENGTH)] = ""


@router.get("/customers/{int:customer_id}/costs", response=PageOf[CostOut], auth=VIEW)
def costs_of_customer(
    request: ApiRequest, customer_id: Id, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """The newest first."""
    get_customer(request.actor, customer_id)
    page = queries.costs_of(request.actor, customer_id, cursor=cursor, limit=limit)
    return page_of(page, CostOut.from_orm)


@router.post("/customers/{int:customer_id}/costs", response={201: CostOut}, auth=EDIT)
@idempotent
def record_cost(request: ApiRequest, customer_id: Id, body: CostIn) -> Any:
    """A row stands; a wrong one is put right by another one below zero."""
    made = actions.record_cost(customer_id, **body.model_dump(), by=request.actor, at=now())
    return Status(201, CostOut.from_orm(made))
