import numpy as np
import pytest

from weixi.analytics import cohort_retention


def test_two_cohorts_by_hand():
    """Cohort 5: ann, bo (5), ann again in 5 and 7, bo in 6. Cohort 6: cy (6)."""
    ann, bo, cy = 1, 2, 3
    table = cohort_retention(
        [ann, bo, ann, ann, ann, bo, cy],
        [5, 5, 5, 5, 5, 5, 6],
        [5, 5, 5, 7, 7, 6, 6],
        last_period=7,
    )

    assert table.cohorts.tolist() == [5, 6]
    assert table.sizes.tolist() == [2, 1]
    np.testing.assert_array_equal(table.active, [[2, 1, 1], [1, 0, np.nan]])
    np.testing.assert_array_equal(table.rates, [[1, 0.5, 0.5], [1, 0, np.nan]])
    assert table.average() == pytest.approx([1, 1 / 3, 1 / 2])


def test_what_came_after_the_last_period_is_left_out():
    table = cohort_retention([1, 1, 2], [1, 1, 3], [1, 3, 3], last_period=2)
    assert table.cohorts.tolist() == [1]
    np.testing.assert_array_equal(table.active, [[1, 0]])


def test_nobody_gives_an_empty_table():
    assert cohort_retention([], [], [], last_period=3).active.shape == (0, 0)


def test_contradictions_are_refused():
    with pytest.raises(ValueError, match="lies before first_period"):
        cohort_retention([1], [5], [4], last_period=9)
    with pytest.raises(ValueError, match="two different first periods"):
        cohort_retention([1, 1], [5, 4], [5, 5], last_period=9)
