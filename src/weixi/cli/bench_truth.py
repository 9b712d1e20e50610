"""`weixi bench-truth`: stages, causes and warnings against a simulated company's truth."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from weixi.cli.benchmarks_models import cuts_before
from weixi.cli.output import show_json
from weixi.evaluate.truth import NOT_ENDED, Confusion, Recovered, recovered

UNSAID = frozenset({"unknown", NOT_ENDED})


def bench_truth(
    folder: Annotated[Path, typer.Argument(help="Where simulate wrote.", exists=True)],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A refreshed day.")],
) -> None:
    """Figures for bench truth: the days 30, 60, 90 and 120 before have been refreshed as well."""
    day = as_of.date()
    told = recovered(folder, as_of=day, cuts=cuts_before(day))
    show_json(rows_of(told))


def rows_of(told: Recovered) -> list[dict[str, Any]]:
    rows = [
        _row("stage accuracy", told.stages.accuracy, "share", told.stages.customers),
        *_cells("stage", told.stages),
        _row(
            "cause accuracy, of those told",
            told.causes.among(UNSAID).accuracy,
            "share",
            told.causes.among(UNSAID).customers,
        ),
        *_cells("cause", told.causes),
    ]
    for one in told.warnings:
        name = f"{one.horizon_days} d, {one.level}"
        rows += [
            _row(f"{name}: precision", _share(one.lost, one.warned), "share", one.warned),
            _row(f"{name}: precision of the rule", _share(one.rule_lost, one.warned), "share",
                 one.warned),
            _row(f"{name}: recall", _share(one.lost, one.population_lost), "share",
                 one.population_lost),
            _row(f"{name}: recall of the rule", _share(one.rule_lost, one.population_lost),
                 "share", one.population_lost),
        ]  # fmt: skip
    return rows


def _cells(what: str, found: Confusion) -> list[dict[str, Any]]:
    return [
        _row(f"{what} {true} seen as {said}", n, "customers", sum(row.values()))
        for true, row in found.counts.items()
        for said, n in row.items()
    ]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _row(name: str, figure: float | None, unit: str, customers: int) -> dict[str, Any]:
    return {
        "name": f"truth {name}",
        "figure": None if figure is None else float(f"{figure:.4g}"),
        "unit": unit,
        "command": "weixi bench truth",
        "size": f"{customers:,} customers",
    }
