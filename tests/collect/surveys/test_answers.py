"""Answers of customers: pairs, scores and texts, each within its scale."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.surveys import queries
from weixi.collect.surveys.actions import NewAnswer, record_answer
from weixi.collect.surveys.models import Answer
from weixi.collect.surveys.rules import is_on_scale, scale_of
from weixi.core.actor import Actor
from weixi.core.errors import Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of


@pytest.fixture
def agent(actor: Callable[..., Actor], a_team: Any) -> Actor:
    return actor("manager", team=a_team)


@pytest.fixture
def ana(customer: Any, a_team: Any) -> Any:
    return customer("Ana", team=a_team)


def new(**values: Any) -> NewAnswer:
    return NewAnswer(**({"survey": "服务小调查", "question": "nps", "score": Decimal(9)} | values))


def test_a_pair_gives_the_satisfaction_of_m5(agent: Actor, ana: Any) -> None:
    pair = new(
        question="quality", dimension="reliability", expected=Decimal(6), perceived=Decimal("4.5"),
        score=None,
    )  # fmt: skip
    record_answer(ana.pk, pair, by=agent, at=NOON)
    [row] = queries.answers_of(agent, ana.pk).rows
    assert (row.expected, row.perceived, row.satisfaction) == (6.0, 4.5, 0.75)
    assert entries_of(ana.pk)[0].kind == "answer.recorded"


def test_nothing_is_made_up_where_a_half_is_missing(agent: Actor, ana: Any) -> None:
    record_answer(ana.pk, new(expected=None, perceived=Decimal(5)), by=agent, at=NOON)
    record_answer(ana.pk, new(expected=Decimal(0), perceived=Decimal(5)), by=agent, at=NOON)
    assert [row.satisfaction for row in queries.answers_of(agent, ana.pk).rows] == [None, None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": None}, {"score": Decimal(11)}, {"score": Decimal(-1)},
        {"question": "csat", "score": Decimal(0)}, {"question": "ces", "score": Decimal(8)},
        {"score": Decimal("NaN")}, {"expected": Decimal(101)}, {"perceived": Decimal("-0.1")},
        {"dimension": "charm"}, {"question": ""}, {"survey": ""}, {"text": "a\0"},
        {"answered_at": NOON + timedelta(days=1)}, {"answered_at": NOON.replace(year=1960)},
    ],
)  # fmt: skip
def test_an_answer_off_its_scale_is_refused(agent: Actor, ana: Any, wrong: Any) -> None:
    with pytest.raises(RuleBroken):
        record_answer(ana.pk, new(**wrong), by=agent, at=NOON)
    assert not Answer.objects.exists()


def test_each_question_has_its_scale() -> None:
    assert [scale_of(q) for q in ("nps", "csat", "ces", "price_sensitivity", "随便问问")] == [
        (0, 10), (1, 5), (1, 7), (0, 10), (0, 100),
    ]  # fmt: skip
    assert is_on_scale("nps", Decimal(10))
    assert not is_on_scale("nps", Decimal("10.01"))


def test_answers_elsewhere_are_not_there(
    agent: Actor, ana: Any, actor: Callable[..., Actor], team: Any
) -> None:
    made = record_answer(ana.pk, new(), by=agent, at=NOON)
    other = actor("manager", team=team("south"))
    assert queries.answers_of(other, ana.pk).rows == []
    assert queries.listing(other).rows == []
    assert queries.count_of(other, ana.pk) == 0
    with pytest.raises(Missing):
        queries.answer(other, made.pk)
    with pytest.raises(Missing):
        record_answer(ana.pk, new(), by=other, at=NOON)


def test_who_only_reads_records_nothing(
    agent: Actor, ana: Any, actor: Callable[..., Actor]
) -> None:
    record_answer(ana.pk, new(), by=agent, at=NOON)
    assert queries.count_of(actor("analyst"), ana.pk) == 1
    with pytest.raises(NotAllowed):
        record_answer(ana.pk, new(), by=actor("analyst"), at=NOON)
    with pytest.raises(NotAllowed):
        queries.listing(actor("auditor"))


def test_lists_are_cut_by_survey_question_and_time(agent: Actor, ana: Any) -> None:
    day = timedelta(days=1)
    one = record_answer(ana.pk, new(answered_at=NOON - 2 * day), by=agent, at=NOON)
    two = record_answer(ana.pk, new(survey="离开访谈", text="搬走了"), by=agent, at=NOON)
    assert [row.id for row in queries.listing(agent).rows] == [two.pk, one.pk]
    assert [row.id for row in queries.listing(agent, survey="离开访谈").rows] == [two.pk]
    assert queries.listing(agent, question="csat").rows == []
    early = queries.listing(agent, since=NOON - 3 * day, until=NOON - day)
    assert [row.id for row in early.rows] == [one.pk]
