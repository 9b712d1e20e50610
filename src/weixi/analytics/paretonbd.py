"""Pareto/NBD: Schmittlein, Morrison & Colombo (1987), Management Science 33(1):1.

Buying: Poisson with a rate that is Gamma(r, alpha) over customers. Leaving: after an exponential
lifetime whose rate is Gamma(s, beta) over customers, at any moment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from scipy.special import expit, gammaln, psi, zeta

from .arrays import Array, Numbers, checked_horizon, together
from .buying_fit import BuyingModelFitter
from .grouping import Histories, histories
from .lomax_integral import abscissae, log_integral
from .maximum_likelihood import Evaluation, Fit

NAMES = ("r", "alpha", "s", "beta")
STARTS = ((0.0, 1.0, 0.0, 1.0), (-1.0, 0.0, -1.0, 0.0), (0.0, 2.0, 0.0, 3.0))
CHUNK = 1 << 12


@dataclass(frozen=True)
class ParetoNBD:
    """Times in the unit the model was fitted in; arrays in, arrays out."""

    r: float
    alpha: float
    s: float
    beta: float

    def probability_alive(self, frequency: Numbers, recency: Numbers, age: Numbers) -> Array:
        """P(not yet left)."""
        x, t_x, t = together(frequency, recency, age)
        return np.asarray(expit(-self._log_odds_left(x, t_x, t)), dtype=np.float64)

    def expected_purchases(
        self, horizon: Numbers, frequency: Numbers, recency: Numbers, age: Numbers
    ) -> Array:
        """Expected purchases in the next `horizon`, given the history (s = 1 is no exception)."""
        return next(self.purchases_ahead([horizon], frequency, recency, age))

    def purchases_ahead(
        self, horizons: Sequence[Numbers], frequency: Numbers, recency: Numbers, age: Numbers
    ) -> Iterator[Array]:
        """Expected purchases in each of the horizons, one array after the other."""
        x, t_x, t = together(frequency, recency, age)
        alive = self.probability_alive(x, t_x, t)
        for horizon in horizons:
            yield alive * self._while_alive(checked_horizon(horizon), x, t)

    def _while_alive(self, ahead: Array, x: Array, t: Array) -> Array:
        rate = (self.r + x) / (self.alpha + t)
        lifetime = np.log1p(ahead / (self.beta + t))
        y = (self.s - 1) * lifetime
        flat = np.abs(y) < 1e-8
        discount = np.where(flat, 1 - y / 2, -np.expm1(-y) / np.where(flat, 1.0, y))
        expected = rate * (self.beta + t) * lifetime * discount
        return np.asarray(np.minimum(expected, rate * ahead), dtype=np.float64)

    def probability_purchase(
        self, horizon: Numbers, frequency: Numbers, recency: Numbers, age: Numbers
    ) -> Array:
        """P(at least one purchase in the next `horizon`); churn = 1 - this.

        The next purchase must come before leaving: P(alive) times the integral over its moment.
        """
        ahead, (x, t_x, t) = checked_horizon(horizon), together(frequency, recency, age)
        return self.probability_alive(x, t_x, t) * self._returns_within(ahead, x, t)

    def expected_by(self, time: Numbers) -> Array:
        """Expected repeat purchases of a new customer by `time` after the first purchase."""
        return self.expected_purchases(time, 0.0, 0.0, 0.0)

    def next_purchase(
        self,
        frequency: Numbers,
        recency: Numbers,
        age: Numbers,
        *,
        quantile: float = 0.5,
        given_alive: bool = False,
    ) -> Array:
        """Time from now until the next purchase has happened with probability `quantile`.

        NaN = unlikely to return. `given_alive`: if the customer also stays (Lomax, no search).
        """
        if not 0 < quantile < 1:
            raise ValueError("The quantile must lie between 0 and 1.")
        x, t_x, t = together(frequency, recency, age)
        with np.errstate(over="ignore"):
            soonest = (self.alpha + t) * np.expm1(-np.log1p(-quantile) / (self.r + x))
        return soonest if given_alive else self._search(quantile, soonest, x, t_x, t)

    def log_likelihood(
        self, frequency: Numbers, recency: Numbers, age: Numbers, weights: Numbers | None = None
    ) -> float:
        likelihood = Likelihood(histories(frequency, recency, age, weights))
        return likelihood(np.array([self.r, self.alpha, self.s, self.beta]))[0]

    def _log_odds_left(self, x: Array, t_x: Array, t: Array) -> Array:
        """ln P(left between t_x and T)/P(alive); -inf where there was no time to leave."""
        left = log_integral(self.r + x, self.alpha, self.s + 1, self.beta, t_x, t) + log(self.s)
        alive = -(self.r + x) * np.log(self.alpha + t) - self.s * np.log(self.beta + t)
        return left - alive

    def _returns_within(self, ahead: Array, x: Array, t: Array) -> Array:
        """P(next purchase within `ahead`, before leaving | alive now)."""
        rate, now, then = self.r + x, self.alpha + t, self.beta + t
        log_share = log_integral(rate + 1, now, self.s, then, np.zeros_like(now), ahead)
        log_share = log_share + np.log(rate) + rate * np.log(now) + self.s * np.log(then)
        return np.clip(np.exp(log_share), 0.0, 1.0)

    def _search(self, quantile: float, soonest: Array, x: Array, t_x: Array, t: Array) -> Array:
        """Bisection on a logarithmic scale, from the moment that staying alive would give."""
        alive = self.probability_alive(x, t_x, t)
        low, high = np.log(soonest), np.log(soonest) + 25.0
        for _ in range(60):
            middle = (low + high) / 2
            with np.errstate(over="ignore"):
                ahead = np.minimum(np.exp(middle), 1e300)
            enough = alive * self._returns_within(ahead, x, t) >= quantile
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.where(high >= np.log(soonest) + 25.0, np.nan, np.exp(high))


def fit_paretonbd(
    frequency: Numbers, recency: Numbers, age: Numbers, weights: Numbers | None = None
) -> Fit[ParetoNBD]:
    """x, t_x, T per customer (and customers per row), times in any one unit."""
    given = histories(frequency, recency, age, weights)
    return BuyingModelFitter("paretonbd", ParetoNBD, NAMES, Likelihood, STARTS).fit(given)


class Likelihood:
    """Log-likelihood with gradient and Hessian in (r, alpha, s, beta).

    A customer is alive at T, or left at some moment between t_x and T: a mixture over one point and
    an integral. The integral is taken at Gauss-Legendre points, so value, gradient and Hessian are
    the mixture's mean, mean slope, and mean curvature plus covariance of slopes; no hypergeometric
    function is needed and alpha < beta is no special case.
    """

    def __init__(self, rows: Histories) -> None:
        self.rows = rows
        self.counts, place = np.unique(rows.frequency, return_inverse=True)
        self.weight_of_count = np.bincount(place, rows.weights, len(self.counts))

    def __call__(self, params: Array) -> Evaluation:
        value, gradient, hessian = self._terms_in_x(*params)
        for begin in range(0, len(self.rows), CHUNK):
            part = self.rows.rows(slice(begin, begin + CHUNK))
            add_value, add_gradient, add_hessian = _mixture(part, *params)
            value += add_value
            gradient += add_gradient
            hessian += add_hessian
        return value, gradient, hessian

    def _terms_in_x(self, r: float, alpha: float, s: float, beta: float) -> Evaluation:
        """ln Γ(r+x)/Γ(r) · alpha^r · beta^s."""
        x, w = self.counts, self.weight_of_count
        n = w.sum()
        value = w @ gammaln(r + x) + n * (r * log(alpha) + s * log(beta) - gammaln(r))
        gradient = np.array(
            [
                w @ psi(r + x) + n * (log(alpha) - psi(r)),
                n * r / alpha,
                n * log(beta),
                n * s / beta,
            ]
        )
        hessian = np.diag(
            [w @ zeta(2, r + x) - n * zeta(2, r), -n * r / alpha**2, 0.0, -n * s / beta**2]
        )
        hessian[0, 1] = hessian[1, 0] = n / alpha
        hessian[2, 3] = hessian[3, 2] = n / beta
        return float(value), gradient, hessian


def _mixture(rows: Histories, r: float, alpha: float, s: float, beta: float) -> Evaluation:
    w, rate = rows.weights, r + rows.frequency
    moments, log_measure = _moments(rows, rate, alpha, s, beta)
    left = np.ones(moments.shape[1])
    left[-1] = 0.0  # the last point: alive at T
    log_buying, log_leaving = np.log(alpha + moments), np.log(beta + moments)
    log_terms = log_measure - rate[:, None] * log_buying - (s + left) * log_leaving
    peak = log_terms.max(axis=1)
    share = np.exp(log_terms - peak[:, None])
    total = share.sum(axis=1)
    share /= total[:, None]
    value = float(w @ (peak + np.log(total)))
    per_buying, per_leaving = 1 / (alpha + moments), 1 / (beta + moments)
    slopes = (
        -log_buying,
        -rate[:, None] * per_buying,
        left / s - log_leaving,
        -(s + left) * per_leaving,
    )
    curves = _mean_curvature(w, share, rate, per_buying, per_leaving, s, left)
    return value, *_mean_and_spread(w, share, slopes, curves)


def _moments(
    rows: Histories, rate: Array, alpha: float, s: float, beta: float
) -> tuple[Array, Array]:
    """Moments of leaving with their log measure; the last column is T itself, still alive."""
    points, measure = abscissae(rate, alpha, s + 1, beta, rows.recency, rows.age)
    moments = np.concatenate([points, rows.age[:, None]], axis=1)
    alive = np.zeros((len(rows), 1))
    return moments, np.concatenate([measure + log(s), alive], axis=1)


def _mean_curvature(
    w: Array, share: Array, rate: Array, buying: Array, leaving: Array, s: float, left: Array
) -> Array:
    weighted = w[:, None] * share
    curve = np.zeros((4, 4))
    curve[0, 1] = curve[1, 0] = -(weighted * buying).sum()
    curve[1, 1] = ((w * rate)[:, None] * share * buying**2).sum()
    curve[2, 2] = -(weighted @ left).sum() / s**2
    curve[2, 3] = curve[3, 2] = -(weighted * leaving).sum()
    curve[3, 3] = (weighted * (s + left) * leaving**2).sum()
    return curve


def _mean_and_spread(
    w: Array, share: Array, slopes: tuple[Array, ...], curve: Array
) -> tuple[Array, Array]:
    means = [np.einsum("ij,ij->i", share, slope) for slope in slopes]
    hessian = curve.copy()
    for i in range(4):
        for j in range(i, 4):
            both = np.einsum("ij,ij,ij->i", share, slopes[i], slopes[j])
            spread = float(w @ (both - means[i] * means[j]))
            hessian[i, j] += spread
            hessian[j, i] += spread if j != i else 0.0
    return np.array([w @ mean for mean in means]), hessian
