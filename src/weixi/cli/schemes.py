"""`weixi schemes` and `weixi scheme`: how customers are divided, and what is in each cell."""

from datetime import date, datetime
from typing import Annotated, Any

import typer

from weixi.classify import queries
from weixi.classify.rules import Cell
from weixi.cli.output import show_json, show_table
from weixi.core.actor import COMMAND_LINE
from weixi.core.errors import RuleBroken
from weixi.core.money import full
from weixi.core.runs import newest_run

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def schemes(as_json: AsJson = False) -> None:
    """The classification schemes with their axes and cells."""
    told = [_told(scheme) for scheme in queries.schemes()]
    if as_json:
        show_json(told)
        return
    show_table(
        ("scheme", "name", "cells"),
        [(one["code"], one["name_zh"], ", ".join(c["code"] for c in one["cells"])) for one in told],
    )


def scheme(
    name: Annotated[str, typer.Argument(help='Code of the scheme, as "weixi schemes" shows.')],
    as_of: Day = None,
    compare: Day = None,
    as_json: AsJson = False,
) -> None:
    """Customers, revenue and profit of 12 months in every cell; moves between two days."""
    found = queries.scheme(name)
    if found is None:
        known = ", ".join(scheme.code for scheme in queries.schemes())
        raise RuleBroken(f"There is no scheme {name}. There are: {known}.")
    day, earlier = as_of and as_of.date(), compare and compare.date()
    try:
        told = _table(name, day, earlier)
    except LookupError as problem:
        raise RuleBroken(f"{problem.args[0]}.") from None
    if as_json:
        show_json(told)
    else:
        _show(told)


def _told(scheme: Any) -> dict[str, Any]:
    parsed = queries.definition_of(scheme)
    return {
        "code": scheme.code,
        "name_zh": scheme.name_zh,
        "name_en": scheme.name_en,
        "axes": scheme.definition.get("axes", []),
        "cells": [_named(cell) for cell in parsed.cells],
    }


def _named(cell: Cell) -> dict[str, str]:
    return {"code": cell.code, "name_zh": cell.name_zh, "name_en": cell.name_en}


def _table(code: str, day: date | None, earlier: date | None) -> dict[str, Any]:
    newest = newest_run()
    if newest is None:
        raise RuleBroken('Nothing was measured yet: run "weixi refresh" first.')
    shown = day or newest.as_of
    cells = _newest(code) if shown == newest.as_of else _past(code, shown)
    told: dict[str, Any] = {
        "scheme": code,
        "as_of": shown.isoformat(),
        "population": sum(cell["customers"] for cell in cells),
        "cells": cells,
    }
    if earlier:
        told["migration"] = queries.migration(code, *sorted((earlier, shown)))
    return told


def _newest(code: str) -> list[dict[str, Any]]:
    return [
        {
            **_named(row.cell),
            "customers": row.customers,
            "revenue": row.revenue,
            "profit": row.profit,
        }
        for row in queries.scheme_table(COMMAND_LINE, code).rows
    ]


def _past(code: str, day: date) -> list[dict[str, Any]]:
    found = {row["cell"]: row for row in queries.table_on(code, day)}
    empty = {"customers": 0, "revenue": 0, "profit": 0}
    cells = queries.cell_names(code)
    return [
        {**_named(cell), **{name: found.get(cell.code, empty)[name] for name in empty}}
        for cell in cells.values()
        if cell is not queries.UNRATED or cell.code in found
    ]


def _show(told: dict[str, Any]) -> None:
    show_table(
        ("cell", "name", "customers", "revenue", "profit"),
        [
            (c["code"], c["name_zh"], c["customers"], full(c["revenue"]), _profit(c["profit"]))
            for c in told["cells"]
        ],
    )
    if "migration" in told:
        show_table(
            ("from", "to", "customers"),
            [(m["from"] or "–", m["to"] or "–", m["customers"]) for m in told["migration"]],
        )


def _profit(minor: int | None) -> str:
    return "unknown" if minor is None else full(minor)
