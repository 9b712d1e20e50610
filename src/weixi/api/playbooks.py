"""Playbooks: what they are, whom they run for, on and off, and a dry run over the last days."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.act.care.day import list_day
from weixi.act.care.playbooks import actions, queries
from weixi.act.care.playbooks.rules import RunState
from weixi.act.care.playbooks.simulation import simulate
from weixi.core.clock import now, today
from weixi.evaluate import effect_actions, effect_queries

from .access import ApiRequest, needs
from .campaigns import EffectOut, FindingIn, FindingOut, ReturnOut
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Day, Id, Limit, PageOf, items_of, page_of

router = Router(tags=["playbooks"])
SEE, RUNS = needs("segments.view"), needs("customers.view")
EDIT, STOP = needs("playbooks.edit"), needs("tasks.work")
REPORTS = needs("reports.view")
SOURCE = "playbook"
Figure = Literal[
    "", "running", "done", "ended_early", "stopped", "held_out", "goal", "goal_held_out"
]


class FiguresOut(Schema):
    """Customers within reach; each number but `treated` is a `figure` of the runs."""

    running: int
    done: int
    ended_early: int
    stopped: int
    held_out: int
    treated: int
    goal: int
    goal_held_out: int


class PlaybookOut(Schema):
    """`version` null: nothing is published."""

    code: str
    name_zh: str
    name_en: str
    is_on: bool
    is_shipped: bool
    version: int | None
    has_draft: bool
    figures: FiguresOut


class PlaybookDetail(PlaybookOut):
    about_zh: str
    about_en: str
    switched_on_at: datetime | None
    definition: dict[str, Any]


class PlaybookSwitchIn(Body):
    """`stop_running`, with off: who is on the way is stopped too, with the open tasks."""

    is_on: bool
    stop_running: bool = False


class PlaybookRunOut(Schema):
    """`step`: where the customer stands, or stood at the end."""

    id: int
    customer_id: int
    customer_number: str
    customer: str
    state: RunState
    step: str
    version: int
    started_at: datetime
    wake_at: datetime | None
    ended_at: datetime | None
    reason: str
    reason_text: str
    has_reached_goal: bool


class StopIn(Body):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class StoppedPlaybooks(Schema):
    id: int
    state: RunState
    ended_at: datetime | None


class SimulatedDayOut(Schema):
    day: Day
    starts: int
    tasks: int


class SimulationOut(Schema):
    """Both days included. `blocked` and `deferred`: of the tasks, by the contact policy."""

    first: Day
    last: Day
    is_draft: bool
    starts: int
    held_out: int
    tasks: int
    messages: int
    blocked: int
    deferred: int
    ended_early: int
    people: int
    most_a_person: int
    mean_a_person: float
    by_day: list[SimulatedDayOut]


@router.get("/playbooks", response=PageOf[PlaybookOut], auth=SEE)
def list_playbooks(request: ApiRequest) -> Any:
    """Those that are on first."""
    return items_of(queries.playbooks(request.actor), _shape)


@router.get("/playbooks/{code}", response=PlaybookDetail, auth=SEE)
def get_playbook(request: ApiRequest, code: str) -> Any:
    """`definition`: of the published version, empty without one."""
    return _detail(queries.one(request.actor, code))


@router.post("/playbooks/{code}/switch", response=PlaybookDetail, auth=EDIT)
@idempotent
def switch_playbook(request: ApiRequest, code: str, body: PlaybookSwitchIn) -> Any:
    """Off: nobody new starts; who is on the way finishes, unless `stop_running`."""
    actions.switch(
        code=code, on=body.is_on, stop_running=body.stop_running, by=request.actor, at=now()
    )
    return _detail(queries.one(request.actor, code))


@router.get("/playbooks/{code}/simulation", response=SimulationOut, auth=EDIT)
def simulate_playbook(request: ApiRequest, code: str) -> Any:
    """The draft, or the published version, over the last thirty days; nothing is written."""
    _row, stored, is_draft = queries.draft_of(request.actor, code)
    found = simulate(request.actor, actions.checked_definition(stored), last=list_day(today()))
    days = [{"day": day, "starts": starts, "tasks": tasks} for day, starts, tasks in found.by_day]
    return vars(found) | {"is_draft": is_draft, "by_day": days}


@router.get("/playbooks/{code}/runs", response=PageOf[PlaybookRunOut], auth=RUNS)
def runs_of_playbook(
    request: ApiRequest, code: str, figure: Figure = "", limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """The newest first; `figure` cuts to what that number counts."""
    queries.known(request.actor, code)
    page = queries.runs(request.actor, code, figure=figure, cursor=cursor, limit=limit)
    return page_of(page, PlaybookRunOut.from_orm)


@router.get("/playbooks/{code}/effects", response=PageOf[EffectOut], auth=REPORTS)
def effects_of_playbook(request: ApiRequest, code: str) -> Any:
    """Care by people is judged as campaigns are: treated beside held out."""
    row = queries.one(request.actor, code).playbook
    found = effect_queries.effects_of_source(SOURCE, row.pk)
    return items_of(list(found.values()), EffectOut.from_orm)


@router.get("/playbooks/{code}/return", response=ReturnOut | None, auth=REPORTS)
def return_of_playbook(request: ApiRequest, code: str) -> Any:
    """What the effect cost and brought; null: nobody is assigned yet."""
    row = queries.one(request.actor, code).playbook
    return effect_queries.return_of(SOURCE, row.pk)


@router.get("/playbooks/{code}/findings", response=PageOf[FindingOut], auth=SEE)
def findings_of_playbook(request: ApiRequest, code: str) -> Any:
    row = queries.one(request.actor, code).playbook
    return items_of(list(effect_queries.findings_of(SOURCE, row.pk)), FindingOut.from_orm)


@router.post("/playbooks/{code}/findings", response={201: FindingOut}, auth=EDIT)
@idempotent
def write_finding_of_playbook(request: ApiRequest, code: str, body: FindingIn) -> Any:
    row = queries.one(request.actor, code).playbook
    made = effect_actions.write_finding(
        SOURCE, row.pk, kind=body.kind, text=body.text, by=request.actor, at=now()
    )
    return Status(201, FindingOut.from_orm(made))


@router.post("/playbook-runs/{int:run_id}/stop", response=StoppedPlaybooks, auth=STOP)
@idempotent
def stop_run(request: ApiRequest, run_id: Id, body: StopIn) -> Any:
    """This customer leaves the playbook now; its open task is withdrawn."""
    return actions.stop_run(run_id=run_id, reason=body.reason, by=request.actor, at=now())


def _shape(row: queries.PlaybookRow) -> dict[str, Any]:
    book = row.playbook
    return {
        "code": book.code, "name_zh": book.name_zh, "name_en": book.name_en, "is_on": book.is_on,
        "is_shipped": book.is_shipped, "has_draft": row.has_draft, "figures": vars(row.figures),
        "version": book.published.number if book.published else None,
    }  # fmt: skip


def _detail(row: queries.PlaybookRow) -> dict[str, Any]:
    book = row.playbook
    return _shape(row) | {
        "about_zh": book.about_zh, "about_en": book.about_en,
        "switched_on_at": book.switched_on_at,
        "definition": book.published.definition if book.published else {},
    }  # fmt: skip
