"""Money: the plain sums, spend per order, lifetime margin, contracts, seasons."""

from datetime import date, timedelta

import numpy as np
import pytest

from weixi.analytics import (
    BGNBD,
    MBGNBD,
    SBG,
    GammaGamma,
    ParetoNBD,
    break_even_care,
    expected_margin,
    lifetime_value,
    retention_row,
    retention_table,
    window_factor,
)


@pytest.mark.parametrize(
    ("order_value", "per_year", "years", "value"),
    [(10, 10, 1, 100), (10, 10, 10, 1000), (11, 11, 11, 1331)],
)
def test_the_plain_lifetime_sheet(order_value, per_year, years, value):
    assert lifetime_value(order_value=order_value, per_year=per_year, years=years) == value


def test_what_keeping_a_thousand_customers_costs():
    """P1 of the domain sheet: 100 new at 5n, 900 kept at n: 500n + 900n = 1400n."""
    row = retention_row(base=1000, churn=0.10, ratio=5, keep_cost=1)
    assert row.new_customers == 100
    assert (row.acquisition_cost, row.keeping_cost, row.total_cost) == (500, 900, 1400)


def test_the_table_grows_with_churn():
    rows = retention_table(base=1000, churns=[0.1, 0.2, 0.3, 0.4, 0.5])
    assert [round(row.total_cost) for row in rows] == [1400, 1800, 2200, 2600, 3000]


def test_care_is_worth_what_it_saves():
    assert break_even_care(base=1000, churn=0.2, lower_churn=0.1) == pytest.approx(400)


@pytest.mark.parametrize("wrong", [{"churn": 1.2}, {"base": -1}, {"ratio": float("nan")}])
def test_impossible_businesses_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        retention_row(**({"base": 1000, "churn": 0.1} | wrong))


def test_expected_order_value_leans_from_the_mean_to_the_own():
    """p = 6, q = 4, v = 15: mean 30; seen once at 60: 6·(15+60)/(6+3) = 50; without spend 30."""
    spend = GammaGamma(p=6.0, q=4.0, v=15.0)
    assert spend.mean_value() == 30
    assert spend.expected_value([1, 0, 3, 1000], [60, 0, -5, 60]) == pytest.approx(
        [50, 30, 30, 60], abs=0.05
    )


def test_without_a_mean_there_is_no_expected_value():
    with pytest.raises(ValueError, match="q must exceed 1"):
        GammaGamma(p=6.0, q=0.9, v=15.0).expected_value([1], [10])


def test_margin_of_twelve_months_is_purchases_times_margin_when_money_keeps_its_value():
    model, told = BGNBD(0.9, 24.5, 0.8, 2.5), ([0, 3], [0, 90], [100, 100])

    plain = expected_margin(model, *told, margin_per_order=[10, 20], yearly_discount=0.0)
    dear = expected_margin(model, *told, margin_per_order=[10, 20], yearly_discount=0.10)

    year = model.expected_purchases(365.25, *told)
    assert plain[12] == pytest.approx(year * [10, 20])
    assert np.all(plain[36] > plain[24])
    assert np.all(dear[12] < plain[12])
    assert np.all(dear[12] > plain[12] / 1.1)


def test_residual_lifetime_of_a_contract_equals_the_sum_over_renewals():
    contract = SBG(alpha=0.7, beta=1.2)
    survival = contract.survival(np.arange(600))
    for renewals in (0, 2, 5):
        later = survival[renewals + 1 :] / survival[renewals]
        total = (later / 1.2 ** np.arange(len(later))).sum()
        assert contract.residual_lifetime(renewals=renewals, discount=0.2) == pytest.approx(total)


def test_retention_of_a_contract_rises_and_multiplies_to_survival():
    contract = SBG(alpha=0.7, beta=1.2)
    rates = contract.retention_rate(np.arange(1, 9))
    assert np.all(np.diff(rates) > 0)
    assert np.prod(rates) == pytest.approx(contract.survival(8))
    assert contract.survivors(1000, 2)[0] == 1000


def days_of(years, amount):
    first = date(2023, 1, 1)
    days = [first + timedelta(days=n) for n in range(365 * years)]
    return days, [amount(day) for day in days]


def test_a_december_that_sells_double_has_a_factor_near_two():
    days, amounts = days_of(3, lambda day: 200 if day.month == 12 else 100)
    season = window_factor(days, amounts, start=date(2026, 12, 1), length=31)
    assert season.factor == pytest.approx(200 / (100 + 100 * 31 / 365), rel=0.01)
    assert season.years == 2  # the data end on 30 December 2025


def test_steady_growth_is_no_season():
    days, amounts = days_of(3, lambda day: 100 * 1.2 ** ((day - date(2023, 1, 1)).days / 365))
    season = window_factor(days, amounts, start=date(2025, 7, 1), length=90)
    assert season.factor == pytest.approx(1, abs=0.01)


def test_a_moving_feast_is_given_by_its_past_days():
    feasts = [date(2023, 1, 22), date(2024, 2, 10)]
    days, amounts = days_of(3, lambda day: 500 if day in feasts else 100)
    season = window_factor(days, amounts, start=date(2025, 1, 29), length=1, past_starts=feasts)
    assert season.factor == pytest.approx(5, rel=0.02)


def test_without_a_past_year_nothing_is_known():
    days, amounts = days_of(1, lambda day: 100)
    assert window_factor(days, amounts, start=date(2023, 12, 1), length=20).years == 0
    assert window_factor([], [], start=date(2023, 12, 1), length=20).factor == 1


@pytest.mark.parametrize(
    "model",
    [
        BGNBD(r=0.24, alpha=4.4, a=0.8, b=2.4),
        MBGNBD(r=0.5, alpha=6.2, a=0.9, b=1.6),
        ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7),
    ],
)
def test_purchases_of_equal_histories_are_reckoned_once_and_stay_the_same(model):
    told = [2.0, 0.0, 2.0, 2.0], [10.0, 0.0, 25.0, 10.0], [30.0, 30.0, 30.0, 30.0]

    ahead = list(model.purchases_ahead([7.0, 70.0], *told))

    assert [list(each) for each in ahead] == [
        pytest.approx(list(model.expected_purchases(days, *told)), rel=1e-14)
        for days in (7.0, 70.0)
    ]
    assert ahead[0][0] == ahead[0][3] != ahead[0][2]
