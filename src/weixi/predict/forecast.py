"""What is foreseen for every customer who has bought, as arrays."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from weixi.analytics.gammagamma import fit_gammagamma
from weixi.analytics.maximum_likelihood import Fit

from .backtest import CANDIDATES, RULE, Backtest, rule_risk
from .histories import Array, Cut

YEAR = 365
DEFAULT = "mbgnbd"
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Forecast:
    """One element a customer of the cut; NaN = unknown. Money in minor units, spans in days."""

    churn_risk: Array
    probability_alive: Array
    expected_purchases: Array
    expected_value: Array
    value_at_stake: Array
    next_days: tuple[Array, ...]  # from the cut on: quartiles of the model
    fits: tuple[Fit[Any], ...]


def forecast(file: Path, cut: Cut, judged: Backtest) -> Forecast:
    """Fit on all that is known; the risk comes from the model that won on held-out time."""
    name = judged.used if judged.used in CANDIDATES else DEFAULT
    fitted = CANDIDATES[name](cut.frequency, cut.recency, cut.age)
    spend = fit_gammagamma(cut.frequency, cut.spend)
    unknown = np.full(len(cut), np.nan)
    if judged.used is None or not fitted.identified:
        nothing = (unknown, unknown, unknown)
        return Forecast(unknown, unknown, unknown, unknown, unknown, nothing, (fitted, spend))
    model, history = fitted.model, (cut.frequency, cut.recency, cut.age)
    bought = model.probability_purchase(judged.horizon_days, *history)
    risk = rule_risk(file, cut, judged.horizon_days) if judged.used == RULE else 1 - bought
    alive = model.probability_alive(*history)
    year = model.expected_purchases(YEAR, *history)
    each = _spend(spend, cut)
    return Forecast(
        churn_risk=risk,
        probability_alive=alive,
        expected_purchases=model.expected_purchases(judged.horizon_days, *history),
        expected_value=year * each,
        # Highest on the brink: who is surely lost has little left to keep, who is safe needs none.
        value_at_stake=risk * year * each,
        next_days=tuple(model.next_purchase(*history, quantile=q) for q in QUARTILES),
        fits=(fitted, spend),
    )


def _spend(fit: Fit[Any], cut: Cut) -> Array:
    """Expected value of a purchase day; each customer's own mean where no model could be fitted."""
    if fit.identified and fit.params["q"] > 1:
        return np.asarray(fit.model.expected_value(cut.frequency, cut.spend), dtype=np.float64)
    return cut.spend
