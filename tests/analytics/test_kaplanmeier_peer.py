"""Survival curves, beside those of another library, which takes a second to load."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from weixi.analytics import fit_kaplan_meier

pytestmark = pytest.mark.slow


def test_equals_lifelines_on_five_hundred_customers():
    chance = np.random.default_rng(2)
    duration = np.ceil(chance.exponential(30, 500))
    event = chance.random(500) < 0.6
    weights = chance.integers(1, 4, 500)

    mine = fit_kaplan_meier(duration, event, weights)
    theirs = KaplanMeierFitter().fit(duration, event, weights=weights)

    assert mine.survival == pytest.approx(theirs.survival_function_at_times(mine.time).to_numpy())
    limits = theirs.confidence_interval_survival_function_.loc[mine.time].to_numpy()
    inside = mine.survival > 0
    assert mine.low[inside] == pytest.approx(limits[inside, 0], abs=1e-6)
    assert mine.high[inside] == pytest.approx(limits[inside, 1], abs=1e-6)
    assert mine.median == theirs.median_survival_time_
