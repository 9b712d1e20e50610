"""Promises to customers: made, kept or broken, and what is still open."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.collect.customers.queries import get as get_customer
from weixi.collect.touchpoints import promise_queries as queries
from weixi.collect.touchpoints import promising as actions
from weixi.collect.touchpoints.rules import PromiseState
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, Moment, PageOf, Reference, items_of, page_of

router = Router(tags=["promises"])
VIEW, EDIT = needs("customers.view"), needs("contacts.edit")
Words = Annotated[str, Field(max_length=actions.LONGEST)]
Some = Annotated[str, Field(min_length=1, max_length=actions.LONGEST)]


class PromiseOut(Schema):
    """`late`: kept after its time. `more`: what was done beyond it. `reason`: why it was broken."""

    id: int
    customer_id: int
    customer: str
    what: str
    made_at: datetime
    made_by: str
    due_at: datetime
    state: PromiseState
    is_overdue: bool
    settled_at: datetime | None
    more: str
    reason: str


class PromiseIn(Body):
    """`contact_id`: the contact of this customer in which it was promised."""

    customer_id: Reference
    what: Some
    due_at: Moment
    contact_id: Reference | None = None


class KeepIn(Body):
    more: Words = ""


class BreakIn(Body):
    reason: Some


@router.get("/promises", response=PageOf[PromiseOut], auth=VIEW)
def list_promises(
    request: ApiRequest,
    state: PromiseState | Literal["", "overdue"] = PromiseState.OPEN,
    limit: Limit = PAGE,
    cursor: Cursor = "",
) -> Any:
    """By the time they are due; `state` empty for all."""
    page = queries.listing(request.actor, at=now(), state=state, cursor=cursor, limit=limit)
    return page_of(page, PromiseOut.from_orm)


@router.get("/customers/{int:customer_id}/promises", response=PageOf[PromiseOut], auth=VIEW)
def promises_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """Open ones first."""
    get_customer(request.actor, customer_id)
    return items_of(queries.promises_of(request.actor, customer_id, at=now()), PromiseOut.from_orm)


@router.post("/promises", response={201: PromiseOut}, auth=EDIT)
@idempotent
def make_promise(request: ApiRequest, body: PromiseIn) -> Any:
    made = actions.make_promise(**body.dict(), by=request.actor, at=now())
    return Status(201, _told(request, made.pk))


@router.post("/promises/{int:promise_id}/keep", response=PromiseOut, auth=EDIT)
@idempotent
def keep_promise(request: ApiRequest, promise_id: Id, body: KeepIn) -> Any:
    """Done now: kept, or late when its time has passed."""
    actions.keep_promise(promise_id, more=body.more, by=request.actor, at=now())
    return _told(request, promise_id)


@router.post("/promises/{int:promise_id}/break", response=PromiseOut, auth=EDIT)
@idempotent
def break_promise(request: ApiRequest, promise_id: Id, body: BreakIn) -> Any:
    """It will not be kept; the reason is needed."""
    actions.break_promise(promise_id, reason=body.reason, by=request.actor, at=now())
    return _told(request, promise_id)


@router.post("/promises/{int:promise_id}/reopen", response=PromiseOut, auth=EDIT)
@idempotent
def reopen_promise(request: ApiRequest, promise_id: Id) -> Any:
    """Settled by mistake."""
    actions.reopen_promise(promise_id, by=request.actor, at=now())
    return _told(request, promise_id)


def _told(request: ApiRequest, promise_id: int) -> PromiseOut:
    return PromiseOut.from_orm(queries.promise_row(request.actor, promise_id, at=now()))
