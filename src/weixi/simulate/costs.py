"""What customers cost beside contacts: amends after complaints, gifts, deliveries to firms."""

import numpy as np
import pyarrow as pa

from weixi.simulate.arrays import Ints
from weixi.simulate.columns import dates, money, numbered, texts
from weixi.simulate.complaints import voiced
from weixi.simulate.journey import Journey
from weixi.simulate.parameters import LOYALTY
from weixi.simulate.population import Crowd
from weixi.simulate.season import Window

KINDS = ("gift", "compensation", "delivery")
GIFT, AMENDS, DELIVERY = range(3)
NOTES = ("生日礼物", "投诉补偿", "送货上门")
GIFTS = (0.0, 0.03, 0.03, 0.03, 0.05, 0.2)  # chance by LOYALTY that a year brings a gift
DELIVERED = 0.3  # share of the orders of firms that we bring ourselves
YEAR = 365


def cost_table(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, offset: int, window: Window
) -> pa.Table:
    """The file of costs of a chunk, in order of the day."""
    parts = [_gifts(rng, crowd, journey, window), _amends(rng, journey, window),
             _deliveries(rng, crowd, journey)]  # fmt: skip
    kind = np.repeat([GIFT, AMENDS, DELIVERY], [len(who) for who, _at, _fen in parts])
    who, at, fen = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(at, kind="stable")
    n = len(order)
    return pa.table(
        {
            "cost_id": numbered("W", offset + 1 + np.arange(n), 7),
            "customer_id": numbered("C", crowd.number[who[order]], 7),
            "at": dates(window.days(at[order])),
            "kind": texts(KINDS, kind[order]),
            "amount": money(fen[order]),
            "note": texts(NOTES, kind[order]),
        }
    )


Part = tuple[Ints, np.ndarray, Ints]


def _gifts(rng: np.random.Generator, crowd: Crowd, journey: Journey, window: Window) -> Part:
    """A small thing once in a year at most, on a day on which the customer is still one."""
    years = np.arange(0, window.length, YEAR)
    at = (years[None, :] + rng.uniform(0, YEAR, (crowd.size, len(years)))).ravel()
    who = np.repeat(np.arange(crowd.size), len(years))
    chance = np.array(GIFTS)[crowd.loyalty[who]]
    here = (at > crowd.first[who]) & (at < np.minimum(journey.state.left[who], window.length))
    kept = here & ~crowd.prospect[who] & ~crowd.internal[who] & (rng.random(len(at)) < chance)
    return who[kept], at[kept], _fen(rng, 15, 60, int(kept.sum()))


def _amends(rng: np.random.Generator, journey: Journey, window: Window) -> Part:
    """A third of the complaints that were put right cost something beyond words."""
    orders = journey.orders
    rows = voiced(orders, window)
    at = (orders.at + orders.noticed + orders.solved)[rows]
    kept = (orders.group[rows] < 2) & (at < window.length) & (rng.random(len(rows)) < 1 / 3)
    return orders.customer[rows][kept], at[kept], _fen(rng, 5, 50, int(kept.sum()))


def _deliveries(rng: np.random.Generator, crowd: Crowd, journey: Journey) -> Part:
    orders = journey.orders
    kept = crowd.business[orders.customer] & (rng.random(len(orders.at)) < DELIVERED)
    return orders.customer[kept], orders.at[kept], _fen(rng, 20, 120, int(kept.sum()))


def _fen(rng: np.random.Generator, least: int, most: int, size: int) -> Ints:
    """Whole yuan, as fen."""
    return rng.integers(least, most + 1, size) * 100


assert len(GIFTS) == len(LOYALTY)
