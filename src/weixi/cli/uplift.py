"""`weixi uplift`: did it help, on a file of one's own. No database."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import typer
from pyarrow import ArrowInvalid
from pyarrow import compute as pa_compute
from pyarrow import types as pa_types

from weixi.analytics.uplift import SAMPLE_RATIO_ALARM, Estimate, Uplift, treatment_effect
from weixi.cli.output import show_json, show_lines, show_table
from weixi.core.errors import RuleBroken

ARMS = {
    "1": 1.0, "true": 1.0, "yes": 1.0, "treated": 1.0, "treatment": 1.0,
    "0": 0.0, "false": 0.0, "no": 0.0, "control": 0.0, "held_out": 0.0,
}  # fmt: skip


def uplift(
    file: Annotated[Path, typer.Argument(help="A CSV file.", exists=True, dir_okay=False)],
    treatment: Annotated[str, typer.Option(help="Column of the arm: 1 or treated, 0 or control.")],
    outcome: Annotated[str, typer.Option(help="Column of what came of it.")],
    covariate: Annotated[
        list[str] | None, typer.Option(help="Column known before; may be given often.")
    ] = None,
    treated_share: Annotated[
        float, typer.Option(help="Share of the customers that was to be treated.")
    ] = 0.5,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """The effect of a treatment by intention to treat, its interval, and whether the arms are
    filled as planned. With covariates also the effect with less noise."""
    table = _table(file, [treatment, outcome, *(covariate or [])])
    try:
        found = treatment_effect(
            _arm(table, treatment),
            _numbers(table, outcome),
            [_numbers(table, name) for name in covariate or []],
            treated_share=treated_share,
        )
    except ValueError as problem:
        raise RuleBroken(str(problem)) from None
    if as_json:
        show_json(_told(found))
    else:
        _show(found)


def _table(file: Path, wanted: list[str]) -> pa.Table:
    try:
        with pa_csv.open_csv(file) as opened:
            names = opened.schema.names
        missing = [name for name in wanted if name not in names]
        if missing:
            raise RuleBroken(f"{file} has no column {missing[0]}; it has {', '.join(names)}.")
        chosen = pa_csv.ConvertOptions(include_columns=list(dict.fromkeys(wanted)))
        return pa_csv.read_csv(file, convert_options=chosen)
    except ArrowInvalid as problem:
        raise RuleBroken(f"{file} is not a CSV file that can be read: {problem}") from None


def _arm(table: pa.Table, name: str) -> np.ndarray:
    """1 and 0, also where the file says it in words."""
    column = table[name]
    if not pa_types.is_string(column.type):
        return _numbers(table, name)
    words = pa_compute.utf8_lower(pa_compute.utf8_trim_whitespace(column)).to_pylist()
    for row, word in enumerate(words, 1):
        if word not in ARMS:
            told = "is empty" if not word else f"holds “{word[:40]}”"
            raise ValueError(f"Column {name}, row {row} {told}: write 1 (treated) or 0 (control).")
    return np.array([ARMS[word] for word in words])


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    column = table[name]
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy())) + 1
        raise ValueError(f"Column {name}, row {row}: is empty.")
    if not _is_number(column.type):
        raise ValueError(f"Column {name} holds something that is not a number.")
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _is_number(kind: Any) -> bool:
    return bool(
        pa_types.is_integer(kind) or pa_types.is_floating(kind) or pa_types.is_boolean(kind)
    )


def _told(found: Uplift) -> dict[str, Any]:
    plain = found.plain
    return {
        "effect": plain.effect,
        "ci_low": plain.ci_low,
        "ci_high": plain.ci_high,
        "p_value": plain.p_value,
        "n_treated": found.n_treated,
        "n_control": found.n_control,
        "mean_treated": found.mean_treated,
        "mean_control": found.mean_control,
        "sample_ratio_p": found.sample_ratio_p,
        "adjusted": _interval(found.adjusted),
    }


def _interval(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {
        "effect": estimate.effect,
        "ci_low": estimate.ci_low,
        "ci_high": estimate.ci_high,
        "p_value": estimate.p_value,
    }


def _show(found: Uplift) -> None:
    rows = [("plain", found.plain)] + ([("adjusted", found.adjusted)] if found.adjusted else [])
    show_table(
        ("effect", "estimate", "95 % from", "to", "p"),
        [
            [name, *(_figure(x) for x in (e.effect, e.ci_low, e.ci_high, e.p_value))]
            for name, e in rows
        ],
    )
    show_table(
        ("arm", "customers", "mean outcome"),
        [
            ["treated", f"{found.n_treated:,}", _figure(found.mean_treated)],
            ["control", f"{found.n_control:,}", _figure(found.mean_control)],
        ],
    )
    show_lines([_verdict(found)])


def _verdict(found: Uplift) -> str:
    if found.sample_ratio_p < SAMPLE_RATIO_ALARM:
        return (
            f"The arms are not filled as planned (p = {found.sample_ratio_p:.2g}): "
            "do not trust the effect before the cause is found."
        )
    if found.best.ci_low is None:
        return "Every outcome of an arm is the same: no interval can be told."
    return "The effect is clear." if found.best.is_clear else "No difference is shown."


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,.6g}"
