"""Words about what customers answer."""

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
