import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.analytics import (
    auc,
    average_precision,
    brier,
    brier_skill,
    calibration,
    calibration_error,
    evaluate,
    lift_at,
    past_rate,
    past_rate_probability,
    recency_rule,
)


def test_area_under_the_curve_counts_pairs_and_halves_ties():
    """Pairs (did, did not): .8>.5, .8>.2, .5=.5, .5>.2: 3.5 of 4."""
    assert auc([0.8, 0.5, 0.5, 0.2], [1, 1, 0, 0]) == 3.5 / 4
    assert auc([1, 1, 1, 1], [1, 0, 1, 0]) == 0.5


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30))
def test_area_under_the_curve_equals_counting_all_pairs(rows):
    did = [score for score, happened in rows if happened]
    did_not = [score for score, happened in rows if not happened]
    area = auc([score for score, _ in rows], [happened for _, happened in rows])
    if not did or not did_not:
        assert area is None
    else:
        pairs = [(a > b) + (a == b) / 2 for a in did for b in did_not]
        assert area == pytest.approx(np.mean(pairs))


def test_average_precision_by_hand():
    """Hits at ranks 1 and 3 of 4: (1/1 + 2/3) / 2; a tie is one step: (2/3 + 2/3) / 2."""
    assert average_precision([4, 3, 2, 1], [1, 0, 1, 0]) == pytest.approx(5 / 6)
    assert average_precision([4, 4, 4, 1], [1, 0, 1, 0]) == pytest.approx(2 / 3)
    assert average_precision([1, 2], [0, 0]) is None


def test_brier_and_its_skill_by_hand():
    assert brier([0.9, 0.2], [1, 0]) == pytest.approx((0.01 + 0.04) / 2)
    assert brier_skill([0.9, 0.2], [1, 0]) == pytest.approx(1 - 0.025 / 0.25)
    assert brier_skill([0.5, 0.5], [1, 0]) == 0
    assert brier_skill([0.5, 0.5], [1, 1]) is None


def test_lift_is_the_hit_rate_of_the_best_over_the_base_rate():
    score, came = np.arange(20), np.array([0] * 14 + [1, 0, 1, 0, 1, 1])
    assert lift_at(score, came, 0.1) == pytest.approx(1 / (4 / 20))
    assert lift_at(score, came, 0.2) == pytest.approx((3 / 4) / (4 / 20))


def test_lift_with_ties_takes_the_first_in_order():
    assert lift_at([1] * 10, [1] + [0] * 9, 0.1) == pytest.approx(10)
    assert lift_at([1] * 10, [0] * 9 + [1], 0.1) == 0


def test_calibration_groups_by_probability():
    said = [0.1, 0.3, 0.2, 0.8]
    bins = calibration(said, [0, 0, 1, 1], bins=2)
    assert [(b.predicted, b.actual, b.n) for b in bins] == [
        (pytest.approx(0.15), 0.5, 2),
        (pytest.approx(0.55), 0.5, 2),
    ]
    assert calibration_error(bins) == pytest.approx((0.35 + 0.05) / 2)


def test_a_report_of_a_perfect_forecast():
    report = evaluate(
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        probability=[0, 0, 1, 1],
        expected=[0, 0, 2, 2],
        actual=[0, 0, 1, 3],
    )
    assert (report.n, report.base_rate, report.auc, report.brier) == (4, 0.5, 1, 0)
    assert report.brier_skill == 1
    assert report.total_bias == 0


def test_a_report_without_customers_or_outcomes_has_no_figures():
    assert evaluate([], []).auc is None
    report = evaluate([0.1, 0.2], [0, 0], probability=[0.1, 0.2], expected=[1, 1], actual=[0, 0])
    assert (report.auc, report.lift_10, report.total_bias) == (None, None, None)
    assert report.brier == pytest.approx(0.025)


def test_simple_rules():
    assert recency_rule([3, 0], [5, 9]).tolist() == [-2, -9]
    assert past_rate([4, 0], [20, 0], 10).tolist() == [2, 0]
    assert past_rate_probability([4], [20], 10) == pytest.approx(1 - np.exp(-2))


@pytest.mark.parametrize(
    ("said", "came", "sentence"),
    [
        ([0.1], [2], "Column outcome, row 1: must be 0 or 1"),
        ([1.2], [1], "Column probability, row 1: must lie between 0 and 1"),
        ([0.1, 0.2], [1], "same number of rows"),
    ],
)
def test_wrong_columns_are_named(said, came, sentence):
    with pytest.raises(ValueError, match=sentence):
        brier(said, came)
