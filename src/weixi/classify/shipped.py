"""The schemes a new installation starts with. Data: people change them afterwards."""

from typing import Any

# K1, S4: platinum 1 %, gold the next 4 %, iron the next 15 %, lead the last 80 %.
VALUE_PYRAMID: dict[str, Any] = {
    "population": [["revenue_12m", 1]],
    "axes": [
        {
            "measure": "revenue_12m",
            "cut": "share",
            "at": [0.01, 0.05, 0.20],
            "name_zh": "近 12 个月销售额",
            "name_en": "Revenue, 12 months",
            "bands_zh": ["前 1%", "其次 4%", "其次 15%", "其余 80%"],
            "bands_en": ["top 1%", "next 4%", "next 15%", "last 80%"],
        }
    ],
    "cells": [
        {
            "code": "platinum",
            "bands": [[0]],
            "name_zh": "白金",
            "name_en": "Platinum",
            "color": "t1",
            "strategy_zh": "专人对接，主动续约",
            "strategy_en": "Own contact person, renew before they ask",
        },
        {
            "code": "gold",
            "bands": [[1]],
            "name_zh": "黄金",
            "name_en": "Gold",
            "color": "t2",
            "strategy_zh": "先守住，再提升到白金",
            "strategy_en": "Hold first, then lift to platinum",
        },
        {
            "code": "iron",
            "bands": [[2]],
            "name_zh": "铁",
            "name_en": "Iron",
            "color": "t3",
            "strategy_zh": "了解个别需求，促成升层",
            "strategy_en": "Learn individual needs, help them rise",
        },
        {
            "code": "lead",
            "bands": [[3]],
            "name_zh": "铅",
            "name_en": "Lead",
            "color": "t4",
            "strategy_zh": "自助与低成本渠道",
            "strategy_en": "Self-service and low-cost channels",
        },
    ],
}

_HIGH, _LOW = [3, 4], [0, 1, 2]
_SCORES_ZH, _SCORES_EN = ["1 分", "2 分", "3 分", "4 分", "5 分"], ["1", "2", "3", "4", "5"]


def _score(measure: str, name_zh: str, name_en: str, *, ascending: bool) -> dict[str, Any]:
    """Five bands of a fifth each, the best last (score 5); equal values score alike."""
    return {
        "measure": measure,
        "cut": "share",
        "at": [0.2, 0.4, 0.6, 0.8],
        "ties": "together",
        "ascending": ascending,
        "name_zh": name_zh,
        "name_en": name_en,
        "bands_zh": _SCORES_ZH,
        "bands_en": _SCORES_EN,
    }


def _rfm(code: str, high: str, zh: str, en: str, todo: tuple[str, str]) -> dict[str, Any]:
    return {
        "code": code,
        "bands": [_HIGH if letter in high else _LOW for letter in "RFM"],
        "name_zh": zh,
        "name_en": en,
        "color": f"h{1 + len(high)}",
        "strategy_zh": todo[0],
        "strategy_en": todo[1],
    }


# K9: a score from 1 to 5 for each of recency, frequency and money; 4 and 5 count as high.
RFM: dict[str, Any] = {
    "population": [["purchase_days", 1]],
    "axes": [
        _score("days_since_purchase", "最近一次购买 R", "Recency", ascending=False),
        _score("purchase_days", "购买频次 F", "Frequency", ascending=True),
        _score("revenue", "消费金额 M", "Money", ascending=True),
    ],
    "cells": [
        _rfm(
            "important_value",
            "RFM",
            "重要价值",
            "Champions",
            ("专属服务，请他推荐", "Own service; ask them to recommend us"),
        ),
        _rfm(
            "important_develop",
            "RM",
            "重要发展",
            "Big and recent",
            ("提高购买频次", "Bring them back more often"),
        ),
        _rfm(
            "important_keep",
            "FM",
            "重要保持",
            "Big and regular, quiet now",
            ("主动联系，问清原因", "Contact them and find out why"),
        ),
        _rfm(
            "important_win_back",
            "M",
            "重要挽回",
            "Big, long gone",
            ("挽回：查原因，补偿", "Win back: find the cause, make good"),
        ),
        _rfm(
            "general_value",
            "RF",
            "一般价值",
            "Regular, small baskets",
            ("提高客单价", "Raise the basket"),
        ),
        _rfm(
            "general_develop",
            "R",
            "一般发展",
            "New or occasional",
            ("首购回访，建立信任", "Follow up the first purchase, build trust"),
        ),
        _rfm(
            "general_keep",
            "F",
            "一般保持",
            "Regular once, small",
            ("低成本提醒", "Remind at low cost"),
        ),
        _rfm(
            "general_win_back",
            "",
            "一般挽回",
            "Small, long gone",
            ("不主动投入", "No active spending"),
        ),
    ],
}

# K8, C1.
CUSTOMER_TYPE: dict[str, Any] = {
    "population": [],
    "axes": [
        {
            "measure": "type",
            "cut": "category",
            "at": ["consumer", "business", "internal"],
            "name_zh": "客户类型",
            "name_en": "Customer type",
            "bands_zh": ["消费者", "商业型", "内部"],
            "bands_en": ["Consumer", "Business", "Internal"],
        }
    ],
    "cells": [
        {
            "code": "consumer",
            "bands": [[0]],
            "name_zh": "消费者客户",
            "name_en": "Consumer",
            "color": "h2",
            "strategy_zh": "实惠与完善的售后",
            "strategy_en": "Good value and complete after-sales service",
        },
        {
            "code": "business",
            "bands": [[1]],
            "name_zh": "商业型客户",
            "name_en": "Business",
            "color": "h3",
            "strategy_zh": "低价、交付与售后",
            "strategy_en": "Low price, delivery and after-sales service",
        },
        {
            "code": "internal",
            "bands": [[2]],
            "name_zh": "企业内部客户",
            "name_en": "Internal",
            "color": "h1",
            "strategy_zh": "关心与及时的信息",
            "strategy_en": "Care and timely information",
        },
    ],
}

SHIPPED = (
    ("value_pyramid", "价值金字塔", "Value pyramid", VALUE_PYRAMID),
    ("rfm", "RFM", "RFM", RFM),
    ("customer_type", "客户类型", "Customer type", CUSTOMER_TYPE),
)
