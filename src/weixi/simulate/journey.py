"""What happens to each customer: purchase after purchase, served well or badly, until it leaves.

All customers of a chunk take one purchase per round, so a round is a handful of array steps.
"""

from dataclasses import dataclass

import numpy as np

from weixi.simulate.arrays import Bools, Floats, Ints
from weixi.simulate.parameters import COMPETITION, CUSTOMER, EVENTS, FOLLOW_UP, OURS, Parameters
from weixi.simulate.people import FLOODED
from weixi.simulate.population import CITY_NAMES, Crowd, choose, leaving_reasons, reason
from weixi.simulate.season import Clock, Window

SILENT = 3  # index into GROUPS
NO_GROUP = -1
LATE, EXCELLENT = EVENTS.index("late"), EVENTS.index("excellent")
# event -> the reason recorded when the customer leaves over it
EVENT_REASON = np.array([reason("disappointed"), *(reason(e) for e in EVENTS[1:5]), 0])


@dataclass
class Orders:
    """Every purchase of a chunk with what happened around it; rows in order of the rounds."""

    customer: Ints  # index into the crowd
    at: Floats
    ordinal: Ints  # 0 = the first purchase
    event: Ints
    satisfaction: Floats
    group: Ints  # index into GROUPS when the customer was left unsatisfied, else -1
    stays: Bools  # after having been left unsatisfied: will buy again
    noticed: Floats  # days until the complaint
    solved: Floats  # days from complaint to solution


@dataclass
class State:
    """Each customer's present state; at the end of the journey its truth."""

    at: Floats  # last purchase
    count: Ints
    satisfaction: Floats
    cause: Ints
    left: Floats  # inf = still a customer
    why: Ints
    leaves: Floats
    from_days: Floats  # a customer won back returns within these days; 0 = own pace
    to_days: Floats
    running: Bools


@dataclass
class Journey:
    """Orders and final state of a chunk."""

    orders: Orders
    state: State


def travel(
    rng: np.random.Generator, crowd: Crowd, dials: Parameters, clock: Clock, window: Window
) -> Journey:
    """Play all purchases of a chunk."""
    state = _beginning(crowd)
    rounds: list[Orders] = []
    who, when = np.flatnonzero(state.running), crowd.first[state.running]
    while len(who):
        orders = _serve(rng, crowd, state, who, when, dials, window)
        _answer(rng, crowd, state, orders, dials)
        rounds.append(orders)
        who, when = _next(rng, crowd, state, who, dials, clock, window)
    _final(crowd, state, window)
    return Journey(_join(rounds), state)


def _beginning(crowd: Crowd) -> State:
    n = crowd.size
    return State(
        at=crowd.first.copy(),
        count=np.zeros(n, dtype=np.int64),
        satisfaction=crowd.mean_satisfaction.copy(),
        cause=np.zeros(n, dtype=np.int64),
        left=np.full(n, np.inf),
        why=np.zeros(n, dtype=np.int64),
        leaves=crowd.leaves.copy(),
        from_days=np.zeros(n),
        to_days=np.zeros(n),
        running=~crowd.prospect,
    )


def _serve(
    rng: np.random.Generator, crowd: Crowd, state: State, who: Ints, when: Floats,
    dials: Parameters, window: Window,
) -> Orders:  # fmt: skip
    """One purchase of each: the service event, and what it does to satisfaction."""
    n = len(who)
    event = choose(rng, dials.events, n)
    event = np.where(_flooded(crowd.city[who], when, dials, window, rng), LATE, event)
    drift = 0.12 * (crowd.mean_satisfaction[who] - state.satisfaction[who])
    impact = np.array(dials.impact)[event] * rng.uniform(0.6, 1.4, n)
    level = np.clip(state.satisfaction[who] + drift + impact, 0.05, 1.95)
    unhappy = (event > 0) & (event < EXCELLENT) & (level < crowd.tolerance[who])
    voiced = rng.random(n) < crowd.complains[who]
    group = np.where(voiced, choose(rng, dials.outcomes, n), SILENT)
    state.at[who] = when
    orders = Orders(
        customer=who,
        at=when,
        ordinal=state.count[who],
        event=event,
        satisfaction=level,
        group=np.where(unhappy, group, NO_GROUP),
        stays=np.zeros(n, dtype=np.bool_),
        noticed=rng.uniform(0.1, 5.0, n),
        solved=np.where(group == 0, rng.uniform(0.03, 0.95, n), rng.uniform(2.0, 14.0, n)),
    )
    state.count[who] += 1
    return orders


def _flooded(
    city: Ints, when: Floats, dials: Parameters, window: Window, rng: np.random.Generator
) -> Bools:
    """The incident that hits many: goods to Yunnan are stuck while the roads are under water."""
    start = window.length - dials.flood_ago
    wet = np.array([name in FLOODED for name in CITY_NAMES])[city]
    stuck = wet & (when >= start) & (when < start + dials.flood_days)
    return stuck & (rng.random(len(city)) < dials.flood_late)


def _answer(
    rng: np.random.Generator, crowd: Crowd, state: State, orders: Orders, dials: Parameters
) -> None:
    """Does the customer stay? Exactly as S1 reports after a bad event, else by its dropout p."""
    who, n = orders.customer, len(orders.customer)
    bad = orders.group >= 0
    orders.stays[:] = bad & (rng.random(n) < np.array(dials.returns)[orders.group])
    state.from_days[who] = np.where(orders.stays, orders.noticed + orders.solved + 1.0, 0.0)
    state.to_days[who] = np.where(orders.stays, FOLLOW_UP - 5.0, 0.0)
    base = np.where((orders.ordinal > 0) & ~bad, crowd.dropout[who], 0.0)
    raised = np.minimum(base * np.exp(-2.0 * (orders.satisfaction - 1.0)), 1.0)
    draw = rng.random(n)
    quits = draw < raised
    cause = np.where(draw < base, _quiet_cause(rng, crowd, who, dials), OURS)
    reasons = np.where(
        cause == OURS, reason("disappointed"), leaving_reasons(rng, cause, crowd.business[who])
    )
    gone = bad & ~orders.stays
    back = np.array(dials.recovery)[orders.group]
    state.satisfaction[who] = orders.satisfaction + np.where(bad, back, 0.0)
    _leave(state, who[quits], orders.at[quits], cause[quits], reasons[quits])
    over = EVENT_REASON[orders.event[gone]]
    _leave(state, who[gone], orders.at[gone], np.full(len(over), OURS), over)


def _quiet_cause(rng: np.random.Generator, crowd: Crowd, who: Ints, dials: Parameters) -> Ints:
    """A dropout without an event: to a competitor, the more so the looser the loyalty."""
    rival = np.array(dials.competition_share)[crowd.loyalty[who]]
    return np.where(rng.random(len(who)) < rival, COMPETITION, CUSTOMER)


def _leave(state: State, who: Ints, at: Floats, cause: Ints, why: Ints) -> None:
    state.left[who] = at
    state.cause[who] = cause
    state.why[who] = why
    state.running[who] = False


def _next(
    rng: np.random.Generator, crowd: Crowd, state: State, who: Ints, dials: Parameters,
    clock: Clock, window: Window,
) -> tuple[Ints, Floats]:  # fmt: skip
    """When each buys next; who leaves or reaches the end of the window before that drops out."""
    who = who[state.running[who]]
    shape = crowd.regularity[who]
    at = state.at[who]
    gap = rng.gamma(shape) / shape / crowd.rate[who]
    fading = (crowd.fades[who] > 0) & (at > state.leaves[who] - crowd.fades[who])
    when = clock.later(at, np.where(fading, gap * dials.fade_factor, gap), crowd.business[who])
    low, high = at + state.from_days[who], at + state.to_days[who]
    back = state.to_days[who] > 0
    outside = back & ((when < low) | (when > high))
    when = np.where(outside, rng.uniform(low, np.maximum(high, low)), when)
    # A customer won back does return before life can take it away.
    held = back & (state.leaves[who] <= when)
    state.leaves[who[held]] = when[held] + 1.0
    stop = (when >= window.length) | (state.leaves[who] <= when)
    state.running[who[stop]] = False
    return who[~stop], when[~stop]


def _final(crowd: Crowd, state: State, window: Window) -> None:
    """Who left quietly between two purchases, for its own reasons or to a competitor."""
    taken = (state.cause == 0) & (state.leaves < window.length) & ~crowd.prospect
    who = np.flatnonzero(taken)
    _leave(state, who, state.leaves[who], crowd.leaves_cause[who], crowd.leaves_reason[who])


def _join(rounds: list[Orders]) -> Orders:
    """All rounds as one table, oldest purchase first."""
    names = list(Orders.__dataclass_fields__)
    columns = {name: np.concatenate([getattr(part, name) for part in rounds]) for name in names}
    order = np.argsort(columns["at"], kind="stable")
    return Orders(**{name: column[order] for name, column in columns.items()})
