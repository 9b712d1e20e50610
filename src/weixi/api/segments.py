"""Segments and schemes as people make them; the stage of a customer; the flow between stages."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.classify import editing, overriding, queries, segments
from weixi.classify import flow as flows
from weixi.classify.applying import apply_scheme
from weixi.classify.previewing import found_by, preview
from weixi.classify.stages import stage_of
from weixi.classify.vocabulary import known
from weixi.collect.customers.queries import get as get_customer
from weixi.core.clock import now, today
from weixi.core.errors import Conflict, Missing
from weixi.core.runs import newest_run, refreshed_days

from .access import ApiRequest, needs
from .idempotency import idempotent
from .schemes import Code
from .schemes import router as schemes  # one address, one router
from .shapes import Body, Day, Id, PageOf, items_of

router = Router(tags=["segments"])
VIEW, EDIT = needs("segments.view"), needs("schemes.edit")
STAGE = needs("customers.edit")
Name = Annotated[str, Field(min_length=1, max_length=editing.NAME_LENGTH)]
Version = Annotated[int, Field(ge=1, le=10**6)]
MOST_FLOW_DAYS = 3


class SegmentOut(Schema):
    """`customers` within reach, of the published version; `problem`: what the rule names that is
    gone. `cell` is what lists of customers and campaigns take."""

    code: str
    cell: str
    name_zh: str
    name_en: str
    sentence_zh: str
    sentence_en: str
    customers: int
    version: int
    is_published: bool
    changed_by: str
    changed_at: datetime
    problem: str


class RuleIn(Body):
    """`when`: all, any, not and conditions over measures, fields, cells, events and consent."""

    when: dict[str, Any]


class SegmentIn(RuleIn):
    name_zh: Name
    name_en: Annotated[str, Field(max_length=editing.NAME_LENGTH)] = ""


class SegmentChange(SegmentIn):
    """`seen`: the version that was looked at. Without `from_day` it holds at once."""

    seen: Version
    from_day: Day | None = None


class CountOut(Schema):
    customers: int
    as_of: Day | None


class SchemeIn(Body):
    """`definition`: axes and cells, or cells with rules, as GET …/versions shows them."""

    name_zh: Name
    name_en: Annotated[str, Field(max_length=editing.NAME_LENGTH)] = ""
    definition: dict[str, Any]


class SchemeChange(SchemeIn):
    seen: Version
    from_day: Day | None = None


class PreviewIn(Body):
    """`code`: the scheme that would change; empty: a new one."""

    definition: dict[str, Any]
    code: Annotated[str, Field(max_length=40)] = ""


class PreviewCell(Schema):
    code: str
    name_zh: str
    name_en: str
    now: int
    after: int


class PreviewOut(Schema):
    as_of: Day
    cells: list[PreviewCell]
    moved: int
    outside_now: int
    outside_after: int


class VersionOut(Schema):
    """`state`: now (makes the figures), waiting, or empty. `from_day` null: from the beginning."""

    version: int
    name_zh: str
    name_en: str
    from_day: Day | None
    saved_by: str
    saved_at: datetime
    state: str
    definition: dict[str, Any]


class SwitchIn(Body):
    is_on: bool


class RestoreIn(Body):
    from_day: Day | None = None


class CustomerStageOut(Schema):
    """`cell` null: in no stage. `set_by` empty: by the rule."""

    cell: str | None
    since: Day | None
    set_by: str = ""
    reason: str = ""
    until: Day | None = None


class StageIn(Body):
    cell: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Annotated[str, Field(min_length=1, max_length=overriding.REASON_LENGTH)]
    until: Day


class FlowMove(Schema):
    """Empty: not in a stage on that day."""

    came: str
    went: str
    customers: int


class FlowPeriod(Schema):
    earlier: Day
    later: Day
    moves: list[FlowMove]


class FlowOut(Schema):
    scheme: str
    periods: list[FlowPeriod]


@router.get("/segments", response=PageOf[SegmentOut], auth=VIEW)
def list_segments(request: ApiRequest) -> Any:
    return items_of(segments.segments(request.actor, known()), SegmentOut.from_orm)


@router.post("/segments", response={201: SegmentOut}, auth=EDIT)
@idempotent
def add_segment(request: ApiRequest, body: SegmentIn) -> Any:
    """Its members are found at once."""
    made = editing.create_segment(**body.model_dump(), by=request.actor, at=now())
    return Status(201, _applied_segment(request, made.code))


@router.post("/segments/count", response=CountOut, auth=EDIT)
def count_segment(request: ApiRequest, body: RuleIn) -> Any:
    """How many customers within reach a rule finds on the newest day; nothing is written."""
    run = newest_run()
    ids = found_by(request.actor, body.when)
    return CountOut(customers=len(ids), as_of=run.as_of if run else None)


@router.get("/segments/{code}", response=SegmentOut, auth=VIEW)
def get_segment(request: ApiRequest, code: Code) -> Any:
    return segments.segment(request.actor, code, known())


@router.put("/segments/{code}", response=SegmentOut, auth=EDIT)
@idempotent
def change_segment(request: ApiRequest, code: Code, body: SegmentChange) -> Any:
    given = body.model_dump() | {"from_day": body.from_day or _newest_day()}
    editing.change_segment(code=code, **given, by=request.actor, at=now())
    return _applied_segment(request, code)


@router.delete("/segments/{code}", response={204: None}, auth=EDIT)
@idempotent
def delete_segment(request: ApiRequest, code: Code) -> Any:
    """It can be restored for 30 days."""
    editing.delete_segment(code=code, by=request.actor, at=now())
    return Status(204, None)


@router.post("/segments/{code}/restore", response=SegmentOut, auth=EDIT)
@idempotent
def restore_segment(request: ApiRequest, code: Code) -> Any:
    editing.restore_segment(code=code, by=request.actor, at=now())
    return _applied_segment(request, code)


@schemes.post("/schemes", response={201: VersionOut}, auth=EDIT)
@idempotent
def add_scheme(request: ApiRequest, body: SchemeIn) -> Any:
    made = editing.create_scheme(**body.model_dump(), by=request.actor, at=now())
    return Status(201, _applied_scheme(made.code))


@router.post("/scheme-previews", response=PreviewOut, auth=EDIT)
def preview_scheme(request: ApiRequest, body: PreviewIn) -> Any:
    """Customers per cell now and after; nothing is written."""
    told = preview(request.actor, body.definition, code=body.code)
    cells = [
        PreviewCell(
            code=row.cell.code, name_zh=row.cell.name_zh, name_en=row.cell.name_en,
            now=row.now, after=row.after,
        )
        for row in told.rows
    ]  # fmt: skip
    return PreviewOut(
        as_of=told.as_of, cells=cells, moved=told.moved, outside_now=told.outside[0],
        outside_after=told.outside[1],
    )  # fmt: skip


@schemes.put("/schemes/{code}", response=VersionOut, auth=EDIT)
@idempotent
def change_scheme(request: ApiRequest, code: Code, body: SchemeChange) -> Any:
    """A new version; without `from_day` it holds at once."""
    given = body.model_dump() | {"from_day": body.from_day or _newest_day()}
    editing.change_scheme(code=code, **given, by=request.actor, at=now())
    return _applied_scheme(code)


@schemes.post("/schemes/{code}/switch", response={204: None}, auth=EDIT)
@idempotent
def switch_scheme(request: ApiRequest, code: Code, body: SwitchIn) -> Any:
    editing.switch(code=code, is_on=body.is_on, by=request.actor, at=now())
    if body.is_on:
        _apply(code)
    return Status(204, None)


@schemes.get("/schemes/{code}/versions", response=PageOf[VersionOut], auth=VIEW)
def versions_of_scheme(request: ApiRequest, code: Code) -> Any:
    """The newest first."""
    return items_of(segments.versions_of(_scheme(code)), VersionOut.from_orm)


@schemes.post("/schemes/{code}/versions/{int:version}/restore", response=VersionOut, auth=EDIT)
@idempotent
def restore_version(request: ApiRequest, code: Code, version: Id, body: RestoreIn) -> Any:
    """Saved again as the newest version."""
    day = body.from_day or _newest_day()
    editing.restore_version(code=code, version=version, from_day=day, by=request.actor, at=now())
    return _applied_scheme(code)


@router.get("/customers/{int:customer_id}/stage", response=CustomerStageOut, auth=VIEW)
def stage_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    get_customer(request.actor, customer_id)
    return _stage(customer_id)


@router.put("/customers/{int:customer_id}/stage", response=CustomerStageOut, auth=STAGE)
@idempotent
def set_stage(request: ApiRequest, customer_id: Id, body: StageIn) -> Any:
    """A person's word against the rule, from today to `until`."""
    overriding.set_stage(customer_id, **body.model_dump(), by=request.actor, at=now())
    return _stage(customer_id)


@router.delete("/customers/{int:customer_id}/stage", response=CustomerStageOut, auth=STAGE)
@idempotent
def take_stage_back(request: ApiRequest, customer_id: Id) -> Any:
    """The rule decides again."""
    overriding.take_back(customer_id, by=request.actor, at=now())
    return _stage(customer_id)


@router.get("/lifecycle/flow", response=FlowOut, auth=VIEW)
def lifecycle_flow(
    request: ApiRequest, day: Annotated[list[Day] | None, Query(max_length=MOST_FLOW_DAYS)] = None
) -> Any:
    """Moves between two or three refreshed days; without `day` between the newest two."""
    scheme = flows.lifecycle()
    if scheme is None:
        raise Missing("lifecycle")
    there = refreshed_days()
    if not set(day or ()) <= set(there):
        raise Missing("day")
    found = flows.flow(request.actor, scheme, day or there[:2])
    periods = [
        FlowPeriod(earlier=period.earlier, later=period.later, moves=_moves(period))
        for period in found.periods
    ]
    return FlowOut(scheme=scheme.code, periods=periods)


def _moves(period: flows.Period) -> list[FlowMove]:
    pairs = sorted(period.moves.items())
    return [FlowMove(came=came, went=went, customers=n) for (came, went), n in pairs]


def _stage(customer_id: int) -> CustomerStageOut:
    found = stage_of(customer_id, today=today())
    if found is None or found.cell is None:
        return CustomerStageOut(cell=None, since=None)
    shown = CustomerStageOut(cell=found.cell.code, since=found.since)
    if found.word is not None:
        shown.set_by, shown.reason, shown.until = (
            found.word.by, found.word.reason, found.word.until,
        )  # fmt: skip
    return shown


def _applied_segment(request: ApiRequest, code: str) -> Any:
    _apply(code)
    return segments.segment(request.actor, code, known())


def _applied_scheme(code: str) -> Any:
    """The newest version, computed where it holds already."""
    _apply(code)
    return segments.versions_of(_scheme(code))[0]


def _apply(code: str) -> None:
    """While a refresh is running the next one does it."""
    try:
        apply_scheme(code, at=now())
    except Conflict:
        return


def _scheme(code: str) -> Any:
    scheme = queries.scheme(code)
    if scheme is None:
        raise Missing("scheme")
    return scheme


def _newest_day() -> date:
    run = newest_run()
    return run.as_of if run else today()
