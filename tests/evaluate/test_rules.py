from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.evaluate.rules import cell_state, months_after, shares_of_100


def test_thirds_sum_to_a_hundred_the_first_takes_the_rest():
    assert shares_of_100([1, 1, 1]) == [33.4, 33.3, 33.3]


def test_tenths_left_over_go_to_the_largest_remainders():
    # 1/7 = 14.2857 %, 2/7 = 28.5714 %, 4/7 = 57.1428 %: cut 14.2 + 28.5 + 57.1 = 99.8; two tenths
    # are left: to .0857 (the first) and .0714 (the second)
    assert shares_of_100([1, 2, 4]) == [14.3, 28.6, 57.1]


def test_nothing_has_no_shares_and_a_loss_makes_them_meaningless():
    assert shares_of_100([0, 0]) == [0.0, 0.0]
    assert shares_of_100([]) == []
    assert shares_of_100([5, -1]) is None


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=9).filter(any))
def test_shares_always_sum_to_a_hundred_and_are_off_by_less_than_a_tenth(amounts):
    shares = shares_of_100(amounts)
    assert sum(round(share * 10) for share in shares) == 1_000
    for share, amount in zip(shares, amounts, strict=True):
        assert abs(share - amount / sum(amounts) * 100) < 0.1 + 1e-9


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 11, 20), -1, date(2026, 10, 20)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last(day, months, found):
    assert months_after(day, months) == found


@pytest.mark.parametrize(
    ("later", "as_of", "state"),
    [
        (0, date(2026, 9, 30), "full"),
        (0, date(2026, 9, 29), "partial"),
        (1, date(2026, 9, 30), "future"),
        (1, date(2026, 10, 1), "partial"),
    ],
)
def test_a_month_is_complete_on_its_last_day(later, as_of, state):
    assert cell_state(date(2026, 9, 1), later, as_of) == state
