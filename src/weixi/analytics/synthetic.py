"""Customers with known parameters, drawn in one go: for tests, benchmarks and simulations.

Times are not rounded to days: rounding biases alpha.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .betageometric import BetaGeometric
from .gammagamma import GammaGamma
from .paretonbd import ParetoNBD


@dataclass(frozen=True)
class Customers:
    """What an observer sees (x, t_x, T) and what only the simulator knows."""

    frequency: Array
    recency: Array
    age: Array
    rate: Array
    alive: np.ndarray


def bgnbd_customers(
    n: int,
    params: BetaGeometric,
    seed: int,
    *,
    youngest: float = 0.0,
    oldest: float = 1095.0,
) -> Customers:
    """Customers of a BGNBD or MBGNBD, first seen between `youngest` and `oldest` time units ago."""
    chance = np.random.default_rng(seed)
    age = chance.uniform(youngest, oldest, n)
    rate = chance.gamma(params.r, 1 / params.alpha, n)
    leaves = np.maximum(chance.beta(params.a, params.b, n), 1e-300)
    last = np.floor(chance.standard_exponential(n) / -np.log1p(-np.minimum(leaves, 1 - 1e-16)))
    last += 1 - params.chances  # the repeat purchase after which the customer leaves
    wanted = chance.poisson(rate * age).astype(np.float64)
    alive = wanted < last
    x = np.minimum(wanted, last)
    after = np.where(alive, 1.0, wanted - x + 1)
    share = chance.beta(np.maximum(x, 1), after)  # the x-th of `wanted` uniform moments
    return Customers(x, np.where(x > 0, age * share, 0.0), age, rate, alive)


def paretonbd_customers(
    n: int, params: ParetoNBD, seed: int, *, youngest: float = 0.0, oldest: float = 1095.0
) -> Customers:
    """Customers of a Pareto/NBD, first seen between `youngest` and `oldest` time units ago."""
    chance = np.random.default_rng(seed)
    age = chance.uniform(youngest, oldest, n)
    rate = chance.gamma(params.r, 1 / params.alpha, n)
    lifetime = chance.standard_exponential(n) / np.maximum(
        chance.gamma(params.s, 1 / params.beta, n), 1e-300
    )
    watched = np.minimum(lifetime, age)
    x = chance.poisson(rate * watched).astype(np.float64)
    share = chance.beta(np.maximum(x, 1), 1.0)
    return Customers(x, np.where(x > 0, watched * share, 0.0), age, rate, lifetime > age)


def order_values(frequency: Array, params: GammaGamma, seed: int) -> Array:
    """Mean value of each customer's repeat orders; 0 without any."""
    chance = np.random.default_rng(seed)
    scale = chance.gamma(params.q, 1 / params.v, len(frequency))
    x = np.maximum(frequency, 1)
    return np.where(frequency > 0, chance.gamma(params.p * x) / (scale * x), 0.0)
