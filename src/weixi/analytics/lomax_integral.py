"""The integral behind Pareto/NBD: of (alpha+u)^-p · (beta+u)^-q over u from `low` to `high`.

The textbook form is a difference of two hypergeometric functions, which cancels and overflows.
Here u is replaced by w = ((c+u)/(c+low))^-(p+q-1), with c between alpha and beta chosen so that the
integrand is flat in w where it is largest (for alpha = beta it is constant); Gauss-Legendre with
few points is then exact to many digits, and nothing can overflow because all is in logarithms.
"""

import numpy as np

from .arrays import Array

POINTS = 16
CHUNK = 1 << 13
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(POINTS)


def abscissae(
    p: Array, alpha: Array | float, q: float, beta: Array | float, low: Array, high: Array
) -> tuple[Array, Array]:
    """Moments u (rows × points) and the log of the measure du at each; -inf where high = low."""
    power = p + q - 1
    centre = (p + q) / (p / (alpha + low) + q / (beta + low)) - low
    first = np.log(centre + low)
    fall = power * (np.log(centre + high) - first)  # -ln w at the far end
    breadth = -np.expm1(-fall)
    with np.errstate(divide="ignore"):
        w = 1 - breadth[:, None] * (1 - _NODES) / 2
        log_w = np.where(w > 0, np.log(w), -fall[:, None])
        log_breadth = np.log(breadth / 2)[:, None] + np.log(_WEIGHTS)
    log_place = first[:, None] - log_w / power[:, None]
    u = np.exp(log_place) - centre[:, None]
    u = np.clip(u, low[:, None], high[:, None])
    return u, log_breadth + log_place - np.log(power)[:, None] - log_w


def log_integral(
    p: Array, alpha: Array | float, q: float, beta: Array | float, low: Array, high: Array
) -> Array:
    """ln of the integral, elementwise; -inf where high = low."""
    shape = np.broadcast_shapes(*(np.shape(v) for v in (p, alpha, beta, low, high)))
    flat = [np.broadcast_to(v, shape).ravel() for v in (p, alpha, beta, low, high)]
    answer = np.empty(flat[0].shape)
    for begin in range(0, len(answer), CHUNK):
        part = slice(begin, begin + CHUNK)
        answer[part] = _log_integral(q, *(column[part] for column in flat))
    return answer.reshape(shape)


def _log_integral(q: float, p: Array, alpha: Array, beta: Array, low: Array, high: Array) -> Array:
    u, log_measure = abscissae(p, alpha, q, beta, low, high)
    terms = log_measure - p[:, None] * np.log(alpha[:, None] + u) - q * np.log(beta[:, None] + u)
    peak = terms.max(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.log(np.exp(terms - peak[:, None]).sum(axis=1))
    return np.where(np.isfinite(peak), peak + total, peak)
