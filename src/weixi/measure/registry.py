"""Every measure by name: what it is, its unit, how it is computed, and when it is unknown.

The table is measures.csv; docs/metrics.md lists the same, and a test holds them equal. Amounts are
minor units.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("measures.csv")


@dataclass(frozen=True)
class Measure:
    """`better` says whether more is good ("up"), bad ("down") or neither ("").

    unit: money, days, date, count, share, ratio, rank, score (0 to 100), number or word.
    period: all, 24m, 12m, 180d, 90d or day. why_unknown: a key of WHY_UNKNOWN. family: the
    group of measures it belongs to (M1 to M10; C8 bonds, Y1 points). needs: the kinds of rows it
    is counted from, keys of NEEDS, parted by blanks.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    formula_zh: str
    formula_en: str
    period: str
    better: str
    why_unknown: str
    family: str = ""
    needs: str = ""


def _read() -> tuple[Measure, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(Measure(**row) for row in csv.DictReader(file))


MEASURES = _read()
BY_CODE = {measure.code: measure for measure in MEASURES}

FAMILIES = {
    "M1": ("购买", "Purchases"),
    "M2": ("维护成本", "Cost to serve"),
    "M3": ("利润", "Profit"),
    "M4": ("规模与信用", "Size and credit"),
    "M5": ("满意度", "Satisfaction"),
    "M6": ("服务质量五维度", "Five dimensions of service"),
    "M7": ("忠诚七项指标", "Seven indicators of loyalty"),
    "M8": ("行为与态度", "Behaviour and attitude"),
    "M9": ("忠诚原因", "Reason for loyalty"),
    "M10": ("口碑", "Word of mouth"),
    "C8": ("退出壁垒", "Bonds"),
    "Y1": ("积分", "Points"),
}
NEEDS = {
    "orders": ("订单", "Orders"),
    "categories": ("品类", "Categories"),
    "costs": ("订单成本", "Costs of orders"),
    "payments": ("应付日与付款日", "Due and paid dates"),
    "contacts": ("联系记录", "Contacts"),
    "channels": ("渠道成本", "Costs of channels"),
    "costs_of_care": ("礼品、补偿与配送", "Gifts, compensation, delivery"),
    "referrals": ("推荐记录", "Recommendations"),
    "answers": ("调查回答", "Survey answers"),
    "complaints": ("投诉", "Complaints"),
    "limits": ("授信额度", "Credit limits"),
    "ratings": ("录入评分", "Entered ratings"),
    "bonds": ("退出壁垒与纽带", "Bonds"),
    "points": ("积分流水", "Points entries"),
}

WHY_UNKNOWN = {
    "never_bought": ("从未购买", "never bought"),
    "cost_missing": ("有订单缺成本", "some orders have no cost"),
    "few_purchases": ("购买日少于 2 天", "fewer than two purchase days"),
    "no_sales": ("近 12 个月无销售", "no sales in the last 12 months"),
    "not_rated": ("没有人评定", "judged by nobody"),
    "no_bills": ("没有到期账款", "no bill fell due"),
    "no_limit": ("没有授信额度", "no credit limit"),
    "no_bills_at_all": ("没有记录账款", "no bill is recorded"),
    "nothing_overdue": ("没有逾期账款", "nothing is overdue"),
    "not_asked": ("没有调查回答", "no survey answer"),
    "not_seen_not_asked": (
        "行为数据不足，也没有调查回答",
        "too little behaviour seen, and not asked",
    ),
    "no_open_complaint": ("没有未了结投诉", "no complaint is open"),
    "no_contract": ("没有合同", "no contract"),
    "no_points": ("没有积分", "no points"),
    "no_model": ("数据不足，不用模型", "too little data for a model"),
    "no_sales_before": ("此前 180 天无销售", "no sales in the 180 days before"),
    "not_fallen": ("价值没有明显下降", "value has not fallen much"),
    "never_contacted": ("没有联系记录", "no contact recorded"),
    "no_referrals": ("没有推荐记录", "no recommendation recorded"),
    "not_refreshed": ("尚未计算", "not computed yet"),
}
