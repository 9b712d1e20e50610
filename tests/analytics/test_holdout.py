"""CDNOW weeks 40-78: what the models said in week 39, and what came."""

import numpy as np
import pytest

from weixi.analytics import (
    auc,
    brier,
    evaluate,
    fit_bgnbd,
    fit_mbgnbd,
    fit_paretonbd,
    frequency_rule,
    lift_at,
    recency_rule,
)

pytestmark = pytest.mark.shared_data
WEEKS = 39.0


@pytest.fixture(scope="module")
def bgnbd(sample):
    return fit_bgnbd(*sample.history).model


@pytest.fixture(scope="module")
def paretonbd(sample):
    return fit_paretonbd(*sample.history).model


def by_frequency(sample, values):
    """Means over customers with x = 0 … 6 and 7 or more."""
    return [values[np.minimum(sample.frequency, 7) == x].mean() for x in range(8)]


def test_raw_orders_give_the_published_counts(sample):
    assert sample.frequency.sum() == 2457
    assert sample.later.sum() == 1882
    counts = np.bincount(np.minimum(sample.frequency, 7).astype(int))
    assert counts.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    actual = [0.2367, 0.6970, 1.3925, 1.5600, 2.5323, 2.9474, 3.8621, 6.3594]
    assert by_frequency(sample, sample.later) == pytest.approx(actual, abs=6e-5)


def test_conditional_expectations_of_bgnbd(sample, bgnbd):
    said = bgnbd.expected_purchases(WEEKS, *sample.history)
    table = [0.2251, 0.5231, 1.0441, 1.5203, 2.1639, 2.6539, 3.5041, 6.1574]
    assert by_frequency(sample, said) == pytest.approx(table, rel=1e-3)
    assert said.sum() == pytest.approx(1653.4, rel=1e-3)


def test_conditional_expectations_of_paretonbd(sample, paretonbd):
    said = paretonbd.expected_purchases(WEEKS, *sample.history)
    table = [0.1384, 0.5995, 1.1959, 1.7138, 2.3984, 2.9073, 3.8186, 6.4033]
    assert by_frequency(sample, said) == pytest.approx(table, rel=1e-3)
    assert said.sum() == pytest.approx(1665.5, rel=1e-3)


@pytest.mark.parametrize(
    ("model", "cumulative"),
    [("bgnbd", [2494.0, 3127.7, 4160.6]), ("paretonbd", [2524.9, 3184.4, 4270.1])],
)
def test_cumulative_purchases_by_week_39_52_and_78(sample, request, model, cumulative):
    fitted = request.getfixturevalue(model)
    said = [fitted.expected_by(sample.age + more).sum() for more in (0, 13, 39)]
    assert said == pytest.approx(cumulative, rel=1e-3)


def test_probability_of_a_purchase_ranks_and_probability_alive_does_not(sample, bgnbd, paretonbd):
    """P(alive) of BG/NBD is 1 for every one-time buyer: as a churn score worse than chance."""
    came = (sample.later > 0).astype(float)
    mbgnbd = fit_mbgnbd(*sample.history).model
    assert came.mean() == pytest.approx(0.290, abs=5e-4)

    alive = bgnbd.probability_alive(*sample.history)
    assert auc(alive, came) == pytest.approx(0.316, abs=5e-4)
    assert brier(alive, came) == pytest.approx(0.608, abs=5e-4)
    assert auc(mbgnbd.probability_alive(*sample.history), came) == pytest.approx(0.687, abs=5e-4)
    assert auc(paretonbd.probability_alive(*sample.history), came) == pytest.approx(0.726, abs=5e-4)

    chance = bgnbd.probability_purchase(WEEKS, *sample.history)
    assert auc(chance, came) == pytest.approx(0.757, abs=5e-4)
    assert brier(chance, came) == pytest.approx(0.161, abs=5e-4)
    assert lift_at(chance, came, 0.1) == pytest.approx(2.80, abs=0.005)


def test_simple_rules_and_expected_purchases(sample, bgnbd, paretonbd):
    came = (sample.later > 0).astype(float)
    _, recency, age = sample.history
    assert auc(recency_rule(recency, age), came) == pytest.approx(0.771, abs=5e-4)
    assert auc(frequency_rule(sample.frequency), came) == pytest.approx(0.758, abs=5e-4)
    for model, figure in ((bgnbd, 0.773), (paretonbd, 0.779)):
        said = model.expected_purchases(WEEKS, *sample.history)
        assert auc(said, came) == pytest.approx(figure, abs=5e-4)


def test_the_default_model_is_calibrated_and_beats_the_base_rate(sample):
    model = fit_mbgnbd(*sample.history).model
    chance = model.probability_purchase(WEEKS, *sample.history)

    report = evaluate(
        chance,
        sample.later > 0,
        probability=chance,
        expected=model.expected_purchases(WEEKS, *sample.history),
        actual=sample.later,
    )

    assert report.auc > 0.75
    assert report.brier_skill > 0.2
    assert report.calibration_error < 0.06
    assert report.total_bias == pytest.approx(-0.162, abs=0.001)  # autumn is a season
