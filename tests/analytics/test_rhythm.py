from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.analytics import (
    business_horizon,
    lateness,
    lateness_of_all,
    typical_gap_days,
    typical_gaps,
)


def test_the_typical_gap_is_the_median_over_distinct_days():
    days = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 11), date(2026, 3, 2)]
    assert typical_gap_days(days) == (10 + 50) / 2
    assert typical_gap_days(days[:2]) is None


def test_lateness_is_counted_in_own_gaps():
    late = lateness(last_purchase=date(2026, 1, 1), gap_days=30, as_of=date(2026, 4, 1))
    assert late == 3.0
    with pytest.raises(ValueError, match="gap_days must be positive"):
        lateness(last_purchase=date(2026, 1, 1), gap_days=0, as_of=date(2026, 4, 1))


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 60)), max_size=40))
def test_all_customers_at_once_get_what_each_gets_alone(rows):
    customers, gaps = typical_gaps([who for who, _ in rows], [day for _, day in rows])

    assert customers.tolist() == sorted({who for who, _ in rows})
    for customer, gap in zip(customers, gaps, strict=True):
        days = [date.fromordinal(day + 1) for who, day in rows if who == customer]
        alone = typical_gap_days(days)
        assert gap == alone or (np.isnan(gap) and alone is None)


def test_lateness_of_all_knows_nothing_without_a_gap():
    late = lateness_of_all(last_day=[70, 90, 100], gap_days=[10, np.nan, 0], as_of=100)
    assert late[0] == 3.0
    assert np.isnan(late[1:]).all()


def test_the_horizon_of_a_business_is_twice_its_median_gap():
    assert business_horizon([10, 30, np.nan, 50]) == 60
    assert business_horizon([np.nan]) is None
