"""The measures of a company of five, worked out by hand. As of 2026-11-20."""

import pytest

from tests.measure.company import ago, measured
from weixi.measure.registry import MEASURES

pytestmark = pytest.mark.slow

# customer, days ago, sales, returned, discount, cost, lines without cost, orders
BOUGHT = [
    (1, 400, 10_000, 0, 0, 6_000, 0, 1),
    (1, 100, 20_000, 0, 0, 12_000, 0, 1),
    (1, 80, 30_000, 5_000, 0, 15_000, 0, 2),
    (1, 50, 40_000, 0, 10_000, 20_000, 0, 1),
    (2, 10, 5_000, 0, 0, 0, 1, 1),
    (3, 700, 9_900, 0, 0, 5_000, 0, 1),
    (3, 690, 100, 0, 0, 100, 0, 1),
    (3, 365, 0, 100, 0, 0, 0, 0),  # brought back: no purchase day
]
CONTACTS = [(1, 89, 2), (1, 90, 5), (4, 1, 1)]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    days = [
        {
            "customer_id": who,
            "day": ago(back),
            "orders": orders,
            "sales": sales,
            "returned": returned,
            "net": sales - returned,
            "quantity_e3": 1_500 if sales else 0,
            "discount": discount,
            "cost": cost,
            "uncosted": uncosted,
        }
        for who, back, sales, returned, discount, cost, uncosted, orders in BOUGHT
    ]
    contacts = [{"customer_id": w, "day": ago(back), "contacts": n} for w, back, n in CONTACTS]
    customers = [{"customer_id": customer, "type": "consumer"} for customer in (1, 2, 3, 4)]
    folder = tmp_path_factory.mktemp("facts")
    return measured(folder, customers=customers, customer_days=days, contact_days=contacts)


def test_the_regular_buyer_of_four_days(rows):
    row = rows[1]
    assert row["first_purchase"] == ago(400)
    assert row["last_purchase"] == ago(50)
    assert (row["purchase_days"], row["orders"], row["quantity"]) == (4, 5, 6.0)
    assert row["revenue"] == 10_000 + 20_000 + 25_000 + 40_000
    assert row["margin"] == 95_000 - 53_000
    assert row["average_order"] == 100_000 // 5
    assert (row["orders_12m"], row["revenue_12m"], row["margin_12m"]) == (4, 85_000, 38_000)
    assert row["revenue_prior_12m"] == 10_000
    assert (row["revenue_90d"], row["revenue_prior_90d"]) == (65_000, 20_000)
    assert row["purchase_days_12m"] == 3


def test_the_rhythm_is_the_median_of_the_gaps_300_20_and_30(rows):
    row = rows[1]
    assert row["rhythm_days"] == 30
    assert (row["rhythm_low_days"], row["rhythm_high_days"]) == (25, 165)
    assert row["lateness"] == pytest.approx(50 / 30)


def test_returns_and_discounts_are_shares_of_what_was_sold(rows):
    assert rows[1]["returned_share"] == pytest.approx(5_000 / 100_000)
    assert rows[1]["discount_share"] == pytest.approx(10_000 / 110_000)


def test_months_are_windows_of_thirty_days_back_from_the_day(rows):
    months = [rows[1][f"month_{back}"] for back in range(12)]
    assert months == [0, 40_000, 25_000, 20_000] + [0] * 8


def test_one_purchase_has_no_rhythm_and_no_cost_no_margin(rows):
    row = rows[2]
    assert (row["rhythm_days"], row["lateness"], row["margin_12m"]) == (None, None, None)
    assert (row["days_since_purchase"], row["tenure_days"], row["phase"]) == (10, 10, "new")


def test_a_return_is_no_purchase_day(rows):
    row = rows[3]
    assert (row["purchase_days"], row["revenue"], row["days_since_purchase"]) == (2, 9_900, 690)
    assert (row["revenue_12m"], row["revenue_prior_12m"]) == (0, 9_900)


def test_who_never_bought_is_a_prospect_with_nothing_invented(rows):
    row = rows[4]
    assert row["phase"] == "prospect"
    assert (row["purchase_days"], row["revenue"], row["contacts_90d"]) == (0, 0, 1)
    assert (row["first_purchase"], row["margin"], row["average_order"]) == (None, None, None)


def test_contacts_of_90_days_leave_out_the_ninetieth(rows):
    assert rows[1]["contacts_90d"] == 2
    assert rows[1]["last_contact"] == ago(89)


def test_ranks_and_shares_are_over_those_who_bought_in_12_months(rows):
    assert [rows[c]["value_rank"] for c in (1, 2, 3, 4)] == [1, 2, None, None]
    assert rows[1]["share_of_sales"] == pytest.approx(85 / 90)
    assert rows[2]["cumulative_share"] == pytest.approx(1.0)


def test_an_existing_customer_is_loyal_when_regular_and_not_late(rows):
    assert rows[1]["phase"] == "existing"


def test_every_measure_of_the_registry_is_computed(rows):
    assert {measure.code for measure in MEASURES} <= set(rows[1])


def test_nobody_and_one_customer_break_nothing(tmp_path):
    assert measured(tmp_path) == {}
    row = measured(tmp_path, customers=[{"customer_id": 9, "type": "consumer"}])[9]
    assert (row["phase"], row["value_rank"], row["loyalty_index"]) == ("prospect", None, None)
