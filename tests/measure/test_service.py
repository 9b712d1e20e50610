"""Satisfaction, credit, size and loyalty of a few customers, worked out by hand."""

import pytest

from tests.measure.company import DEFAULTS, ago, measured
from weixi.measure.rules import Limits

pytestmark = pytest.mark.slow

CONSUMERS = [{"customer_id": n, "type": "consumer"} for n in range(1, 6)]


def day(customer, back, sales=10_000, **more):
    return {
        "customer_id": customer,
        "day": ago(back),
        "orders": 1,
        "sales": sales,
        "net": sales,
        **more,
    }


def pair(customer, back, dimension, expected, perceived):
    return {
        "customer_id": customer,
        "day": ago(back),
        "question": "quality",
        "dimension": dimension,
        "expected": expected,
        "perceived": perceived,
    }


def test_satisfaction_is_perceived_over_expected_of_twelve_months(tmp_path):
    answers = [
        pair(1, 10, "reliability", 5, 4),
        pair(1, 10, "empathy", 5, 5),
        pair(1, 200, "reliability", 4, 4),
        pair(1, 400, "reliability", 1, 9),
        pair(2, 5, "empathy", 4, 5),
    ]
    rows = measured(tmp_path, customers=CONSUMERS, answers=answers)
    assert rows[1]["satisfaction"] == pytest.approx(13 / 14)
    assert rows[1]["c_reliability"] == pytest.approx(8 / 9)
    assert rows[1]["c_empathy"] == pytest.approx(1.0)
    assert rows[1]["satisfaction_gap"] == pytest.approx(-1 / 3)
    assert (rows[1]["satisfaction_n"], rows[3]["satisfaction_n"]) == (3, 0)
    assert rows[3]["satisfaction"] is None


def test_the_dimensions_count_by_their_weights_and_unknown_ones_not_at_all(tmp_path):
    """Reliability 8/10 counts three times, empathy 5/5 once: (3 × 0.8 + 1) / 4 = 0.85."""
    answers = [pair(1, 10, "reliability", 10, 8), pair(1, 10, "empathy", 5, 5),
               pair(2, 10, "tangibles", 5, 4)]  # fmt: skip
    weights = {**DEFAULTS.dimension_weights, "reliability": 3.0, "tangibles": 0.0}
    heavy = Limits(dimension_weights=weights)
    even = measured(tmp_path, customers=CONSUMERS, answers=answers)
    weighed = measured(tmp_path, heavy, customers=CONSUMERS, answers=answers)
    assert even[1]["service_quality"] == pytest.approx(0.9)
    assert weighed[1]["service_quality"] == pytest.approx(0.85)
    assert (even[2]["service_quality"], weighed[2]["service_quality"]) == (pytest.approx(0.8), None)
    assert even[3]["service_quality"] is None


def test_an_expectation_of_zero_is_no_pair(tmp_path):
    rows = measured(tmp_path, customers=CONSUMERS, answers=[pair(1, 5, "empathy", 0, 5)])
    assert rows[1]["satisfaction"] is None


@pytest.mark.parametrize(("perceived", "listeners"), [(4, 22), (5, 8), (6, 10)])
def test_an_unsatisfied_customer_tells_22_a_satisfied_8_a_delighted_10(
    tmp_path, perceived, listeners
):
    answers = [pair(1, 5, "empathy", 5, perceived)]
    assert measured(tmp_path, customers=CONSUMERS, answers=answers)[1]["listeners"] == listeners


def test_the_newest_score_of_each_question_counts(tmp_path):
    answers = [
        {"customer_id": 1, "day": ago(9), "question": "nps", "score": 3.0, "answer_id": 1},
        {"customer_id": 1, "day": ago(2), "question": "nps", "score": 8.0, "answer_id": 2},
        {"customer_id": 1, "day": ago(2), "question": "csat", "score": 4.0, "answer_id": 3},
        {"customer_id": 1, "day": ago(2), "question": "csat", "score": 5.0, "answer_id": 4},
    ]
    row = measured(tmp_path, customers=CONSUMERS, answers=answers)[1]
    assert (row["nps"], row["csat"], row["ces"]) == (8, 5, None)


def test_complaints_are_counted_and_the_oldest_open_one_is_told(tmp_path):
    complaints = [
        {"customer_id": 1, "day": ago(30), "outcome": "open"},
        {"customer_id": 1, "day": ago(6), "outcome": "open"},
        {"customer_id": 1, "day": ago(400), "resolved": ago(399), "outcome": "resolved"},
        {"customer_id": 2, "day": ago(3), "outcome": "withdrawn"},
        {"customer_id": 3, "day": ago(50), "outcome": "unresolved"},
        {"customer_id": 3, "day": ago(40), "outcome": "resolved"},
    ]
    rows = measured(tmp_path, customers=CONSUMERS, complaints=complaints)
    told = [rows[1][name] for name in ("complaints_12m", "complaints_open", "complaint_open_days")]
    assert told == [2, 2, 30]
    assert (rows[2]["complaints_open"], rows[2]["complaint_open_days"]) == (0, None)
    assert (rows[3]["complaints_12m"], rows[3]["complaints_open"]) == (2, 0)  # closed, if badly


def test_credit_is_the_share_paid_on_time_less_the_days_late(tmp_path):
    """Three quarters of the amount on time; a quarter ten days late: 75 − 2.5 = 72.5."""
    bills = [
        {"customer_id": 1, "due": ago(100), "paid": ago(101), "amount": 30_000},
        {"customer_id": 1, "due": ago(50), "paid": ago(40), "amount": 10_000},
        {"customer_id": 1, "due": ago(-5), "amount": 99_000},  # not due yet
    ]
    row = measured(tmp_path, customers=CONSUMERS, payments=bills)[1]
    assert row["paid_on_time"] == pytest.approx(0.75)
    assert row["days_late"] == pytest.approx(2.5)
    assert row["credit"] == pytest.approx(72.5)
    assert (row["overdue_amount"], row["overdue_days"]) == (0, None)


def test_an_unpaid_bill_is_late_until_today(tmp_path):
    bills = [{"customer_id": 1, "due": ago(20), "amount": 5_000}]
    row = measured(tmp_path, customers=CONSUMERS, payments=bills)[1]
    assert (row["overdue_amount"], row["overdue_days"], row["credit"]) == (5_000, 20, 0)


def test_an_entered_rating_is_averaged_with_behaviour_and_stands_alone_without(tmp_path):
    bills = [{"customer_id": 1, "due": ago(20), "paid": ago(20), "amount": 5_000}]
    ratings = [
        {"customer_id": 1, "kind": "credit", "score": 60},
        {"customer_id": 2, "kind": "credit", "score": 40},
    ]
    rows = measured(tmp_path, customers=CONSUMERS, payments=bills, ratings=ratings)
    assert [rows[n]["credit"] for n in (1, 2, 3)] == [80, 40, None]


def test_size_is_the_mean_of_revenue_and_of_what_was_judged(tmp_path):
    ratings = [
        {"customer_id": 1, "kind": kind, "score": score}
        for kind, score in (("size", 30), ("market_share", 90), ("condition", 60))
    ]
    ratings.append({"customer_id": 2, "kind": "condition", "score": 20})
    rows = measured(tmp_path, customers=CONSUMERS, ratings=ratings)
    assert [rows[n]["size"] for n in (1, 2, 3)] == [60, 20, None]
    assert (rows[1]["market_share"], rows[1]["business_condition"]) == (90, 60)
    assert (rows[2]["market_share"], rows[2]["business_condition"]) == (None, 20)


def half_years(customer, before, now, *, days_before=4, days_now=4):
    """Net sales of two half years, spread over purchase days; a piece for each unit of money."""
    return [
        {"customer_id": customer, "day": ago(first + n), "orders": 1, "sales": amount // days,
         "net": amount // days, "quantity_e3": 10 * amount // days}
        for first, amount, days in ((200, before, days_before), (10, now, days_now))
        for n in range(days)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days_now", "given_up", "factor"),
    [
        (4, 600, "category"),  # all of the fall of 600
        (4, 300, "category"),  # half of it
        (4, 290, "basket"),
        (2, 600, "category"),  # narrowed to 2/5, comes half as often
        (1, 600, "frequency"),  # comes a quarter as often
        (4, 0, "basket"),
    ],
)
def test_categories_given_up_are_named_where_they_make_up_the_fall(
    tmp_path, days_now, given_up, factor
):
    told = [{"customer_id": 1, "given_up": given_up}] if given_up else []
    sold = half_years(1, 1_000, 400, days_now=days_now)
    row = measured(tmp_path, customers=CONSUMERS, customer_days=sold, given_up=told)[1]
    assert (row["value_change"], row["decline_factor"]) == (pytest.approx(-0.6), factor)


def test_size_is_the_percentile_within_the_customer_type(tmp_path):
    customers = [*CONSUMERS, {"customer_id": 6, "type": "business"}]
    days = [day(n, 10, sales=1_000 * n) for n in (1, 2, 3, 6)]
    rows = measured(tmp_path, customers=customers, customer_days=days)
    assert [rows[n]["size"] for n in (1, 2, 3, 4, 6)] == [0, 50, 100, None, 0]


def test_cost_to_serve_lowers_the_profit(tmp_path):
    days = [day(1, 10, sales=10_000, cost=6_000)]
    contacts = [
        {"customer_id": 1, "day": ago(5), "contacts": 1, "cost": 500},
        {"customer_id": 1, "day": ago(365), "contacts": 1, "cost": 900},
    ]
    row = measured(tmp_path, customers=CONSUMERS, customer_days=days, contact_days=contacts)[1]
    assert (row["margin_12m"], row["cost_to_serve_12m"], row["profit_12m"]) == (4_000, 500, 3_500)


def test_gifts_amends_and_delivery_are_costs_to_serve_and_what_was_taken_back_is_not(tmp_path):
    """A call 500, a gift 3,000, a parcel 800; another gift 2,000, taken back a day later."""
    days = [day(1, 10, sales=10_000, cost=2_000)]
    spent = [(20, 3_000), (9, 800), (9, 2_000), (8, -2_000), (365, 9_999)]
    costs = [{"customer_id": 1, "day": ago(back), "cost": cost} for back, cost in spent]
    contacts = [{"customer_id": 1, "day": ago(5), "contacts": 1, "cost": 500}]
    facts = {"customer_days": days, "contact_days": contacts, "cost_days": costs}
    row = measured(tmp_path, customers=CONSUMERS, **facts)[1]
    told = [row[name] for name in ("contact_cost_12m", "care_cost_12m", "cost_to_serve_12m")]
    assert told == [500, 3_800, 4_300]
    assert row["profit_12m"] == 10_000 - 2_000 - 4_300


def recommendation(number, customer, other, back):
    return {"referral_id": number, "customer_id": customer, "recommended_id": other,
            "day": ago(back)}  # fmt: skip


def test_the_first_recommendation_wins_a_customer_who_buys_with_it_or_after_it(tmp_path):
    days = [day(3, 50), day(4, 50), day(5, 20), day(5, 60)]
    referrals = [
        recommendation(1, 1, 3, 50),  # on the day of the first purchase
        recommendation(2, 2, 3, 50),  # the same day, but told of later
        recommendation(3, 2, 4, 70),
        recommendation(4, 2, 5, 30),  # had bought before
        recommendation(5, 1, None, 10),  # to nobody we know
    ]
    rows = measured(tmp_path, customers=CONSUMERS, customer_days=days, referrals=referrals)
    told = [(rows[n]["recommendations"], rows[n]["customers_won"]) for n in (1, 2, 3)]
    assert told == [(2, 1), (3, 1), (0, 0)]


def test_recommendations_are_unknown_while_the_company_records_none(tmp_path):
    row = measured(tmp_path, customers=CONSUMERS, customer_days=[day(1, 50)])[1]
    assert (row["recommendations"], row["customers_won"]) == (None, None)


def item(customer, question, score):
    return {"customer_id": customer, "day": ago(9), "question": question, "score": float(score)}


def test_loyalty_takes_behaviour_first_then_the_survey_then_stays_unknown(tmp_path):
    """Bought in three of four quarters: 75. Attention to competitors 2 of 10, turned: 80."""
    days = [day(1, back) for back in (400, 300, 200, 20)]
    answers = [item(1, "repeat_purchase", 1), item(1, "competitor_attention", 2)]
    row = measured(tmp_path, customers=CONSUMERS, customer_days=days, answers=answers)[1]
    assert row["repeat_purchase"] == 75
    assert row["competitor_attention"] == 80
    assert row["price_sensitivity"] == 100  # never a discount in four purchases
    assert row["choice_time"] is None
    assert row["loyalty_index"] == pytest.approx((75 + 80 + 100) / 3)
    assert row["loyalty_coverage"] == pytest.approx(3 / 7)
    assert (row["loyalty_behaviour"], row["loyalty_attitude"]) == (75, 90)
    assert row["loyalty_kind"] == "true"


@pytest.mark.parametrize(
    ("acts", "feels", "kind"),
    [(9, 9, "true"), (3, 9, "latent"), (9, 3, "spurious"), (3, 3, "none")],
)
def test_behaviour_and_attitude_make_four_kinds_of_loyalty(tmp_path, acts, feels, kind):
    answers = [item(1, "demand_satisfaction", acts), item(1, "brand_attention", feels)]
    assert measured(tmp_path, customers=CONSUMERS, answers=answers)[1]["loyalty_kind"] == kind


@pytest.mark.parametrize(
    ("perceived", "loyal", "cell"),
    [(6, 9, "advocate"), (6, 2, "mercenary"), (3, 9, "hostage"), (3, 2, "defector")],
)
def test_satisfaction_and_loyalty_make_four_cells(tmp_path, perceived, loyal, cell):
    answers = [pair(1, 5, "empathy", 5, perceived), item(1, "brand_attention", loyal)]
    rows = measured(tmp_path, customers=CONSUMERS, answers=answers)
    assert rows[1]["satisfaction_loyalty"] == cell


def test_who_buys_again_after_a_complaint_tolerates_problems(tmp_path):
    complaints = [
        {"customer_id": 1, "day": ago(400), "resolved": ago(399), "outcome": "resolved"},
        {"customer_id": 1, "day": ago(190), "resolved": ago(180), "outcome": "resolved"},
        {"customer_id": 2, "day": ago(20), "outcome": "open"},
    ]
    days = [day(1, 350), day(1, 5), day(2, 1)]  # 50 days after the first, 185 after the second
    rows = measured(tmp_path, customers=CONSUMERS, customer_days=days, complaints=complaints)
    assert rows[1]["quality_tolerance"] == 50
    assert rows[2]["quality_tolerance"] is None  # too early to tell


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("价格比别家便宜", "price"),
        ("送货上门，离家也近", "convenience"),
        ("积分能换东西，会员日划算", "incentive"),
        ("品质好，放心", "premium"),
        ("说不上来", None),
    ],
)
def test_the_reason_for_loyalty_is_read_from_the_answer_to_why_us(tmp_path, text, reason):
    answers = [{"customer_id": 1, "day": ago(3), "question": "why_us", "text": text}]
    assert measured(tmp_path, customers=CONSUMERS, answers=answers)[1]["loyalty_reason"] == reason


def test_without_an_answer_much_discount_tells_of_price(tmp_path):
    days = [day(1, back, sales=6_000, discount=4_000) for back in (90, 60, 30)]
    row = measured(tmp_path, customers=CONSUMERS, customer_days=days)[1]
    assert row["loyalty_reason"] == "price"


def test_loyalty_that_rests_on_barriers_alone_is_fragile(tmp_path):
    bonds = [
        {"customer_id": 1, "kind": "contractual", "ends": ago(-30)},
        {"customer_id": 2, "kind": "technical"},
        {"customer_id": 2, "kind": "emotional"},
    ]
    rows = measured(tmp_path, customers=CONSUMERS, bonds=bonds)
    assert [rows[n]["is_fragile"] for n in (1, 2, 3)] == [True, False, False]
    assert rows[1]["contract_ends"] == ago(-30)


def test_points_lie_idle_since_the_last_redemption(tmp_path):
    points = [
        {"customer_id": 1, "day": ago(300), "kind": "earn", "points": 500},
        {"customer_id": 1, "day": ago(100), "kind": "redeem", "points": -200},
        {"customer_id": 2, "day": ago(80), "kind": "earn", "points": 50},
    ]
    rows = measured(tmp_path, customers=CONSUMERS, points=points)
    assert (rows[1]["points_balance"], rows[1]["points_idle_days"]) == (300, 100)
    assert (rows[2]["points_balance"], rows[2]["points_idle_days"]) == (50, 80)


def test_the_limits_are_data(tmp_path):
    answers = [pair(1, 5, "empathy", 100, 90)]
    loose = Limits(satisfaction_tolerance=0.2)
    assert measured(tmp_path, loose, customers=CONSUMERS, answers=answers)[1]["listeners"] == 8


def test_a_credit_limit_is_used_by_bills_not_paid_whether_due_or_not(tmp_path):
    rows = measured(
        tmp_path,
        customers=[{"customer_id": n} for n in (1, 2, 3, 4)],
        payments=[
            {"customer_id": 1, "due": ago(800), "amount": 1_000},
            {"customer_id": 1, "due": ago(-30), "amount": 2_000},
            {"customer_id": 1, "due": ago(40), "paid": ago(30), "amount": 9_000},
            {"customer_id": 3, "due": ago(9), "amount": 500},
        ],
        credit_limits=[{"customer_id": 1, "amount": 4_000}, {"customer_id": 2, "amount": 4_000},
                       {"customer_id": 3, "amount": 0}],
    )  # fmt: skip
    told = {n: (row["outstanding"], row["credit_use"]) for n, row in rows.items()}
    assert told == {1: (3_000, 0.75), 2: (0, 0), 3: (500, None), 4: (None, None)}


def test_where_no_bill_is_recorded_nobody_knows_the_use_of_a_limit(tmp_path):
    rows = measured(
        tmp_path,
        customers=[{"customer_id": 1}],
        credit_limits=[{"customer_id": 1, "amount": 4_000}],
    )
    row = rows[1]
    assert (row["credit_limit"], row["outstanding"], row["credit_use"]) == (4_000, None, None)
