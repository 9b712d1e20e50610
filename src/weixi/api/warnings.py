"""Warnings: what raises the risk of whom, and what was done about it."""

from typing import Annotated, Any, Literal

from ninja import Router, Schema
from pydantic import Field

from weixi.act.warnings import actions, loss_queries, queries
from weixi.act.warnings.rules import AlertState, Cause, LossKind
from weixi.collect.customers.queries import get as get_customer
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Day, Id, Limit, PageOf, Reference, page_of

router = Router(tags=["warnings"])
VIEW, WORK, ASSIGN = needs("customers.view"), needs("tasks.work"), needs("tasks.assign")
Kind = Annotated[str, Field(max_length=40)]
Reason = Annotated[str, Field(max_length=200)]
Interview = Annotated[str, Field(max_length=2_000)]


class AlertOut(Schema):
    """`sentence` has the numbers of today while the signal holds. `due_on`: the answer's day."""

    id: int
    customer_id: int
    number: str
    customer: str
    kind: str
    sentence: str
    cause: Cause
    state: AlertState
    points: int
    opened_on: Day
    evidence_on: Day
    answer: str
    due_on: Day
    owner_id: int | None
    owner: str
    reason: str
    snooze_until: Day | None
    ended_on: Day | None
    version: int


class WarningsPartOut(Schema):
    """`points` 0: it held last time and has ended. `change` null: no earlier run."""

    signal: str
    sentence: str
    cause: str
    points: int
    change: int | None
    since: Day | None
    on: Day | None


class RiskOut(Schema):
    """base + the points of all parts = points."""

    points: int
    base: int
    change: int | None
    level: str
    as_of: Day
    parts: list[WarningsPartOut]


class LossOut(Schema):
    id: int
    customer_id: int
    number: str
    customer: str
    noticed_on: Day
    last_bought_on: Day
    kind: LossKind
    cause: Cause
    contacts: int
    alerts_handled: int
    value: int
    won_back_on: Day | None
    note: str


class Acted(Schema):
    """`undo`: for POST /warnings/changes/{undo}/undo."""

    alerts: int
    undo: int


class HandleIn(Body):
    reason: Reason = ""


class SnoozeIn(Body):
    until: Day
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class WarningsAssignIn(Body):
    alert_ids: Annotated[list[Reference], Field(min_length=1, max_length=1_000)]
    owner_id: Reference | None


class JudgeIn(Body):
    """`interview`: what the customer said on leaving; kept among its answers."""

    kind: LossKind
    cause: Cause
    note: Reason = ""
    interview: Interview = ""


class Undone(Schema):
    alerts: int


@router.get("/warnings", response=PageOf[AlertOut], auth=VIEW)
def list_warnings(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    state: AlertState | Literal[""] = AlertState.OPEN,
    kind: Kind = "",
    cause: Cause | Literal[""] = "",
) -> Any:
    """The newest first; `state` empty for all."""
    page = queries.alerts(
        request.actor, state=state, kind=kind, cause=cause, cursor=cursor, limit=limit
    )
    return page_of(page, AlertOut.from_orm)


@router.get("/warnings/{int:alert_id}", response=AlertOut, auth=VIEW)
def get_warning(request: ApiRequest, alert_id: Id) -> Any:
    return queries.alert(request.actor, alert_id)


@router.get("/customers/{int:customer_id}/risk", response=RiskOut | None, auth=VIEW)
def risk_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """Null for who never bought or is no longer in business."""
    get_customer(request.actor, customer_id)
    return queries.contributions_of(request.actor, customer_id)


@router.post("/warnings/{int:alert_id}/handle", response=Acted, auth=WORK)
@idempotent
def handle(request: ApiRequest, alert_id: Id, body: HandleIn) -> Any:
    return actions.handle([alert_id], reason=body.reason, by=request.actor, at=now())


@router.post("/warnings/{int:alert_id}/snooze", response=Acted, auth=WORK)
@idempotent
def snooze(request: ApiRequest, alert_id: Id, body: SnoozeIn) -> Any:
    return actions.snooze(
        [alert_id], until=body.until, reason=body.reason, by=request.actor, at=now()
    )


@router.post("/warnings/{int:alert_id}/false-alarm", response=Acted, auth=WORK)
@idempotent
def false_alarm(request: ApiRequest, alert_id: Id, body: HandleIn) -> Any:
    return actions.false_alarm([alert_id], reason=body.reason, by=request.actor, at=now())


@router.post("/warnings/{int:alert_id}/reopen", response=Acted, auth=WORK)
@idempotent
def reopen(request: ApiRequest, alert_id: Id) -> Any:
    """Only while the signal holds."""
    return actions.reopen([alert_id], by=request.actor, at=now())


@router.post("/warnings/assign", response=Acted, auth=ASSIGN)
@idempotent
def assign(request: ApiRequest, body: WarningsAssignIn) -> Any:
    """Up to 1,000 at once; owner null: nobody's."""
    return actions.assign(body.alert_ids, owner_id=body.owner_id, by=request.actor, at=now())


@router.post("/warnings/changes/{int:undo}/undo", response=Undone, auth=WORK)
@idempotent
def undo(request: ApiRequest, undo: Id) -> Any:
    """Takes back one's own change of alerts that nobody has touched since."""
    return Undone(alerts=actions.undo_act(undo, by=request.actor, at=now()))


@router.get("/losses", response=PageOf[LossOut], auth=VIEW)
def list_losses(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    cause: Cause | Literal[""] = "",
    kind: LossKind | Literal[""] = "",
    won_back: bool | None = None,
) -> Any:
    """Customers lost, the newest first; value is the revenue of all time in minor units."""
    page = loss_queries.losses(
        request.actor, cause=cause, kind=kind, won_back=won_back, cursor=cursor, limit=limit
    )
    return page_of(page, LossOut.from_orm)


@router.post("/losses/{int:loss_id}/judge", response=LossOut, auth=WORK)
@idempotent
def judge(request: ApiRequest, loss_id: Id, body: JudgeIn) -> Any:
    """A person's word on why the customer went; refreshes leave it as it is."""
    actions.judge_loss(loss_id, **body.model_dump(), by=request.actor, at=now())
    return loss_queries.loss(request.actor, loss_id)
