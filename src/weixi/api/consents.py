"""Consent given and withdrawn, what a customer wishes, and what treated it or held it out."""

from datetime import datetime, time
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.act.interventions import queries as ledger
from weixi.act.interventions.rules import Arm, SourceKind
from weixi.act.outreach.wishes import set_wish, wish_of
from weixi.collect.customers import consents
from weixi.collect.customers.actions import give_consent, withdraw_consent
from weixi.collect.customers.queries import get as get_customer
from weixi.collect.touchpoints.queries import refuse_unknown_channel
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, Moment, PageOf, items_of, page_of

router = Router(tags=["consents"])
VIEW, EDIT = needs("customers.view"), needs("customers.edit")
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
ConsentPurpose = Literal["marketing", "care", "service", "survey", "contact"]


class ConsentEventOut(Schema):
    """`channel` empty: every one; purpose `contact`: any contact at all. `source` is "unsubscribe"
    for the link in a message. The newest word of a purpose and channel counts."""

    id: int
    customer_id: int
    purpose: ConsentPurpose
    channel: str
    granted: bool
    at: datetime
    source: str
    evidence: str


class ConsentIn(Body):
    purpose: ConsentPurpose
    granted: bool
    channel: Annotated[str, Field(max_length=20)] = ""
    source: Annotated[str, Field(min_length=1, max_length=60)]
    evidence: Annotated[str, Field(max_length=200)] = ""


class WishesOut(Schema):
    """`time_zone` empty, times null: as the company does."""

    time_zone: str
    quiet_from: str | None
    quiet_until: str | None
    paused_until: datetime | None


class WishesIn(Body):
    """Times as 20:00, of the customer's own clock."""

    time_zone: Annotated[str, Field(max_length=40)] = ""
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None
    paused_until: Moment | None = None


class InterventionOut(Schema):
    """`cost` in minor units. A held-out customer that was contacted keeps its arm."""

    source_kind: SourceKind
    source_id: int
    arm: Arm
    assigned_at: datetime
    window_days: int
    first_contact_at: datetime | None
    cost: int


@router.get("/consents", response=PageOf[ConsentEventOut], auth=VIEW)
def list_consents(
    request: ApiRequest,
    since: Annotated[Moment | None, Query()] = None,
    granted: Annotated[bool | None, Query()] = None,
    limit: Limit = PAGE,
    cursor: Cursor = "",
) -> Any:
    """As they were recorded, unsubscribing included; `granted` false: what was withdrawn."""
    page = consents.consent_events(
        request.actor, since=since, granted=granted, cursor=cursor, limit=limit
    )
    return page_of(page, ConsentEventOut.from_orm)


@router.post("/customers/{int:customer_id}/consents", response={201: ConsentEventOut}, auth=EDIT)
@idempotent
def record_consent(request: ApiRequest, customer_id: Id, body: ConsentIn) -> Any:
    """What the customer said elsewhere; messages that have not left ask again before they do."""
    refuse_unknown_channel(body.channel)
    said = body.dict()
    act = give_consent if said.pop("granted") else withdraw_consent
    made = act(customer_id, said.pop("purpose"), **said, by=request.actor, at=now())
    return Status(201, ConsentEventOut.from_orm(consents.event_of(made)))


@router.get("/customers/{int:customer_id}/wishes", response=WishesOut, auth=VIEW)
def wishes_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """Its own clock, quiet hours and pause."""
    found = wish_of(request.actor, customer_id)
    return _wishes(found)


@router.put("/customers/{int:customer_id}/wishes", response=WishesOut, auth=EDIT)
@idempotent
def set_wishes(request: ApiRequest, customer_id: Id, body: WishesIn) -> Any:
    told = body.dict()
    for name in ("quiet_from", "quiet_until"):
        told[name] = time.fromisoformat(told[name]) if told[name] else None
    return _wishes(set_wish(customer_id, **told, by=request.actor, at=now()))


def _wishes(found: Any) -> WishesOut:
    """None: nothing is wished."""
    if found is None:
        return WishesOut(time_zone="", quiet_from=None, quiet_until=None, paused_until=None)
    return WishesOut(
        time_zone=found.time_zone, paused_until=found.paused_until,
        quiet_from=found.quiet_from and f"{found.quiet_from:%H:%M}",
        quiet_until=found.quiet_until and f"{found.quiet_until:%H:%M}",
    )  # fmt: skip


@router.get(
    "/customers/{int:customer_id}/interventions", response=PageOf[InterventionOut], auth=VIEW
)
def interventions_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """Campaigns and playbooks that treated this customer or held it out, the newest first."""
    get_customer(request.actor, customer_id)
    rows = ledger.of_customer(request.actor, customer_id)[:200]
    return items_of(
        list(rows),
        lambda row: InterventionOut(
            source_kind=row.trial.source_kind, source_id=row.trial.source_id, arm=row.arm,
            assigned_at=row.assigned_at, window_days=row.window_days,
            first_contact_at=row.first_contact_at, cost=row.cost,
        ),
    )  # fmt: skip
