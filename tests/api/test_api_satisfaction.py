"""Satisfaction of the company as programs read it."""

from datetime import timedelta
from typing import Any

import pytest

from weixi.collect.surveys.models import Answer
from weixi.core.actor import SYSTEM
from weixi.core.clock import now
from weixi.core.values import set_value
from weixi.evaluate.satisfaction import LEAST_ANSWERS

pytestmark = pytest.mark.django_db


def test_figures_carry_n_and_interval_and_are_null_where_too_few_answered(
    program: Any, customer: Any, team: Any
) -> None:
    set_value(LEAST_ANSWERS, 4, by=SYSTEM, at=now())
    for place, score in enumerate((10, 10, 9, 7, 3)):
        Answer.objects.create(
            number=f"{place}", customer=customer(f"C{place}", team=team("north")), survey="care",
            question="nps", at=now() - timedelta(days=1), score=score,
        )  # fmt: skip
    told = program("admin").get("/satisfaction").json()
    nps, csat, _ces = told["whole"]
    assert (nps["n"], nps["high"], nps["middle"], nps["low"], nps["value"]) == (5, 3, 1, 1, 40)
    # adjusted: 3.75 and 1.75 of 8; 25 ± 195.996 × sqrt((0.6875 - 0.0625) / 8)
    assert (round(nps["ci_low"], 2), round(nps["ci_high"], 2)) == (-29.78, 79.78)
    assert (csat["n"], csat["value"], csat["ci_low"]) == (0, None, None)
    assert [(line["name"], line["scores"][0]["value"]) for line in told["teams"]] == [("North", 40)]
    assert [line["key"] for line in told["touchpoints"]] == ["none"]
    assert len(told["months"]) == 12


@pytest.mark.parametrize("wrong", ["days=5", "scheme=a%20b", "scheme=" + "x" * 41])
def test_a_cut_that_cannot_be_meant_is_refused(program: Any, wrong: str) -> None:
    assert program("admin").get(f"/satisfaction?{wrong}").status_code == 422
