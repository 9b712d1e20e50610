"""Seven questions about loyalty (M7), answered as the true kind of loyalty and the mood suggest."""

import numpy as np

from weixi.simulate.arrays import Floats, Ints
from weixi.simulate.journey import Journey, Orders
from weixi.simulate.population import Crowd
from weixi.simulate.season import Window

ASKED = 0.08  # of the customers a year
NOISE = 1.2  # standard deviation of a score
HIGHEST = 10

# item: score by kind of loyalty (monopoly, inertia, convenience, price, incentive, premium) of a
# customer who gets what it expects, and what a satisfaction one higher would add.
ITEMS: dict[str, tuple[tuple[float, ...], float]] = {
    "price_sensitivity": ((4.0, 4.0, 4.5, 8.5, 7.0, 2.5), -4.0),
    "choice_time": ((3.0, 2.0, 3.0, 7.0, 5.5, 3.5), -3.0),
    "competitor_attention": ((4.0, 3.0, 4.5, 8.0, 6.0, 2.5), -10.0),
    "brand_attention": ((4.0, 3.0, 4.5, 4.0, 6.5, 8.5), 8.0),
    "demand_satisfaction": ((7.5, 6.0, 6.0, 4.5, 5.5, 8.0), 6.0),
    "repeat_purchase": ((8.0, 7.5, 7.0, 5.0, 6.5, 8.5), 6.0),
    "quality_tolerance": ((4.5, 5.0, 4.5, 3.0, 4.0, 7.0), 10.0),
}


def loyalty_answers(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, window: Window
) -> tuple[Ints, Floats, dict[str, Ints]]:
    """Who answered when, and the score of each item from 0 to 10."""
    who, at = _asked(rng, crowd, journey, window)
    mood = _mood(journey.orders, who, at, window) - 1.0
    scores = {}
    for name, (levels, slope) in ITEMS.items():
        said = np.array(levels)[crowd.loyalty[who]] + slope * mood
        said = np.rint(said + rng.normal(0, NOISE, len(who)))
        scores[name] = np.clip(said, 0, HIGHEST).astype(np.int64)
    return who, at, scores


def _asked(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, window: Window
) -> tuple[Ints, Floats]:
    """Every year a few are asked, on any day of it; only those who buy from us then answer."""
    n, years = crowd.size, int(np.ceil(window.length / 365.25))
    day = (np.arange(years)[:, None] + rng.random((years, n))) * 365.25
    is_asked = rng.random((years, n)) < ASKED
    is_customer = (day > crowd.first) & (day < journey.state.left) & ~crowd.prospect
    _year, who = np.nonzero(is_asked & is_customer & (day < window.length))
    return who, day[_year, who]


def _mood(orders: Orders, who: Ints, at: Floats, window: Window) -> Floats:
    """Satisfaction after the last purchase before the question."""
    span = float(window.length) + 1.0
    place = orders.customer * span + orders.at
    order = np.argsort(place, kind="stable")
    last = np.searchsorted(place[order], who * span + at, side="right") - 1
    return orders.satisfaction[order][last]
