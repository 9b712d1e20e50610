"""The loyalty survey: few are asked, and their answers betray the kind of loyalty and the mood."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, time
from statistics import fmean
from typing import Any

import pytest

from tests.simulate.simulated import Company
from weixi.collect.surveys.rules import LoyaltyItem
from weixi.measure.rules import INDICATORS, TURNED
from weixi.simulate.loyalty import ITEMS

SURVEY = "忠诚小调查"


def answers(company: Company) -> list[dict[str, Any]]:
    return [row for row in company.rows("answers") if row["survey"] == SURVEY]


def scores_by(company: Company, key: str) -> dict[Any, dict[str, list[float]]]:
    """Scores of each item by a fact of the customers' truth."""
    truth = {row["customer_id"]: row[key] for row in company.truth["customers"]}
    found: dict[Any, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in answers(company):
        found[truth[row["customer_id"]]][row["question"]].append(row["score"])
    return found


def test_the_items_are_those_of_the_measure() -> None:
    assert list(ITEMS) == [item.value for item in LoyaltyItem]
    assert set(ITEMS) == set(INDICATORS)
    assert all(len(levels) == 6 for levels, _slope in ITEMS.values())
    assert {name for name, (_levels, slope) in ITEMS.items() if slope < 0} == TURNED


def test_who_is_asked_answers_all_seven_from_0_to_10(small: Company) -> None:
    rows = answers(small)
    assert rows
    assert all(row["score"] in range(11) for row in rows)
    assert all(row["dimension"] is row["expected"] is row["text"] is None for row in rows)
    sheets = Counter((row["customer_id"], row["at"]) for row in rows)
    assert set(sheets.values()) == {len(ITEMS)}


def test_only_customers_of_that_day_are_asked(small: Company) -> None:
    truth = {row["customer_id"]: row for row in small.truth["customers"]}
    for row in answers(small):
        about = truth[row["customer_id"]]
        assert datetime.fromisoformat(about["first_at"]).date() <= row["at"].date()
        left = about["left_at"]
        assert left is None or row["at"] <= datetime.combine(
            datetime.fromisoformat(left).date(), time.max
        )


@pytest.mark.slow
def test_about_eight_in_a_hundred_customers_are_asked_a_year(make: Callable[..., Company]) -> None:
    company = make(6_000, years=3)
    sheets = len(answers(company)) / len(ITEMS)
    start, end = (datetime.fromisoformat(company.truth[name]) for name in ("start", "end"))
    years = 0.0
    for row in company.truth["customers"]:
        if row["first_at"]:
            left = datetime.fromisoformat(row["left_at"]) if row["left_at"] else end
            years += (left - datetime.fromisoformat(row["first_at"])).days / 365.25
    assert start < end
    assert 0.07 < sheets / years < 0.09


@pytest.mark.slow
def test_the_kind_of_loyalty_shows(make: Callable[..., Company]) -> None:
    company = make(6_000, years=3)
    by_kind = scores_by(company, "loyalty")
    mean = {
        kind: {name: fmean(said) for name, said in items.items()} for kind, items in by_kind.items()
    }
    others = [kind for kind in mean if kind != "price"]
    assert all(
        mean["price"][name] > max(mean[kind][name] for kind in others) - 0.3 for name in TURNED
    )
    for name in ("brand_attention", "quality_tolerance"):
        assert mean["premium"][name] == max(items[name] for items in mean.values())
    assert min(mean, key=lambda kind: mean[kind]["choice_time"]) == "inertia"


@pytest.mark.slow
def test_the_satisfied_are_more_loyal(make: Callable[..., Company]) -> None:
    company = make(6_000, years=3)
    truth = {row["customer_id"]: row["satisfaction"] for row in company.truth["customers"]}
    glad: dict[str, list[float]] = defaultdict(list)
    sorry: dict[str, list[float]] = defaultdict(list)
    for row in answers(company):
        (glad if truth[row["customer_id"]] > 1.05 else sorry)[row["question"]].append(row["score"])
    for name in ITEMS:
        difference = fmean(glad[name]) - fmean(sorry[name])
        assert difference < 0 if name in TURNED else difference > 0, name
