"""How fast customers are answered: clocks, figures, targets, and words that need no answer."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.replies import actions, queries
from weixi.collect.replies.rules import MINUTES_MOST, ReplyState, Source
from weixi.core.clock import now
from weixi.core.paging import LIMIT_MOST

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Id, Moment, PageOf, Reference, items_of

router = Router(tags=["replies"])
VIEW, EDIT, MANAGE = needs("customers.view"), needs("contacts.edit"), needs("settings.manage")
REPORTS = needs("reports.view")
Channel = Annotated[str, Field(max_length=20)]
Span = Annotated[Moment, Query(description="Clocks that started since ≤ then < until")]


class ReplyOut(Schema):
    """`used` of `target` working minutes. `is_first`: it began a conversation. `is_assumed`: the
    working days of that year are not known yet. `reference`: the contact or complaint."""

    source: Source
    reference: int
    customer_id: int
    customer: str
    channel: str
    team_id: int | None
    started_at: datetime
    answered_at: datetime | None
    due_at: datetime
    used: int
    target: int
    state: ReplyState
    is_first: bool
    is_assumed: bool


class ReplyFigures(Schema):
    """Working minutes. `in_target`: share of those answered or overdue; null: none is."""

    n: int
    median: float | None
    p90: float | None
    in_target: float | None
    met: int
    late: int
    open: int
    overdue: int
    cancelled: int


class ReplyFiguresRow(Schema):
    """`key`: a channel's code or a team's number (0: no team)."""

    key: str
    name: str
    first: ReplyFigures
    every: ReplyFigures


class ReplyReport(Schema):
    whole: ReplyFiguresRow
    by_channel: list[ReplyFiguresRow]
    by_team: list[ReplyFiguresRow]


class ReplyTargetOut(Schema):
    """Channel empty, team null: of every one. The most particular target holds."""

    id: int
    channel: str
    team_id: int | None
    minutes: int


class ReplyTargetIn(Body):
    channel: Channel = ""
    team_id: Reference | None = None
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MOST)]


class NoReplyIn(Body):
    reason: Annotated[str, Field(min_length=1, max_length=actions.REASON_LENGTH)]


@router.get("/replies", response=PageOf[ReplyOut], auth=VIEW)
def open_replies(request: ApiRequest) -> Any:
    """What waits for an answer, the least time left first, at most 200."""
    rows = queries.open_clocks(request.actor, at=now())
    return items_of(rows[:LIMIT_MOST], ReplyOut.from_orm)


@router.get("/replies/figures", response=ReplyReport, auth=REPORTS)
def reply_figures(request: ApiRequest, since: Span, until: Span) -> Any:
    rows = queries.clocks_in(request.actor, since=since, until=until, at=now())
    return {
        "whole": queries.of_all(rows),
        "by_channel": queries.by_channel(rows),
        "by_team": queries.by_team(rows),
    }


@router.post("/replies/{int:reply_id}/cancel", response={204: None}, auth=EDIT)
@idempotent
def cancel_reply(request: ApiRequest, reply_id: Id, body: NoReplyIn) -> Any:
    """What the customer said needs no answer. `reply_id`: the `reference` of a contact's clock."""
    actions.needs_no_reply(Source.CONTACT, reply_id, reason=body.reason, by=request.actor, at=now())
    return Status(204, None)


@router.post("/replies/{int:reply_id}/reopen", response={204: None}, auth=EDIT)
@idempotent
def reopen_reply(request: ApiRequest, reply_id: Id) -> Any:
    """It needs one after all."""
    actions.needs_reply_after_all(Source.CONTACT, reply_id, by=request.actor, at=now())
    return Status(204, None)


@router.get("/reply-targets", response=PageOf[ReplyTargetOut], auth=VIEW)
def list_reply_targets(request: ApiRequest) -> Any:
    return items_of(queries.targets(), ReplyTargetOut.from_orm)


@router.post("/reply-targets", response={201: ReplyTargetOut}, auth=MANAGE)
@idempotent
def set_reply_target(request: ApiRequest, body: ReplyTargetIn) -> Any:
    """Replaces the target of that channel and team."""
    made = actions.set_target(**body.dict(), by=request.actor, at=now())
    return Status(201, ReplyTargetOut.from_orm(made))


@router.delete("/reply-targets/{int:target_id}", response={204: None}, auth=MANAGE)
@idempotent
def remove_reply_target(request: ApiRequest, target_id: Id) -> Any:
    actions.remove_target(target_id, by=request.actor, at=now())
    return Status(204, None)
