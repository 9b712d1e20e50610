"""What is foreseen for every customer who has bought, as arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from weixi.analytics.clv import expected_margin
from weixi.analytics.gammagamma import fit_gammagamma
from weixi.analytics.maximum_likelihood import Fit

from .backtest import CANDIDATES, RULE, rule_risk
from .boosted import BOOSTED
from .competition import Competition
from .histories import Array, Cut

YEAR = 365
DEFAULT = "mbgnbd"
MONTHS_AHEAD = (12, 24, 36)
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Forecast:
    """One element a customer of the cut; NaN = unknown. Money in minor units, spans in days."""

    churn_risk: Array
    probability_alive: Array
    expected_purchases: Array
    expected_value: Array
    value_at_stake: Array
    spend: Array  # expected value of an order
    orders_next: dict[int, Array]  # months → orders expected, discounted like what they bring
    next_days: tuple[Array, ...]  # from the cut on: quartiles of the model
    fits: tuple[Fit[Any], ...]


def forecast(
    file: Path,
    cut: Cut,
    judged: Competition,
    *,
    yearly_discount: float,
    boosted: Callable[[], Array | None] = lambda: None,
) -> Forecast:
    """Fit on all that is known; the risk comes from the model that won on held-out time.

    `boosted`: risk by its trees, asked for last of all.
    """
    name = judged.buying or DEFAULT
    fitted = CANDIDATES[name](cut.frequency, cut.recency, cut.age)
    spend = fit_gammagamma(cut.frequency, cut.spend)
    if judged.used is None or not fitted.identified:
        return _unknown(cut, (fitted, spend))
    model, history = fitted.model, (cut.frequency, cut.recency, cut.age)
    bought = model.probability_purchase(judged.horizon_days, *history)
    year, each = model.expected_purchases(YEAR, *history), _spend(spend, cut)
    ahead = expected_margin(
        model, *history, margin_per_order=1.0, months=MONTHS_AHEAD, yearly_discount=yearly_discount
    )
    risk = _risk(file, cut, judged, 1 - bought, boosted())
    return Forecast(
        churn_risk=risk,
        probability_alive=model.probability_alive(*history),
        expected_purchases=model.expected_purchases(judged.horizon_days, *history),
        expected_value=year * each,
        # Highest on the brink: who is surely lost has little left to keep, who is safe needs none.
        value_at_stake=risk * year * each,
        spend=each,
        orders_next=dict(ahead),
        next_days=tuple(model.next_purchase(*history, quantile=q) for q in QUARTILES),
        fits=(fitted, spend),
    )


def _risk(
    file: Path, cut: Cut, judged: Competition, counted: Array, boosted: Array | None
) -> Array:
    """Of the model in use; `counted`: that of the best model of purchases."""
    if judged.used == RULE:
        return rule_risk(file, cut, judged.horizon_days)
    return boosted if judged.used == BOOSTED and boosted is not None else counted


def _unknown(cut: Cut, fits: tuple[Fit[Any], ...]) -> Forecast:
    """Nothing is foreseen; the fits are kept to say why."""
    none = np.full(len(cut), np.nan)
    orders = dict.fromkeys(MONTHS_AHEAD, none)
    return Forecast(none, none, none, none, none, none, orders, (none, none, none), fits)


def _spend(fit: Fit[Any], cut: Cut) -> Array:
    """Expected value of a purchase day; each customer's own mean where no model could be fitted."""
    if fit.identified and fit.params["q"] > 1:
        return np.asarray(fit.model.expected_value(cut.frequency, cut.spend), dtype=np.float64)
    return cut.spend
