"""What customers cost beside contacts: gifts, compensations, deliveries."""

from datetime import date

from weixi.collect.costs.models import CareCost
from weixi.collect.costs.rules import COST_MOST, NOTE_LENGTH
from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Fault, Parse
from weixi.collect.intake.checks.dates import FIRST_YEAR, day_between
from weixi.collect.intake.checks.fact_words import cost_kind
from weixi.collect.intake.checks.numbers import minor_units
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.reasons import reason as _

from .facts import Facts, Values, kind_of_facts
from .fields import Field
from .loading import Setup

FIELDS = (
    Field("cost_id", ("费用编号", "费用单号", "单号", "cost", "cost no", "cost number", "id"),
          needed=True),
    Field("customer_id", ("客户编号", "客户号", "客户id", "会员号", "会员编号", "customer",
                          "customer no", "customer number"), needed=True),
    Field("at", ("费用日期", "发生日期", "日期", "发生时间", "时间", "date", "day"), needed=True),
    Field("kind", ("类型", "费用类型", "费用类别", "type"), needed=True),
    Field("amount", ("金额", "费用", "费用金额", "cost amount"), needed=True),
    Field("note", ("备注", "说明", "事由", "remark", "remarks")),
)  # fmt: skip
BLANK = {
    "customer_id": None, "day": None, "kind": "", "amount": 0, "note": "", "recorded_by": "",
}  # fmt: skip
AS_THEY_ARE = ("customer_id", "kind", "amount", "note")


def _parsers(setup: Setup) -> dict[str, Parse]:
    day = day_between(date(FIRST_YEAR, 1, 1), setup.last_day)
    return {
        "cost_id": identifier,
        "customer_id": identifier,
        "at": lambda text: bulk.day(day(text)),
        "kind": lambda text: cost_kind(text).value,
        "amount": minor_units,
        "note": text_within(NOTE_LENGTH),
    }


def _judge(values: Values) -> Fault | None:
    if values["amount"] == 0 or abs(values["amount"]) > COST_MOST:
        reason = _("A cost is not zero and at most a billion.")
        return Fault("amount", f"{values['amount'] / 100:g}", reason)
    return None


def _told(values: Values) -> Values:
    told = {name: values[name] for name in AS_THEY_ARE if values.get(name) is not None}
    return {**told, "day": values["at"]}


COSTS = kind_of_facts(Facts("costs", CareCost, "cost_id", FIELDS, _parsers, _judge, _told, BLANK))
