"""Complaints: what a customer was not content with, and how it went."""

from typing import Any

from weixi.collect.complaints.models import Complaint
from weixi.collect.complaints.rules import ComplaintOutcome, Severity, outcome_of
from weixi.collect.intake import bulk
from weixi.collect.intake.channel_words import forms_of_channels
from weixi.collect.intake.checks.columns import Fault, Parse
from weixi.collect.intake.checks.dates import moment_until
from weixi.collect.intake.checks.fact_words import complaint_outcome, severity
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.checks.words import one_of
from weixi.collect.intake.reasons import reason as _

from .facts import Facts, Values, kind_of_facts
from .fields import Field
from .loading import Setup

FIELDS = (
    Field("complaint_id", ("投诉编号", "投诉单号", "工单号", "complaint", "complaint no",
                           "complaint number", "ticket", "id"), needed=True),
    Field("customer_id", ("客户编号", "客户号", "客户id", "会员号", "会员编号", "customer",
                          "customer no", "customer number"), needed=True),
    Field("received_at", ("投诉时间", "受理时间", "收到时间", "投诉日期", "时间", "日期",
                          "received", "complained at", "date", "time"), needed=True),
    Field("channel", ("渠道", "投诉渠道", "来源")),
    Field("description", ("投诉内容", "内容", "描述", "问题描述", "说明", "text", "content"),
          needed=True),
    Field("severity", ("严重程度", "级别", "等级", "严重性", "priority", "level")),
    Field("order_id", ("订单编号", "订单号", "相关订单", "order", "order no", "order number")),
    Field("first_reply_at", ("首次回复时间", "首次回复", "首次响应时间", "回复时间",
                             "first reply", "replied at")),
    Field("resolved_at", ("解决时间", "办结时间", "完成时间", "resolved", "solved at")),
    Field("outcome", ("处理结果", "结果", "状态", "status", "result")),
)  # fmt: skip
BLANK = {
    "customer_id": None,
    "received_at": None,
    "channel": "",
    "description": "",
    "severity": Severity.MEDIUM.value,
    "order_number": "",
    "first_reply_at": None,
    "resolved_at": None,
    "outcome": ComplaintOutcome.OPEN.value,
}
AS_THEY_ARE = ("received_at", "channel", "description", "severity", "first_reply_at", "resolved_at")


def _parsers(setup: Setup) -> dict[str, Parse]:
    until = moment_until(setup.last_day, setup.zone)

    def moment(text: str) -> Any:
        return bulk.moment(until(text))

    return {
        "complaint_id": identifier,
        "customer_id": identifier,
        "received_at": moment,
        "channel": _channel(),
        "description": text_within(10_000),
        "severity": lambda text: severity(text).value,
        "order_id": identifier,
        "first_reply_at": moment,
        "resolved_at": moment,
        "outcome": lambda text: complaint_outcome(text).value,
    }


def _channel() -> Parse:
    """The code of a channel of ours where it is meant, otherwise the company's word: pages show it
    as none of the table, and the page of channels asks which one it is."""
    known = one_of(forms_of_channels())

    def check(text: str) -> str:
        try:
            return str(known(text))
        except ValueError:
            return str(text_within(20)(text))

    return check


def _judge(values: Values) -> Fault | None:
    received = values["received_at"]
    for name in ("first_reply_at", "resolved_at"):
        moment = values.get(name)
        if moment is not None and moment < received:
            return Fault(name, str(moment), _("This lies before the complaint was received."))
    if values.get("resolved_at") and values.get("outcome") == ComplaintOutcome.OPEN:
        reason = _("A complaint that is open has no time of its solution.")
        return Fault("outcome", ComplaintOutcome.OPEN, reason)
    return None


def _told(values: Values) -> Values:
    """A file that says nothing about outcome and solution leaves both as they are."""
    told = {name: values[name] for name in AS_THEY_ARE if values.get(name) is not None}
    if values.get("order_id") is not None:
        told["order_number"] = values["order_id"]
    word, resolved_at = values.get("outcome"), values.get("resolved_at")
    if word is not None or resolved_at is not None:
        told["outcome"] = outcome_of(word, resolved_at).value
    if word == ComplaintOutcome.OPEN:
        told["resolved_at"] = None
    return told


COMPLAINTS = kind_of_facts(
    Facts("complaints", Complaint, "complaint_id", FIELDS, _parsers, _judge, _told, BLANK)
)
