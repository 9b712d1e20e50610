"""Recovery of known parameters, honest standard errors, and data that tell nothing."""

from math import isnan

import numpy as np
import pytest

from weixi.analytics import (
    BGNBD,
    MBGNBD,
    GammaGamma,
    ParetoNBD,
    fit_bgnbd,
    fit_gammagamma,
    fit_mbgnbd,
    fit_paretonbd,
    fit_sbg,
    fit_sbg_cohorts,
    grouped,
    histories,
)
from weixi.analytics.synthetic import bgnbd_customers, order_values, paretonbd_customers

COMPANY = BGNBD(r=0.9, alpha=24.5, a=0.8, b=4.5)
BUYING_FITS = (fit_bgnbd, fit_mbgnbd, fit_paretonbd)


def seen(customers):
    return customers.frequency, customers.recency, customers.age


def in_errors(fit, truth):
    return [
        (fit.params[name] - getattr(truth, name)) / fit.standard_errors[name] for name in fit.params
    ]


@pytest.mark.slow
def test_a_million_customers_give_their_parameters_back():
    customers = bgnbd_customers(1_000_000, COMPANY, seed=7)

    fit = fit_bgnbd(*seen(customers))

    assert fit.converged
    assert fit.n == 1_000_000
    assert np.abs(in_errors(fit, COMPANY)).max() < 3
    chance = fit.model.probability_alive(*seen(customers))
    assert chance.mean() == pytest.approx(customers.alive.mean(), abs=0.002)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("truth", "draw", "fit_model"),
    [
        (MBGNBD(r=0.6, alpha=30.0, a=0.7, b=2.0), bgnbd_customers, fit_mbgnbd),
        (ParetoNBD(r=0.6, alpha=40.0, s=0.7, beta=300.0), paretonbd_customers, fit_paretonbd),
    ],
)
def test_the_other_buying_models_give_their_parameters_back(truth, draw, fit_model):
    """Ten companies each: the mean error, in standard errors of the mean, is below three."""
    errors = []
    for seed in range(10):
        customers = draw(10_000, truth, seed=seed)
        fit = fit_model(*seen(customers))
        assert fit.converged
        errors.append(in_errors(fit, truth))
        chance = fit.model.probability_alive(*seen(customers))
        assert chance.mean() == pytest.approx(customers.alive.mean(), abs=0.03)
    assert np.abs(np.mean(errors, axis=0)).max() * np.sqrt(10) < 3


@pytest.mark.slow
def test_spend_parameters_come_back():
    truth = GammaGamma(p=6.0, q=4.0, v=15.0)
    customers = bgnbd_customers(30_000, COMPANY, seed=4)

    fit = fit_gammagamma(customers.frequency, order_values(customers.frequency, truth, seed=5))

    assert np.abs(in_errors(fit, truth)).max() < 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("truth", "draw", "fit_model"),
    [
        (BGNBD(0.9, 24.5, 0.8, 2.5), bgnbd_customers, fit_bgnbd),
        (MBGNBD(0.9, 24.5, 0.8, 2.5), bgnbd_customers, fit_mbgnbd),
        (ParetoNBD(0.9, 24.5, 1.2, 400.0), paretonbd_customers, fit_paretonbd),
    ],
)
def test_95_percent_intervals_hold_the_truth_about_95_times_in_100(truth, draw, fit_model):
    """200 small companies x 4 parameters; correlated within a company, so 0.91 to 0.98 is asked."""
    held = []
    for seed in range(200):
        fit = fit_model(*seen(draw(1000, truth, seed=seed)))
        for name in fit.params:
            low, high = fit.interval(name)
            held.append(low <= getattr(truth, name) <= high)
    assert 0.91 <= np.mean(held) <= 0.98


@pytest.mark.parametrize("fit_model", BUYING_FITS)
def test_weights_and_grouping_change_nothing(fit_model):
    customers = bgnbd_customers(400, COMPANY, seed=1)
    x, t_x, age = (np.round(column) for column in seen(customers))
    twice = fit_model(*(np.tile(column, 2) for column in (x, t_x, age)))

    weighted = fit_model(x, t_x, age, weights=np.full(400, 2))

    assert weighted.n == twice.n == 800
    assert weighted.log_likelihood == pytest.approx(twice.log_likelihood, rel=1e-12)
    assert list(weighted.params.values()) == pytest.approx(list(twice.params.values()), rel=1e-4)


@pytest.mark.parametrize("scale", [1.0, 0.37])
def test_grouping_keeps_every_customer(scale):
    x, t_x, age = [1, 0, 1, 0, 0], [2, 0, 2, 0, 0], [5, 5, 5, 5, 4]

    rows = grouped(histories(x, np.multiply(t_x, scale), np.multiply(age, scale)))

    told = sorted(zip(rows.frequency, rows.age / scale, rows.weights, strict=True))
    assert np.array(told) == pytest.approx(np.array([(0, 4, 1), (0, 5, 2), (1, 5, 2)]))


@pytest.mark.parametrize("fit_model", BUYING_FITS)
def test_the_unit_of_time_changes_only_the_times(fit_model):
    customers = bgnbd_customers(500, COMPANY, seed=2)
    x, t_x, age = seen(customers)

    days, weeks = fit_model(x, t_x, age), fit_model(x, t_x / 7, age / 7)

    assert weeks.params["r"] == pytest.approx(days.params["r"], rel=1e-6)
    assert weeks.params["alpha"] == pytest.approx(days.params["alpha"] / 7, rel=1e-6)
    assert weeks.log_likelihood == pytest.approx(days.log_likelihood + x.sum() * np.log(7))


@pytest.mark.parametrize("fit_model", BUYING_FITS)
@pytest.mark.parametrize(
    ("x", "t_x", "age", "why"),
    [
        ([], [], [], "too little data: 0 customers"),
        ([3], [5], [9], "too little data: 1 customers"),
        ([0, 0, 0], [0, 0, 0], [4, 5, 6], "no customer has bought a second time"),
        ([2, 2, 2], [5, 5, 5], [9, 9, 9], "not identified: all customers have the same history"),
        ([1, 2], [0, 0], [0, 0], "every T is 0"),
    ],
)
def test_data_that_tell_nothing_say_so(fit_model, x, t_x, age, why):
    fit = fit_model(x, t_x, age)

    assert not fit.converged
    assert not fit.identified
    assert why in fit.notes[0]
    assert isnan(fit.params["r"])
    assert np.isnan(fit.model.expected_purchases(5.0, [1], [2], [3])).all()


@pytest.mark.slow
@pytest.mark.parametrize("fit_model", BUYING_FITS)
@pytest.mark.parametrize("n", [2, 3, 5, 12])
def test_a_handful_of_customers_never_breaks_a_fit(fit_model, n):
    for seed in range(6):
        fit = fit_model(*seen(bgnbd_customers(n, COMPANY, seed=seed)))
        assert fit.converged or fit.notes


@pytest.mark.slow
def test_customers_who_never_leave_leave_dropout_unidentified():
    chance = np.random.default_rng(5)
    age = chance.uniform(100, 700, 3000)
    x = chance.poisson(chance.gamma(2.0, 1 / 60, 3000) * age).astype(float)
    t_x = np.where(x > 0, age * chance.beta(np.maximum(x, 1), 1), 0.0)

    for fit_model in BUYING_FITS:
        fit = fit_model(x, t_x, age)
        assert any("dropout not identified" in note for note in fit.notes), fit.notes
        assert fit.params["r"] == pytest.approx(2.0, rel=0.1)
        said = fit.model.expected_purchases(100.0, x, t_x, age).sum()
        assert said == pytest.approx(3000 * 100 * 2 / 60, rel=0.1)


def test_spend_that_tells_nothing_says_so():
    assert "too little data" in fit_gammagamma([0, 0, 1], [0, 0, 5]).notes[0]
    assert "spend the same" in fit_gammagamma([1, 2], [5, 5]).notes[0]


def test_spend_related_to_frequency_is_noted_and_refunded_buyers_are_left_out():
    chance = np.random.default_rng(1)
    x = chance.integers(1, 10, 500).astype(float)
    m = x * chance.gamma(8.0, 1.0, 500)
    m[0] = -3.0

    notes = " ".join(fit_gammagamma(x, m).notes)

    assert "frequency and spend are related" in notes
    assert "left out 1 repeat buyers" in notes


def test_contracts_that_tell_nothing_say_so():
    assert "too little data" in fit_sbg([]).notes[0]
    assert "too little data" in fit_sbg([100, 80]).notes[0]
    assert "nobody has left" in fit_sbg([100, 100, 100]).notes[0]
    assert "everybody left" in fit_sbg([100, 0, 0]).notes[0]
    with pytest.raises(ValueError, match="Column customers, row 3: must not exceed"):
        fit_sbg([100, 80, 90])


def test_two_equal_cohorts_tell_the_same_with_smaller_errors():
    one = fit_sbg([1000, 631, 468, 382])
    two = fit_sbg_cohorts([[1000, 631, 468, 382], [1000, 631, 468, 382]])

    assert two.n == 2000
    assert two.params["alpha"] == pytest.approx(one.params["alpha"], rel=1e-6)
    smaller = one.standard_errors["alpha"] / np.sqrt(2)
    assert two.standard_errors["alpha"] == pytest.approx(smaller, rel=1e-6)
