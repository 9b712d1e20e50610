"""What is done against losses, and what became of the losses of that cause."""

from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.act.warnings import prevention_actions as actions
from weixi.act.warnings.prevention_queries import PreventionRow, preventions
from weixi.act.warnings.rules import Cause
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Day, Id, PageOf, items_of

router = Router(tags=["preventions"])
VIEW, WRITE = needs("customers.view"), needs("tasks.assign")


class PreventionOut(Schema):
    """`before`, `since`: losses of the cause within reach, in `days_before` days before the start
    and `days_since` after. `unclear`: why nothing can be told yet; else `ratio` is the later rate
    over the earlier with its 95 % interval (null: without bound)."""

    id: int
    cause: Cause
    title: str
    started_on: Day
    ended_on: Day | None
    note: str
    by: str
    before: int
    since: int
    days_before: int
    days_since: int
    unclear: str
    ratio: float | None
    low: float | None
    high: float | None


class PreventionIn(Body):
    cause: Cause
    title: Annotated[str, Field(min_length=1, max_length=120)]
    started_on: Day
    note: Annotated[str, Field(max_length=400)] = ""


class PreventionChange(PreventionIn):
    """All values are written as given."""

    ended_on: Day | None = None


@router.get("/preventions", response=PageOf[PreventionOut], auth=VIEW)
def list_preventions(request: ApiRequest) -> Any:
    """The newest first."""
    return items_of(preventions(request.actor), _shown)


@router.post("/preventions", response={201: PreventionOut}, auth=WRITE)
@idempotent
def add_prevention(request: ApiRequest, body: PreventionIn) -> Any:
    made = actions.add_prevention(**body.model_dump(), by=request.actor, at=now())
    return Status(201, _one(request, made.pk))


@router.put("/preventions/{int:prevention_id}", response=PreventionOut, auth=WRITE)
@idempotent
def change_prevention(request: ApiRequest, prevention_id: Id, body: PreventionChange) -> Any:
    """With `ended_on` losses after that day no longer count for it."""
    actions.change_prevention(prevention_id, **body.model_dump(), by=request.actor, at=now())
    return _one(request, prevention_id)


def _one(request: ApiRequest, prevention_id: int) -> PreventionOut:
    return _shown(next(row for row in preventions(request.actor) if row.id == prevention_id))


def _shown(row: PreventionRow) -> PreventionOut:
    effect, told = row.effect, row.effect.ratio
    return PreventionOut(
        id=row.id, cause=Cause(row.cause), title=row.title, started_on=row.started_on,
        ended_on=row.ended_on, note=row.note, by=row.by, before=effect.before, since=effect.since,
        days_before=effect.windows.days_before, days_since=effect.windows.days_since,
        unclear=effect.unclear or "", ratio=told.ratio if told else None,
        low=told.low if told else None, high=told.high if told else None,
    )  # fmt: skip
