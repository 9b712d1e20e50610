"""What a draft would make of the customers of the newest day, without writing anything."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.runs import lake_file, newest_run, read_table

from .actions import overrides_on
from .checking import checked_definition
from .columns import arrays
from .computing import Standing, column_of, overridden
from .editing import MEMBERS, segment_definition
from .history import reach_ids
from .models import Scheme
from .queries import UNRATED
from .rules import Cell, Definition

SAMPLE = 5


@dataclass(frozen=True)
class PreviewRow:
    """A cell: customers in it as published, and as the draft says."""

    cell: Cell
    now: int
    after: int


@dataclass(frozen=True)
class Preview:
    """`moved`: customers whose cell would be another; `outside`: in no cell (now, after)."""

    as_of: date
    rows: tuple[PreviewRow, ...]
    moved: int
    outside: tuple[int, int]

    @property
    def population(self) -> int:
        return sum(row.after for row in self.rows)


def preview(actor: Actor, stored: Mapping[str, Any], *, code: str = "") -> Preview:
    """`code`: the scheme that the draft would change; empty: a new one. Cut to the reach."""
    parsed = checked_definition(stored, code=code)
    day, table = _newest()
    after = _cells(parsed, code, day, table).to_pylist()
    now = _column(table, code)
    pairs = _within_reach(actor, table, now, after)
    rows = _rows(parsed, Counter(a for a, _b in pairs), Counter(b for _a, b in pairs), code)
    outside = sum(1 for a, _b in pairs if a is None), sum(1 for _a, b in pairs if b is None)
    return Preview(day, rows, sum(1 for a, b in pairs if a != b), outside)


def found_by(actor: Actor, when: Mapping[str, Any], *, code: str = "") -> list[int]:
    """The customers within reach that a segment's tree means, by id."""
    parsed = checked_definition(segment_definition("-", "-", when), code=code)
    day, table = _newest()
    cells = _cells(parsed, code, day, table).to_pylist()
    ids = reach_ids(actor)
    within = None if ids is None else set(ids)
    return [
        customer
        for customer, cell in zip(table.column("customer_id").to_pylist(), cells, strict=True)
        if cell == MEMBERS and (within is None or customer in within)
    ]


def _newest() -> tuple[date, pa.Table]:
    newest = newest_run()
    if newest is None or not lake_file("cells", newest.as_of).exists():
        raise RuleBroken(_("Nothing is measured yet: counts appear after the first refresh."))
    return newest.as_of, read_table(lake_file("cells", newest.as_of)).sort_by("customer_id")


def _cells(parsed: Definition, code: str, day: date, table: pa.Table) -> pa.Array:
    rest = table.drop_columns([code]) if code in table.column_names else table
    cells = column_of(Standing(code, 0, parsed), day, rest, arrays(day, parsed.measures))
    return overridden(cells, rest, overrides_on(day).get(code, {}) if code else {})


def _column(table: pa.Table, code: str) -> list[str | None]:
    if code in table.column_names:
        return list(table.column(code).to_pylist())
    return [None] * table.num_rows


def _within_reach(
    actor: Actor, table: pa.Table, now: list[str | None], after: list[str | None]
) -> list[tuple[str | None, str | None]]:
    ids = reach_ids(actor)
    if ids is None:
        return list(zip(now, after, strict=True))
    within = set(ids)
    customers = table.column("customer_id").to_pylist()
    rows = zip(customers, now, after, strict=True)
    return [(a, b) for customer, a, b in rows if customer in within]


def _rows(
    parsed: Definition, now: "Counter[str | None]", after: "Counter[str | None]", code: str
) -> tuple[PreviewRow, ...]:
    """The draft's cells; then unrated and cells that the draft no longer has."""
    cells = {cell.code: cell for cell in (*parsed.cells, UNRATED)}
    scheme = Scheme.objects.filter(code=code).first() if code else None
    for cell in scheme.definition["cells"] if scheme else ():
        gone = Cell(cell["code"], (), cell["name_zh"], cell["name_en"], "none")
        cells.setdefault(gone.code, gone)
    drafted = {cell.code for cell in parsed.cells}
    return tuple(
        PreviewRow(cell, now[cell.code], after[cell.code])
        for cell in cells.values()
        if cell.code in drafted or now[cell.code] or after[cell.code]
    )
