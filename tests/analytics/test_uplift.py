"""Effects: by hand, beside scipy and papers, and right as often as they promise."""

import doctest

import numpy as np
import pytest
from scipy import stats

from weixi.analytics import uplift as module
from weixi.analytics.uplift import (
    Estimate,
    combined,
    detectable_effect,
    detectable_share,
    difference_of_means,
    difference_of_shares,
    sample_ratio_test,
    treatment_effect,
)

RUNS = 500


def test_the_examples_in_the_texts_hold():
    assert doctest.testmod(module).failed == 0


def test_the_plain_effect_is_welchs():
    dice = np.random.default_rng(1)
    t, c = dice.normal(5, 3, 80), dice.normal(4, 1, 40)

    found = difference_of_means(t, c)

    other = stats.ttest_ind(t, c, equal_var=False)
    low, high = other.confidence_interval(0.95)
    assert found.effect == pytest.approx(t.mean() - c.mean())
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high))
    assert found.p_value == pytest.approx(other.pvalue)


@pytest.mark.parametrize(
    ("counts", "interval"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 10), (0.6075, 1.0000)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ],
)
def test_shares_have_the_interval_of_the_paper(counts, interval):
    found = difference_of_shares(*counts)

    assert (found.ci_low, found.ci_high) == pytest.approx(interval, abs=5e-5)


def test_the_sample_ratio_test_is_chi_squared():
    """5,000 and 5,300 where 5,150 each were planned: 2 · 150² / 5,150 = 8.738."""
    assert sample_ratio_test(5_000, 5_300) == pytest.approx(stats.chi2.sf(8.7379, 1), rel=1e-4)
    assert sample_ratio_test(8_000, 2_000, treated_share=0.8) == pytest.approx(1)
    assert sample_ratio_test(5_000, 5_500) < module.SAMPLE_RATIO_ALARM


def test_what_can_be_found_is_found_in_four_of_five_trials():
    rise = detectable_share(5_666, 1_416, base=0.12)
    dice = np.random.default_rng(8)
    hits = dice.binomial(5_666, 0.12 + rise, 4_000), dice.binomial(1_416, 0.12, 4_000)

    clear = np.mean(
        [
            difference_of_shares(t, 5_666, c, 1_416).p_value < 0.05
            for t, c in zip(*hits, strict=True)
        ]
    )

    assert clear == pytest.approx(0.8, abs=0.02)


def test_nothing_can_be_found_without_anybody_held_out():
    assert detectable_share(5_000, 0, base=0.1) is None
    assert detectable_effect(5_000, 0, spread=3) is None
    assert detectable_share(3, 3, base=0.5) is None


def test_a_smaller_control_group_finds_only_larger_effects():
    at = [detectable_share(1_000 - held, held, base=0.2) for held in (50, 100, 200, 500)]

    assert at == sorted(at, reverse=True)


def test_outcomes_that_do_not_vary_have_no_interval():
    assert difference_of_means([0, 0, 0], [0, 0]) == Estimate(0.0, None, None, None)
    assert not difference_of_means([0, 0, 0], [0, 0]).is_clear


@pytest.mark.parametrize(
    ("treated", "outcome", "told"),
    [
        ([1, 0, 2], [1, 2, 3], "treatment, row 3"),
        ([1, 1, 0], [1, 2, 3], "control needs at least 2"),
        ([1, 1, 0, 0], [1, float("nan"), 3, 4], "outcome, row 2"),
        ([1, 1, 0], [1, 2], "same number of rows"),
    ],
)
def test_bad_input_is_refused_with_its_place(treated, outcome, told):
    with pytest.raises(ValueError, match=told):
        treatment_effect(treated, outcome)


def test_a_column_that_does_not_vary_or_repeats_another_adds_nothing():
    t, y, x = trial(np.random.default_rng(3), 400)

    with_all = treatment_effect(t, y, [x, 2 * x + 1, np.ones(400)]).adjusted

    assert treatment_effect(t, y, [np.ones(400)]).adjusted is None
    assert with_all.effect == pytest.approx(treatment_effect(t, y, [x]).adjusted.effect)


def test_the_adjusted_effect_by_hand():
    """Outcome = 10 + 3 for the treated + 2 x the past, without noise: 3, whatever the past."""
    past = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    arm = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])

    found = treatment_effect(arm, 10 + 3 * arm + 2 * past, [past])

    assert found.plain.effect == pytest.approx(13)
    assert found.adjusted.effect == pytest.approx(3)


def test_several_trials_together_weigh_the_surer_ones_more():
    """Same spread: the mean, and the error falls by the root of two. 1.96 / 1.414 = 1.386."""
    one, other = Estimate(1.0, -0.96, 2.96, 0.3), Estimate(2.0, 0.04, 3.96, 0.04)

    both = combined([one, other])

    assert both.effect == pytest.approx(1.5)
    assert both.ci_high - both.effect == pytest.approx(1.386, abs=1e-3)
    assert combined([one]) is None


def trial(dice, n, *, effect=0.0, share=0.8, kind="rho"):
    """A campaign with a known effect: treated, outcome, what was known before."""
    treated = (dice.random(n) < share).astype(float)
    past = dice.normal(0, 1, n)
    if kind == "rho":  # past explains half of the spread
        return treated, effect * treated + past + dice.normal(0, 1, n), past
    if kind == "bought":
        before = (dice.random(n) < 0.3).astype(float)
        return treated, (dice.random(n) < 0.1 + 0.3 * before + effect * treated) * 1.0, before
    spent = dice.gamma(2.0, 50.0, n) * (dice.random(n) < 0.6)  # money: many zeros, a long tail
    bought = dice.random(n) < 0.4
    mine = bought * (0.6 * spent + dice.gamma(1.5, 40.0, n))
    return treated, mine + effect * treated * (0.5 + dice.random(n)), spent


KINDS = [("rho", 0.4), ("bought", 0.08), ("money", 15.0)]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "effect"), KINDS)
def test_intervals_cover_the_known_effect_in_93_to_97_of_100_trials(kind, effect):
    found = runs(kind, effect)

    for estimates in (found["plain"], found["adjusted"]):
        covered = np.mean([e.ci_low <= effect <= e.ci_high for e in estimates])
        assert 0.93 <= covered <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind, _effect in KINDS])
def test_without_an_effect_at_most_6_of_100_trials_raise_an_alarm(kind):
    found = runs(kind, 0.0)

    assert np.mean([e.is_clear for e in found["plain"]]) <= 0.06
    assert np.mean([e.is_clear for e in found["adjusted"]]) <= 0.06


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "effect"), KINDS)
def test_what_was_known_before_narrows_the_interval_and_leaves_the_effect_alone(kind, effect):
    found = runs(kind, effect)

    width = {name: np.mean([e.ci_high - e.ci_low for e in found[name]]) for name in found}
    effects = np.array([e.effect for e in found["adjusted"]])
    assert width["adjusted"] < 0.97 * width["plain"]
    assert abs(effects.mean() - effect) < 3 * effects.std() / np.sqrt(RUNS)


@pytest.mark.slow
def test_half_of_the_spread_explained_makes_the_interval_narrower_by_the_root_of_a_half():
    found = runs("rho", 0.4)

    width = {name: np.mean([e.ci_high - e.ci_low for e in found[name]]) for name in found}
    assert width["adjusted"] / width["plain"] == pytest.approx(np.sqrt(0.5), rel=0.02)


@pytest.mark.slow
def test_shares_cover_too_even_when_few_buy():
    dice = np.random.default_rng(77)
    covered = [
        e.ci_low <= 0.02 <= e.ci_high
        for e in (
            difference_of_shares(dice.binomial(800, 0.05), 800, dice.binomial(200, 0.03), 200)
            for _run in range(RUNS)
        )
    ]
    assert 0.93 <= np.mean(covered) <= 0.97


def runs(kind, effect):
    dice = np.random.default_rng(20261120)
    found = [
        treatment_effect(t, y, [x])
        for t, y, x in (trial(dice, 800, effect=effect, kind=kind) for _ in range(RUNS))
    ]
    return {"plain": [f.plain for f in found], "adjusted": [f.adjusted for f in found]}
