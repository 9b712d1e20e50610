"""What is really so in the company: who left, why, who came back, when people buy."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.simulate.simulated import Company
from weixi.simulate.parameters import FOLLOW_UP, company_parameters
from weixi.simulate.season import (
    FIRST_DAY,
    LAST_DAY,
    MID_AUTUMN,
    SPRING_FESTIVAL,
    daily,
    festivals,
    window,
)

S1 = {"resolved_quickly": 0.82, "resolved": 0.54, "unresolved": 0.19, "silent": 0.09}
CAUSES = {"ours", "customer", "competition"}
STAGES = {"exploration", "build_up", "maturity", "decline", "ended"}


def purchases(company: Company) -> pa.Table:
    """Named sale lines: no returns, adjustments, anonymous sales."""
    lines = company.table("orders")
    keep = pc.and_(pc.greater(lines["quantity"], 0), pc.greater(lines["unit_price"], 0))
    return lines.filter(pc.and_(keep, pc.is_valid(lines["customer_id"])))


def test_the_truth_names_every_customer_once_with_a_full_state(small: Company) -> None:
    customers = small.truth["customers"]
    assert [row["customer_id"] for row in customers] == (
        small.table("customers")["customer_id"].to_pylist()
    )
    for row in customers:
        assert row["stage"] in STAGES
        assert row["alive"] == (row["cause"] is None) == (row["left_at"] is None)
        assert row["alive"] == (row["stage"] != "ended")
        assert row["cause"] in CAUSES | {None}
        assert row["rate_per_day"] > 0
        assert 0 < row["dropout"] < 1
        assert 0 < row["satisfaction"] < 2.5


def test_the_truth_counts_agree_with_the_order_file(small: Company) -> None:
    orders: dict[str, set[str]] = defaultdict(set)
    days: dict[str, list[date]] = defaultdict(list)
    for row in purchases(small).to_pylist():
        orders[row["customer_id"]].add(row["order_id"])
        days[row["customer_id"]].append(row["ordered_at"].date())
    for row in small.truth["customers"]:
        own = row["customer_id"]
        assert row["orders"] == len(orders[own])
        if row["orders"]:
            assert (row["first_at"], row["last_at"]) == (str(min(days[own])), str(max(days[own])))


def test_nobody_buys_after_leaving(small: Company) -> None:
    for row in small.truth["customers"]:
        if not row["alive"] and row["orders"]:
            assert row["last_at"] <= row["left_at"] <= small.truth["end"]


def test_parameters_carry_the_names_of_the_papers(small: Company) -> None:
    parameters = small.truth["parameters"]
    assert {"r", "alpha", "a", "b"} <= set(parameters["segments"]["consumer_occasional"])
    assert parameters["returns"] == [0.82, 0.54, 0.19, 0.09]


def test_a_leap_day_birthday_occurs(make: Callable[..., Company]) -> None:
    birthdays = make(1000).table("customers")["birthday"].to_pylist()
    assert any(day and (day.month, day.day) == (2, 29) for day in birthdays)


def test_each_lunar_date_has_its_year_and_season() -> None:
    spring, autumn = festivals(SPRING_FESTIVAL), festivals(MID_AUTUMN)
    years = list(range(FIRST_DAY.year, LAST_DAY.year + 1))
    assert [day.year for day in spring] == [day.year for day in autumn] == years
    assert all((1, 20) < (day.month, day.day) < (2, 21) for day in spring)
    assert {date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17)} < set(
        spring
    )


def test_the_daily_curve_has_mean_one_and_its_peaks() -> None:
    days = window(date(2026, 11, 20), 3, seasonal=True)
    level = daily(days, "consumer")
    assert level.mean() == pytest.approx(1.0)
    assert level[(date(2025, 11, 11) - days.start).days] > 2.5
    assert level[(date(2026, 2, 18) - days.start).days] < 0.6
    assert level[(date(2026, 2, 7) - days.start).days] > 1.3


def test_the_window_ends_on_the_given_day_and_counts_its_years() -> None:
    days = window(date(2026, 11, 20), 3, seasonal=True)
    assert (days.start, days.length) == (date(2023, 11, 21), 1096)


@pytest.mark.slow
def test_repurchase_after_a_bad_event_is_as_s1_reports(large: Company) -> None:
    groups = large.truth["repurchase_after_dissatisfaction"]
    for name, target in S1.items():
        n, share = groups[name]["followed"], groups[name]["share"]
        assert groups[name]["target"] == target
        assert n > 500
        assert abs(share - target) < 4 * math.sqrt(target * (1 - target) / n), name


@pytest.mark.slow
def test_the_complaint_file_alone_shows_the_same_repurchase(large: Company) -> None:
    last = {row["customer_id"]: row["last_at"] for row in large.truth["customers"]}
    orders = large.table("orders").select(["order_id", "ordered_at"])
    bought = dict(zip(*(orders[name].to_pylist() for name in orders.column_names), strict=True))
    until = date.fromisoformat(large.truth["end"]) - timedelta(days=FOLLOW_UP + 1)
    counts: dict[str, list[bool]] = defaultdict(list)
    for row in large.rows("complaints"):
        at = bought[row["order_id"]].date()
        if at > until:
            continue
        quick = row["resolved_at"] and row["resolved_at"] - row["received_at"] <= timedelta(days=1)
        group = "resolved_quickly" if quick else row["outcome"]
        counts[group].append(last[row["customer_id"]] > str(at))
    assert set(counts) == set(S1) - {"silent"}
    for group, again in counts.items():
        error = math.sqrt(S1[group] * (1 - S1[group]) / len(again))
        assert abs(sum(again) / len(again) - S1[group]) < 4 * error, group


@pytest.mark.slow
def test_causes_of_leaving_come_in_sensible_shares(large: Company) -> None:
    causes = Counter(row["cause"] for row in large.truth["customers"] if not row["alive"])
    gone = sum(causes.values())
    assert 0.4 < gone / 50_000 < 0.65
    assert all(0.2 < causes[cause] / gone < 0.5 for cause in CAUSES)
    assert {k: v for k, v in large.truth["causes"].items() if k != "alive"} == dict(causes)


@pytest.mark.slow
def test_price_loyal_customers_go_to_competitors_more_than_premium_ones(large: Company) -> None:
    lost: dict[str, list[bool]] = defaultdict(list)
    for row in large.truth["customers"]:
        lost[row["loyalty"]].append(row["cause"] == "competition")
    share = {name: sum(values) / len(values) for name, values in lost.items()}
    assert share["price"] > 2 * share["premium"] > 0


@pytest.mark.slow
def test_leaving_leaves_traces_in_the_notes(large: Company) -> None:
    cause = {row["customer_id"]: row["cause"] for row in large.truth["customers"]}
    heard: dict[str, Counter] = defaultdict(Counter)
    for row in large.rows("contacts"):
        for word in ("搬", "另一家", "便宜"):
            if row["note"] and word in row["note"]:
                heard[word][cause[row["customer_id"]]] += 1
    assert heard["便宜"]["competition"] > 200
    assert set(heard["便宜"]) == {"competition"}
    assert heard["搬"]["customer"] > 200


@pytest.mark.slow
def test_seasons_show_in_the_orders(large: Company) -> None:
    days = Counter(at.date() for at in purchases(large)["ordered_at"].to_pylist())

    def mean(first: date, count: int) -> float:
        return sum(days[first + timedelta(days=i)] for i in range(count)) / count

    for year in (2024, 2025):
        assert mean(date(year, 11, 8), 7) > 1.3 * mean(date(year, 10, 9), 21)
        assert mean(date(year, 6, 16), 5) > 1.3 * mean(date(year, 5, 10), 21)
    for festival in (date(2025, 1, 29), date(2026, 2, 17)):
        assert mean(festival, 7) < 0.6 * mean(festival + timedelta(days=25), 21)
        assert mean(festival - timedelta(days=13), 10) > 1.2 * mean(
            festival + timedelta(days=25), 21
        )


@pytest.mark.slow
def test_there_are_about_ten_lines_per_customer_over_three_years(large: Company) -> None:
    assert 9 < large.report.rows["orders"] / large.report.customers < 11
    assert 0.02 < large.report.anonymous_lines / large.report.rows["orders"] < 0.08
    types = Counter(large.table("customers")["type"].to_pylist())
    assert 0.9 < types["consumer"] / 50_000 < 0.96
    assert 0.05 < types["business"] / 50_000 < 0.07


@pytest.mark.slow
def test_regular_buyers_keep_a_rhythm_of_their_own(large: Company) -> None:
    days: dict[str, set[date]] = defaultdict(set)
    table = purchases(large)
    pairs = zip(table["customer_id"].to_pylist(), table["ordered_at"].to_pylist(), strict=True)
    for customer, at in pairs:
        days[customer].add(at.date())
    spread: dict[str, list[float]] = defaultdict(list)
    for row in large.truth["customers"]:
        dates = sorted(days[row["customer_id"]])
        gaps = [(b - a).days for a, b in pairwise(dates)]
        if len(gaps) >= 8:
            mean = sum(gaps) / len(gaps)
            deviation = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))
            spread[row["segment"]].append(deviation / mean)
    typical = {name: sorted(values)[len(values) // 2] for name, values in spread.items()}
    assert typical["consumer_regular"] < 0.65 < 0.85 < typical["consumer_occasional"]
    assert typical["business"] < 0.65


@pytest.mark.slow
def test_satisfaction_shows_in_the_answers(large: Company) -> None:
    level = {row["customer_id"]: row["satisfaction"] for row in large.truth["customers"]}
    scores: dict[bool, list[int]] = defaultdict(list)
    pairs = [row for row in large.rows("answers") if row["question"] == "nps"]
    for row in pairs:
        scores[level[row["customer_id"]] > 1].append(row["score"])
    assert all(0 <= row["score"] <= 10 for row in pairs)
    happy, unhappy = (sum(scores[key]) / len(scores[key]) for key in (True, False))
    assert happy > unhappy + 0.5


@pytest.mark.slow
def test_the_flood_makes_the_goods_to_yunnan_late(large: Company) -> None:
    (incident,) = large.truth["incidents"]
    first = date.fromisoformat(incident["from"])
    city = {row["customer_id"]: row["city"] for row in large.rows("customers")}
    by_day: Counter = Counter()
    for row in large.rows("complaints"):
        if city[row["customer_id"]] in incident["cities"]:
            by_day[(row["received_at"].date() - first).days // incident["days"]] += 1
    usual = sum(by_day[i] for i in range(-10, 0)) / 10
    assert by_day[0] > 2.5 * usual > 0


def test_festival_goods_are_sold_around_their_festival(small: Company) -> None:
    lines = [row for row in small.rows("orders") if row["quantity"] > 0]
    cakes = {row["ordered_at"].month for row in lines if "月饼" in row["product_name"]}
    assert cakes
    assert cakes <= {8, 9, 10}


@pytest.mark.slow
def test_many_customers_have_their_truth_beside_the_json(make: Callable[..., Company]) -> None:
    company = make(50_001, format="parquet")
    assert company.truth["customers"] is None
    assert company.truth["customers_file"] == "truth.parquet"
    assert company.report.files["truth.parquet"] > 0


def test_event_shares_add_up_to_one() -> None:
    dials = company_parameters()
    assert sum(dials.events) == pytest.approx(1.0)
    assert sum(kind.share for kind in dials.segments.values()) == pytest.approx(1.0)
    assert sum(dials.payers) == pytest.approx(1.0)
