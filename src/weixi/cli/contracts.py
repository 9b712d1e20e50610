"""`weixi churn`: which contracts will be ended, on a file of one's own. No database."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import typer
from pyarrow import ArrowInvalid

from weixi.analytics.boosting import NOT_INSTALLED, is_available
from weixi.analytics.contracts import ContractChurn, contract_churn
from weixi.cli.output import say, show_json, show_table
from weixi.core.errors import RuleBroken

ENDED = ("yes", "1", "true", "y", "是")
COLUMNS = ("name", "auc", "average_precision", "brier", "lift_10", "calibration_error", "used")


def churn(
    file: Annotated[Path, typer.Argument(help="A CSV file.", exists=True, dir_okay=False)],
    outcome: Annotated[str, typer.Option(help="Column that tells who ended the contract.")],
    ended: Annotated[str, typer.Option(help="Its word for ended; yes, 1, true or 是.")] = "",
    without: Annotated[
        list[str], typer.Option(help="Column to leave out; may be given often.")
    ] = [],  # noqa: B006
    scores: Annotated[
        Path | None, typer.Option(help="Write the risk of each row to this CSV file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Cross-validated: AUC, Brier, lift of the best column, a regression and boosted trees."""
    table = _table(file)
    told = _judged(table, outcome, ended, without)
    if scores:
        _write(scores, table, told)
    if as_json:
        show_json(_json(told))
        return
    if not is_available():
        say(NOT_INSTALLED)
    rows = _json(told)["models"]
    show_table(COLUMNS, [[_shown(row[name]) for name in COLUMNS] for row in rows])
    for note in told.notes:
        say(note)


def _judged(table: pa.Table, outcome: str, ended: str, without: list[str]) -> ContractChurn:
    for name in (outcome, *without):
        if name not in table.column_names:
            there = ", ".join(table.column_names)
            raise RuleBroken(f"There is no column {name}. There are: {there}.")
    words = (ended.lower(),) if ended else ENDED
    happened = [str(value).strip().lower() in words for value in table[outcome].to_pylist()]
    columns = {
        name: table[name].to_pylist()
        for name in table.column_names
        if name != outcome and name not in without
    }
    try:
        return contract_churn(columns, [float(one) for one in happened])
    except ValueError as problem:
        raise RuleBroken(str(problem)) from None


def _table(file: Path) -> pa.Table:
    """Every column as text: what is a number is found out column by column."""
    try:
        with pa_csv.open_csv(file) as opened:
            names = opened.schema.names
        as_text = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
        return pa_csv.read_csv(file, convert_options=as_text)
    except ArrowInvalid as problem:
        raise RuleBroken(f"{file} is not a CSV file that can be read: {problem}") from None


def _json(told: ContractChurn) -> dict[str, Any]:
    figures = COLUMNS[1:-1]
    return {
        "n": told.best.figures.n,
        "base_rate": told.best.figures.base_rate,
        "models": [
            {
                "name": one.name,
                **{name: getattr(one.figures, name) for name in figures},
                "used": one.name == told.used,
            }
            for one in told.models
        ],
        "columns": told.columns,
        "notes": told.notes,
    }


def _write(file: Path, table: pa.Table, told: ContractChurn) -> None:
    """The first column names the row; the risk is of a model that has not seen it."""
    first = table.column_names[0]
    with file.open("w", newline="", encoding="utf-8") as opened:
        rows = csv.writer(opened)
        rows.writerow((first, "risk"))
        rows.writerows(
            (name, f"{risk:.4f}")
            for name, risk in zip(table[first].to_pylist(), told.best.risk, strict=True)
        )


def _shown(value: Mapping[str, Any] | float | bool | str) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
