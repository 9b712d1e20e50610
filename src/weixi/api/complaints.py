"""Complaints of customers, and how they go."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.complaints import actions, queries
from weixi.collect.complaints.rules import ComplaintOutcome, Severity
from weixi.collect.customers.queries import get as get_customer
from weixi.collect.touchpoints.queries import channel_names, refuse_unknown_channel
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, Moment, PageOf, Reference, page_of

router = Router(tags=["complaints"])
VIEW, EDIT = needs("complaints.view"), needs("complaints.edit")
Closed = Literal["resolved", "unresolved", "withdrawn"]


class ComplaintOut(Schema):
    """`channel`: a code of the table, or a file's own word, which `channel_name` says. Moments are
    null until they happen."""

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer: str
    received_at: datetime
    channel: str
    channel_name: str
    description: str
    severity: Severity
    order_number: str
    first_reply_at: datetime | None
    resolved_at: datetime | None
    outcome: ComplaintOutcome


class ComplaintIn(Body):
    """`channel`: a code of `GET /channels`. `received_at` empty: now."""

    customer_id: Reference
    description: Annotated[str, Field(min_length=1, max_length=10_000)]
    severity: Severity = Severity.MEDIUM
    channel: Annotated[str, Field(max_length=20)] = ""
    order_number: Annotated[str, Field(max_length=64)] = ""
    received_at: Moment | None = None


class ReplyIn(Body):
    """`replied_at` empty: now."""

    replied_at: Moment | None = None


class CloseIn(Body):
    """`resolved_at` empty: now; it is kept for "resolved" only."""

    outcome: Closed = "resolved"
    resolved_at: Moment | None = None


class ReopenIn(Body):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


@router.get("/complaints", response=PageOf[ComplaintOut], auth=VIEW)
def list_complaints(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    outcome: ComplaintOutcome | None = None,
    severity: Severity | None = None,
) -> Any:
    """The newest first; `since` ≤ received_at < `until`."""
    page = queries.listing(
        request.actor,
        outcome=outcome or "",
        severity=severity or "",
        since=since,
        until=until,
        cursor=cursor,
        limit=limit,
    )
    return page_of(page, _out())


@router.get("/customers/{int:customer_id}/complaints", response=PageOf[ComplaintOut], auth=VIEW)
def complaints_of_customer(
    request: ApiRequest, customer_id: Id, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    get_customer(request.actor, customer_id)
    page = queries.complaints_of(request.actor, customer_id, cursor=cursor, limit=limit)
    return page_of(page, _out())


@router.get("/complaints/{int:complaint_id}", response=ComplaintOut, auth=VIEW)
def get_complaint(request: ApiRequest, complaint_id: Id) -> Any:
    return _shown(request, complaint_id)


@router.post("/complaints", response={201: ComplaintOut}, auth=EDIT)
@idempotent
def record_complaint(request: ApiRequest, body: ComplaintIn) -> Any:
    request.actor.need("complaints.view")  # for the answer; before anything is written
    refuse_unknown_channel(body.channel)
    values = body.model_dump()
    made = actions.record_complaint(**values, by=request.actor, at=now())
    return Status(201, _shown(request, made.pk))


@router.post("/complaints/{int:complaint_id}/reply", response=ComplaintOut, auth=EDIT)
@idempotent
def reply_complaint(request: ApiRequest, complaint_id: Id, body: ReplyIn) -> Any:
    """The first reply to the customer; it stands."""
    actions.reply_complaint(complaint_id, replied_at=body.replied_at, by=request.actor, at=now())
    return _shown(request, complaint_id)


@router.post("/complaints/{int:complaint_id}/close", response=ComplaintOut, auth=EDIT)
@idempotent
def close_complaint(request: ApiRequest, complaint_id: Id, body: CloseIn) -> Any:
    """Resolved, not resolved, or withdrawn by the customer."""
    actions.resolve_complaint(
        complaint_id,
        outcome=body.outcome,
        resolved_at=body.resolved_at,
        by=request.actor,
        at=now(),
    )
    return _shown(request, complaint_id)


@router.post("/complaints/{int:complaint_id}/reopen", response=ComplaintOut, auth=EDIT)
@idempotent
def reopen_complaint(request: ApiRequest, complaint_id: Id, body: ReopenIn) -> Any:
    """The customer is not content after all."""
    actions.reopen_complaint(complaint_id, reason=body.reason, by=request.actor, at=now())
    return _shown(request, complaint_id)


def _shown(request: ApiRequest, complaint_id: int) -> ComplaintOut:
    return _out()(queries.complaint(request.actor, complaint_id))


def _out() -> Callable[[queries.ComplaintRow], ComplaintOut]:
    names = channel_names()
    return lambda row: ComplaintOut(**vars(row), channel_name=names[row.channel])
