"""Models judged on held-out time (P6): fitted on what was known at a cut, asked about after it.

The simple rule competes under the same conditions: customers ordered by days since their last
purchase, in ten groups; the share of each group that was lost after an *earlier* cut is its
probability. A model that does not beat it on held-out time is not used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from weixi.analytics.bgnbd import fit_bgnbd
from weixi.analytics.evaluation import Evaluation, evaluate
from weixi.analytics.maximum_likelihood import Fit
from weixi.analytics.mbgnbd import fit_mbgnbd
from weixi.analytics.paretonbd import fit_paretonbd

from .histories import Array, Cut, cut_at, history_days
from .rules import can_judge, choose

RULE = "recency_rule"
GROUPS = 10
# Pareto/NBD takes ten times as long as the others and has not told more on any file seen here.
SLOW, SLOW_UP_TO = "paretonbd", 50_000


class BuyingModel(Protocol):
    def probability_alive(self, frequency: Array, recency: Array, age: Array) -> Array: ...

    def probability_purchase(
        self, horizon: float, frequency: Array, recency: Array, age: Array
    ) -> Array: ...

    def expected_purchases(
        self, horizon: float, frequency: Array, recency: Array, age: Array
    ) -> Array: ...


CANDIDATES: dict[str, Callable[..., Fit[Any]]] = {
    "mbgnbd": fit_mbgnbd,
    "bgnbd": fit_bgnbd,
    "paretonbd": fit_paretonbd,
}


@dataclass(frozen=True)
class Judged:
    name: str
    figures: Evaluation | None
    fit: Fit[Any] | None = None


@dataclass(frozen=True)
class Backtest:
    """`why` is the code of why `used` was chosen, or of why nothing could be judged."""

    as_of: date
    horizon_days: int
    n: int
    base_rate: float | None
    models: tuple[Judged, ...]
    used: str | None
    why: str


def backtest(file: Path, *, as_of: date, horizon: int) -> Backtest:
    """Hold out the last `horizon` days before `as_of`. Outcome = lost: no purchase in them."""
    cut = cut_at(file, as_of - timedelta(days=horizon), horizon=horizon)
    missing = can_judge(customers=len(cut), history_days=history_days(file, as_of), horizon=horizon)
    if missing:
        return Backtest(as_of, horizon, len(cut), None, (), None, missing)
    names = [name for name in CANDIDATES if name != SLOW or len(cut) <= SLOW_UP_TO]
    judged = [_judge(name, CANDIDATES[name], cut, horizon) for name in names]
    judged.append(_judge_rule(file, cut, horizon))
    briers = {j.name: j.figures.brier for j in judged if j.figures and j.figures.brier is not None}
    verdict = choose(briers, rule=RULE)
    rate = float(cut.lost.mean())
    return Backtest(as_of, horizon, len(cut), rate, tuple(judged), verdict.used, verdict.why)


def _judge(name: str, fit: Callable[..., Fit[Any]], cut: Cut, horizon: int) -> Judged:
    fitted = fit(cut.frequency, cut.recency, cut.age)
    if not fitted.identified:
        return Judged(name, None, fitted)
    lost = 1 - fitted.model.probability_purchase(horizon, cut.frequency, cut.recency, cut.age)
    expected = fitted.model.expected_purchases(horizon, cut.frequency, cut.recency, cut.age)
    figures = evaluate(
        lost, cut.lost.astype(np.float64), probability=lost, expected=expected, actual=cut.later
    )
    return Judged(name, figures, fitted)


def _judge_rule(file: Path, cut: Cut, horizon: int) -> Judged:
    risk = rule_risk(file, cut, horizon)
    return Judged(RULE, evaluate(risk, cut.lost.astype(np.float64), probability=risk))


def rule_risk(file: Path, cut: Cut, horizon: int) -> Array:
    """The rule's probability for each customer of `cut`, learned one horizon earlier."""
    earlier = cut_at(file, cut.day - timedelta(days=horizon), horizon=horizon)
    if not len(earlier):
        return np.full(len(cut), 0.5)
    edges = np.unique(np.quantile(earlier.days_since, np.arange(1, GROUPS) / GROUPS))
    groups = np.searchsorted(edges, earlier.days_since)
    known = np.bincount(groups, minlength=len(edges) + 1)
    lost = np.bincount(groups, weights=earlier.lost, minlength=len(edges) + 1)
    share = np.where(known > 0, lost / np.maximum(known, 1), earlier.lost.mean())
    return np.asarray(share[np.searchsorted(edges, cut.days_since)], dtype=np.float64)
