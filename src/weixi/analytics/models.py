"""The models by name, for the command line and the API: columns in, plain JSON values out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

from .arrays import Array, Numbers, column, whole_column
from .betageometric import NAMES as BETAGEOMETRIC_NAMES
from .bgnbd import BGNBD, fit_bgnbd
from .gammagamma import fit_gammagamma
from .grouping import histories
from .kaplanmeier import KaplanMeier, fit_kaplan_meier
from .maximum_likelihood import Fit
from .mbgnbd import MBGNBD, fit_mbgnbd
from .paretonbd import NAMES as PARETONBD_NAMES
from .paretonbd import ParetoNBD, fit_paretonbd
from .sbg import fit_sbg

Columns = Mapping[str, Numbers]
HISTORY = ("frequency", "recency", "T")


@dataclass(frozen=True)
class Entry:
    """Which columns a model needs, how it is fitted, and which parameters it predicts with."""

    columns: tuple[str, ...]
    fit: Callable[[Columns], dict[str, Any]]
    params: tuple[str, ...] = ()
    predictor: Callable[..., BGNBD | MBGNBD | ParetoNBD] | None = None


def fit_model(model: str, columns: Columns) -> dict[str, Any]:
    """{"model","params","standard_errors","log_likelihood","n","converged","seconds","notes"}.

    Unknown numbers are None. ValueError = one sentence about what is wrong with the input.
    """
    entry = _entry(model)
    _require(columns, entry.columns)
    return entry.fit(columns)


def predict_model(
    model: str, columns: Columns, params: Mapping[str, float], horizon: float
) -> dict[str, Array]:
    """expected_purchases, probability_alive and probability_purchase within `horizon`, per row."""
    entry = _entry(model)
    if entry.predictor is None:
        able = ", ".join(name for name, other in MODELS.items() if other.predictor)
        raise ValueError(f"Model {model} does not predict purchases; {able} do.")
    _require(columns, HISTORY)
    if not isfinite(horizon) or horizon <= 0:
        raise ValueError(f"The horizon must be a number above 0, got {horizon:g}.")
    given = histories(*(columns[name] for name in HISTORY))
    fitted = entry.predictor(**_checked_params(model, entry.params, params))
    told = (given.frequency, given.recency, given.age)
    return {
        "expected_purchases": fitted.expected_purchases(horizon, *told),
        "probability_alive": fitted.probability_alive(*told),
        "probability_purchase": fitted.probability_purchase(horizon, *told),
    }


def _buying(fit: Callable[..., Fit[Any]]) -> Callable[[Columns], dict[str, Any]]:
    return lambda columns: _told(
        fit(*(columns[name] for name in HISTORY), weights=columns.get("weights"))
    )


def _gammagamma(columns: Columns) -> dict[str, Any]:
    spend, weights = columns["monetary_value"], columns.get("weights")
    return _told(fit_gammagamma(columns["frequency"], spend, weights))


def _sbg(columns: Columns) -> dict[str, Any]:
    period = whole_column("period", columns["period"])
    if not np.array_equal(period, np.arange(len(period))):
        raise ValueError("Column period must count 0, 1, 2 … without a gap.")
    return _told(fit_sbg(columns["customers"]))


def _km(columns: Columns) -> dict[str, Any]:
    began = perf_counter()
    table = fit_kaplan_meier(columns["duration"], columns["event"], columns.get("weights"))
    return {
        "model": "km",
        "params": {"median": table.median},
        "standard_errors": {"median": None},
        "log_likelihood": table.log_likelihood,
        "n": _count(table.n),
        "converged": True,
        "seconds": perf_counter() - began,
        "notes": [] if table.median is not None else ["more than half are still there: no median"],
        "table": _rows(table),
    }


def _rows(table: KaplanMeier) -> list[dict[str, float]]:
    names = ("time", "at_risk", "events", "censored", "survival", "standard_error", "low", "high")
    values = [getattr(table, name).tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _told(fit: Fit[Any]) -> dict[str, Any]:
    if not fit.identified:
        reason = fit.notes[0]
        raise ValueError(f"{reason[0].upper()}{reason[1:]}.")
    return {
        "model": fit.name,
        "params": dict(fit.params),
        "standard_errors": {name: _finite(e) for name, e in fit.standard_errors.items()},
        "log_likelihood": _finite(fit.log_likelihood),
        "n": _count(fit.n),
        "converged": fit.converged,
        "seconds": fit.seconds,
        "notes": list(fit.notes),
    }


MODELS: Mapping[str, Entry] = {
    "bgnbd": Entry(HISTORY, _buying(fit_bgnbd), BETAGEOMETRIC_NAMES, BGNBD),
    "mbgnbd": Entry(HISTORY, _buying(fit_mbgnbd), BETAGEOMETRIC_NAMES, MBGNBD),
    "paretonbd": Entry(HISTORY, _buying(fit_paretonbd), PARETONBD_NAMES, ParetoNBD),
    "gammagamma": Entry(("frequency", "monetary_value"), _gammagamma),
    "sbg": Entry(("period", "customers"), _sbg),
    "km": Entry(("duration", "event"), _km),
}


def _entry(model: str) -> Entry:
    if model not in MODELS:
        raise ValueError(f"Model {model} is not known; there are {', '.join(MODELS)}.")
    return MODELS[model]


def _require(columns: Columns, names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in columns]
    if missing:
        present = ", ".join(columns) or "none"
        raise ValueError(f"Column {missing[0]} is missing; the columns given are: {present}.")
    for name in names:
        if not len(column(name, columns[name], at_least=None)):
            raise ValueError(f"Column {name} is empty: there is nothing to fit or predict.")


def _checked_params(
    model: str, names: tuple[str, ...], params: Mapping[str, float]
) -> dict[str, float]:
    for name in names:
        value = params.get(name)
        if value is None or not isfinite(value) or not 1e-9 <= value <= 1e9:
            raise ValueError(f"Model {model} needs the parameter {name} between 1e-9 and 1e9.")
    unknown = [name for name in params if name not in names]
    if unknown:
        raise ValueError(f"Model {model} has no parameter {unknown[0]}; {', '.join(names)}.")
    return {name: float(params[name]) for name in names}


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _count(n: float) -> int | float:
    return int(n) if n == int(n) else n
