"""What the purchases alone foresee of every customer who has bought, and the model cards.

Begun beside the measures, from the facts; `compute` adds what only they know: margin, and the
customer's own rhythm.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pyarrow as pa

from weixi.analytics.rhythm import business_horizon
from weixi.core.columnar import fits_beside
from weixi.core.runs import RunContext, read_table, rows_in, write_table
from weixi.core.values import declare, value_of

from .competition import Competition, fit_json, in_force
from .explaining import boosted_risk, rhythms_seen
from .forecast import MONTHS_AHEAD, Forecast, forecast
from .histories import Array, Cut, Whole, cut_at, rhythms_at
from .rules import horizon_days

HORIZON = declare("predict.horizon_days", None)  # None: from the business's own rhythm
DISCOUNT = declare("predict.yearly_discount", 0.10)
FITTED = ("params", "standard_errors", "log_likelihood", "customers", "notes", "seconds")
FORESEEN = "foreseen"  # a table of the lake, until the scores are made of it
EACH = ("churn_risk", "probability_alive", "expected_purchases", "expected_value",
        "value_at_stake", "spend")  # fmt: skip


class Asked(NamedTuple):
    """What people set, read at once: a thread beside the run asks no database."""

    horizon: int | None
    yearly_discount: float


class Foreseen(NamedTuple):
    """Columns of Forecast as arrays, ordered by customer; `why`: of everybody without a score."""

    customer_id: Whole
    columns: Mapping[str, Array]
    horizon_days: int
    why: str


def asked() -> Asked:
    return Asked(value_of(HORIZON), value_of(DISCOUNT))


def foresee(run: RunContext, by: Asked) -> int:
    """Beside the measures, where memory has room for both. Returns customers foreseen."""
    if not fits_beside(rows_in(run.file("customers"))):
        run.file(FORESEEN).unlink(missing_ok=True)
        return 0
    return _write(run, by)


def foreseen(run: RunContext) -> Foreseen:
    """As `foresee` left it, which is taken away; else foreseen now."""
    file = run.file(FORESEEN)
    if not file.exists():
        _write(run, asked())
    table = read_table(file)
    file.unlink()
    told = json.loads(table.schema.metadata[b"told"])
    names = [name for name in table.column_names if name != "customer_id"]
    columns = {name: table.column(name).to_numpy() for name in names}
    return Foreseen(table.column("customer_id").to_numpy(), columns, *told)


def _write(run: RunContext, by: Asked) -> int:
    """The trees are asked beside the forecast, about what `see` has seen: they work outside
    Python, on files alone."""
    days = run.file("customer_days")
    rhythms = rhythms_seen(run)
    horizon = chosen_horizon(by, rhythms_at(days, run.as_of) if rhythms is None else rhythms)
    judged = in_force(run, horizon)
    cut = cut_at(days, run.as_of)
    with ThreadPoolExecutor(1) as beside:
        boosted = beside.submit(boosted_risk, run, judged.trees, horizon)
        seen = forecast(
            days, cut, judged, yearly_discount=by.yearly_discount, boosted=boosted.result
        )
    write_table(pa.Table.from_pylist(_cards(judged, seen)), run.file("model_cards"))
    write_table(_table(cut, seen, judged), run.file(FORESEEN))
    return len(cut)


def chosen_horizon(by: Asked, rhythms: Array) -> int:
    """The setting if a person gave one, else twice the median rhythm of the business."""
    return int(by.horizon) if by.horizon else horizon_days(business_horizon(rhythms))


def _table(cut: Cut, seen: Forecast, judged: Competition) -> pa.Table:
    columns = {name: getattr(seen, name) for name in EACH}
    columns |= {f"orders_next_{months}": seen.orders_next[months] for months in MONTHS_AHEAD}
    columns |= dict(zip(("low", "median", "high"), seen.next_days, strict=True))
    why = judged.why if judged.used is None else ""
    told = json.dumps([judged.horizon_days, why])
    table = pa.table({"customer_id": cut.customer_id, **columns})
    return table.replace_schema_metadata({"told": told})


def _cards(judged: Competition, seen: Forecast) -> list[dict[str, str]]:
    """What publish stores: the judged models, with the parameters fitted on all that is known."""
    fits = {fit.name: fit_json(fit) for fit in seen.fits}
    models = {one["name"]: one for one in judged.models}
    cards = [
        _card(name, judged, models.get(name), fits.get(name))
        for name in (*models, *(name for name in fits if name not in models))
    ]
    return [{"card": json.dumps(card)} for card in cards]


def _card(
    name: str,
    judged: Competition,
    model: Mapping[str, Any] | None,
    fit: Mapping[str, Any] | None,
) -> dict[str, Any]:
    figures = dict((model or {}).get("figures") or {})
    if figures and model:
        pairs = zip(judged.held, model["cuts"], strict=True)
        cuts = [{**held, **(cut or {})} for held, cut in pairs]
        figures |= {"mean": model["mean"], "cuts": cuts}
    kept = {key: value for key, value in (model or {}).items() if key in FITTED}
    return {
        "name": name,
        "horizon_days": judged.horizon_days,
        "judged_on": judged.as_of.isoformat(),
        "is_used": name == judged.used,
        "why": judged.why,
        "figures": figures,
        **{"customers": judged.n, **kept, **(fit or {})},
    }
