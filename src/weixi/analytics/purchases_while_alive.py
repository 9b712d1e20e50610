"""Expected purchases of a customer who is still there, when leaving follows a purchase.

With p ~ Beta(a, B) the chance to leave after a purchase and the rate ~ Gamma(R, A):
E[(1 - (A/(A + p t))^R) / p]. Fader, Hardie & Lee (2005) give it with a Gauss hypergeometric
function; that form has removable poles at a = 1 and at a + B = 1 and overflows for eager customers
and far horizons, so it is used where it is safe and a quadrature elsewhere.
"""

import numpy as np
from scipy.special import betainccinv, betaincinv, hyp2f1

from .arrays import Array

POLE = 1e-4  # nearer than this to a pole: the mean of both sides (error of order POLE²)
SAFE_EXPONENT = 100.0  # R·ln(1 + t/A) up to which hyp2f1 neither overflows nor loses digits
SAFE_PARAMETER = 1e6
SOON = 1e-4  # R·ln(1 + t/A) below which the closed form is a difference of nearly equal numbers


def purchases_while_alive(shape: Array, scale: Array, a: float, b: Array, horizon: Array) -> Array:
    """All arrays broadcast together; between 0 and shape·horizon/scale (nobody leaves)."""
    together = np.broadcast_arrays(shape, scale, b, horizon)
    shape, scale, b, horizon = (values.ravel() for values in together)
    most = shape * horizon / scale
    if not np.isfinite(a):
        return np.full(together[0].shape, np.nan)
    answer = _in_closed_form(shape, scale, a, b, horizon)
    lost = ~np.isfinite(answer) & np.isfinite(most) & np.isfinite(b)
    if lost.any():
        answer[lost] = _by_quadrature(shape[lost], scale[lost], a, b[lost], horizon[lost])
    soon = shape * np.log1p(horizon / scale) < SOON
    answer[soon] = _by_series(shape[soon], horizon[soon] / scale[soon], a, b[soon])
    return np.clip(answer, 0.0, most).reshape(together[0].shape)


def _in_closed_form(shape: Array, scale: Array, a: float, b: Array, horizon: Array) -> Array:
    """NaN where the closed form is not safe."""
    if abs(a - 1) < POLE:
        below = _hypergeometric(shape, scale, 1 - POLE, b, horizon)
        above = _hypergeometric(shape, scale, 1 + POLE, b, horizon)
        return (below + above) / 2 + (above - below) * (a - 1) / (2 * POLE)
    near = np.abs(a + b - 1) < POLE
    if not near.any():
        return _hypergeometric(shape, scale, a, b, horizon)
    low = _hypergeometric(shape, scale, a, np.where(near, 1 - a - POLE, b), horizon)
    high = _hypergeometric(shape, scale, a, np.where(near, 1 - a + POLE, b), horizon)
    return (low + high) / 2


def _hypergeometric(shape: Array, scale: Array, a: float, b: Array, horizon: Array) -> Array:
    answer = np.full(shape.shape, np.nan)
    total = a + b - 1
    exponent = shape * np.log1p(horizon / scale)
    with np.errstate(invalid="ignore"):
        safe = (exponent <= SAFE_EXPONENT) & (np.abs(total) > POLE / 2)
        safe &= (shape < SAFE_PARAMETER) & (b < SAFE_PARAMETER) & (a < SAFE_PARAMETER)
    z = horizon[safe] / (scale[safe] + horizon[safe])
    bought = np.exp(-exponent[safe]) * hyp2f1(shape[safe], b[safe], total[safe], z)
    answer[safe] = total[safe] / (a - 1) * (1 - bought)
    return answer


def _by_series(shape: Array, ahead: Array, a: float, b: Array) -> Array:
    """Three terms in t/A, with the first two moments of p."""
    mean = a / (a + b)
    square = mean * (a + 1) / (a + b + 1)
    second = (shape + 1) * ahead * mean / 2
    third = (shape + 1) * (shape + 2) * ahead**2 * square / 6
    return shape * ahead * (1 - second + third)


def _by_quadrature(shape: Array, scale: Array, a: float, b: Array, horizon: Array) -> Array:
    """The mean over the quantiles of p, by the double-exponential rule."""
    total = np.zeros(len(shape))
    for low, high, weight in _double_exponential():
        p = betaincinv(a, b, low) if low < 0.5 else betainccinv(a, b, high)
        p = np.maximum(np.nan_to_num(p, nan=0.0), 1e-300)
        total += weight * -np.expm1(-shape * np.log1p(p * horizon / scale)) / p
    return total


def _double_exponential(step: float = 0.04, reach: int = 100) -> list[tuple[float, float, float]]:
    """Nodes on (0, 1) with their distance from either end, and weights that sum to one."""
    places = np.arange(-reach, reach + 1) * step
    stretch = np.pi * np.sinh(places)
    low, high = 1 / (1 + np.exp(-stretch)), 1 / (1 + np.exp(stretch))
    weight = np.pi * np.cosh(places) * low * high
    return list(zip(low, high, weight / weight.sum(), strict=True))
