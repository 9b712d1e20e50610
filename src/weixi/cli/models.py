"""`weixi fit` and `weixi predict`: the models on a file of one's own. No database."""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
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
    told = _fitted(model, _columns(file, _entry(model).columns))
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
    columns = _columns(file, _entry(model).columns)
    given = _given(params) or _fitted(model, columns)["params"]
    try:
        told = predict_model(model, columns, given, horizon)
    except ValueError as problem:
        raise RuleBroken(str(problem)) from None
    rows = [
        {"customer_id": name, **{key: _number(values[row]) for key, values in told.items()}}
        for row, name in enumerate(_names(file, len(next(iter(told.values())))))
    ]
    if as_json:
        show_json(rows)
    else:
        show_table(("customer_id", *told), [list(row.values()) for row in rows])


def _entry(model: str) -> Any:
    if model not in MODELS:
        raise typer.BadParameter(f"Choose one of {', '.join(MODELS)}.", param_hint="MODEL")
    return MODELS[model]


def _fitted(model: str, columns: dict[str, np.ndarray]) -> dict[str, Any]:
    try:
        return fit_model(model, columns)
    except ValueError as problem:
        raise RuleBroken(str(problem)) from None


def _columns(file: Path, wanted: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The wanted columns of the file that hold numbers; the library says which are missing."""
    table = _table(file, set(wanted))
    numbers = [field.name for field in table.schema if _is_number(field.type)]
    return {name: table[name].to_numpy().astype(float, copy=False) for name in numbers}


def _names(file: Path, rows: int) -> list[Any]:
    """Who the rows are: customer_id, else the row of the file."""
    table = _table(file, {"customer_id"})
    return table["customer_id"].to_pylist() if table.num_columns else list(range(1, rows + 1))


def _table(file: Path, wanted: set[str]) -> pa.Table:
    """Only these columns are converted: a million rows then take a third of the memory."""
    try:
        with pa_csv.open_csv(file) as opened:
            found = [name for name in opened.schema.names if name in wanted]
        if not found:
            return pa.table({})
        chosen = pa_csv.ConvertOptions(include_columns=found)
        return pa_csv.read_csv(file, convert_options=chosen)
    except ArrowInvalid as problem:
        raise RuleBroken(f"{file} is not a CSV file that can be read: {problem}") from None


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
