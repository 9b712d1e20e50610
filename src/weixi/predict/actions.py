"""The stage "predict": risk, value and next purchase of every customer; model cards."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from weixi.core.runs import RunContext, read_table, write_table
from weixi.core.staging import Whole, replace_with

from .forecast import MONTHS_AHEAD
from .foreseeing import Foreseen, asked, foresee, foreseen
from .histories import Array
from .models import ModelCard, Score
from .rules import FEWEST_GAPS

MEASURES = [
    "customer_id", "purchase_days", "days_since_purchase", "rhythm_days", "rhythm_low_days",
    "rhythm_high_days", "margin", "revenue",
]  # fmt: skip
HALF_WINDOW = 0.1  # of the rhythm: the least width of a foreseen span to each side


def foreseeing(_run: RunContext) -> Callable[[RunContext], int]:
    """The stage "foresee", by what people have set now."""
    return partial(foresee, by=asked())


def compute(run: RunContext) -> int:
    """Write `scores` to the lake: what is foreseen, with what the measures know of the customer."""
    measures = read_table(run.file("measures"), columns=MEASURES).sort_by("customer_id")
    seen = foreseen(run)
    write_table(_scores(run, measures, seen), run.file("scores"))
    return len(seen.customer_id)


def publish(run: RunContext) -> int:
    """Model cards, and the score of every customer."""
    _publish_cards(run)
    return sum(map(replace_with, wholes(run)))


def wholes(run: RunContext) -> list[Whole]:
    return [Whole(Score, run.file("scores"))]


def _scores(run: RunContext, measures: pa.Table, seen: Foreseen) -> pa.Table:
    """One row for every customer measured; who never bought has no score and a reason."""
    everybody = measures.column("customer_id").to_numpy()
    inside = np.isin(seen.customer_id, everybody)
    place = np.searchsorted(everybody, seen.customer_id[inside])

    def spread(name: str) -> Array:
        whole = np.full(len(everybody), np.nan)
        whole[place] = seen.columns[name][inside]
        return whole

    margin = spread("spend") * _margin_rates(measures)
    low, median, high = (_dates(run, spread(name)) for name in ("low", "median", "high"))
    own = _own_rhythm(run, measures)
    why = np.full(len(everybody), seen.why, dtype=object)
    why[np.isnan(_floats(measures, "days_since_purchase"))] = "never_bought"
    return pa.table(
        {
            "customer_id": everybody,
            "as_of": [run.as_of.isoformat()] * len(everybody),
            "horizon_days": np.full(len(everybody), seen.horizon_days),
            "churn_risk": _known(spread("churn_risk")),
            "probability_alive": _known(spread("probability_alive")),
            "expected_purchases": _known(spread("expected_purchases")),
            "expected_value": _money(spread("expected_value")),
            **{
                f"profit_next_{months}m": _money(spread(f"orders_next_{months}") * margin)
                for months in MONTHS_AHEAD
            },
            "value_at_stake": _money(spread("value_at_stake")),
            "next_low": _texts(np.where(own[0], own[1], low)),
            "next_median": _texts(np.where(own[0], own[2], median)),
            "next_high": _texts(np.where(own[0], own[3], high)),
            "why_unknown": why.tolist(),
        }
    )


def _margin_rates(measures: pa.Table) -> Array:
    """Margin ÷ revenue of each customer, which is kept of sales; the company's rate where its own
    is unknown, NaN where no cost is known at all."""
    margin, revenue = _floats(measures, "margin"), _floats(measures, "revenue")
    known = np.isfinite(margin) & (revenue > 0)
    if not known.any():
        return np.full(len(revenue), np.nan)
    company = margin[known].sum() / revenue[known].sum()
    return np.where(known, margin / np.where(known, revenue, 1.0), company)


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


def _publish_cards(run: RunContext) -> None:
    ModelCard.objects.filter(as_of=run.as_of).delete()
    stored = read_table(run.file("model_cards")).column("card").to_pylist()
    ModelCard.objects.bulk_create(ModelCard(as_of=run.as_of, **json.loads(text)) for text in stored)
