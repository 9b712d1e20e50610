"""Pure decisions of the measures: limits that people may change, words, and their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

MONTHS = 12  # of revenue, each of 30 days
STAND_IN = date(1900, 1, 1)  # for the as-of day, in the text of the wide pass that is kept


class Phase(StrEnum):
    PROSPECT = "prospect"
    NEW = "new"
    EXISTING = "existing"
    LOYAL = "loyal"


class LoyaltyKind(StrEnum):
    """Behaviour × attitude (M8; Dick & Basu 1994)."""

    TRUE = "true"
    LATENT = "latent"
    SPURIOUS = "spurious"
    NONE = "none"


class SatisfactionLoyalty(StrEnum):
    """Satisfaction × loyalty (M8; Jones & Sasser 1995)."""

    ADVOCATE = "advocate"
    MERCENARY = "mercenary"
    HOSTAGE = "hostage"
    DEFECTOR = "defector"


class LoyaltyReason(StrEnum):
    """Why a loyal customer stays (M9)."""

    MONOPOLY = "monopoly"
    INERTIA = "inertia"
    CONVENIENCE = "convenience"
    PRICE = "price"
    INCENTIVE = "incentive"
    PREMIUM = "premium"


class DeclineFactor(StrEnum):
    """What fell most when a customer's value fell (K10)."""

    SERVICE = "service"
    FREQUENCY = "frequency"
    CATEGORY = "category"
    BASKET = "basket"
    PRICE = "price"


class Listeners(StrEnum):
    """How satisfied somebody is who tells others (M10)."""

    UNSATISFIED = "unsatisfied"
    SATISFIED = "satisfied"
    DELIGHTED = "delighted"


DIMENSIONS = ("reliability", "tangibles", "responsiveness", "assurance", "empathy")
# The seven indicators of loyalty (M7), each 0 to 100, more = more loyal.
INDICATORS = (
    "price_sensitivity",
    "choice_time",
    "competitor_attention",
    "brand_attention",
    "demand_satisfaction",
    "repeat_purchase",
    "quality_tolerance",
)
BEHAVIOUR = ("demand_satisfaction", "repeat_purchase")
ATTITUDE = (
    "price_sensitivity",
    "choice_time",
    "competitor_attention",
    "brand_attention",
    "quality_tolerance",
)
# Asked on a scale where more means less loyal; turned round when read.
TURNED = frozenset({"price_sensitivity", "choice_time", "competitor_attention"})
# From when behaviour tells an indicator, instead of what was answered.
SEEN_FROM_PURCHASE_DAYS = 3  # price_sensitivity
SEEN_FROM_TENURE_DAYS = 182  # repeat_purchase
# Words in an answer to "why us" that tell the reason; the first that occurs counts.
REASON_WORDS: dict[str, tuple[str, ...]] = {
    LoyaltyReason.MONOPOLY: ("只有", "没有别", "别处没有", "only you", "no other"),
    LoyaltyReason.PRICE: ("便宜", "价格", "实惠", "cheap", "price"),
    LoyaltyReason.INCENTIVE: ("积分", "会员日", "优惠券", "赠品", "points", "coupon"),
    LoyaltyReason.CONVENIENCE: ("近", "方便", "送货上门", "convenient", "near"),
    LoyaltyReason.INERTIA: ("习惯", "懒得", "一直在", "habit", "used to"),
    LoyaltyReason.PREMIUM: ("品质", "服务好", "放心", "值得", "超值", "quality", "worth", "trust"),
}

# Words in answers and notes of contacts that tell of a threat, by whose side it is on; the names
# of the company's own competitors are added on a page.
TOPICS: dict[str, tuple[str, ...]] = {
    "competitor": (
        "另一家", "别家", "其他家", "竞品", "竞争对手", "对手", "同行", "别的供应商", "其他供应商",
        "换了供应商", "比价", "competitor", "another supplier", "cheaper elsewhere",
    ),
    "own_change": (
        "搬到外地", "搬去外地", "搬家", "搬迁", "搬走", "停业", "歇业", "倒闭", "注销", "退休",
        "用不上", "不再需要", "不需要了", "用量少了", "手头紧", "经济紧张", "资金紧张", "缩减开支",
        "预算取消", "采购暂停", "moved away", "closed down", "no longer need", "budget cut",
    ),
    "disappointed": (
        "没有以前用心", "没人管", "没人理", "语气冷淡", "质量不如", "不让人放心", "让人不放心",
        "不准时", "态度不好", "送得太慢", "老是发错", "很失望", "disappointed", "let down",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class PhaseLimits:
    """New within `new_days` of the first purchase; loyal: an existing customer with at least
    `loyal_purchase_days` in 12 months and no more than `loyal_lateness` own gaps late."""

    new_days: int = 90
    loyal_purchase_days: int = 6
    loyal_lateness: float = 1.5


@dataclass(frozen=True)
class Limits:
    """Every threshold of the measures. Shares are 0 to 1, scores 0 to 100.

    satisfaction_tolerance: c within 1 ± it counts as satisfied. listeners: people told by an
    unsatisfied, a satisfied and a highly satisfied customer (M10). dimension_weights: how much
    each dimension of service counts in their mean (M6), loyalty_weights: each indicator in the
    index (M7). tolerance_days: a purchase within them after a complaint shows tolerance of
    quality problems.
    """

    phase: PhaseLimits = field(default_factory=PhaseLimits)
    satisfaction_tolerance: float = 0.03
    listeners: Mapping[str, int] = field(
        default_factory=lambda: {
            Listeners.UNSATISFIED: 22, Listeners.SATISFIED: 8, Listeners.DELIGHTED: 10,
        },
        hash=False,
    )  # fmt: skip
    dimension_weights: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(DIMENSIONS, 1.0), hash=False
    )
    loyalty_high: float = 60.0
    satisfied_from: float = 1.0
    loyalty_weights: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(INDICATORS, 1.0), hash=False
    )
    tolerance_days: int = 180
    price_reason_share: float = 0.3
    decline_from: float = 0.3  # fall of half-yearly revenue from which a cause is looked for
    category_from: float = 0.5  # of that fall, in categories not bought any more
    credit_days_weight: float = 1.0  # points off the credit score for each day late, on average


def limits_of(told: Mapping[str, Any]) -> Limits:
    """Limits out of what `dataclasses.asdict` made of them."""
    return Limits(**{**told, "phase": PhaseLimits(**told["phase"])})
