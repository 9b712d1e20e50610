"""The closed-form slopes and curvatures against differences, and the integral against textbooks."""

import numpy as np
import pytest
from scipy.special import gammaln, hyp2f1

from weixi.analytics import betageometric, gammagamma, histories, paretonbd, sbg
from weixi.analytics.lomax_integral import log_integral

CHANCE = np.random.default_rng(11)
X = CHANCE.poisson(1.5, 200).astype(float)
AGE = CHANCE.uniform(1, 10, 200)
RECENCY = np.where(X > 0, AGE * CHANCE.random(200), 0.0)
HISTORIES = histories(X, RECENCY, AGE, CHANCE.integers(1, 4, 200))
SPEND = CHANCE.gamma(2.0, 20.0, 200)

OBJECTIVES = {
    "bgnbd": (betageometric.Likelihood(HISTORIES, 0), [0.4, 3.0, 0.7, 1.4]),
    "mbgnbd": (betageometric.Likelihood(HISTORIES, 1), [0.4, 3.0, 0.7, 0.6]),
    "paretonbd": (paretonbd.Likelihood(HISTORIES), [0.5, 1.1, 0.8, 6.0]),
    "paretonbd, alpha above beta": (paretonbd.Likelihood(HISTORIES), [0.5, 9.0, 0.8, 0.3]),
    "gammagamma": (gammagamma.Likelihood(X + 1, SPEND, HISTORIES.weights), [2.0, 3.0, 30.0]),
    "sbg": (sbg.Likelihood(np.array([6.0, 4, 3]), np.array([4.0, 2, 1])), [0.7, 1.9]),
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_gradient_and_hessian_equal_finite_differences(name):
    objective, point = OBJECTIVES[name]
    here = np.array(point)
    _, gradient, hessian = objective(here)
    steps = [1e-5 * here[i] * np.eye(len(here))[i] for i in range(len(here))]

    slope = [(objective(here + s)[0] - objective(here - s)[0]) / (2 * s.sum()) for s in steps]
    bend = [(objective(here + s)[1] - objective(here - s)[1]) / (2 * s.sum()) for s in steps]

    assert gradient == pytest.approx(np.array(slope), rel=1e-5, abs=1e-5)
    assert hessian == pytest.approx(np.array(bend), rel=1e-5, abs=1e-5)


def paretonbd_of_the_paper(x, t_x, age, r, alpha, s, beta):
    """Fader & Hardie's note: the difference of two hypergeometric functions."""
    more, gap = r + s + x, abs(alpha - beta)
    inner, largest = (s + 1, alpha) if alpha >= beta else (r + x, beta)

    def term(t):
        return hyp2f1(more, inner, more + 1, gap / (largest + t)) / (largest + t) ** more

    left = s / more * (term(t_x) - term(age))
    alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
    return gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(alive + left)


@pytest.mark.parametrize("params", [(0.5, 1.1, 0.8, 6.0), (0.5, 9.0, 0.8, 3.0), (1.2, 4, 2.0, 4)])
def test_paretonbd_likelihood_equals_the_papers_form(params):
    mine = paretonbd.ParetoNBD(*params).log_likelihood(X, RECENCY, AGE, HISTORIES.weights)
    paper = HISTORIES.weights @ paretonbd_of_the_paper(X, RECENCY, AGE, *params)
    assert mine == pytest.approx(paper, rel=1e-10)


def test_paretonbd_probability_of_a_purchase_equals_its_closed_form():
    """P(none | alive) = P(stays, silent) + P(leaves first), both in the paper's form."""
    model = paretonbd.ParetoNBD(0.5, 9.0, 0.8, 3.0)
    ahead = 5.0
    rate, now, then, more = model.r + X, model.alpha + AGE, model.beta + AGE, model.r + X + model.s
    z = (now - then) / now
    later = (now - then) / (now + ahead)
    difference = hyp2f1(more, model.s + 1, more + 1, z) / now**more
    difference -= hyp2f1(more, model.s + 1, more + 1, later) / (now + ahead) ** more
    leaves = model.s / more * now**rate * then**model.s * difference
    silent = (now / (now + ahead)) ** rate * (then / (then + ahead)) ** model.s
    expected = model.probability_alive(X, RECENCY, AGE) * (1 - silent - leaves)

    mine = model.probability_purchase(ahead, X, RECENCY, AGE)

    assert mine == pytest.approx(expected, abs=1e-10)


def test_the_integral_keeps_ten_digits_over_many_scales():
    nodes, weights = np.polynomial.legendre.leggauss(60)
    for _ in range(60):
        alpha, beta = np.exp(CHANCE.uniform(-5, 6, 2))
        p, q = np.exp(CHANCE.uniform(-3, 6)), 1 + np.exp(CHANCE.uniform(-3, 2))
        low = CHANCE.uniform(0, 9) * (CHANCE.random() < 0.6)
        high = low + (10 - low) * CHANCE.random()
        edges = low + np.expm1(np.linspace(0, np.log1p((high - low) * 1e4), 200)) / 1e4
        half = np.diff(edges)[:, None] / 2
        u = edges[:-1, None] + half * (1 + nodes)
        logs = -p * np.log((alpha + u) / (alpha + low)) - q * np.log((beta + u) / (beta + low))
        reference = np.log((half * weights * np.exp(logs)).sum())
        reference -= p * np.log(alpha + low) + q * np.log(beta + low)
        mine = log_integral(np.array([p]), alpha, q, beta, np.array([low]), np.array([high]))
        assert mine[0] == pytest.approx(reference, abs=1e-9)
