"""Complaints: what the unsatisfied who speak up say, and how it was put right or was not."""

import numpy as np
import pyarrow as pa

from weixi.simulate.arrays import Floats, Ints
from weixi.simulate.baskets import Sales, order_ids
from weixi.simulate.columns import moments, numbered, texts
from weixi.simulate.journey import SILENT, Journey, Orders
from weixi.simulate.parameters import EVENTS
from weixi.simulate.population import Crowd, choose
from weixi.simulate.season import Window
from weixi.simulate.words import COMPLAINTS

CHANNELS = ("phone", "wechat", "website", "face", "email")
SEVERITY = ("low", "medium", "high")
# chance of each severity by event: late, defect, wrong item, rude
SEVERE = {
    "late": (0.45, 0.45, 0.10),
    "defect": (0.15, 0.50, 0.35),
    "wrong_item": (0.45, 0.45, 0.10),
    "rude": (0.30, 0.45, 0.25),
}
SAID = [text for texts_ in COMPLAINTS.values() for text in texts_]
REPLY_DAYS = (0.02, 0.35, 1.8)  # mean time to the first reply by outcome group


def voiced(orders: Orders, window: Window) -> Ints:
    """Orders whose customer has complained by the end of the window, in order of the complaint."""
    heard = (orders.group >= 0) & (orders.group != SILENT)
    rows = np.flatnonzero(heard & (orders.at + orders.noticed < window.length))
    return rows[np.argsort((orders.at + orders.noticed)[rows], kind="stable")]


def complaint_table(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, sales: Sales, documents: int,
    offset: int, window: Window,
) -> pa.Table:  # fmt: skip
    """The canonical complaint file of a chunk."""
    orders = journey.orders
    rows = voiced(orders, window)
    n = len(rows)
    group = orders.group[rows]
    received = (orders.at + orders.noticed)[rows]
    heard = window.seconds(received)
    wait = rng.exponential(np.array(REPLY_DAYS)[group]) + 0.004
    replied = heard + _seconds(np.minimum(wait, 0.7 * orders.solved[rows]))
    solved = heard + _seconds(orders.solved[rows])
    midnight = int(window.days(np.array([float(window.length)]))[0]) * 86400
    is_open = (group < 2) & (solved >= midnight)
    outcome = np.where(is_open, 2, np.where(group < 2, 0, 1))
    description, severity = _said(rng, orders.event[rows])
    own = order_ids(
        window.days(orders.at[rows]), np.zeros_like(rows), sales.number[rows] + documents + 1
    )
    return pa.table(
        {
            "complaint_id": numbered("T", offset + 1 + np.arange(n), 7),
            "customer_id": numbered("C", crowd.number[orders.customer[rows]], 7),
            "received_at": moments(heard),
            "channel": texts(CHANNELS, choose(rng, (0.42, 0.24, 0.16, 0.12, 0.06), n)),
            "description": texts(SAID, description),
            "severity": texts(SEVERITY, severity),
            "order_id": own,
            "first_reply_at": moments(replied, replied >= midnight),
            "resolved_at": moments(solved, outcome != 0),
            "outcome": texts(("resolved", "unresolved", ""), outcome, missing=is_open),
        }
    )


def _seconds(days: Floats) -> Ints:
    return np.rint(days * 86400.0).astype(np.int64)


def _said(rng: np.random.Generator, event: Ints) -> tuple[Ints, Ints]:
    """A sentence and a severity that fit what happened."""
    said, severity = np.zeros_like(event), np.zeros_like(event)
    first = 0
    for name, sentences in COMPLAINTS.items():
        mask = event == EVENTS.index(name)
        said[mask] = first + rng.integers(0, len(sentences), int(mask.sum()))
        severity[mask] = choose(rng, SEVERE[name], int(mask.sum()))
        first += len(sentences)
    return said, severity
