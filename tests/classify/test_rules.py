"""Cells by rule, with counts worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.classify.rules import OUTSIDE, UNRATED, Axis, assign, band_of, definition
from weixi.classify.shipped import BY_CODE, SHIPPED

VALUE_PYRAMID, RFM, CUSTOMER_TYPE = (
    BY_CODE[code].definition for code in ("value_pyramid", "rfm", "customer_type")
)


def pyramid_counts(revenue):
    places = assign(definition(VALUE_PYRAMID), {"revenue_12m": np.array(revenue, dtype=float)})
    return [int((places == cell).sum()) for cell in range(4)]


def test_the_pyramid_of_1000_active_customers_has_10_40_150_and_800():
    assert pyramid_counts(range(1, 1001)) == [10, 40, 150, 800]


def test_the_pyramid_counts_are_exact_when_all_customers_are_equal():
    assert pyramid_counts([500] * 1000) == [10, 40, 150, 800]


def test_equal_customers_are_ordered_by_number_the_earlier_first():
    places = assign(definition(VALUE_PYRAMID), {"revenue_12m": np.full(100, 7.0)})
    assert places[:1].tolist() == [0]
    assert places[1:5].tolist() == [1] * 4
    assert places[5:20].tolist() == [2] * 15


def test_who_does_no_business_now_is_outside_the_pyramid():
    places = assign(definition(VALUE_PYRAMID), {"revenue_12m": np.array([0.0, -50.0, 900.0])})
    assert places.tolist() == [OUTSIDE, OUTSIDE, 3]


@pytest.mark.parametrize(("customers", "counts"), [(0, [0, 0, 0, 0]), (1, [0, 0, 0, 1])])
def test_nobody_and_one_customer_break_nothing(customers, counts):
    assert pyramid_counts([100] * customers) == counts


@given(st.lists(st.integers(1, 10**9), max_size=400))
def test_the_cells_of_the_pyramid_add_up_to_the_population(revenue):
    assert sum(pyramid_counts(revenue)) == len(revenue)


def test_rfm_puts_ten_customers_where_the_hand_puts_them():
    """Fifths of ten are pairs; scores 4 and 5 (the best four of ten) are high."""
    columns = {
        "days_since_purchase": np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10.0]),
        "purchase_days": np.array([10, 9, 1, 2, 8, 7, 3, 4, 5, 6.0]),
        "revenue": np.array([100, 10, 90, 20, 80, 30, 70, 40, 50, 60.0]),
    }
    scheme = definition(RFM)
    cells = [scheme.cells[place].code for place in assign(scheme, columns)]
    # R high: 0-3. F high (the four largest, 7 to 10): 0, 1, 4, 5. M high (70 and up): 0, 2, 4, 6.
    assert cells == [
        "important_value",
        "general_value",
        "important_develop",
        "general_develop",
        "important_keep",
        "general_keep",
        "important_win_back",
        "general_win_back",
        "general_win_back",
        "general_win_back",
    ]


def test_equal_values_score_alike_in_rfm():
    axis = definition(RFM).axes[1]
    assert band_of(axis, np.array([1.0] * 8 + [2.0, 3.0])).tolist() == [0] * 8 + [4, 4]


def test_an_unknown_measure_leaves_the_customer_unrated():
    columns = {
        "days_since_purchase": np.array([np.nan, 3.0]),
        "purchase_days": np.array([1.0, 1.0]),
        "revenue": np.array([5.0, 5.0]),
    }
    assert assign(definition(RFM), columns)[0] == UNRATED


def test_categories_are_their_own_bands():
    types = np.array(["business", "consumer", "internal"], dtype=object)
    assert assign(definition(CUSTOMER_TYPE), {"type": types}).tolist() == [1, 0, 2]


def test_absolute_cuts_are_reached_at_the_cut():
    axis = Axis("revenue", "absolute", (100, 200), "", "", ("", "", ""), ("", "", ""))
    assert band_of(axis, np.array([99.0, 100.0, 199.0, 200.0])).tolist() == [0, 1, 1, 2]


def test_cumulative_cuts_take_the_customers_that_make_up_the_share():
    """Profits 50, 30, 15, 5: the first two make 80 %, the third reaches 95 %."""
    axis = Axis("revenue", "cumulative", (0.8, 0.95), "", "", ("", "", ""), ("", "", ""))
    assert band_of(axis, np.array([15.0, 50.0, 5.0, 30.0])).tolist() == [1, 0, 2, 0]


@pytest.mark.parametrize("stored", [scheme.definition for scheme in SHIPPED])
def test_every_shipped_scheme_hangs_together(stored):
    assert definition(stored).cells


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cells": VALUE_PYRAMID["cells"][:3]}, "exactly one cell"),
        ({"cells": [VALUE_PYRAMID["cells"][0]] * 4}, "same code"),
        ({"axes": VALUE_PYRAMID["axes"] * 4}, "one to three axes"),
        ({"axes": [VALUE_PYRAMID["axes"][0] | {"at": [0.2, 0.05, 0.01]}]}, "must rise"),
        ({"axes": [VALUE_PYRAMID["axes"][0] | {"cut": "magic"}]}, "not magic"),
        ({"axes": [VALUE_PYRAMID["axes"][0] | {"bands_zh": ["一"]}]}, "needs a name"),
    ],
)
def test_a_scheme_that_does_not_hang_together_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        definition(VALUE_PYRAMID | change)
