"""Models judged on held-out time (P6): fitted on what was known at a cut, asked about after it.

Cuts roll back by one horizon each, so that no outcome is used twice. The simple rule competes under
the same conditions: customers ordered by days since their last purchase, in ten groups; the share
of each group that was lost after an *earlier* cut is its probability. A model that does not beat it
on held-out time is not used.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from weixi.analytics.bgnbd import fit_bgnbd
from weixi.analytics.boosting import Boosted, is_available
from weixi.analytics.evaluation import Evaluation, evaluate
from weixi.analytics.maximum_likelihood import Fit
from weixi.analytics.mbgnbd import fit_mbgnbd
from weixi.analytics.paretonbd import fit_paretonbd
from weixi.analytics.seasonality import SeasonalFactor

from .boosted import BOOSTED, learned
from .features import features_at
from .histories import Array, Cut, cut_at, history_days, season_of
from .rules import can_judge, choose, cuts_back

RULE = "recency_rule"
GROUPS = 10
# Pareto/NBD takes ten times as long as the others and has not told more on any file seen here.
SLOW, SLOW_UP_TO = "paretonbd", 50_000
MEANS = ("brier", "auc", "average_precision", "lift_10", "calibration_error")


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
    """`cuts`: one a cut, the newest first; None where the model could not be fitted."""

    name: str
    cuts: tuple[Evaluation | None, ...]
    fit: Fit[Any] | None = None  # of the newest cut
    seconds: float = 0.0

    @property
    def figures(self) -> Evaluation | None:
        """Of the newest cut."""
        return self.cuts[0] if self.cuts else None

    @property
    def is_complete(self) -> bool:
        return bool(self.cuts) and all(one is not None for one in self.cuts)

    def mean(self, figure: str) -> float | None:
        """Over the cuts, each counting the same; None unless it is known for all of them."""
        values = [getattr(one, figure) if one else None for one in self.cuts]
        known = [value for value in values if value is not None]
        return float(np.mean(known)) if known and len(known) == len(values) else None


@dataclass(frozen=True)
class Held:
    """One cut: what was known on `day` was asked about the horizon after it."""

    day: date
    n: int
    base_rate: float
    season: SeasonalFactor


@dataclass(frozen=True)
class Backtest:
    """`why` is the code of why `used` was chosen, or of why nothing could be judged. `buying`:
    the best of the models that count purchases, whatever tells the risk."""

    as_of: date
    horizon_days: int
    n: int
    base_rate: float | None
    models: tuple[Judged, ...]
    used: str | None
    why: str
    held: tuple[Held, ...] = ()
    buying: str | None = None
    is_boosting_there: bool = False


def backtest(
    file: Path, *, as_of: date, horizon: int, facts: Mapping[str, Path] | None = None
) -> Backtest:
    """Hold out the last horizons before `as_of`. Outcome = lost: no purchase in one of them.

    `file`: customer-days; `facts`: what else the lake holds, for the model that learns from it.
    """
    known, history = {**(facts or {}), "customer_days": file}, history_days(file, as_of)
    newest = cut_at(file, as_of - timedelta(days=horizon), horizon=horizon)
    missing = can_judge(customers=len(newest), history_days=history, horizon=horizon)
    if missing:
        return Backtest(as_of, horizon, len(newest), None, (), None, missing)
    cuts = [newest]
    for back in range(2, cuts_back(history_days=history, horizon=horizon) + 1):
        cut = cut_at(file, as_of - timedelta(days=back * horizon), horizon=horizon)
        if can_judge(customers=len(cut), history_days=history, horizon=horizon):
            break
        cuts.append(cut)
    return _compared(known, cuts, as_of=as_of, horizon=horizon)


def _compared(facts: Mapping[str, Path], cuts: list[Cut], *, as_of: date, horizon: int) -> Backtest:
    file = facts["customer_days"]
    held = tuple(
        Held(cut.day, len(cut), float(cut.lost.mean()), season_of(file, cut.day, horizon))
        for cut in cuts
    )
    names = [name for name in CANDIDATES if name != SLOW or len(cuts[0]) <= SLOW_UP_TO]
    judged = [_judge(name, cuts, held, horizon) for name in names]
    judged += [_judge_boosted(facts, cuts, horizon)] if is_available() else []
    judged.append(_judge_rule(file, cuts, horizon))
    briers = {
        one.name: mean
        for one in judged
        if one.is_complete and (mean := one.mean("brier")) is not None
    }
    verdict = choose(briers, rule=RULE)
    counting = {name: value for name, value in briers.items() if name in CANDIDATES}
    return Backtest(
        as_of=as_of,
        horizon_days=horizon,
        n=held[0].n,
        base_rate=held[0].base_rate,
        models=tuple(judged),
        used=verdict.used,
        why=verdict.why,
        held=held,
        buying=min(counting, key=lambda name: counting[name], default=None),
        is_boosting_there=is_available(),
    )


def _judge(name: str, cuts: list[Cut], held: tuple[Held, ...], horizon: int) -> Judged:
    fits = [CANDIDATES[name](cut.frequency, cut.recency, cut.age) for cut in cuts]
    told = tuple(
        _told(fit, cut, horizon, one.season.factor) if fit.identified else None
        for fit, cut, one in zip(fits, cuts, held, strict=True)
    )
    return Judged(name, told, fits[0], sum(fit.seconds for fit in fits))


def _told(fit: Fit[Any], cut: Cut, horizon: int, season: float) -> Evaluation:
    """Totals with the season of the window: the models know the average of the year alone."""
    lost = 1 - fit.model.probability_purchase(horizon, cut.frequency, cut.recency, cut.age)
    expected = fit.model.expected_purchases(horizon, cut.frequency, cut.recency, cut.age)
    return evaluate(
        lost,
        cut.lost.astype(np.float64),
        probability=lost,
        expected=expected * season,
        actual=cut.later,
    )


def _judge_boosted(facts: Mapping[str, Path], cuts: list[Cut], horizon: int) -> Judged:
    trees = [learned(facts, cut=cut.day, horizon=horizon) for cut in cuts]
    told = tuple(
        None if one is None else _told_by_trees(facts, one, cut, horizon)
        for one, cut in zip(trees, cuts, strict=True)
    )
    return Judged(BOOSTED, told, seconds=sum(one.seconds for one in trees if one))


def _told_by_trees(facts: Mapping[str, Path], trees: Boosted, cut: Cut, horizon: int) -> Evaluation:
    lost = trees.probability(features_at(facts, cut.day, horizon=horizon).matrix)
    return evaluate(lost, cut.lost.astype(np.float64), probability=lost)


def _judge_rule(file: Path, cuts: list[Cut], horizon: int) -> Judged:
    told = []
    for cut in cuts:
        risk = rule_risk(file, cut, horizon)
        told.append(evaluate(risk, cut.lost.astype(np.float64), probability=risk))
    return Judged(RULE, tuple(told))


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
