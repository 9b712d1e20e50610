"""Pure decisions of the predictions: how far ahead, what may be used, when a purchase is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SHORTEST, LONGEST = 30, 180  # days ahead that churn is asked for
STEP = 10
FEWEST_CUSTOMERS = 500  # with purchases; below, a model is not judged and not used
MOST_CUTS = 3  # that a competition rolls back over
LEARNING = 2  # horizons before the oldest cut: to learn a rule or a model from
CHANGED = 0.01  # of the history, from which models are judged anew within a month
FEWEST_GAPS = 3  # gaps from which an own rhythm is believed before the model


@dataclass(frozen=True)
class Verdict:
    """`used`: the name of the model whose score is shown, or None; `why`: code of the reason."""

    used: str | None
    why: str


def horizon_days(business_horizon: float | None) -> int:
    """Twice the business's median rhythm, to the next ten days, between 30 and 180."""
    if business_horizon is None:
        return 2 * SHORTEST
    rounded = round(business_horizon / STEP) * STEP
    return int(min(max(rounded, SHORTEST), LONGEST))


def can_judge(*, customers: int, history_days: int, horizon: int) -> str:
    """Empty when a hold-out can be formed, else the code of what is missing."""
    if customers < FEWEST_CUSTOMERS:
        return "too_few_customers"
    if history_days < 2 * horizon:
        return "history_too_short"
    return ""


def cuts_back(*, history_days: int, horizon: int) -> int:
    """How many cuts, one horizon apart, leave enough history before the oldest.

    >>> [cuts_back(history_days=days, horizon=60) for days in (120, 239, 240, 300, 900)]
    [1, 1, 2, 3, 3]
    """
    return min(max(history_days // horizon - LEARNING, 1), MOST_CUTS)


def judging_day(as_of: date) -> date:
    """Models are judged once a month, on what was known when the month began."""
    return as_of.replace(day=1)


def has_changed(before: Sequence[int], now: Sequence[int]) -> bool:
    """Whether an import changed the history so much that a judgement no longer holds.

    >>> has_changed([1000, 5000, 90000], [1009, 5000, 90000])
    False
    >>> has_changed([1000, 5000, 90000], [1000, 5100, 90000])
    True
    """
    if len(before) != len(now):
        return True
    return any(abs(b - n) > CHANGED * max(b, 1) for b, n in zip(before, now, strict=True))


def choose(briers: dict[str, float], *, rule: str) -> Verdict:
    """The lowest Brier score, mean over the cuts, is used; the simple rule is a competitor."""
    if not briers:
        return Verdict(None, "no_model_fitted")
    best = min(briers, key=lambda name: briers[name])
    return Verdict(best, "rule_is_better" if best == rule else "best_on_held_out_time")


class RiskLevel(StrEnum):
    LOW = "low"
    RAISED = "raised"
    HIGH = "high"


RAISED_FROM, HIGH_FROM = 0.4, 0.7  # probability of no purchase in the horizon


def risk_level(churn_risk: float) -> RiskLevel:
    """The word beside the number.

    >>> risk_level(0.42)
    <RiskLevel.RAISED: 'raised'>
    """
    if churn_risk >= HIGH_FROM:
        return RiskLevel.HIGH
    return RiskLevel.RAISED if churn_risk >= RAISED_FROM else RiskLevel.LOW
