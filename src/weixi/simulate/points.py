"""The points ledger: earned by buying, spent, given as amends, expired oldest first."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weixi.simulate.arrays import Floats, Ints
from weixi.simulate.baskets import Sales, order_ids
from weixi.simulate.columns import moments, numbered, texts
from weixi.simulate.complaints import voiced
from weixi.simulate.journey import Journey
from weixi.simulate.population import Crowd, choose
from weixi.simulate.season import Window

KINDS = ("earn", "redeem", "expire", "adjust")
EARN, REDEEM, EXPIRE, ADJUST = range(4)
REDEEMS = (0.05, 0.06, 0.10, 0.16, 0.40, 0.10)  # chance per order by LOYALTY
LEAST = 100  # points from which one may redeem


def points_table(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, sales: Sales, documents: int,
    complaints: int, offset: int, window: Window,
) -> pa.Table:  # fmt: skip
    """The canonical points file of a chunk; no balance is ever negative."""
    orders = journey.orders
    member = ~(crowd.business | crowd.internal)[orders.customer]
    bought = np.flatnonzero(member & (sales.value >= 100))
    amends = _amends(rng, crowd, journey, window)
    spends = bought[
        rng.random(len(bought)) < np.array(REDEEMS)[crowd.loyalty[orders.customer[bought]]]
    ]
    years = _year_ends(window)
    savers = np.unique(orders.customer[bought])
    who = [orders.customer[bought], orders.customer[spends], np.repeat(savers, len(years)),
           orders.customer[amends]]  # fmt: skip
    # A redemption comes a moment before the order's own points.
    at = [orders.at[bought], orders.at[spends] - 1e-6, np.tile(years, len(savers)),
          (orders.at + orders.noticed + orders.solved)[amends]]  # fmt: skip
    gain = [sales.value[bought] // 100, spends * 0, np.zeros(len(savers) * len(years), np.int64),
            choose(rng, (0.6, 0.3, 0.1), len(amends)) * 150 + 200]  # fmt: skip
    kind = np.repeat([EARN, REDEEM, EXPIRE, ADJUST], [len(part) for part in who])
    origin = np.concatenate([bought, spends, np.full(len(who[2]), -1), amends])
    table = [np.concatenate(part) for part in (who, at, gain)]
    rows = _ledger(table[0], table[1], table[2], kind, origin)
    return _table(crowd, journey, sales, rows, documents, complaints, offset, window)


def _amends(rng: np.random.Generator, crowd: Crowd, journey: Journey, window: Window) -> Ints:
    """Orders whose solved complaint also brought the person points."""
    orders = journey.orders
    rows = voiced(orders, window)
    person = ~(crowd.business | crowd.internal)[orders.customer[rows]]
    done = (orders.at + orders.noticed + orders.solved)[rows] < window.length
    return rows[person & done & (orders.group[rows] < 2) & (rng.random(len(rows)) < 0.5)]


def _year_ends(window: Window) -> Floats:
    """The last evenings of the years in the window."""
    ends = [date(year, 12, 31) for year in range(window.start.year, window.end.year + 1)]
    return np.array([(end - window.start).days + 0.99 for end in ends if end <= window.end])


def _ledger(who: Ints, at: Floats, gain: Ints, kind: Ints, origin: Ints) -> dict[str, np.ndarray]:
    """Amounts of what is spent: redeeming takes whole hundreds, a year's end takes what is left
    of the points gained before the year that ends."""
    order = np.lexsort((at, who))
    who, at, gain, kind, origin = who[order], at[order], gain[order], kind[order], origin[order]
    first = np.concatenate(([True], who[1:] != who[:-1])) if len(who) else np.zeros(0, bool)
    total = np.cumsum(gain)
    start = np.maximum.accumulate(np.where(first, np.arange(len(who)), 0))
    gained = total - (total - gain)[start]
    target = np.where(kind == REDEEM, gained // LEAST * LEAST, 0)
    target = np.where(kind == EXPIRE, _gained_before(who, gained, kind, first), target)
    # Running maximum per customer: shift each customer above the one before.
    step = int(gained.max(initial=0)) + 1
    rank = np.cumsum(first) - 1
    used = np.maximum.accumulate(target + rank * step) - rank * step
    amount = used - np.where(first, 0, np.concatenate(([0], used[:-1])) if len(used) else used)
    points = np.where((kind == REDEEM) | (kind == EXPIRE), -amount, gain)
    rows = {"who": who, "at": at, "kind": kind, "points": points, "origin": origin}
    return {name: column[points != 0] for name, column in rows.items()}


def _gained_before(who: Ints, gained: Ints, kind: Ints, first: Ints) -> Ints:
    """At each year's end: what had been gained by the year's end before it."""
    out = np.zeros_like(gained)
    rows = np.flatnonzero(kind == EXPIRE)
    same = who[rows[1:]] == who[rows[:-1]]
    out[rows[1:]] = np.where(same, gained[rows[:-1]], 0)
    return out


def _table(
    crowd: Crowd, journey: Journey, sales: Sales, rows: dict[str, np.ndarray], documents: int,
    complaints: int, offset: int, window: Window,
) -> pa.Table:  # fmt: skip
    """References: the order for earned and redeemed points, the complaint for amends."""
    order = np.argsort(rows["at"], kind="stable")
    rows = {name: column[order] for name, column in rows.items()}
    orders, origin, kind = journey.orders, np.maximum(rows["origin"], 0), rows["kind"]
    heard = voiced(orders, window)
    rank = np.zeros(len(orders.at), dtype=np.int64)
    rank[heard] = np.arange(len(heard))
    own = order_ids(
        window.days(orders.at[origin]), origin * 0, sales.number[origin] + documents + 1
    )
    complaint = numbered("T", complaints + 1 + rank[origin], 7)
    reference = pc.if_else(pa.array(kind == ADJUST), complaint, own)
    none = pa.scalar(None, pa.string())
    return pa.table(
        {
            "entry_id": numbered("L", offset + 1 + np.arange(len(order)), 9),
            "customer_id": numbered("C", crowd.number[rows["who"]], 7),
            "at": moments(window.seconds(rows["at"])),
            "kind": texts(KINDS, kind),
            "points": pa.array(rows["points"]),
            "reference": pc.if_else(pa.array(kind == EXPIRE), none, reference),
        }
    )
