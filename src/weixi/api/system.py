"""The state of the system: runs of the pipeline, signs of life."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from weixi.core.heartbeats import all_beats
from weixi.core.runs import recent_runs

from .access import ApiRequest, needs
from .shapes import Day, Limit, PageOf, items_of

router = Router(tags=["system"])
VIEW = needs("system.view")


class StageOut(Schema):
    name: str
    rows: int
    seconds: float


class RunOut(Schema):
    id: int
    as_of: Day
    engine: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    customers: int
    stages: list[StageOut]
    problem: str


class BeatOut(Schema):
    name: str
    kind: str
    started_at: datetime
    beat_at: datetime
    doing: str


class Me(Schema):
    """Whom the token belongs to and what it may do."""

    name: str
    reach: str
    scopes: list[str]


@router.get("/runs", response=PageOf[RunOut], auth=VIEW)
def list_runs(request: ApiRequest, limit: Limit = 20) -> Any:
    return items_of(recent_runs(limit), RunOut.from_orm)


@router.get("/heartbeats", response=PageOf[BeatOut], auth=VIEW)
def list_heartbeats(request: ApiRequest) -> Any:
    return items_of(list(all_beats()), BeatOut.from_orm)


@router.get("/me", response=Me, auth=needs(None))
def whoami(request: ApiRequest) -> Any:
    actor = request.actor
    return {"name": actor.name, "reach": actor.reach, "scopes": sorted(actor.permissions)}
