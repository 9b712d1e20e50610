"""Words of complaints, answers and points, in the forms that people write them."""

from weixi.collect.complaints.rules import ComplaintOutcome, Severity
from weixi.collect.costs.rules import CostKind
from weixi.collect.points.rules import EntryKind
from weixi.collect.surveys.rules import CES, CSAT, NPS, WHY_US, Dimension, LoyaltyItem

from .texts import text_within
from .words import one_of

SEVERITIES = {
    Severity.LOW: ("low", "低", "轻", "轻微", "轻度", "minor"),
    Severity.MEDIUM: ("medium", "中", "中等", "一般", "普通", "normal", "moderate"),
    Severity.HIGH: (
        "high", "高", "重", "较重", "严重", "重大", "紧急", "特急", "serious", "severe", "critical",
        "urgent",
    ),
}  # fmt: skip
OUTCOMES = {
    ComplaintOutcome.OPEN: (
        "open", "处理中", "待处理", "未处理", "进行中", "受理中", "跟进中", "pending",
        "in progress",
    ),
    ComplaintOutcome.RESOLVED: ("resolved", "已解决", "解决", "已办结", "办结", "solved"),
    ComplaintOutcome.UNRESOLVED: (
        "unresolved", "未解决", "无法解决", "不满意", "not resolved", "unsolved",
    ),
    ComplaintOutcome.WITHDRAWN: (
        "withdrawn", "已撤回", "撤回", "已撤销", "撤销", "撤诉", "cancelled", "canceled",
    ),
}  # fmt: skip
DIMENSIONS = {
    Dimension.RELIABILITY: ("reliability", "可靠性", "可靠"),
    Dimension.TANGIBLES: ("tangibles", "tangible", "有形性", "有形"),
    Dimension.RESPONSIVENESS: ("responsiveness", "响应性", "反应性", "响应"),
    Dimension.ASSURANCE: ("assurance", "保证性", "安全性", "保障性", "保证"),
    Dimension.EMPATHY: ("empathy", "移情性", "关怀性", "关怀", "移情"),
    Dimension.OVERALL: ("overall", "总体", "整体", "总评", "总体评价"),
}
ENTRY_KINDS = {
    EntryKind.EARN: ("earn", "获得", "获取", "累积", "积累", "赠送", "发放", "earned", "accrual"),
    EntryKind.REDEEM: ("redeem", "兑换", "抵扣", "使用", "redeemed", "spend"),
    EntryKind.EXPIRE: ("expire", "过期", "到期", "失效", "清零", "expired"),
    EntryKind.ADJUST: ("adjust", "调整", "冲正", "补偿", "更正", "adjustment"),
}
QUESTIONS = {
    NPS: (NPS, "推荐意愿", "净推荐值", "推荐度"),
    CSAT: (CSAT, "满意度", "总体满意度"),
    CES: (CES, "费力度", "客户费力度"),
    WHY_US: (WHY_US, "why us", "为什么选择我们", "选择原因"),
    LoyaltyItem.PRICE_SENSITIVITY: ("price_sensitivity", "price sensitivity", "价格敏感度"),
    LoyaltyItem.CHOICE_TIME: ("choice_time", "choice time", "挑选时间", "选购时间"),
    LoyaltyItem.COMPETITOR_ATTENTION: (
        "competitor_attention", "competitor attention", "对竞争者的关注", "竞争者关注度",
    ),
    LoyaltyItem.BRAND_ATTENTION: (
        "brand_attention", "brand attention", "对品牌的关注", "品牌关注度",
    ),
    LoyaltyItem.DEMAND_SATISFACTION: (
        "demand_satisfaction", "demand satisfaction", "需求满足率",
    ),
    LoyaltyItem.REPEAT_PURCHASE: ("repeat_purchase", "repeat purchase", "重复购买", "重复购买率"),
    LoyaltyItem.QUALITY_TOLERANCE: (
        "quality_tolerance", "quality tolerance", "对质量问题的容忍", "质量容忍度",
    ),
}  # fmt: skip
QUESTION_LENGTH = 60

COST_KINDS = {
    CostKind.GIFT: ("gift", "gifts", "礼品", "礼物", "赠品", "惊喜"),
    CostKind.COMPENSATION: ("compensation", "补偿", "赔偿", "赔付", "退补"),
    CostKind.DELIVERY: ("delivery", "shipping", "配送", "运费", "物流", "送货"),
    CostKind.OTHER: ("other", "其他", "其它"),
}

severity = one_of(SEVERITIES)
complaint_outcome = one_of(OUTCOMES)
dimension = one_of(DIMENSIONS)
entry_kind = one_of(ENTRY_KINDS)
cost_kind = one_of(COST_KINDS)
_known_question = one_of(QUESTIONS)


def question(text: str) -> str:
    """Our code where a question of ours is meant, otherwise the company's own words."""
    try:
        return str(_known_question(text))
    except ValueError:
        return str(text_within(QUESTION_LENGTH)(text))
