"""Which model is used in a month, and why: judged once, on what was known when the month began.

The judgement is kept in the lake and read by every refresh of that month. It is made anew when an
import has changed the history it stands on, when the horizon is another, or when the optional model
was installed or removed. It follows from the facts before its day alone, so a past day that is
computed again finds the same judgement.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.analytics.boosting import Boosted, is_available
from weixi.analytics.maximum_likelihood import Fit
from weixi.core.runs import RunContext, lake_file, write_table

from .backtest import MEANS, Backtest, Judged, backtest
from .boosted import BOOSTED, learned
from .features import FACTS
from .histories import fingerprint
from .rules import has_changed, judging_day

VERSION = 1  # of the features and rules: another one is judged anew


@dataclass(frozen=True)
class Competition:
    """Plain values: what a backtest found, as cards, pages and programs show it. `trees`: the
    boosted model as learned by the day, when it is the one in use."""

    as_of: date
    horizon_days: int
    n: int
    base_rate: float | None
    used: str | None
    why: str
    buying: str | None
    is_boosting_there: bool
    held: tuple[dict[str, Any], ...] = ()
    models: tuple[dict[str, Any], ...] = ()
    history: tuple[int, ...] = ()
    trees: Boosted | None = field(default=None, repr=False)


def in_force(run: RunContext, horizon: int) -> Competition:
    """The judgement for the day of a run: the kept one, or a new one."""
    facts = {name: run.file(name) for name in FACTS}
    return competition(facts, day=judging_day(run.as_of), horizon=horizon)


def competition(facts: Mapping[str, Path], *, day: date, horizon: int) -> Competition:
    history = (VERSION, *fingerprint(facts["customer_days"], day))
    kept = _kept(_place(day, horizon))
    if kept and kept.is_boosting_there == is_available() and not has_changed(kept.history, history):
        return kept
    judged = backtest(facts["customer_days"], as_of=day, horizon=horizon, facts=facts)
    trees = learned(facts, cut=day, horizon=horizon) if judged.used == BOOSTED else None
    made = told(judged, history=history, trees=trees)
    _keep(made, _place(day, horizon))
    return made


def told(
    judged: Backtest, *, history: tuple[int, ...] = (), trees: Boosted | None = None
) -> Competition:
    held = tuple(
        {
            "day": one.day.isoformat(),
            "n": one.n,
            "base_rate": one.base_rate,
            "season": one.season.factor,
            "season_years": one.season.years,
        }
        for one in judged.held
    )
    return Competition(
        as_of=judged.as_of,
        horizon_days=judged.horizon_days,
        n=judged.n,
        base_rate=judged.base_rate,
        used=judged.used,
        why=judged.why,
        buying=judged.buying,
        is_boosting_there=is_available(),
        held=held,
        models=tuple(_model(one) for one in judged.models),
        history=history,
        trees=trees,
    )


def _model(one: Judged) -> dict[str, Any]:
    """As it is read again: lists, no tuples."""
    figures = [None if cut is None else asdict(cut) for cut in one.cuts]
    told = {
        "name": one.name,
        "figures": figures[0] if figures else None,
        "mean": {name: one.mean(name) for name in MEANS},
        "cuts": figures,
        "seconds": one.seconds,
        **(fit_json(one.fit) if one.fit else {}),
    }
    plain: dict[str, Any] = json.loads(json.dumps(told))
    return plain


def fit_json(fit: Fit[Any]) -> dict[str, Any]:
    """The parameters of a fit; what is not finite is None."""

    def finite(values: Mapping[str, float]) -> dict[str, float | None]:
        return {name: value if isfinite(value) else None for name, value in values.items()}

    return {
        "params": finite(fit.params),
        "standard_errors": finite(fit.standard_errors),
        "log_likelihood": fit.log_likelihood if isfinite(fit.log_likelihood) else None,
        "customers": int(fit.n),
        "notes": list(fit.notes),
        "seconds": fit.seconds,
    }


def _place(day: date, horizon: int) -> Path:
    return lake_file("competitions", day).with_name(f"horizon-{horizon}.parquet")


def _keep(made: Competition, file: Path) -> None:
    values = {name: value for name, value in vars(made).items() if name != "trees"}
    trees = asdict(made.trees) if made.trees else None
    row = {"competition": json.dumps(values, default=str), "trees": json.dumps(trees)}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_table(pa.Table.from_pylist([row]), file)


def _kept(file: Path) -> Competition | None:
    if not file.exists():
        return None
    row = pq.ParquetFile(file).read().to_pylist()[0]
    values, trees = json.loads(row["competition"]), json.loads(row["trees"])
    values["as_of"] = date.fromisoformat(values["as_of"])
    lists = {name: tuple(values[name]) for name in ("held", "models", "history")}
    if trees:
        trees = Boosted(**{**trees, "names": tuple(trees["names"])})
    return Competition(**{**values, **lists}, trees=trees)
