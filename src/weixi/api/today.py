"""Today's list: whom to contact, why, and what became of it."""

from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.act.care import actions, queries
from weixi.act.care.queries import Filters
from weixi.collect.touchpoints.rules import Outcome
from weixi.core.clock import now, today

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Day, Id, Limit, PageOf, Reference, page_of

router = Router(tags=["today"])
WORK = needs("tasks.work")
Code = Annotated[str, Field(max_length=40)]


class SignalOut(Schema):
    signal: str
    sentence: str
    cause: str


class TaskOut(Schema):
    """As `weixi today --json`. `customer_id` is the customer's number, value in minor units;
    `chance` that acting changes it, measured on customers held out or assumed."""

    rank: int
    task_id: int
    customer_id: str
    name: str
    type: str
    tier: str | None
    reason: str
    signals: list[SignalOut]
    channel: str
    say: str
    value_at_stake: int | None
    chance: float
    chance_is_measured: bool
    currency: str
    due: Day
    overdue_days: int
    holder: str
    version: int


class TaskState(Schema):
    task_id: int
    state: str
    version: int


class CompleteIn(Body):
    """`version`: of the task as it was seen; 409 when it has changed since."""

    outcome: Outcome
    channel: Annotated[str, Field(max_length=20)] = ""
    note: Annotated[str, Field(max_length=4_000)] = ""
    minutes: Annotated[float, Field(ge=0, le=1_440, allow_inf_nan=False)] | None = None
    version: Reference | Literal[0] | None = None


class PostponeIn(Body):
    until: Day
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    version: Reference | Literal[0] | None = None


@router.get("/today", response=PageOf[TaskOut], auth=WORK)
def list_tasks(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    scope: Literal["mine", "team"] = "mine",
    kind: Code = "",
    channel: Code = "",
    tier: Code = "",
    type: Code = "",
    due: Literal["", "today", "overdue"] = "",
) -> Any:
    """The most value at stake first. "team" needs the scope tasks.assign."""
    page = queries.queue(
        request.actor,
        day=today(),
        at=now(),
        scope=scope,
        filters=Filters(kind=kind, channel=channel, tier=tier, type=type, due=due),
        cursor=cursor,
        limit=limit,
    )
    return page_of(page, queries.as_json)


@router.post("/today/{int:task_id}/claim", response=TaskState, auth=WORK)
@idempotent
def claim(request: ApiRequest, task_id: Id) -> Any:
    """Hold the task while working on it; 409 while somebody else does."""
    return _state(actions.claim(task_id=task_id, by=request.actor, at=now()))


@router.post("/today/{int:task_id}/release", response={204: None}, auth=WORK)
@idempotent
def release(request: ApiRequest, task_id: Id) -> Any:
    actions.release(task_id=task_id, by=request.actor, at=now())
    return Status(204, None)


@router.post("/today/{int:task_id}/complete", response=TaskState, auth=WORK)
@idempotent
def complete(request: ApiRequest, task_id: Id, body: CompleteIn) -> Any:
    """Done, with its result; the contact is recorded with it."""
    return _state(
        actions.complete(task_id=task_id, **body.model_dump(), by=request.actor, at=now())
    )


@router.post("/today/{int:task_id}/postpone", response=TaskState, auth=WORK)
@idempotent
def postpone(request: ApiRequest, task_id: Id, body: PostponeIn) -> Any:
    return _state(
        actions.postpone(task_id=task_id, **body.model_dump(), by=request.actor, at=now())
    )


@router.post("/today/{int:task_id}/undo", response=TaskState, auth=WORK)
@idempotent
def undo(request: ApiRequest, task_id: Id) -> Any:
    """Take back one's own last completion or postponement, within some minutes."""
    return _state(actions.undo(task_id=task_id, by=request.actor, at=now()))


def _state(task: Any) -> TaskState:
    return TaskState(task_id=task.pk, state=task.state, version=task.version)
