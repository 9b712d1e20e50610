"""The cohort table as rows of components/heat_map.html."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.evaluate.queries import CohortCell, CohortRow, CohortTable, month_label
from weixi.evaluate.rules import CellState
from weixi.web import wording


@dataclass(frozen=True)
class Heat:
    columns: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    average: tuple[float | None, ...]
    largest: float  # beyond month 0, which is 100 % by definition


def heat(table: CohortTable) -> Heat:
    later = [
        cell.share or 0
        for row in table.rows
        for cell in row.cells[1:]
        if cell.state == CellState.FULL
    ]
    return Heat(
        columns=tuple(_("Month {n}").format(n=n) for n in range(len(table.average))),
        rows=tuple(_row(row) for row in table.rows),
        average=table.average,
        largest=max(later, default=1.0),
    )


def _row(row: CohortRow) -> dict[str, Any]:
    name = month_label(row.cohort)
    return {
        "name": name,
        "size": row.size,
        "url": cell_url(row, 0),
        "is_growing": row.is_growing,
        "cells": [_cell(name, row, cell) for cell in row.cells],
    }


def _cell(name: str, row: CohortRow, cell: CohortCell) -> dict[str, Any]:
    if cell.state == CellState.FUTURE or cell.share is None:
        return {"share": None}
    label = ngettext(
        "{cohort}, month {later}: {n} customer, {share}",
        "{cohort}, month {later}: {n} customers, {share}",
        cell.active,
    ).format(
        cohort=name,
        later=cell.months_later,
        n=f"{cell.active:,}",
        share=wording.percent(cell.share),
    )
    return {
        "share": cell.share,
        "active": cell.active,
        "url": cell_url(row, cell.months_later) if cell.active else "",
        "label": label,
        "is_open": cell.state == CellState.PARTIAL,
        "is_first": cell.months_later == 0,
    }


def cell_url(row: CohortRow, later: int) -> str:
    return f"/customers/?cohort={month_label(row.cohort)}&later={later}"
