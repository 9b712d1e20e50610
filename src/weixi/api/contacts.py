"""Contacts with customers, and the channels they go through."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.customers.queries import get as get_customer
from weixi.collect.touchpoints import actions, queries
from weixi.collect.touchpoints.rules import Direction, Feeling, Outcome, Purpose
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, Moment, PageOf, Reference, items_of, page_of

router = Router(tags=["contacts"])
VIEW, EDIT = needs("customers.view"), needs("contacts.edit")
Minutes = Annotated[float, Field(ge=0, le=1_440, allow_inf_nan=False)]


class ChannelOut(Schema):
    """Levels: cost 1 low to 3 high, the others 1 to 5. Costs in minor units."""

    code: str
    name: str
    icon: str
    cost_level: int
    speed: int
    richness: int
    interaction: int
    unit_cost: int
    minute_cost: int
    needs_identity: str


class ContactOut(Schema):
    """`cost` in minor units: as written down, else reckoned from the channel."""

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer: str
    at: datetime
    channel: str
    channel_name: str
    direction: Direction
    purpose: Purpose
    minutes: float | None
    cost: int
    staff: str
    outcome: str
    note: str


class ContactIn(Body):
    """`at` empty: now. `checklist`: codes of the lines of the phone checklist that were done."""

    customer_id: Reference
    channel: Annotated[str, Field(max_length=20)]
    direction: Direction
    purpose: Purpose
    at: Moment | None = None
    outcome: Outcome | None = None
    note: Annotated[str, Field(max_length=4_000)] = ""
    minutes: Minutes | None = None
    cost: Annotated[int, Field(ge=0, le=10**12)] | None = None
    feeling: Feeling | None = None
    checklist: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=20)] = []


@router.get("/channels", response=PageOf[ChannelOut], auth=VIEW)
def list_channels(request: ApiRequest) -> Any:
    return items_of(queries.channels(), ChannelOut.from_orm)


@router.get("/contacts", response=PageOf[ContactOut], auth=VIEW)
def list_contacts(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    channel: Annotated[str, Query(max_length=20)] = "",
) -> Any:
    """The newest first; `since` ≤ at < `until`."""
    page = queries.listing(
        request.actor, since=since, until=until, channel=channel, cursor=cursor, limit=limit
    )
    return page_of(page, ContactOut.from_orm)


@router.get("/customers/{int:customer_id}/contacts", response=PageOf[ContactOut], auth=VIEW)
def contacts_of_customer(
    request: ApiRequest, customer_id: Id, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    get_customer(request.actor, customer_id)
    page = queries.contacts_of(request.actor, customer_id, cursor=cursor, limit=limit)
    return page_of(page, ContactOut.from_orm)


@router.post("/contacts", response={201: ContactOut}, auth=EDIT)
@idempotent
def record_contact(request: ApiRequest, body: ContactIn) -> Any:
    """A contact that took place, by the owner of the token."""
    made = actions.record_contact(
        customer_id=body.customer_id,
        channel=body.channel,
        direction=body.direction,
        purpose=body.purpose,
        at=now(),
        happened_at=body.at,
        by=request.actor,
        outcome=body.outcome or "",
        note=body.note,
        minutes=body.minutes,
        cost=body.cost,
        feeling=body.feeling or "",
        checklist=body.checklist,
    )
    return Status(201, ContactOut.from_orm(queries.contact(request.actor, made.pk)))


@router.delete("/contacts/{int:contact_id}", response={204: None}, auth=EDIT)
@idempotent
def undo_contact(request: ApiRequest, contact_id: Id) -> Any:
    """Take back a contact recorded by mistake."""
    actions.undo_contact(contact_id=contact_id, by=request.actor, at=now())
    return Status(204, None)
