"""Pure decisions of the predictions: how far ahead, what may be used, when a purchase is due."""

from dataclasses import dataclass
from enum import StrEnum

SHORTEST, LONGEST = 30, 180  # days ahead that churn is asked for
STEP = 10
FEWEST_CUSTOMERS = 500  # with purchases; below, a model is not judged and not used
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


def choose(briers: dict[str, float], *, rule: str) -> Verdict:
    """The lowest Brier score on held-out time is used; the simple rule is a competitor."""
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
