"""`weixi fit` and `weixi predict`: the models on a file of one's own. No database."""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow.csv as pa_csv
import typer
from pyarrow import ArrowInvalid
from pyarrow import types as pa_types

from weixi.analytics import MODELS, fit_model, predict_model
from weixi.cli.output import show_json, show_table
from weixi.core.errors import RuleBroken

Model = Annotated[str, typer.Argument(help=f"One of {', '.join(MODELS)}.")]
Table = Annotated[Path, typer.Argument(help="A CSV file.", exists=True, dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def fit(model: Model, file: Table, as_json: AsJson = False) -> None:
    """Fit MODEL to a CSV: frequency,recency,T[,monetary_value] for the buying models;
    period,customers for sbg; duration,event for km."""
    columns, _ = _columns(file)
    told = _fitted(model, columns)
    if as_json:
        show_json(told)
        return
    errors = told["standard_errors"] or {}
    show_table(
        ("parameter", "value", "standard error"),
        [(name, _shown(value), _shown(errors.get(name))) for name, value in told["params"].items()],
    )
    others = ("log_likelihood", "n", "converged", "seconds")
    show_table(("fit", model), [(name, _shown(told[name])) for name in others])


def predict(
    model: Model,
    file: Table,
    horizon: Annotated[float, typer.Option(help="How far ahead, in the unit of T.")],
    params: Annotated[str, typer.Option(help="JSON of the parameters; fitted when left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Per customer: expected purchases, probability alive, probability of a purchase."""
    columns, names = _columns(file)
    given = _given(params) or _fitted(model, columns)["params"]
    try:
        told = predict_model(model, columns, given, horizon)
    except ValueError as problem:
        raise RuleBroken(str(problem)) from None
    rows = [
        {"customer_id": name, **{key: _number(values[row]) for key, values in told.items()}}
        for row, name in enumerate(names)
    ]
    if as_json:
        show_json(rows)
    else:
        show_table(("customer_id", *told), [list(row.values()) for row in rows])


def _fitted(model: str, columns: dict[str, np.ndarray]) -> dict[str, Any]:
    if model not in MODELS:
        raise typer.BadParameter(f"Choose one of {', '.join(MODELS)}.", param_hint="MODEL")
    try:
        return fit_model(model, columns)
    except ValueError as problem:
        raise RuleBroken(str(problem)) from None


def _columns(file: Path) -> tuple[dict[str, np.ndarray], list[Any]]:
    """The columns of numbers, and who the rows are: customer_id, else the line of the file."""
    try:
        table = pa_csv.read_csv(file)
    except ArrowInvalid as problem:
        raise RuleBroken(f"{file} is not a CSV file that can be read: {problem}") from None
    numbers = [f.name for f in table.schema if _is_number(f.type)]
    columns = {name: table[name].to_numpy().astype(float) for name in numbers}
    if "customer_id" in table.column_names:
        return columns, table["customer_id"].to_pylist()
    return columns, list(range(1, table.num_rows + 1))


def _is_number(kind: Any) -> bool:
    return bool(
        pa_types.is_integer(kind) or pa_types.is_floating(kind) or pa_types.is_boolean(kind)
    )


def _given(params: str) -> dict[str, float] | None:
    if not params:
        return None
    try:
        given = json.loads(params)
        return {str(name): float(value) for name, value in dict(given).items()}
    except (ValueError, TypeError):
        hint = 'JSON such as {"r": 0.24, "alpha": 4.41, "a": 0.79, "b": 2.43}'
        raise typer.BadParameter(f"Give {hint}.", param_hint="--params") from None


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _shown(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
