"""Imports: how far they are and what became of their rows."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from weixi.collect.intake import queries

from .access import ApiRequest, needs
from .shapes import Id, Limit, PageOf, items_of

router = Router(tags=["imports"])
RUN = needs("imports.run")


class ImportOut(Schema):
    """Counts are rows of the file; `cursor` of `total` rows are done."""

    id: int
    kind: str
    file_name: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    anonymous: int
    cursor: int
    total: int | None


class RejectOut(Schema):
    """The value is masked."""

    line: int
    column: str
    value: str
    reason: str


@router.get("/imports", response=PageOf[ImportOut], auth=RUN)
def list_imports(request: ApiRequest, limit: Limit = 50) -> Any:
    """The newest; own ones, everybody's for who reaches all customers."""
    return items_of(list(queries.newest_imports(request.actor)[:limit]), ImportOut.from_orm)


@router.get("/imports/{int:import_id}", response=ImportOut, auth=RUN)
def get_import(request: ApiRequest, import_id: Id) -> Any:
    return ImportOut.from_orm(queries.batch_of(import_id, request.actor))


@router.get("/imports/{int:import_id}/rejects", response=PageOf[RejectOut], auth=RUN)
def list_rejects(request: ApiRequest, import_id: Id, limit: Limit = 200) -> Any:
    """The first rejected rows."""
    rows = queries.rejected_rows(import_id, request.actor, limit=limit)
    return items_of(rows, RejectOut.from_orm)
