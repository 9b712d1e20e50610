"""Shifted beta-geometric: contract renewals.

Fader & Hardie (2007), Journal of Interactive Marketing 21(1):76.

Each customer leaves at every renewal with the same own chance; over customers that is
Beta(alpha, beta). The retention rate of a cohort then rises by itself: the shaky leave first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.special import gammaln, hyp2f1

from .arrays import Array, Numbers, column
from .maximum_likelihood import (
    Evaluation,
    Fit,
    best_of,
    errors_by_name,
    no_fit,
    notes_of,
    one_thread,
)

NAMES = ("alpha", "beta")
MEANING = {"alpha": "leaving at renewal", "beta": "leaving at renewal"}
STARTS = ((0.0, 0.0), (1.0, 2.0), (-1.0, 1.0))


@dataclass(frozen=True)
class SBG:
    """Time in renewal periods; period 0 is the sale."""

    alpha: float
    beta: float

    def retention_rate(self, period: Numbers) -> Array:
        """Share of the customers of period t-1 who renew into period t (t = 1, 2 …)."""
        t = np.asarray(period, dtype=np.float64)
        if np.any(t < 1):
            raise ValueError("Retention rates begin with period 1.")
        return (self.beta + t - 1) / (self.alpha + self.beta + t - 1)

    def survival(self, period: Numbers) -> Array:
        """Share of the cohort still there in period t; 1 at t = 0."""
        t = np.asarray(period, dtype=np.float64)
        if np.any(t < 0):
            raise ValueError("Periods begin with 0.")
        a, b = self.alpha, self.beta
        logs = gammaln(b + t) - gammaln(a + b + t) + gammaln(a + b) - gammaln(b)
        return np.asarray(np.exp(logs), dtype=np.float64)

    def survivors(self, first: float, periods: int) -> Array:
        """Projected customers in periods 0 … `periods` of a cohort that began with `first`."""
        return first * self.survival(np.arange(periods + 1))

    def residual_lifetime(self, *, renewals: int, discount: float) -> float:
        """DERL: discounted payments still to come, just before renewal number `renewals` + 1.

        `renewals` = renewals made so far, `discount` per period (0.1 = 10 %); times the net margin
        per period it is the customer's residual value. Fader & Hardie (2010), Marketing
        Science 29(1):85.
        """
        if renewals < 0 or not discount > 0:
            raise ValueError("renewals must be at least 0 and the discount above 0.")
        a, b = self.alpha, self.beta + renewals
        if not np.isfinite(a + b):
            return float("nan")
        return float(b / (a + b) * hyp2f1(1.0, b + 1, a + b + 1, 1 / (1 + discount)))


def fit_sbg(survivors: Numbers) -> Fit[SBG]:
    """`survivors`: customers in periods 0, 1, 2 … of one cohort."""
    return fit_sbg_cohorts([survivors])


def fit_sbg_cohorts(cohorts: Sequence[Numbers]) -> Fit[SBG]:
    """Several cohorts, each from its own period 0 and as long as it has been observed."""
    began = perf_counter()
    kept, lost, n = _renewals([_series(cohort) for cohort in cohorts])
    if reason := _too_little(kept, lost):
        return no_fit("sbg", SBG, NAMES, n, began, (reason,))
    with one_thread():
        top = best_of(Likelihood(kept, lost), STARTS)
    params = {name: float(value) for name, value in zip(NAMES, top.params, strict=True)}
    return Fit(
        name="sbg",
        model=SBG(**params),
        params=params,
        standard_errors=errors_by_name(top, NAMES, params),
        log_likelihood=top.value,
        n=n,
        converged=top.converged,
        seconds=perf_counter() - began,
        notes=notes_of(top, NAMES, MEANING),
    )


class Likelihood:
    """Renewal by renewal: of those at risk at t a share (beta+t-1)/(alpha+beta+t-1) stays."""

    def __init__(self, kept: Array, lost: Array) -> None:
        self.kept, self.lost = kept, lost
        self.before = np.arange(len(kept), dtype=np.float64)

    def __call__(self, params: Array) -> Evaluation:
        alpha, beta = params
        stay, both = beta + self.before, alpha + beta + self.before
        lost, risk = self.lost.sum(), self.kept + self.lost
        value = lost * np.log(alpha) + self.kept @ np.log(stay) - risk @ np.log(both)
        shared, bend = risk @ (1 / both), risk @ both**-2.0
        gradient = np.array([lost / alpha - shared, self.kept @ (1 / stay) - shared])
        hessian = np.array([[bend - lost / alpha**2, bend], [bend, bend - self.kept @ stay**-2.0]])
        return float(value), gradient, hessian


def _series(cohort: Numbers) -> Array:
    customers = column("customers", cohort)
    if len(customers) and np.any(np.diff(customers) > 0):
        row = int(np.argmax(np.diff(customers) > 0)) + 2
        raise ValueError(f"Column customers, row {row}: must not exceed the period before.")
    return customers


def _renewals(series: Sequence[Array]) -> tuple[Array, Array, float]:
    """Customers kept and lost at renewals 1, 2 …, summed over cohorts; and how many began."""
    longest = max([1, *(len(customers) for customers in series)])
    kept, lost = np.zeros(longest - 1), np.zeros(longest - 1)
    for customers in series:
        kept[: max(0, len(customers) - 1)] += customers[1:]
        lost[: max(0, len(customers) - 1)] -= np.diff(customers)
    return kept, lost, float(sum(customers[0] for customers in series if len(customers)))


def _too_little(kept: Array, lost: Array) -> str | None:
    if len(kept) < 2 or kept.sum() + lost.sum() == 0:
        return "too little data: at least periods 0, 1 and 2 of a cohort are needed"
    if lost.sum() == 0:
        return "not identified: nobody has left yet"
    if kept.sum() == 0:
        return "not identified: everybody left at the first renewal"
    return None
