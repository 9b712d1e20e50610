"""Gamma-Gamma: how much an order of this customer is worth. Fader & Hardie (2013), note 025.

Order values vary around a mean that differs between customers: Gamma(p, nu), nu ~ Gamma(q, v).
It assumes that spend and frequency are unrelated; `notes` warns when they are not.
"""

from dataclasses import dataclass
from math import log
from time import perf_counter

import numpy as np
from scipy.special import gammaln, psi, zeta

from .arrays import Array, Numbers, column, same_length, whole_column
from .maximum_likelihood import (
    Evaluation,
    Fit,
    best_of,
    climb,
    errors_by_name,
    no_fit,
    notes_of,
    one_thread,
    sample_rows,
)

NAMES = ("p", "q", "v")
MEANING = {"p": "order values within a customer", "q": "spend between customers"}
MEANING["v"] = MEANING["q"]
STARTS = ((1.0, 1.0, 1.0), (0.0, 1.5, 0.0), (2.0, 2.0, 0.0))
RELATED_FROM = 0.3  # |correlation| of frequency and spend that deserves a warning


@dataclass(frozen=True)
class GammaGamma:
    """Money in the unit the model was fitted in."""

    p: float
    q: float
    v: float

    def mean_value(self) -> float:
        """Average order value over the population: p·v/(q-1)."""
        if not self.q > 1:
            raise ValueError(f"q must exceed 1 for a mean order value to exist, it is {self.q:g}.")
        return self.p * self.v / (self.q - 1)

    def expected_value(self, frequency: Numbers, monetary_value: Numbers) -> Array:
        """Expected order value; who has no repeat purchase (or no spend) gets the mean value."""
        x, m = np.broadcast_arrays(
            np.asarray(frequency, dtype=np.float64), np.asarray(monetary_value, dtype=np.float64)
        )
        mean, known = self.mean_value(), (x > 0) & (m > 0)
        seen = np.where(known, x, 0.0)
        told = self.p * (self.v + np.where(known, m, 0.0) * seen) / (self.p * seen + self.q - 1)
        return np.where(known, told, mean)

    def log_likelihood(
        self, frequency: Numbers, monetary_value: Numbers, weights: Numbers | None = None
    ) -> float:
        x, m, w = _spenders(frequency, monetary_value, weights)[:3]
        return Likelihood(x, m, w)(np.array([self.p, self.q, self.v]))[0]


def fit_gammagamma(
    frequency: Numbers, monetary_value: Numbers, weights: Numbers | None = None
) -> Fit[GammaGamma]:
    """x = repeat purchases, m = their mean value; only customers with x > 0 and m > 0 are used."""
    began = perf_counter()
    x, m, w, note = _spenders(frequency, monetary_value, weights)
    if reason := _too_little(x, m, w):
        n, reasons = float(w.sum()), (reason, *note)
        return no_fit("gammagamma", GammaGamma, NAMES, n, began, reasons)
    with one_thread():
        unit = float(w @ m / w.sum())
        chosen = sample_rows(len(x))
        whole = Likelihood(x, m / unit, w)
        if chosen is None:
            top = best_of(whole, STARTS)
        else:
            near = best_of(Likelihood(x[chosen], m[chosen] / unit, w[chosen]), STARTS)
            top = climb(whole, near.logs)
    p, q, v = (float(value) for value in top.params)
    params = {"p": p, "q": q, "v": v * unit}
    no_mean = () if q > 1 else ("q is not above 1: the mean order value does not exist",)
    return Fit(
        name="gammagamma",
        model=GammaGamma(**params),
        params=params,
        standard_errors=errors_by_name(top, NAMES, params),
        log_likelihood=top.value - float(w.sum()) * log(unit),
        n=float(w.sum()),
        converged=top.converged,
        seconds=perf_counter() - began,
        notes=(*notes_of(top, NAMES, MEANING), *no_mean, *note, *_relation(x, m, w)),
    )


class Likelihood:
    """Log-likelihood with gradient and Hessian in (p, q, v).

    Gamma functions depend on the number of purchases alone, which takes few values: `counts`, each
    with the weight of its customers.
    """

    def __init__(self, x: Array, m: Array, w: Array) -> None:
        self.x, self.w, self.spent = x, w, x * m
        self.counts, place = np.unique(x, return_inverse=True)
        self.of_counts = np.bincount(place, weights=w)
        self.log_m, self.log_spent = float(w @ np.log(m)), float(w @ (x * np.log(self.spent)))

    def __call__(self, params: Array) -> Evaluation:
        p, q, v = params
        x, w, k, n = self.counts, self.w, self.of_counts, self.w.sum()
        total, pq = v + self.spent, p * self.x + q
        log_total, both = np.log(total), psi(p * x + q)
        value = k @ (gammaln(p * x + q) - gammaln(p * x)) + p * self.log_spent - self.log_m
        value += n * (q * log(v) - gammaln(q)) - w @ (pq * log_total)
        gradient = np.array(
            [
                k @ (x * (both - psi(p * x))) + self.log_spent - w @ (self.x * log_total),
                k @ both - w @ log_total + n * (log(v) - psi(q)),
                n * q / v - w @ (pq / total),
            ]
        )
        return float(value), gradient, self._hessian(params, total, pq)

    def _hessian(self, params: Array, total: Array, pq: Array) -> Array:
        p, q, v = params
        x, w, k, n = self.counts, self.w, self.of_counts, self.w.sum()
        bend = zeta(2, p * x + q)
        in_pp = k @ (x**2 * (bend - zeta(2, p * x)))
        in_pq, in_pv = k @ (x * bend), -(w @ (self.x / total))
        in_qq, in_qv = k @ bend - n * zeta(2, q), n / v - w @ (1 / total)
        in_vv = w @ (pq / total**2) - n * q / v**2
        return np.array([[in_pp, in_pq, in_pv], [in_pq, in_qq, in_qv], [in_pv, in_qv, in_vv]])


def _spenders(
    frequency: Numbers, monetary_value: Numbers, weights: Numbers | None
) -> tuple[Array, Array, Array, tuple[str, ...]]:
    x = whole_column("frequency", frequency)
    m = column("monetary_value", monetary_value, at_least=None)
    w = np.ones(len(x)) if weights is None else column("weights", weights)
    same_length(frequency=x, monetary_value=m, weights=w)
    used, worthless = (x > 0) & (m > 0), (x > 0) & (m <= 0)
    note: tuple[str, ...] = ()
    if worthless.any():
        left_out = int(worthless.sum())
        note = (f"left out {left_out} repeat buyers whose mean order value is not above 0",)
    return x[used], m[used], w[used], note


def _too_little(x: Array, m: Array, w: Array) -> str | None:
    if w.sum() < 2:
        return f"too little data: {w.sum():g} customers with repeat spend, at least 2 are needed"
    if m.min() == m.max():
        return "not identified: all customers spend the same"
    return None


def _relation(x: Array, m: Array, w: Array) -> tuple[str, ...]:
    """A warning when spend and frequency move together."""
    if x.min() == x.max():
        return ()
    centre_x, centre_m = np.average(x, weights=w), np.average(m, weights=w)
    dx, dm = x - centre_x, m - centre_m
    related = float(w @ (dx * dm) / np.sqrt((w @ dx**2) * (w @ dm**2)))
    if abs(related) < RELATED_FROM:
        return ()
    return (f"frequency and spend are related (correlation {related:.2f}): values may be off",)
