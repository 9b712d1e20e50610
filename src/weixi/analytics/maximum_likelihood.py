"""How every model here is fitted: a guarded Newton ascent over the logarithms of its parameters.

Each model gives its log-likelihood with gradient and Hessian in closed form, so the curvature at
the top gives the standard errors at no further cost. Log-parameters stay inside a box: a likelihood
that rises for ever (nothing in the data tells a parameter) then ends at the edge and is reported,
instead of running to 1e306 and into a special function that cannot bear it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from math import exp, isfinite, nan, sqrt
from time import perf_counter
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from .arrays import Array

EDGE = 7.0  # |log parameter| once time is scaled to at most 10
SCALED_AGE = 10.0
LONGEST_STEP = 1.5  # log units
ENOUGH = 1e-10  # log-likelihood still to be won, by Newton's own estimate
ROUNDING = 1e-12  # of the log-likelihood: gains below it are noise of summation
UNKNOWN_ABOVE = 3.0  # standard error of a log-parameter: known no better than a factor of 20
SUBSAMPLE = 20_000

Model = TypeVar("Model")
Evaluation = tuple[float, Array, Array]
Objective = Callable[[Array], Evaluation]  # natural parameters -> value, gradient, Hessian


@dataclass(frozen=True)
class Fit(Generic[Model]):
    """A fitted model: `fit.model` predicts, the rest says how far to trust it.

    Where data tell nothing, parameters and errors are NaN and `notes` says why.
    """

    name: str
    model: Model
    params: Mapping[str, float]
    standard_errors: Mapping[str, float]
    log_likelihood: float
    n: float
    converged: bool
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def identified(self) -> bool:
        return all(isfinite(value) for value in self.params.values())

    @property
    def aic(self) -> float:
        """Akaike's criterion: the smaller of two models on the same data is the better."""
        return 2 * len(self.params) - 2 * self.log_likelihood

    def interval(self, name: str, *, z: float = 1.959964) -> tuple[float, float]:
        """A 95 % interval (with the default z), computed on the logarithm: never below zero."""
        value, error = self.params[name], self.standard_errors[name]
        spread = z * error / value
        return value * exp(-spread), value * exp(spread)


@dataclass(frozen=True)
class Top:
    """Where the ascent ended; `errors` belong to the log-parameters (NaN at the edge)."""

    logs: Array
    value: float
    errors: Array
    at_edge: npt.NDArray[np.bool_]
    settled: bool

    @property
    def converged(self) -> bool:
        """At a top inside the box, not pressed against its edge."""
        return self.settled and not bool(self.at_edge.any())

    @property
    def params(self) -> Array:
        return np.exp(self.logs)


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """BLAS and OpenMP on one thread: on small arrays more threads cost 80 times the time."""
    return _threads().limit(limits=1)


def on_logs(objective: Objective, logs: Array) -> Evaluation:
    """The same objective seen from the logarithms of its parameters."""
    params = np.exp(logs)
    value, gradient, hessian = objective(params)
    slope = params * gradient
    return value, slope, hessian * np.outer(params, params) + np.diag(slope)


def climb(objective: Objective, start: Sequence[float] | Array, *, steps: int = 200) -> Top:
    """Newton's ascent with the curvature made negative, a longest step, and halving."""
    here = np.clip(np.asarray(start, dtype=np.float64), -EDGE, EDGE)
    value, slope, curve = on_logs(objective, here)
    for _ in range(steps):
        free = _free(here, slope)
        step = _newton_step(slope, curve, free)
        if slope @ step / 2 < ENOUGH + ROUNDING * abs(value):
            return _top(here, value, curve, free, settled=True)
        moved = _uphill(objective, here, value, slope, step)
        if moved is None:
            break
        here, (value, slope, curve) = moved
    free = _free(here, slope)
    return _top(here, value, curve, free, settled=_nearly_there(value, slope, curve, free))


def best_of(objective: Objective, starts: Sequence[Sequence[float]]) -> Top:
    """Climb from the first start; from the others too when that ended badly."""
    best = climb(objective, starts[0])
    for start in starts[1:]:
        if best.converged:
            return best
        other = climb(objective, start)
        if isfinite(other.value) and not other.value <= best.value + 1e-6:
            best = other
    return best


def sample_rows(rows: int) -> npt.NDArray[np.int64] | None:
    """The rows a large fit starts with: always the same ones; None when all are few enough."""
    if rows <= 2 * SUBSAMPLE:
        return None
    chosen = np.random.default_rng(20050301).choice(rows, SUBSAMPLE, replace=False)
    return np.sort(chosen).astype(np.int64)


def notes_of(top: Top, names: Sequence[str], meaning: Mapping[str, str]) -> tuple[str, ...]:
    """Sentences about what the data could not tell; `meaning` maps parameter -> what it drives."""
    unsure = ~np.isfinite(top.errors) | (top.errors > UNKNOWN_ABOVE)
    lost: dict[str, list[str]] = {}
    for name, bad in zip(names, unsure, strict=True):
        if bad:
            lost.setdefault(meaning[name], []).append(name)
    told = [f"{what} not identified ({', '.join(which)})" for what, which in lost.items()]
    return (*told, *(() if top.settled else ("the search did not settle",)))


def errors_by_name(top: Top, names: Sequence[str], params: Mapping[str, float]) -> dict[str, float]:
    """Delta method: the error of a parameter is the parameter times the error of its log."""
    return {name: float(params[name] * e) for name, e in zip(names, top.errors, strict=True)}


def no_fit(
    name: str,
    kind: Callable[..., Model],
    names: Sequence[str],
    n: float,
    began: float,
    reasons: tuple[str, ...],
) -> Fit[Model]:
    """What there is to say when nothing could be fitted: NaN, and why."""
    nothing = dict.fromkeys(names, nan)
    spent = perf_counter() - began
    return Fit(name, kind(**nothing), nothing, nothing, nan, n, False, spent, reasons)


def _free(here: Array, slope: Array) -> npt.NDArray[np.bool_]:
    """Parameters not pressed against the edge of the box."""
    pressed = ((here >= EDGE) & (slope > 0)) | ((here <= -EDGE) & (slope < 0))
    return np.asarray(~pressed, dtype=np.bool_)


def _newton_step(slope: Array, curve: Array, free: npt.NDArray[np.bool_]) -> Array:
    step = np.zeros_like(slope)
    if not free.any():
        return step
    bend, axes = np.linalg.eigh(-curve[np.ix_(free, free)])
    floor = max(1e-12, 1e-13 * float(np.abs(bend).max()))
    step[free] = axes @ ((axes.T @ slope[free]) / np.maximum(np.abs(bend), floor))
    return step


def _uphill(
    objective: Objective, here: Array, value: float, slope: Array, step: Array
) -> tuple[Array, Evaluation] | None:
    """The first point along the step that is higher; None when there is none."""
    step = step * min(1.0, LONGEST_STEP / sqrt(float(step @ step)))
    for _ in range(30):
        there = np.clip(here + step, -EDGE, EDGE)
        found = on_logs(objective, there)
        if isfinite(found[0]) and found[0] > value + 1e-4 * max(0.0, float(slope @ (there - here))):
            return there, found
        step = step / 2
    return None


def _nearly_there(value: float, slope: Array, curve: Array, free: npt.NDArray[np.bool_]) -> bool:
    """No higher point could be found: fine if what is left to win is summation noise."""
    left = float(slope @ _newton_step(slope, curve, free)) / 2
    return left < 1e-6 + 1e-11 * abs(value)


def _top(
    here: Array, value: float, curve: Array, free: npt.NDArray[np.bool_], *, settled: bool
) -> Top:
    errors = np.full(len(here), nan)
    if free.any():
        bend = -curve[np.ix_(free, free)]
        if np.all(np.isfinite(bend)) and float(np.linalg.eigvalsh(bend).min()) > 0:
            errors[free] = np.sqrt(np.maximum(np.diag(np.linalg.inv(bend)), 0))
    return Top(here, value, errors, ~free, settled)
