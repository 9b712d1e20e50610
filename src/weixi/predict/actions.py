"""The stage "predict": risk, value and next purchase of every customer; model cards."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa

from weixi.analytics.rhythm import business_horizon
from weixi.core.runs import RunContext, read_table, write_table
from weixi.core.staging import Whole, replace_with
from weixi.core.values import declare, value_of

from .competition import Competition, fit_json, in_force
from .explaining import boosted_risk
from .forecast import Forecast, forecast
from .histories import Array, Cut, cut_at
from .models import ModelCard, Score
from .rules import FEWEST_GAPS, horizon_days

HORIZON = declare("predict.horizon_days", None)  # None: from the business's own rhythm
DISCOUNT = declare("predict.yearly_discount", 0.10)
FITTED = ("params", "standard_errors", "log_likelihood", "customers", "notes", "seconds")
MEASURES = [
    "customer_id", "purchase_days", "days_since_purchase", "rhythm_days", "rhythm_low_days",
    "rhythm_high_days", "margin", "revenue",
]  # fmt: skip
HALF_WINDOW = 0.1  # of the rhythm: the least width of a foreseen span to each side


def compute(run: RunContext) -> int:
    """Write `scores` to the lake, and the model cards beside it for `publish`.

    The trees are asked beside the forecast, about what `see` has seen: they work outside Python,
    on files alone.
    """
    days = run.file("customer_days")
    measures = read_table(run.file("measures"), columns=MEASURES).sort_by("customer_id")
    horizon = chosen_horizon(_floats(measures, "rhythm_days"))
    judged = in_force(run, horizon)
    cut = cut_at(days, run.as_of)
    discount = value_of(DISCOUNT)
    with ThreadPoolExecutor(1) as beside:
        boosted = beside.submit(boosted_risk, run, judged.trees, horizon)
        seen = forecast(
            days,
            cut,
            judged,
            margin_rate=_margin_rates(measures, cut),
            yearly_discount=discount,
            boosted=boosted.result,
        )
    write_table(_scores(run, measures, cut, seen, judged), run.file("scores"))
    write_table(pa.Table.from_pylist(_cards(judged, seen)), run.file("model_cards"))
    return len(cut)


def publish(run: RunContext) -> int:
    """Model cards, and the score of every customer."""
    _publish_cards(run)
    return sum(map(replace_with, wholes(run)))


def wholes(run: RunContext) -> list[Whole]:
    return [Whole(Score, run.file("scores"))]


def chosen_horizon(rhythms: Array) -> int:
    """The setting if a person gave one, else twice the median rhythm of the business."""
    fixed = value_of(HORIZON)
    return int(fixed) if fixed else horizon_days(business_horizon(rhythms))


def _scores(
    run: RunContext, measures: pa.Table, cut: Cut, seen: Forecast, judged: Competition
) -> pa.Table:
    """One row for every customer measured; who never bought has no score and a reason."""
    everybody = measures.column("customer_id").to_numpy()
    place = np.searchsorted(everybody, cut.customer_id)
    place = place[np.isin(cut.customer_id, everybody)]
    inside = np.isin(cut.customer_id, everybody)

    def spread(values: Array) -> Array:
        whole = np.full(len(everybody), np.nan)
        whole[place] = values[inside]
        return whole

    low, median, high = (_dates(run, spread(days)) for days in seen.next_days)
    own = _own_rhythm(run, measures)
    why = np.full(len(everybody), judged.why if judged.used is None else "", dtype=object)
    why[np.isnan(_floats(measures, "days_since_purchase"))] = "never_bought"
    return pa.table(
        {
            "customer_id": everybody,
            "as_of": [run.as_of.isoformat()] * len(everybody),
            "horizon_days": np.full(len(everybody), judged.horizon_days),
            "churn_risk": _known(spread(seen.churn_risk)),
            "probability_alive": _known(spread(seen.probability_alive)),
            "expected_purchases": _known(spread(seen.expected_purchases)),
            "expected_value": _money(spread(seen.expected_value)),
            **{
                f"profit_next_{months}m": _money(spread(values))
                for months, values in seen.profit_next.items()
            },
            "value_at_stake": _money(spread(seen.value_at_stake)),
            "next_low": _texts(np.where(own[0], own[1], low)),
            "next_median": _texts(np.where(own[0], own[2], median)),
            "next_high": _texts(np.where(own[0], own[3], high)),
            "why_unknown": why.tolist(),
        }
    )


def _margin_rates(measures: pa.Table, cut: Cut) -> Array:
    """Margin ÷ revenue of each customer of the cut; the company's rate where its own is unknown."""
    margin, revenue = _floats(measures, "margin"), _floats(measures, "revenue")
    known = np.isfinite(margin) & (revenue > 0)
    if not known.any():
        return np.full(len(cut), np.nan)
    company = margin[known].sum() / revenue[known].sum()
    own = np.where(known, margin / np.where(known, revenue, 1.0), company)
    everybody = measures.column("customer_id").to_numpy()
    place = np.minimum(np.searchsorted(everybody, cut.customer_id), len(everybody) - 1)
    return np.where(everybody[place] == cut.customer_id, own[place], company)


def _own_rhythm(run: RunContext, measures: pa.Table) -> tuple[Any, ...]:
    """Who has an own rhythm, and last purchase + lower quartile, median, upper quartile of gaps."""
    gaps = _floats(measures, "purchase_days") - 1
    since = _floats(measures, "days_since_purchase")
    middle = _floats(measures, "rhythm_days")
    low = np.minimum(_floats(measures, "rhythm_low_days"), middle * (1 - HALF_WINDOW))
    high = np.maximum(_floats(measures, "rhythm_high_days"), middle * (1 + HALF_WINDOW))
    has = (gaps >= FEWEST_GAPS) & np.isfinite(middle)
    spans = (_dates(run, days - since) for days in (low, middle, high))
    return (has, *spans)


def _dates(run: RunContext, days: Array) -> Any:
    """as_of + days; NaT where unknown or further than fifty years."""
    known = np.isfinite(days) & (np.abs(days) < 50 * 365)
    whole = np.where(known, np.round(np.where(known, days, 0)), 0).astype("timedelta64[D]")
    moments = np.datetime64(run.as_of) + whole
    return np.where(known, moments, np.datetime64("NaT"))


def _texts(dates: Any) -> pa.Array:
    return pa.array(dates.astype("datetime64[D]"), from_pandas=True).cast(pa.string())


def _floats(table: pa.Table, name: str) -> Array:
    return np.asarray(table.column(name).cast(pa.float64()).to_numpy(), dtype=np.float64)


def _known(values: Array) -> pa.Array:
    return pa.array(values, from_pandas=True)


def _money(values: Array) -> pa.Array:
    return pa.array(np.round(values), from_pandas=True).cast(pa.int64())


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


def _publish_cards(run: RunContext) -> None:
    ModelCard.objects.filter(as_of=run.as_of).delete()
    stored = read_table(run.file("model_cards")).column("card").to_pylist()
    ModelCard.objects.bulk_create(ModelCard(as_of=run.as_of, **json.loads(text)) for text in stored)
