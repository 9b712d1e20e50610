"""The ratio of two rates, held against shares worked by hand."""

import pytest

from weixi.analytics.rates import rate_ratio


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    # 4 of 20 lies between 0.0573 and 0.4366: odds 0.0573 / 0.9427 and 0.4366 / 0.5634
    found = rate_ratio(16, 4, first_days=90, second_days=90)
    assert found.ratio == 0.25
    assert found.low == pytest.approx(0.0573 / 0.9427, abs=2e-4)
    assert found.high == pytest.approx(0.4366 / 0.5634, abs=4e-4)
    assert found.is_told


def test_days_of_different_length_are_made_equal() -> None:
    # 20 in 180 days and 10 in 90 are the same rate
    found = rate_ratio(20, 10, first_days=180, second_days=90)
    assert found.ratio == 1
    assert not found.is_told


def test_none_after_the_start_still_has_an_upper_limit() -> None:
    # 0 of 10: the share is at most 1 - 0.025 ** (1 / 10) = 0.3085
    found = rate_ratio(10, 0, first_days=60, second_days=60)
    share = 1 - 0.025 ** (1 / 10)
    assert (found.ratio, found.low) == (0, 0)
    assert found.high == pytest.approx(share / (1 - share))
    assert found.is_told


def test_none_before_the_start_has_no_upper_limit() -> None:
    found = rate_ratio(0, 10, first_days=60, second_days=60)
    share = 0.025 ** (1 / 10)
    assert (found.ratio, found.high) == (None, None)
    assert found.low == pytest.approx(share / (1 - share))
    assert found.is_told


def test_nothing_at_all_tells_nothing() -> None:
    assert rate_ratio(0, 0, first_days=60, second_days=60) == (None, 0, None)


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_of_no_days_is_refused(days: float) -> None:
    with pytest.raises(ValueError, match="longer"):
        rate_ratio(1, 1, first_days=days, second_days=1)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        rate_ratio(-1, 1, first_days=1, second_days=1)
