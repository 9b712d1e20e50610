"""Parameters that papers printed (or that two programs agree on), from the raw orders."""

import numpy as np
import pytest

from weixi.analytics import (
    fit_bgnbd,
    fit_gammagamma,
    fit_mbgnbd,
    fit_paretonbd,
    fit_sbg,
)

pytestmark = pytest.mark.shared_data


def assert_params(fit, expected, *, rel=1e-3, looser=()):
    for name, value in expected.items():
        tolerance = 2e-3 if name in looser else rel
        assert fit.params[name] == pytest.approx(value, rel=tolerance), name
    assert fit.converged
    assert fit.notes == ()


@pytest.mark.parametrize(
    ("fit_model", "params", "log_likelihood"),
    [
        # Fader, Hardie & Lee (2005), table 2
        (fit_bgnbd, {"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258}, -9582.43),
        (fit_paretonbd, {"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.668}, -9594.97),
        (fit_mbgnbd, {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}, -9582.13),
    ],
)
def test_cdnow_sample_gives_the_published_parameters(sample, fit_model, params, log_likelihood):
    fit = fit_model(*sample.history)

    assert fit.n == 2357
    assert_params(fit, params, looser=("beta",))
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.01)


def test_the_published_summary_gives_the_same_as_the_raw_orders(published, sample):
    x, t_x, age, _ = published

    from_summary, from_orders = fit_bgnbd(x, t_x, age), fit_bgnbd(*sample.history)

    for name, value in from_orders.params.items():
        assert from_summary.params[name] == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize(
    ("fit_model", "params", "log_likelihood"),
    [
        (fit_bgnbd, {"r": 0.26713, "alpha": 41.9055, "a": 0.48352, "b": 2.1116}, -259086.83),
        (fit_paretonbd, {"r": 0.6110, "alpha": 95.30, "s": 0.3126, "beta": 43.04}, -258988.91),
    ],
)
@pytest.mark.slow
def test_all_cdnow_customers_in_days(everyone, fit_model, params, log_likelihood):
    fit = fit_model(*everyone.history)

    assert fit.n == 23570
    assert_params(fit, params, looser=("beta",))
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.01)


def test_spend_of_the_repeat_buyers(published):
    """Fader & Hardie (2013), note 025: 946 customers."""
    x, _, _, m = published

    fit = fit_gammagamma(x, m)

    assert fit.n == 946
    assert_params(fit, {"p": 6.249, "q": 3.745, "v": 15.448})
    assert fit.log_likelihood == pytest.approx(-4055.92, abs=0.01)


REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR_LATER = [22.0, 20.4, 19.1, 18.0, 17.0]  # projected, percent
HIGH_END_LATER = [46.0, 43.6, 41.4, 39.5, 37.8]


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "log_likelihood", "projected", "actual"),
    [
        (REGULAR, 0.7041, 1.1820, -1680.265, REGULAR_LATER, [22.3, 20.7, 19.4, 18.3, 17.3]),
        (HIGH_END, 0.6681, 3.8061, -1611.158, HIGH_END_LATER, [46.8, 44.5, 42.7, 40.9, 39.4]),
    ],
)
def test_contracts_of_the_paper_and_their_held_out_years(
    survivors, alpha, beta, log_likelihood, projected, actual
):
    """Fader & Hardie (2007): fitted to years 0-7, years 8-12 held out."""
    fit = fit_sbg(survivors)

    assert_params(fit, {"alpha": alpha, "beta": beta}, rel=1e-4)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.001)
    future = 100 * fit.model.survival(np.arange(8, 13))
    assert future == pytest.approx(projected, abs=0.05)
    assert future == pytest.approx(actual, abs=1.7)
