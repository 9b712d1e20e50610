"""Reads of the schemes: cells of a customer, customers of a cell, moves between two days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.prepared import prepared
from weixi.core.runs import lake_file, newest_run
from weixi.staff.permissions import listed

from .models import Membership, Scheme, Transition
from .rules import Cell, Definition, cell_in, definition

SUMS = """
    SELECT m.cell AS cell, count(*) AS customers,
           CAST(coalesce(sum(s.revenue_12m), 0) AS BIGINT) AS revenue_sum,
           CAST(sum(s.margin_12m) AS BIGINT) AS margin_sum,
           count(CASE WHEN s.margin_12m IS NULL AND s.revenue_12m <> 0 THEN 1 END) AS without_margin
    FROM classify_membership m LEFT JOIN measure_snapshot s ON s.customer_id = m.customer_id
    WHERE m.scheme_id = %s AND m.customer_id {within} GROUP BY m.cell
"""
UNRATED = Cell("unrated", (), "未评定", "Not rated", "none")


@dataclass(frozen=True)
class CellRow:
    """A cell with what is in it, money in minor units; `profit` None when no cost is known."""

    cell: Cell
    customers: int
    revenue: int
    profit: int | None

    def name(self, language: str) -> str:
        return self.cell.name_zh if language.startswith("zh") else self.cell.name_en


@dataclass(frozen=True)
class SchemeTable:
    scheme: Scheme
    definition: Definition
    as_of: date | None
    rows: tuple[CellRow, ...]
    members: int

    @property
    def population(self) -> int:
        return sum(row.customers for row in self.rows)


def schemes() -> list[Scheme]:
    return list(Scheme.objects.filter(is_on=True))


def all_schemes() -> list[Scheme]:
    """Also those switched off; no segments."""
    return list(Scheme.objects.filter(deleted_at=None).exclude(kind="segment"))


def parsed(stored: Mapping[str, Any]) -> Definition:
    return definition(stored)


def scheme(code: str) -> Scheme | None:
    return Scheme.objects.filter(code=code, deleted_at=None).first()


def definition_of(scheme: Scheme) -> Definition:
    return definition(scheme.definition)


def cells_of(customer_id: int) -> dict[str, str]:
    """Scheme code → cell code."""
    rows = Membership.objects.filter(customer_id=customer_id).values_list("scheme__code", "cell")
    return dict(rows)


@dataclass(frozen=True)
class Place:
    """The cell of one scheme that a customer is in."""

    scheme: str
    scheme_zh: str
    scheme_en: str
    cell: Cell


def places_of(customer_id: int) -> list[Place]:
    """The customer's cell in every scheme that is on, in the order of the schemes."""
    found = []
    for row in _members(customer_id):
        scheme = row.scheme
        cell = _cell(scheme, row.cell)
        if cell is not None:
            found.append(Place(scheme.code, scheme.name_zh, scheme.name_en, cell))
    return found


@prepared
def _members(customer_id: int) -> QuerySet[Membership]:
    rows = Membership.objects.filter(customer_id=customer_id, scheme__is_on=True)
    return rows.select_related("scheme").order_by("scheme__position", "scheme_id")


def cells_in(code: str, customer_ids: Iterable[int]) -> dict[int, str]:
    """Customer → cell of one scheme."""
    rows = Membership.objects.filter(scheme__code=code, customer_id__in=list(customer_ids))
    return dict(rows.values_list("customer_id", "cell"))


@dataclass(frozen=True)
class Move:
    """From one cell of a scheme to another on a day; None: not in the scheme."""

    id: int
    on: date
    scheme_zh: str
    scheme_en: str
    came_from: Cell | None
    went_to: Cell | None


def moves_of(customer_id: int, *, before: date | None = None, limit: int = 50) -> list[Move]:
    """The customer's moves between cells, the newest first."""
    moves = _moves(customer_id, before or date.max, limit=limit)
    # A few schemes, many moves: not joined, or each row would read its definition anew.
    schemes = Scheme.objects.in_bulk({move.scheme_id for move in moves}) if moves else {}
    return [_move(move, schemes[move.scheme_id]) for move in moves]


@prepared
def _moves(customer_id: int, before: date, *, limit: int) -> QuerySet[Transition]:
    rows = Transition.objects.filter(customer_id=customer_id, on__lt=before)
    return rows.order_by("-on", "-pk")[:limit]


def _move(row: Transition, scheme: Scheme) -> Move:
    came, went = _cell(scheme, row.from_cell), _cell(scheme, row.to_cell)
    return Move(row.pk, row.on, scheme.name_zh, scheme.name_en, came, went)


def _cell(scheme: Scheme, code: str) -> Cell | None:
    return UNRATED if code == UNRATED.code else cell_in(scheme.definition, code)


def cell_names(code: str) -> dict[str, Cell]:
    found = scheme(code)
    cells = definition(found.definition).cells if found else ()
    return {cell.code: cell for cell in (*cells, UNRATED)}


def customers_in_cell(actor: Actor, code: str, cell: str) -> QuerySet[Customer]:
    """The list behind a figure: as many customers as the table says, for the same actor."""
    members = Membership.objects.filter(scheme__code=code, cell=cell).values("customer_id")
    return Customer.objects.filter(listed(actor), pk__in=members)


def scheme_table(actor: Actor, code: str) -> SchemeTable:
    """Customers, revenue and profit of 12 months in every cell, of those the actor reaches."""
    found = Scheme.objects.get(code=code)
    parsed = definition(found.definition)
    by_cell = _sums(actor, found.pk)
    cells = parsed.cells + ((UNRATED,) if UNRATED.code in by_cell else ())
    rows = tuple(_row(cell, by_cell.get(cell.code)) for cell in cells)
    run = newest_run()
    members = sum(sums["customers"] for sums in by_cell.values())
    return SchemeTable(found, parsed, run.as_of if run else None, rows, members)


def _sums(actor: Actor, scheme_id: int) -> dict[str, dict[str, Any]]:
    """Cell → its sums. One join written out: as subqueries of Django it takes twice the time."""
    try:
        within, params = _reach(actor)
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SUMS.format(within=within), [scheme_id, *params])
        names = [column[0] for column in cursor.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def _reach(actor: Actor) -> tuple[str, tuple[Any, ...]]:
    """The condition on a member: not merged away, and among the actor's customers."""
    if actor.reach == "all":  # as below; the few merged ones are looked up, not every customer
        sql, params = (
            Customer.objects.exclude(merged_into=None).values("pk").query.sql_with_params()
        )
        return f"NOT IN ({sql})", params
    sql, params = Customer.objects.filter(listed(actor)).values("pk").query.sql_with_params()
    return f"IN ({sql})", params


def _row(cell: Cell, found: dict[str, Any] | None) -> CellRow:
    if found is None:
        return CellRow(cell, 0, 0, 0)
    profit = None if found["without_margin"] else found["margin_sum"] or 0
    return CellRow(cell, found["customers"], found["revenue_sum"], profit)


def table_on(code: str, day: date) -> list[dict[str, Any]]:
    """Cells on a past day from the lake (no restriction: for people who see everything)."""
    cells, measures = _cells_file(day), lake_file("measures", day)
    text = (
        f"SELECT {_column(code)} AS cell, count(*) AS customers,"  # noqa: S608
        " sum(revenue_12m)::BIGINT AS revenue,"
        " CASE WHEN count(margin_12m) = count(*) THEN sum(margin_12m)::BIGINT END AS profit"
        " FROM read_parquet($cells) JOIN read_parquet($measures) USING (customer_id)"
        " WHERE cell IS NOT NULL GROUP BY ALL"
    )
    with duckdb.cursor() as lake:
        found = lake.execute(text, {"cells": str(cells), "measures": str(measures)})
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def migration(code: str, earlier: date, later: date) -> list[dict[str, Any]]:
    """How many customers went from which cell to which between two refreshed days.

    Empty cell: not in the scheme on that day. Sums of rows and columns are the days' populations.
    """
    column = _column(code)
    text = (
        f"SELECT coalesce(a.{column}, ''), coalesce(b.{column}, ''), count(*)"  # noqa: S608
        " FROM read_parquet($earlier) AS a"
        " FULL JOIN read_parquet($later) AS b USING (customer_id)"
        f" WHERE a.{column} IS NOT NULL OR b.{column} IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    files = {"earlier": str(_cells_file(earlier)), "later": str(_cells_file(later))}
    with duckdb.cursor() as lake:
        found = lake.execute(text, files).fetchall()
    return [{"from": a, "to": b, "customers": n} for a, b, n in found]


def _cells_file(day: date) -> Path:
    file = lake_file("cells", day)
    if not file.exists():
        raise LookupError(f"{day} was not refreshed: weixi refresh --as-of {day}")
    return file


def _column(code: str) -> str:
    """The scheme's column in the lake; only codes of existing schemes reach the text."""
    if not Scheme.objects.filter(code=code).exists():
        raise LookupError(f"There is no scheme {code}.")
    return f'"{code}"'
