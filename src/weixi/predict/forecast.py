"""What is foreseen for every customer who has bought, as arrays."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from weixi.analytics.clv import expected_margin
from weixi.analytics.gammagamma import fit_gammagamma
from weixi.analytics.maximum_likelihood import Fit

from .backtest import CANDIDATES, RULE, Backtest, rule_risk
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
    profit_next: dict[int, Array]  # months → discounted margin expected
    next_days: tuple[Array, ...]  # from the cut on: quartiles of the model
    fits: tuple[Fit[Any], ...]


def forecast(
    file: Path, cut: Cut, judged: Backtest, *, margin_rate: Array, yearly_discount: float
) -> Forecast:
    """Fit on all that is known; the risk comes from the model that won on held-out time.

    `margin_rate`: what is kept of a customer's sales, NaN where no cost is known.
    """
    name = judged.used if judged.used in CANDIDATES else DEFAULT
    fitted = CANDIDATES[name](cut.frequency, cut.recency, cut.age)
    spend = fit_gammagamma(cut.frequency, cut.spend)
    if judged.used is None or not fitted.identified:
        return _unknown(cut, (fitted, spend))
    model, history = fitted.model, (cut.frequency, cut.recency, cut.age)
    bought = model.probability_purchase(judged.horizon_days, *history)
    risk = rule_risk(file, cut, judged.horizon_days) if judged.used == RULE else 1 - bought
    year, each = model.expected_purchases(YEAR, *history), _spend(spend, cut)
    profit = expected_margin(
        model,
        *history,
        margin_per_order=each * margin_rate,
        months=MONTHS_AHEAD,
        yearly_discount=yearly_discount,
    )
    return Forecast(
        churn_risk=risk,
        probability_alive=model.probability_alive(*history),
        expected_purchases=model.expected_purchases(judged.horizon_days, *history),
        expected_value=year * each,
        # Highest on the brink: who is surely lost has little left to keep, who is safe needs none.
        value_at_stake=risk * year * each,
        profit_next=dict(profit),
        next_days=tuple(model.next_purchase(*history, quantile=q) for q in QUARTILES),
        fits=(fitted, spend),
    )


def _unknown(cut: Cut, fits: tuple[Fit[Any], ...]) -> Forecast:
    """Nothing is foreseen; the fits are kept to say why."""
    none = np.full(len(cut), np.nan)
    profit = dict.fromkeys(MONTHS_AHEAD, none)
    return Forecast(none, none, none, none, none, profit, (none, none, none), fits)


def _spend(fit: Fit[Any], cut: Cut) -> Array:
    """Expected value of a purchase day; each customer's own mean where no model could be fitted."""
    if fit.identified and fit.params["q"] > 1:
        return np.asarray(fit.model.expected_value(cut.frequency, cut.spend), dtype=np.float64)
    return cut.spend
