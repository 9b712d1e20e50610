"""How good a forecast was: the figures of a backtest. `outcome` is 1 (happened) or 0 throughout."""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, Numbers, column, refuse, same_length


@dataclass(frozen=True)
class CalibrationBin:
    """Customers of similar predicted probability: what was said, what came."""

    predicted: float
    actual: float
    n: int


@dataclass(frozen=True)
class Evaluation:
    """None = the figure does not exist for these data (no outcome at all, no probabilities …)."""

    n: int
    base_rate: float | None
    auc: float | None
    average_precision: float | None
    lift_10: float | None
    lift_20: float | None
    brier: float | None
    brier_skill: float | None
    calibration_error: float | None
    calibration: tuple[CalibrationBin, ...]
    total_predicted: float | None
    total_actual: float | None

    @property
    def total_bias(self) -> float | None:
        """0.05 = 5 % too many predicted."""
        if self.total_predicted is None or not self.total_actual:
            return None
        return self.total_predicted / self.total_actual - 1


def evaluate(
    score: Numbers,
    outcome: Numbers,
    *,
    probability: Numbers | None = None,
    expected: Numbers | None = None,
    actual: Numbers | None = None,
) -> Evaluation:
    """`score` ranks (higher = likelier); `probability`, `expected` and `actual` counts if there."""
    s, y = _pair(score, outcome)
    chance = None if probability is None else _pair(probability, outcome)[0]
    bins = () if chance is None or not len(y) else calibration(chance, y)
    return Evaluation(
        n=len(y),
        base_rate=float(y.mean()) if len(y) else None,
        auc=auc(s, y),
        average_precision=average_precision(s, y),
        lift_10=lift_at(s, y, 0.1),
        lift_20=lift_at(s, y, 0.2),
        brier=None if chance is None else brier(chance, y),
        brier_skill=None if chance is None else brier_skill(chance, y),
        calibration_error=calibration_error(bins) if bins else None,
        calibration=bins,
        total_predicted=None if expected is None else float(column("expected", expected).sum()),
        total_actual=None if actual is None else float(column("actual", actual).sum()),
    )


def auc(score: Numbers, outcome: Numbers) -> float | None:
    """Chance that one who did ranks above one who did not; ties count half. None if all alike."""
    s, y = _pair(score, outcome)
    hits, misses = y.sum(), len(y) - y.sum()
    if hits == 0 or misses == 0:
        return None
    _, place, counts = np.unique(s, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    return float((rank[place] @ y - hits * (hits + 1) / 2) / (hits * misses))


def average_precision(score: Numbers, outcome: Numbers) -> float | None:
    """Mean precision over the recalls gained, one step per distinct score."""
    s, y = _pair(score, outcome)
    if y.sum() == 0:
        return None
    _, place = np.unique(-s, return_inverse=True)
    hits = np.bincount(place, y)
    found, shown = np.cumsum(hits), np.cumsum(np.bincount(place))
    return float((hits / y.sum()) @ (found / shown))


def brier(probability: Numbers, outcome: Numbers) -> float | None:
    """Mean squared distance of probability and outcome: 0 is perfect."""
    p, y = _probability(probability, outcome)
    return float(np.mean((p - y) ** 2)) if len(y) else None


def brier_skill(probability: Numbers, outcome: Numbers) -> float | None:
    """1 = perfect, 0 = no better than saying the base rate to everyone."""
    p, y = _probability(probability, outcome)
    spread = float(np.var(y)) if len(y) else 0.0
    return None if spread == 0 else float(1 - np.mean((p - y) ** 2) / spread)


def lift_at(score: Numbers, outcome: Numbers, share: float) -> float | None:
    """Hit rate of the best `share` over the base rate; ties keep the order they came in."""
    s, y = _pair(score, outcome)
    if not 0 < share <= 1:
        raise ValueError(f"share must lie between 0 and 1, got {share}")
    if y.sum() == 0:
        return None
    best = np.argsort(-s, kind="stable")[: max(1, round(share * len(y)))]
    return float(y[best].mean() / y.mean())


def calibration(
    probability: Numbers, outcome: Numbers, *, bins: int = 10
) -> tuple[CalibrationBin, ...]:
    """Ten equal groups by predicted probability, lowest first."""
    p, y = _probability(probability, outcome)
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    return tuple(
        CalibrationBin(float(p[part].mean()), float(y[part].mean()), len(part))
        for part in parts
        if len(part)
    )


def calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """ECE: mean distance of said and come, weighted by the customers in each bin."""
    n = sum(group.n for group in bins)
    return sum(abs(group.predicted - group.actual) * group.n for group in bins) / n


def recency_rule(recency: Numbers, age: Numbers) -> Array:
    """The simple rule every model must beat: who bought last, buys next."""
    return np.asarray(recency, dtype=np.float64) - np.asarray(age, dtype=np.float64)


def frequency_rule(frequency: Numbers) -> Array:
    """The other simple rule: who bought most, buys next."""
    return np.asarray(frequency, dtype=np.float64)


def past_rate(frequency: Numbers, age: Numbers, horizon: float) -> Array:
    """Purchases expected if everyone went on as so far: x·H/T (0 while T is 0)."""
    x, t = np.asarray(frequency, dtype=np.float64), np.asarray(age, dtype=np.float64)
    return np.where(t > 0, x * horizon / np.where(t > 0, t, 1.0), 0.0)


def past_rate_probability(frequency: Numbers, age: Numbers, horizon: float) -> Array:
    """P(at least one purchase) at the past rate, purchases coming at random."""
    return -np.expm1(-past_rate(frequency, age, horizon))


def _pair(score: Numbers, outcome: Numbers) -> tuple[Array, Array]:
    s, y = column("score", score, at_least=None), column("outcome", outcome)
    same_length(score=s, outcome=y)
    refuse("outcome", (y != 0) & (y != 1), "must be 0 or 1")
    return s, y


def _probability(probability: Numbers, outcome: Numbers) -> tuple[Array, Array]:
    p, y = _pair(probability, outcome)
    refuse("probability", (p < 0) | (p > 1), "must lie between 0 and 1")
    return p, y
