"""Kaplan-Meier: the share still there after a time, when some are still being watched.

Kaplan & Meier (1958), JASA 53:457; standard errors by Greenwood (1926).
"""

from dataclasses import dataclass

import numpy as np

from .arrays import Array, Numbers, column, refuse, same_length


@dataclass(frozen=True)
class KaplanMeier:
    """One row per distinct duration, ascending."""

    time: Array
    at_risk: Array
    events: Array
    censored: Array
    survival: Array
    standard_error: Array
    low: Array
    high: Array
    log_likelihood: float
    n: float

    @property
    def median(self) -> float | None:
        """The first time at which half or fewer are left; None when more than half still are."""
        below = np.flatnonzero(self.survival <= 0.5 + 1e-12)
        return float(self.time[below[0]]) if len(below) else None

    def survival_at(self, time: Numbers) -> Array:
        """Share still there at each time: a step function, 1 before the first event."""
        steps = np.concatenate([[1.0], self.survival])
        return steps[np.searchsorted(self.time, np.asarray(time, dtype=np.float64), side="right")]


def fit_kaplan_meier(
    duration: Numbers, event: Numbers, weights: Numbers | None = None
) -> KaplanMeier:
    """`event`: 1 = left after `duration`, 0 = still there when last seen."""
    lasted, left = column("duration", duration), column("event", event)
    w = np.ones(len(lasted)) if weights is None else column("weights", weights)
    same_length(duration=lasted, event=left, weights=w)
    refuse("event", (left != 0) & (left != 1), "must be 0 or 1")
    if not len(lasted) or w.sum() == 0:
        raise ValueError("Too little data: column duration is empty.")
    time, place = np.unique(lasted, return_inverse=True)
    events = np.bincount(place, w * left, len(time)).astype(np.float64)
    everyone = np.bincount(place, w, len(time)).astype(np.float64)
    at_risk = np.cumsum(everyone[::-1], dtype=np.float64)[::-1]
    return _table(time, at_risk, events, everyone - events)


def _table(time: Array, at_risk: Array, events: Array, censored: Array) -> KaplanMeier:
    staying = at_risk - events
    survival: Array = np.cumprod(staying / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * staying))
        error = np.where(survival > 0, survival * np.sqrt(greenwood), 0.0)
        log_loss = _x_log_y(events, events / at_risk) + _x_log_y(staying, staying / at_risk)
    low, high = _interval(survival, np.where(survival > 0, greenwood, 0.0))
    return KaplanMeier(
        time=time,
        at_risk=at_risk,
        events=events,
        censored=censored,
        survival=survival,
        standard_error=error,
        low=low,
        high=high,
        log_likelihood=float(log_loss.sum()),
        n=float(at_risk[0]),
    )


def _interval(survival: Array, greenwood: Array, z: float = 1.959964) -> tuple[Array, Array]:
    """95 % limits on the scale ln(-ln S), so that they stay within 0 and 1."""
    inside = (survival > 0) & (survival < 1)
    log_survival = np.log(np.where(inside, survival, 0.5))
    spread = z * np.sqrt(greenwood) / np.abs(log_survival)
    low = np.where(inside, np.exp(log_survival * np.exp(spread)), survival)
    high = np.where(inside, np.exp(log_survival * np.exp(-spread)), survival)
    return low, high


def _x_log_y(x: Array, y: Array) -> Array:
    return np.where(x > 0, x * np.log(np.where(x > 0, y, 1.0)), 0.0)
