"""Whatever is asked, an answer is a probability or a sensible count: never NaN, never huge."""

from math import exp

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from weixi.analytics import BGNBD, MBGNBD, ParetoNBD, purchases_while_alive

TINY, HUGE = -7.0, 7.0
logs = st.floats(TINY, HUGE)
model = st.tuples(st.sampled_from([BGNBD, MBGNBD, ParetoNBD]), logs, logs, logs, logs).map(
    lambda drawn: drawn[0](*(exp(value) for value in drawn[1:]))
)
count = st.one_of(st.integers(0, 20), st.sampled_from([100, 2_000, 1_000_000]))
age = st.one_of(st.floats(0, 10), st.sampled_from([0.0, 1e-9, 5_000.0, 1e6]))
share = st.floats(0, 1)
horizon = st.one_of(st.floats(0, 20), st.sampled_from([1e-12, 1e4, 1e9]))


@pytest.mark.slow
@given(model, count, age, share, horizon, horizon)
@settings(max_examples=300, deadline=None)
def test_answers_stay_within_bounds_and_grow_with_the_horizon(fitted, x, t, part, near, far):
    near, far = min(near, far), max(near, far)
    told = (x, t * part if x else 0.0, t)

    alive = float(fitted.probability_alive(*told))
    soon, late = (float(fitted.probability_purchase(h, *told)) for h in (near, far))
    few, many = (float(fitted.expected_purchases(h, *told)) for h in (near, far))

    assert 0 <= alive <= 1
    assert 0 <= soon <= late + 2e-8  # the quadrature keeps eight digits at any horizon
    assert late <= alive + 2e-8
    assert 0 <= few <= many * (1 + 1e-6) + 1e-9
    assert many <= alive * (fitted.r + x) / (fitted.alpha + t) * far * (1 + 1e-9) + 1e-300
    assert soon <= few * (1 + 1e-6) + 1e-9  # at least one is never likelier than the mean count


@pytest.mark.slow
@given(model, count, age, share, st.floats(0.01, 0.99))
@settings(max_examples=200, deadline=None)
def test_the_next_purchase_is_due_when_its_probability_says_so(fitted, x, t, part, quantile):
    told = (x, t * part if x else 0.0, t)
    due = float(fitted.next_purchase(*told, quantile=quantile))
    if np.isnan(due):
        assert float(fitted.probability_purchase(1e12, *told)) <= quantile + 1e-3
    elif due < 1e12:
        reached = float(fitted.probability_purchase(due, *told))
        assert reached == pytest.approx(quantile, abs=1e-6)


@pytest.mark.slow
@given(logs, logs, logs, st.integers(0, 400), st.floats(-8, 8))
@example(log_r=5.0, log_a=-2.0, log_b=-2.9, x=0, log_ahead=-1.0)
@settings(max_examples=200, deadline=None)
def test_the_closed_form_equals_the_quadrature(log_r, log_a, log_b, x, log_ahead):
    a, shape = exp(log_a), np.array([exp(log_r) + x])
    assume(min(a, exp(log_b)) > 0.05)  # below, the quadrature is the less exact of the two
    b, scale, ahead = np.array([exp(log_b) + x]), np.ones(1), np.array([exp(log_ahead)])

    closed = purchases_while_alive._in_closed_form(shape, scale, a, b, ahead)
    summed = purchases_while_alive._by_quadrature(shape, scale, a, b, ahead)

    if np.isfinite(closed[0]):
        assert closed[0] == pytest.approx(summed[0], rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("pole", [{"a": 1.0, "b": 2.0}, {"a": 0.4, "b": 0.6}])
def test_poles_of_bgnbd_are_no_exceptions(pole):
    def said(shift):
        fitted = BGNBD(r=0.5, alpha=4.0, a=pole["a"] + shift, b=pole["b"])
        return fitted.expected_purchases(20.0, [0, 1, 4], [0, 5, 30], [39, 39, 39])

    assert said(0.0) == pytest.approx((said(-1e-3) + said(1e-3)) / 2, rel=1e-5)
    assert said(5e-5) == pytest.approx(said(0.0), rel=1e-3)


def test_s_equal_to_one_is_no_exception_for_paretonbd():
    def said(s):
        fitted = ParetoNBD(r=0.5, alpha=10.0, s=s, beta=12.0)
        return fitted.expected_purchases(20.0, [0, 4], [0, 30], [39, 39])

    assert said(1.0) == pytest.approx((said(1 - 1e-4) + said(1 + 1e-4)) / 2, rel=1e-7)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1e300])
def test_the_hypergeometric_function_never_sees_what_kills_it(monkeypatch, bad):
    """scipy 1.17: hyp2f1(1e306, .5, 1e306, nan) ends the whole process."""
    seen = []

    def careful(*arguments):
        seen.extend(np.asarray(argument) for argument in arguments)
        return real(*arguments)

    real = purchases_while_alive.hyp2f1
    monkeypatch.setattr(purchases_while_alive, "hyp2f1", careful)
    columns = np.array([bad, 1.0, 2.0]), np.array([0.5, bad, 1.0]), np.array([2.0, 3.0, bad])

    with np.errstate(all="ignore"):
        for fitted in (BGNBD(0.5, 4.0, 0.8, 2.0), MBGNBD(bad, 4.0, 0.8, bad)):
            fitted.expected_purchases(10.0, *columns)

    for argument in seen:
        assert np.isfinite(argument).all()
        assert np.abs(argument).max(initial=0) < 1e7


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_a_horizon_must_be_a_time(bad):
    for fitted in (BGNBD(0.5, 4.0, 0.8, 2.0), ParetoNBD(0.5, 4.0, 0.8, 2.0)):
        with pytest.raises(ValueError, match="horizon"):
            fitted.expected_purchases(bad, 1, 2, 3)


def test_one_time_buyers_by_hand():
    """BG/NBD, x = 0: alive for certain, P(purchase) = 1 - ((alpha+T)/(alpha+T+t))^r."""
    fitted = BGNBD(r=0.5, alpha=4.0, a=0.8, b=2.5)
    assert fitted.probability_alive(0, 0, 12) == 1
    assert fitted.probability_purchase(48, 0, 0, 12) == pytest.approx(1 - (16 / 64) ** 0.5)
    assert fitted.next_purchase(0, 0, 12) == pytest.approx(48)

    leaving = MBGNBD(r=0.5, alpha=4.0, a=1.0, b=1.0)
    # one may have left at once: odds a/b · ((alpha+T)/alpha)^r = 1 · 4^0.5 = 2
    assert leaving.probability_alive(0, 0, 12) == pytest.approx(1 / 3)
    assert np.isnan(leaving.next_purchase(0, 0, 12))
    assert leaving.next_purchase(0, 0, 12, given_alive=True) == pytest.approx(48)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd", "paretonbd"])
def test_what_is_said_of_the_future_is_what_simulated_customers_do(kind):
    """Half of each history is shown, the other half counted; unit of age 1, all born together."""
    chance_source = np.random.default_rng(8)
    fitted = {
        "bgnbd": BGNBD(1.2, 3.0, 0.8, 2.5),
        "mbgnbd": MBGNBD(1.2, 3.0, 0.8, 2.5),
        "paretonbd": ParetoNBD(1.2, 3.0, 0.8, 4.0),
    }[kind]
    past, future = [], []
    for _ in range(4000):
        days = one_life(fitted, chance_source, until=20.0)
        past.append((np.sum(days <= 10), max([0.0, *days[days <= 10]])))
        future.append(np.sum(days > 10))
    x, t_x = np.array(past).T
    bought = np.array(future)

    said = fitted.expected_purchases(10.0, x, t_x, 10.0)
    chance = fitted.probability_purchase(10.0, x, t_x, 10.0)

    assert said.sum() == pytest.approx(bought.sum(), rel=0.06)
    assert chance.sum() == pytest.approx((bought > 0).sum(), rel=0.06)
    for group in (x == 0, x == 1, x > 1):
        error = np.sqrt((chance * (1 - chance))[group].sum())
        assert abs(chance[group].sum() - (bought > 0)[group].sum()) < 4 * error
    begun = fitted.expected_by(10.0) * 4000
    assert begun == pytest.approx(x.sum(), rel=0.05)


def one_life(fitted, chance, *, until):
    """Repeat purchases of one new customer, purchase by purchase."""
    rate = chance.gamma(fitted.r, 1 / fitted.alpha)
    if isinstance(fitted, ParetoNBD):
        until = min(until, chance.exponential(1 / chance.gamma(fitted.s, 1 / fitted.beta)))
        leaves = 0.0
    else:
        leaves = chance.beta(fitted.a, fitted.b)
    days, now = [], 0.0
    gone = fitted.chances == 1 and chance.random() < leaves if leaves else False
    while not gone:
        now += chance.exponential(1 / rate)
        if now > until:
            break
        days.append(now)
        gone = chance.random() < leaves
    return np.array(days)
