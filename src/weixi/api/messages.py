"""Messages, their templates, and what the contact policy says of a customer."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.act.outreach import actions, outbox, queries, template_queries
from weixi.act.outreach.bounces import take_bounce
from weixi.act.outreach.rules import Decision, MessageState, TemplateState
from weixi.act.outreach.words import verdict_words
from weixi.collect.customers.queries import get as get_customer
from weixi.collect.touchpoints.rules import Purpose
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, Moment, PageOf, Reference, items_of, page_of

router = Router(tags=["messages"])
VIEW, EDIT, ASK = needs("messages.view"), needs("messages.edit"), needs("customers.view")
Code = Annotated[str, Field(max_length=40)]
Channel = Annotated[str, Query(max_length=20)]
Value = Annotated[str, Field(max_length=200)]


class VerdictOut(Schema):
    """`until`: from then on it will be allowed, as far as is known now."""

    decision: Decision
    until: datetime | None
    reason: str
    sentence: str


class MessageOut(Schema):
    """`problem`: a reason of the policy, or what the next server said."""

    id: int
    customer_id: int
    channel: str
    purpose: Purpose
    template: str
    state: MessageState
    problem: str
    not_before: datetime
    attempts: int
    handed_at: datetime | None
    ended_at: datetime | None
    source_kind: str
    source_id: str


class MessageIn(Body):
    """`reference` makes it unique for the customer: the same one is the same message."""

    customer_id: Reference
    channel: Annotated[str, Field(max_length=20)]
    purpose: Purpose
    template: Code
    reference: Annotated[str, Field(min_length=1, max_length=40)]
    variables: Annotated[dict[Code, Value], Field(max_length=20)] = {}
    not_before: Moment | None = None
    language: Literal["", "zh", "en"] = ""


class DecisionIn(Body):
    """`arrived` false: it goes out again."""

    arrived: bool


class BounceIn(Body):
    """The returned mail as it came, headers first."""

    mail: Annotated[str, Field(max_length=1_000_000)]


class BounceOut(Schema):
    outcome: Literal["bounced", "delayed", "known", "none"]


class TemplateOut(Schema):
    id: int
    code: str
    channel: str
    language: str
    version: int
    purpose: Purpose
    name: str
    subject: str
    body: str
    state: TemplateState


@router.get("/customers/{int:customer_id}/may-contact", response=VerdictOut, auth=ASK)
def may_contact(
    request: ApiRequest,
    customer_id: Id,
    channel: Channel = "phone",
    purpose: Purpose = Purpose.CARE,
) -> Any:
    """Asks only; nothing is booked."""
    get_customer(request.actor, customer_id)
    said = queries.may_contact(customer_id, channel=channel, purpose=purpose, at=now())
    return {
        "decision": said.decision,
        "until": said.until,
        "reason": said.reason,
        "sentence": verdict_words(said),
    }


@router.get("/messages", response=PageOf[MessageOut], auth=VIEW)
def list_messages(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    state: Annotated[MessageState | None, Query()] = None,
    channel: Channel = "",
) -> Any:
    """The newest first."""
    page = outbox.listing(
        request.actor, cursor=cursor, limit=limit, state=state or "", channel=channel
    )
    return page_of(page, MessageOut.from_orm)


@router.get("/messages/{int:message_id}", response=MessageOut, auth=VIEW)
def one_message(request: ApiRequest, message_id: Id) -> Any:
    return MessageOut.from_orm(outbox.message(request.actor, message_id))


@router.post("/messages", response={201: MessageOut}, auth=EDIT)
@idempotent
def write_message(request: ApiRequest, body: MessageIn) -> Any:
    """Into the outbox. Where the policy says no it is kept as refused, with the reason."""
    get_customer(request.actor, body.customer_id)
    made = actions.enqueue(
        source=actions.Source("manual", body.reference),
        customer_id=body.customer_id,
        channel=body.channel,
        purpose=body.purpose,
        template=body.template,
        variables=body.variables,
        not_before=body.not_before or now(),
        by=request.actor,
        at=now(),
        language=body.language,
    )
    return Status(201, MessageOut.from_orm(outbox.message(request.actor, made.pk)))


@router.post("/messages/{int:message_id}/cancel", response=MessageOut, auth=EDIT)
@idempotent
def cancel_message(request: ApiRequest, message_id: Id) -> Any:
    """While it has not been handed over."""
    actions.cancel_one(message_id=message_id, by=request.actor, at=now())
    return MessageOut.from_orm(outbox.message(request.actor, message_id))


@router.post("/messages/{int:message_id}/replay", response=MessageOut, auth=EDIT)
@idempotent
def replay_message(request: ApiRequest, message_id: Id) -> Any:
    """A dead one gets all its attempts again."""
    actions.replay(message_id=message_id, by=request.actor, at=now())
    return MessageOut.from_orm(outbox.message(request.actor, message_id))


@router.post("/messages/{int:message_id}/decide", response=MessageOut, auth=EDIT)
@idempotent
def decide_message(request: ApiRequest, message_id: Id, body: DecisionIn) -> Any:
    """An unknown one: somebody found out whether it arrived."""
    actions.decide_unknown(message_id=message_id, arrived=body.arrived, by=request.actor, at=now())
    return MessageOut.from_orm(outbox.message(request.actor, message_id))


@router.post("/messages/bounces", response=BounceOut, auth=EDIT)
@idempotent
def bounce(request: ApiRequest, body: BounceIn) -> Any:
    """For the mail server that gets what came back (WEIXI_EMAIL_RETURNS)."""
    raw = body.mail.encode("utf-8", "surrogateescape")
    return {"outcome": take_bounce(raw, by=request.actor, at=now())}


@router.get("/templates", response=PageOf[TemplateOut], auth=VIEW)
def list_templates(
    request: ApiRequest,
    channel: Channel = "",
    language: Annotated[str, Query(max_length=2)] = "",
) -> Any:
    """The version in use of each, else the newest draft."""
    rows = template_queries.wordings(request.actor, channel=channel, language=language)
    shown = [row.approved or row.newest for row in rows]
    return items_of(shown, TemplateOut.from_orm)
