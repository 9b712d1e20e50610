"""Answers of customers to surveys: one row a question answered."""

from decimal import Decimal

from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Fault, Parse
from weixi.collect.intake.checks.dates import moment_until
from weixi.collect.intake.checks.fact_words import dimension, question
from weixi.collect.intake.checks.numbers import scaled
from weixi.collect.intake.checks.texts import identifier, text_within
from weixi.collect.intake.reasons import reason as _
from weixi.collect.surveys.models import Answer
from weixi.collect.surveys.rules import is_on_scale, is_on_widest_scale, scale_of

from .facts import Facts, Values, kind_of_facts
from .fields import Field
from .loading import Setup

FIELDS = (
    Field("answer_id", ("回答编号", "答案编号", "记录编号", "answer", "answer no", "id"),
          needed=True),
    Field("survey", ("问卷", "问卷名称", "调查", "调查名称", "survey name", "questionnaire")),
    Field("customer_id", ("客户编号", "客户号", "客户id", "会员号", "会员编号", "customer",
                          "customer no", "customer number"), needed=True),
    Field("at", ("回答时间", "提交时间", "填写时间", "时间", "日期", "date", "time",
                 "answered at", "submitted at"), needed=True),
    Field("question", ("问题", "题目", "指标"), needed=True),
    Field("dimension", ("维度", "质量维度")),
    Field("expected", ("期望", "期望值", "期望得分", "expectation")),
    Field("perceived", ("感知", "感知值", "体验", "实际感受", "感知得分", "perception")),
    Field("score", ("得分", "评分", "分数", "打分", "rating")),
    Field("text", ("文字", "意见", "回答", "内容", "comment", "answer text")),
)  # fmt: skip
BLANK = {
    "customer_id": None,
    "survey": "",
    "at": None,
    "question": "",
    "dimension": "",
    "expected": None,
    "perceived": None,
    "score": None,
    "text": "",
}
PAIR = ("expected", "perceived")
NUMBERS = (*PAIR, "score")


def _parsers(setup: Setup) -> dict[str, Parse]:
    until = moment_until(setup.last_day, setup.zone)
    return {
        "answer_id": identifier,
        "survey": text_within(80),
        "customer_id": identifier,
        "at": lambda text: bulk.moment(until(text)),
        "question": question,
        "dimension": lambda text: dimension(text).value,
        "expected": _number,
        "perceived": _number,
        "score": _number,
        "text": text_within(10_000),
    }


def _number(text: str) -> Decimal:
    return Decimal(scaled(2)(text)) / 100


def _judge(values: Values) -> Fault | None:
    if all(values.get(name) is None for name in (*NUMBERS, "text")):
        reason = _("An answer has expectation and perception, a score, or a text.")
        return Fault("score", "", reason)
    for name in PAIR:
        number = values.get(name)
        if number is not None and not is_on_widest_scale(number):
            reason = _("Expectation and perception lie between 0 and 100.")
            return Fault(name, str(number), reason)
    score = values.get("score")
    if score is not None and not is_on_scale(values["question"], score):
        low, high = scale_of(values["question"])
        reason = _("The score of this question lies between %(low)s and %(high)s.")
        return Fault("score", str(score), reason % {"low": low, "high": high})
    return None


def _told(values: Values) -> Values:
    told = {name: values[name] for name in BLANK if values.get(name) is not None}
    return {name: str(value) if name in NUMBERS else value for name, value in told.items()}


ANSWERS = kind_of_facts(
    Facts("answers", Answer, "answer_id", FIELDS, _parsers, _judge, _told, BLANK)
)
