"""Loyalty points: entries of an account, earned or used up."""

from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Fault, Parse
from weixi.collect.intake.checks.dates import moment_until
from weixi.collect.intake.checks.fact_words import entry_kind
from weixi.collect.intake.checks.numbers import scaled
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.reasons import reason_of
from weixi.collect.points.models import PointsEntry
from weixi.collect.points.rules import signed

from .facts import Facts, Values, kind_of_facts
from .fields import Field
from .loading import Setup

FIELDS = (
    Field("entry_id", ("流水号", "积分流水号", "明细编号", "记录编号", "entry", "entry no", "id"),
          needed=True),
    Field("customer_id", ("客户编号", "客户号", "客户id", "会员号", "会员编号", "customer",
                          "customer no", "customer number"), needed=True),
    Field("at", ("发生时间", "时间", "日期", "变动时间", "date", "time"), needed=True),
    Field("kind", ("类型", "变动类型", "积分类型", "type"), needed=True),
    Field("points", ("积分", "积分数", "变动积分", "分值", "amount"), needed=True),
    Field("reference", ("相关单号", "关联单号", "订单编号", "订单号", "备注", "order",
                        "order number", "note")),
)  # fmt: skip
BLANK = {"customer_id": None, "at": None, "kind": "", "points": 0, "reference": ""}


def _parsers(setup: Setup) -> dict[str, Parse]:
    until = moment_until(setup.last_day, setup.zone)
    return {
        "entry_id": identifier,
        "customer_id": identifier,
        "at": lambda text: bulk.moment(until(text)),
        "kind": lambda text: entry_kind(text).value,
        "points": _points,
        "reference": text_within(80),
    }


def _points(text: str) -> int:
    hundredths = scaled(2)(text)
    if hundredths % 100:
        raise ValueError(_("Points are whole numbers."))
    return hundredths // 100


def _judge(values: Values) -> Fault | None:
    try:
        signed(values["kind"], values["points"])
    except ValueError as fault:
        return Fault("points", str(values["points"]), reason_of(fault))
    return None


def _told(values: Values) -> Values:
    """What is used up may be written with either sign."""
    told = {name: values[name] for name in BLANK if values.get(name) is not None}
    return {**told, "points": signed(values["kind"], values["points"])}


POINTS = kind_of_facts(
    Facts("points", PointsEntry, "entry_id", FIELDS, _parsers, _judge, _told, BLANK)
)
