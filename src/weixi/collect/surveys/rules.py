"""Words and pure decisions about what customers answer."""

from decimal import Decimal
from enum import StrEnum


class Dimension(StrEnum):
    """The five dimensions of service quality (M6), and the overall judgement."""

    RELIABILITY = "reliability"
    TANGIBLES = "tangibles"
    RESPONSIVENESS = "responsiveness"
    ASSURANCE = "assurance"
    EMPATHY = "empathy"
    OVERALL = "overall"


class LoyaltyItem(StrEnum):
    """The seven indicators of loyalty (M7) as questions; scores run from 0 to 10."""

    PRICE_SENSITIVITY = "price_sensitivity"
    CHOICE_TIME = "choice_time"
    COMPETITOR_ATTENTION = "competitor_attention"
    BRAND_ATTENTION = "brand_attention"
    DEMAND_SATISFACTION = "demand_satisfaction"
    REPEAT_PURCHASE = "repeat_purchase"
    QUALITY_TOLERANCE = "quality_tolerance"


NPS, CSAT, CES, WHY_US = "nps", "csat", "ces", "why_us"

# Lowest and highest score of the questions that have a scale of their own.
SCALES: dict[str, tuple[int, int]] = {
    NPS: (0, 10),
    CSAT: (1, 5),
    CES: (1, 7),
    **{item.value: (0, 10) for item in LoyaltyItem},
}
WIDEST = (0, 100)


def scale_of(question: str) -> tuple[int, int]:
    """Lowest and highest score that an answer to the question may have."""
    return SCALES.get(question, WIDEST)


def is_on_scale(question: str, score: Decimal) -> bool:
    low, high = scale_of(question)
    return score.is_finite() and low <= score <= high


def is_on_widest_scale(value: Decimal) -> bool:
    """Expectation and perception stand on one scale, whichever the survey has."""
    return value.is_finite() and WIDEST[0] <= value <= WIDEST[1]
