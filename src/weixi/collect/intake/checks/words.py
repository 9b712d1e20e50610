"""Words with a fixed meaning, in the forms that people write them."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from weixi.collect.customers.rules import CustomerType
from weixi.collect.intake.reasons import reason as _
from weixi.collect.touchpoints.rules import Direction, Outcome, Purpose

TYPES = {
    CustomerType.CONSUMER: ("consumer", "个人", "消费者", "个人客户", "散客", "c", "toc", "person"),
    CustomerType.BUSINESS: ("business", "企业", "公司", "企业客户", "单位", "b", "tob", "company"),
    CustomerType.INTERNAL: ("internal", "内部", "内部客户", "员工", "staff"),
}
YES_NO = {
    True: ("yes", "y", "true", "t", "1", "是", "同意", "有", "√", "✓", "已同意"),
    False: ("no", "n", "false", "f", "0", "否", "不同意", "无", "×", "✗", "未同意", "拒绝"),
}
DIRECTIONS = {
    Direction.IN: ("in", "inbound", "incoming", "呼入", "来电", "客户联系", "进"),
    Direction.OUT: ("out", "outbound", "outgoing", "呼出", "去电", "联系客户", "出"),
}
PURPOSES = {
    Purpose.CARE: ("care", "关怀", "回访"),
    Purpose.SERVICE: ("service", "服务", "售后"),
    Purpose.SALE: ("sale", "sales", "销售", "推销"),
    Purpose.THANKS: ("thanks", "thank you", "感谢", "致谢"),
    Purpose.APOLOGY: ("apology", "道歉", "致歉"),
}
OUTCOMES = {
    Outcome.REACHED: ("reached", "已联系", "接通"),
    Outcome.ACCEPTED: ("accepted", "已接受", "成功"),
    Outcome.FOLLOW_UP: ("follow_up", "follow up", "待跟进", "跟进"),
    Outcome.NOT_REACHED: ("not_reached", "not reached", "未接通", "未联系上"),
    Outcome.DECLINED: ("declined", "已拒绝", "拒绝"),
}


def one_of(words: Mapping[Any, tuple[str, ...]]) -> Callable[[str], Any]:
    """A check that knows the words in any case and width."""
    known = {form: value for value, forms in words.items() for form in forms}

    def check(text: str) -> Any:
        form = unicodedata.normalize("NFKC", text).strip().lower()
        if form not in known:
            shown = ", ".join(forms[0] for forms in words.values())
            raise ValueError(_("One of these is expected: %(words)s.") % {"words": shown})
        return known[form]

    return check


customer_type = one_of(TYPES)
yes_no = one_of(YES_NO)
direction = one_of(DIRECTIONS)
purpose = one_of(PURPOSES)
