"""Every shipped signal at its limit, worked by hand. As of 2026-11-20."""

import json
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.utils.translation import override

from tests.act.warnings.lake import DAY, back, run_of, written
from tests.moments import NOON
from weixi.act.warnings.queries import Risk
from weixi.act.warnings.readings import write_readings
from weixi.act.warnings.rules import signal_from
from weixi.act.warnings.signals import SHIPPED, check_changes, in_force, stored_signals
from weixi.act.warnings.words import part_of, parts_of
from weixi.classify.actions import create_shipped_schemes
from weixi.core.errors import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAIR = {"question": "quality", "dimension": "empathy", "expected": 10.0}


@pytest.fixture(autouse=True)
def schemes(db):
    create_shipped_schemes(at=NOON)


def held(people, *, risks=None, **facts):
    """customer → {signal: (points, day of the evidence, facts)}, without the model's rest."""
    run = written(people, risks=risks, **facts)
    write_readings(run, in_force())
    found = {pk: {} for pk in people}
    for row in pq.read_table(run.file("contributions")).to_pylist():
        if row["signal"] != "history":
            found[row["customer_id"]][row["signal"]] = (
                row["points"], row["on_day"], json.loads(row["facts"]),
            )  # fmt: skip
    return found


def points_of(found, signal):
    return {pk: signals.get(signal, (0,))[0] for pk, signals in found.items()}


def rhythm(since, gap, days=10, **more):
    return {
        "purchase_days": days, "days_since_purchase": since, "last_purchase": back(since),
        "rhythm_days": gap, "lateness": since / gap, **more,
    }  # fmt: skip


def test_own_rhythm_overdue_counts_in_own_gaps_from_three_purchase_days():
    found = held(
        {
            1: rhythm(29, 20),  # 1.45 gaps
            2: rhythm(30, 20),  # 1.5 gaps, 10 days past
            3: rhythm(9, 4),  # 2.25 gaps, but 5 days past only
            4: rhythm(40, 20),  # 2 gaps
            5: rhythm(60, 20),  # 3 gaps
            6: rhythm(60, 20, days=2),  # two days make no rhythm
        }
    )
    assert points_of(found, "overdue") == {1: 0, 2: 8, 3: 0, 4: 14, 5: 20, 6: 0}
    assert found[5]["overdue"][1] == back(40)  # the day it should have come


def test_spend_falls_by_three_tenths_of_ninety_days():
    def spent(now, before, days=4):
        return {"revenue_90d": now, "revenue_prior_90d": before, "purchase_days": days}

    found = held(
        {
            1: spent(7_100, 10_000),
            2: spent(7_000, 10_000),
            3: spent(4_000, 10_000),
            4: spent(0, 0),
            5: spent(0, 10_000, days=3),
        }
    )
    assert points_of(found, "spend_falling") == {1: 0, 2: 6, 3: 12, 4: 0, 5: 0}


def test_the_model_warns_of_who_is_not_late_or_bought_once():
    once = {"purchase_days": 1, "rhythm_days": None, "lateness": None}
    found = held(
        {
            1: rhythm(20, 20),
            2: rhythm(20, 20),
            3: rhythm(29, 20),
            4: rhythm(30, 20),  # 1.5 gaps: late, which is a signal of its own
            5: once | {"last_purchase": back(89)},
            6: once | {"last_purchase": back(90)},  # silent, likewise
        },
        risks={1: 0.49, 2: 0.50, 3: 0.70, 4: 0.90, 5: 0.60, 6: 0.60},
    )
    assert points_of(found, "foreseen") == {1: 0, 2: 5, 3: 8, 4: 0, 5: 5, 6: 0}
    assert points_of(found, "overdue")[4] == points_of(found, "overdue")[3] + 8
    assert points_of(found, "silent") == {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 5}


def test_what_fell_names_frequency_basket_or_a_complaint():
    found = held(
        {
            1: {"value_change": -0.4, "decline_factor": "frequency"},
            2: {"value_change": -0.4, "decline_factor": "basket"},
            3: {"value_change": -0.4, "decline_factor": "service", "last_complaint": back(50)},
            4: {"value_change": -0.6, "decline_factor": "service", "last_complaint": back(50)},
            5: {"value_change": -0.4, "decline_factor": "price"},
        }
    )
    assert points_of(found, "frequency_falling") == {1: 8, 2: 0, 3: 0, 4: 0, 5: 0}
    assert points_of(found, "basket_falling") == {1: 0, 2: 6, 3: 0, 4: 0, 5: 0}
    assert points_of(found, "complaint_decline") == {1: 0, 2: 0, 3: 12, 4: 16, 5: 0}
    assert found[3]["complaint_decline"][1] == back(50)


def test_an_open_complaint_weighs_more_after_a_week():
    found = held(
        {
            1: {"complaints_open": 0},
            2: {"complaints_open": 1, "complaint_open_days": 6},
            3: {"complaints_open": 1, "complaint_open_days": 7},
        }
    )
    assert points_of(found, "complaint_open") == {1: 0, 2: 12, 3: 20}
    assert found[3]["complaint_open"][1:] == (
        back(7), {"complaints_open": 1, "complaint_open_days": 7},
    )  # fmt: skip


def test_satisfaction_of_ninety_days_is_held_against_the_year_before():
    # before 1.00; now 9.1 / 10, 9.0 / 10 and 8.0 / 10; the fourth answered 90 days ago, the fifth
    # has nothing to fall from
    before = {"satisfaction_before": 1.0}
    found = held(
        {1: before, 2: before, 3: before, 4: before, 5: {}},
        answers=[
            {**PAIR, "customer_id": 1, "day": back(10), "perceived": 9.1},
            {**PAIR, "customer_id": 2, "day": back(89), "perceived": 9.0},
            {**PAIR, "customer_id": 3, "day": back(10), "perceived": 8.0},
            {**PAIR, "customer_id": 4, "day": back(90), "perceived": 1.0},
            {**PAIR, "customer_id": 5, "day": back(10), "perceived": 1.0},
        ],
    )
    assert points_of(found, "satisfaction_fallen") == {1: 0, 2: 8, 3: 15, 4: 0, 5: 0}
    assert found[2]["satisfaction_fallen"][1] == back(89)


def test_silence_ends_with_a_purchase_a_call_of_the_customer_or_an_answer():
    def quiet(since):
        return rhythm(since, 20, days=2)

    found = held(
        {1: quiet(89), 2: quiet(90), 3: quiet(180), 4: quiet(200), 5: quiet(200), 6: quiet(200)},
        contact_days=[
            {"customer_id": 4, "day": back(10), "contacts": 1, "outbound": 0},
            {"customer_id": 5, "day": back(10), "contacts": 1, "outbound": 1},  # we called
        ],
        answers=[{**PAIR, "customer_id": 6, "day": back(10), "perceived": 10.0}],
    )
    assert points_of(found, "silent") == {1: 0, 2: 5, 3: 8, 4: 0, 5: 8, 6: 0}


def test_late_payment_a_contract_and_idle_points():
    found = held(
        {
            1: {"overdue_days": 6, "overdue_amount": 100},
            2: {"overdue_days": 7, "overdue_amount": 100},
            3: {"overdue_days": 30, "overdue_amount": 100},
            4: {"contract_ends": back(-61)},
            5: {"contract_ends": back(-60)},
            6: {"contract_ends": back(-30)},
            7: {"points_balance": 500, "points_idle_days": 180, "lateness": 1.0},
            8: {"points_balance": 499, "points_idle_days": 180, "lateness": 1.0},
            9: {"points_balance": 500, "points_idle_days": 179, "lateness": 1.0},
        }
    )
    assert {pk: p for pk, p in points_of(found, "late_payment").items() if p} == {2: 6, 3: 12}
    assert {pk: p for pk, p in points_of(found, "contract_ending").items() if p} == {5: 8, 6: 12}
    assert {pk: p for pk, p in points_of(found, "points_idle").items() if p} == {7: 3}
    assert found[5]["contract_ending"][1] == date(2027, 1, 19)


@pytest.mark.parametrize(
    ("topic", "signal", "points"),
    [("competitor", "competitor", 15), ("own_change", "own_change", 18),
     ("disappointed", "disappointed", 12)],
)  # fmt: skip
def test_a_word_said_within_half_a_year_counts_the_newest_one(topic, signal, points):
    def said(customer, days, word, place="contacts"):
        return {
            "customer_id": customer, "day": back(days), "place": place, "row_id": days,
            "question": "", "topic": topic, "word": word,
        }  # fmt: skip

    found = held(
        {1: {}, 2: {}, 3: {}},
        mentions=[said(1, 179, "a"), said(1, 20, "b", "answers"), said(2, 180, "a")],
    )
    assert points_of(found, signal) == {1: points, 2: 0, 3: 0}
    assert found[1][signal][1] == back(20)
    assert found[1][signal][2] == {f"said_{topic}_word": "b", f"said_{topic}_place": "answers"}


def test_nobody_is_warned_of_who_has_left_or_never_bought():
    late = rhythm(60, 20)
    found = held({1: late, 2: late, 3: {**late, "purchase_days": 0}}, ended=[2])
    assert set(found[1]) == {"overdue"}
    assert (found[2], found[3]) == ({}, {})


def test_one_customer_and_none_break_nothing():
    assert held({}) == {}
    assert held({1: {}}) == {1: {}}


def readings(run):
    return {row["customer_id"]: row for row in pq.read_table(run.file("readings")).to_pylist()}


def test_the_parts_add_up_to_the_risk_of_the_model_and_what_it_has_not_seen():
    # base: mean risk of 0.30, 0.50 and 0.10 = 30 points
    run = written(
        {1: rhythm(60, 20), 2: {"complaints_open": 1, "complaint_open_days": 9}, 3: {}},
        risks={1: 0.50, 2: 0.30, 3: 0.10},
    )
    write_readings(run, in_force())
    found = readings(run)
    told = {
        pk: {part["signal"]: part["points"] for part in json.loads(row["contributions"])}
        for pk, row in found.items()
    }
    assert {pk: (row["base"], row["points"]) for pk, row in found.items()} == {
        1: (30, 50), 2: (30, 50), 3: (30, 10),
    }  # fmt: skip
    assert told == {1: {"overdue": 20}, 2: {"complaint_open": 20}, 3: {"history": -20}}


def test_points_stay_between_1_and_99_and_still_add_up():
    worst = {
        **rhythm(400, 20), "complaints_open": 1, "complaint_open_days": 9, "overdue_days": 40,
        "overdue_amount": 5,
    }  # fmt: skip
    run = written({1: worst, 2: {}}, risks={1: 0.95, 2: 0.001})
    write_readings(run, in_force())
    for row in readings(run).values():
        parts = json.loads(row["contributions"])
        assert row["base"] + sum(part["points"] for part in parts) == row["points"]
    assert {pk: row["points"] for pk, row in readings(run).items()} == {1: 99, 2: 1}


def test_without_a_model_the_points_are_the_base_and_the_signals():
    run = written({1: {"complaints_open": 1, "complaint_open_days": 1}, 2: {}})
    write_readings(run, in_force())
    assert {pk: row["points"] for pk, row in readings(run).items()} == {1: 32, 2: 20}


def test_the_change_since_the_run_before_tells_what_made_it_go_up():
    before = {"complaints_open": 1, "complaint_open_days": 6}
    earlier = written({1: before, 2: before}, day=back(1), risks={1: 0.3, 2: 0.3})
    write_readings(earlier, in_force())
    now = {"complaints_open": 1, "complaint_open_days": 7}
    run = written({1: now, 2: {}, 3: {}}, risks={1: 0.3, 2: 0.3, 3: 0.3})
    write_readings(run, in_force())
    first = pq.read_table(run.file("contributions")).to_pylist()
    write_readings(run, in_force())  # the same day again compares with the same day before
    assert pq.read_table(run.file("contributions")).to_pylist() == first
    told = {(row["customer_id"], row["signal"]): row for row in first}
    grown, ended = told[1, "complaint_open"], told[2, "complaint_open"]
    assert (grown["points"], grown["before"], grown["since"]) == (20, 12, back(1))
    assert (ended["points"], ended["before"]) == (0, 12)
    rows = readings(run)
    assert [(rows[pk]["points"], rows[pk]["before"]) for pk in (1, 2, 3)] == [
        (50, 42), (30, 42), (30, None),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("stored", SHIPPED["signals"], ids=lambda one: one["code"])
def test_every_sentence_is_filled_in(stored, language):
    facts = dict.fromkeys(stored["facts"], 12) | {
        name: "answers" for name in stored["facts"] if name.endswith("_place")
    }
    part = {"signal": stored["code"], "points": 5, "before": 0, "since": str(DAY), "on": str(DAY)}
    with override(language):
        told = part_of({**part, "facts": facts}, {stored["code"]: signal_from(stored)})
    assert told is not None
    assert "{" not in told.sentence + told.short
    assert "—" not in told.sentence
    assert told.is_new


def test_parts_come_weightiest_first_and_the_rest_of_the_history_last():
    signals = {one["code"]: signal_from(one) for one in SHIPPED["signals"]}
    stored = [
        {"signal": "history", "points": 30, "before": None, "since": None, "on": None,
         "facts": {"churn_risk": 0.4, "horizon_days": 60}},
        {"signal": "gone", "points": 3, "before": None, "since": None, "on": None, "facts": {}},
        {"signal": "silent", "points": 5, "before": None, "since": None, "on": None,
         "facts": {"silent_days": 90}},
    ]  # fmt: skip
    with override("en"):
        parts = parts_of(stored, signals)
    assert [part.signal for part in parts] == ["silent", "history"]
    risk = Risk(55, None, 20, "raised", DAY, parts)
    assert [part.signal for part in risk.reasons] == ["silent"]


def test_a_signal_changed_by_people_is_checked_before_it_is_kept():
    check_changes({"silent": {"is_on": False}})
    for wrong in (
        {"silent": {"levels": []}},
        {"silent": {"levels": [{"when": {"measure": "nothing", "is": ">", "value": 1},
                                "points": 5}]}},
        {"silent": {"cause": "fate"}},
        {"silent": {"facts": ["password"]}},
        {"mine": {"name_zh": "x"}},
    ):  # fmt: skip
        with pytest.raises(RuleBroken):
            check_changes(wrong)


def test_own_signals_stand_behind_the_shipped_ones():
    codes = [one["code"] for one in stored_signals({"mine": {}, "silent": {"is_on": False}})]
    assert codes[-1] == "mine"
    assert codes.count("silent") == 1


def test_the_lake_of_a_day_before_this_was_measured_has_no_words():
    run = written({1: {}})
    run.file("mentions").unlink()
    assert write_readings(run_of(), in_force()) == 1
