"""Recommendations: contented customers who bring others, and some who only speak of us."""

import numpy as np
import pyarrow as pa

from weixi.simulate.arrays import Floats, Ints
from weixi.simulate.columns import dates, numbered, texts
from weixi.simulate.journey import Journey
from weixi.simulate.population import Crowd
from weixi.simulate.season import Window

CAME_BY = 0.06  # share of the customers who came by a recommendation
SPOKE = 0.02  # share of the contented who named somebody that has not come
CONTENT = 0.95  # satisfaction from which one recommends
BEFORE = 30.0  # at most so many days before the first purchase
SOURCES = ("新客户说起", "推荐卡", "老客户告知")
NAMES = ("王女士", "李先生", "张女士", "刘先生", "陈女士", "杨先生", "赵女士", "周先生")


def referral_table(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, offset: int, window: Window
) -> pa.Table:
    """The file of recommendations of a chunk, in order of the day."""
    giver, came, at = _led(rng, crowd, journey)
    spoke, said = _named(rng, crowd, journey, window)
    who = np.concatenate([giver, spoke])
    other = np.concatenate([came, np.full(len(spoke), -1)])
    day = np.concatenate([at, said])
    order = np.argsort(day, kind="stable")
    who, other, day = who[order], other[order], day[order]
    n, nobody = len(order), other < 0
    return pa.table(
        {
            "referral_id": numbered("R", offset + 1 + np.arange(n), 7),
            "customer_id": numbered("C", crowd.number[who], 7),
            "at": dates(window.days(day)),
            "recommended_id": numbered("C", crowd.number[np.maximum(other, 0)], 7, nobody),
            "name": texts(NAMES, rng.integers(0, len(NAMES), n), ~nobody),
            "source": texts(SOURCES, rng.integers(0, len(SOURCES), n)),
        }
    )


def _led(rng: np.random.Generator, crowd: Crowd, journey: Journey) -> tuple[Ints, Ints, Floats]:
    """Who recommended, who came by it, and when: the one was here before, and content."""
    people = ~(crowd.business | crowd.internal | crowd.prospect)
    givers = np.flatnonzero(people & (journey.state.satisfaction >= CONTENT))
    came = np.flatnonzero(people & (rng.random(crowd.size) < CAME_BY))
    at = np.maximum(crowd.first[came] - rng.uniform(0, BEFORE, len(came)), 0.0)
    if not len(givers):
        return givers, givers, np.zeros(0)
    giver = givers[rng.integers(0, len(givers), len(came))]
    was_here = (crowd.first[giver] < at) & (at < journey.state.left[giver])
    return giver[was_here], came[was_here], at[was_here]


def _named(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, window: Window
) -> tuple[Ints, Floats]:
    people = ~(crowd.business | crowd.internal | crowd.prospect)
    content = people & (journey.state.satisfaction >= CONTENT)
    who = np.flatnonzero(content & (rng.random(crowd.size) < SPOKE))
    until = np.minimum(journey.state.left[who], float(window.length) - 1e-3)
    first = np.minimum(crowd.first[who], until)
    return who, first + rng.random(len(who)) * (until - first)
