"""Contacts: care and sales from us, questions and praise from them, and traces of leaving."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weixi.simulate import words
from weixi.simulate.arrays import Floats, Ints
from weixi.simulate.columns import moments, money, numbered, texts
from weixi.simulate.journey import EXCELLENT, Journey
from weixi.simulate.parameters import REASONS
from weixi.simulate.people import KEY_STAFF, STAFF
from weixi.simulate.population import Crowd, choose
from weixi.simulate.season import Window

CHANNELS = ("phone", "wechat", "wecom", "sms", "email", "face", "letter")
MINUTES = (6.0, 4.0, 5.0, 0.0, 0.0, 45.0, 0.0)  # mean length; 0 = nobody talks
MINUTE_COST = (120, 80, 80, 0, 0, 180, 0)  # fen per minute
UNIT_COST = (20, 0, 0, 6, 1, 2500, 450)  # fen per contact: call, message, trip, stamp
PURPOSES = ("care", "service", "sale", "thanks", "apology")
OUTCOMES = ("reached", "not_reached", "reached", "accepted", "declined")
CARE_PERSON, CARE_FIRM = (0.24, 0.30, 0.05, 0.33, 0.03, 0.02, 0.03), (
    0.42, 0.02, 0.22, 0.04, 0.08, 0.22, 0.0,
)  # fmt: skip
INBOUND = (0.52, 0.30, 0.08, 0.0, 0.04, 0.06, 0.0)
CARE_PER_YEAR = (0.55, 4.0)  # consumers, firms
MISSED = "未接通"
TRACES = [note for notes in words.TRACES.values() for note in notes]
# Traces of leaving stand behind MISSED, everything else before it.
NOTES = [
    *(*words.CARE, *words.CARE_FIRM, *words.THANKS, *words.SALE),
    *(*words.QUESTIONS, *words.PRAISE, *words.APOLOGY, *words.VISIT),
    *(MISSED, *TRACES),
]


@dataclass
class Batch:
    """Contacts of one kind; `note` indexes NOTES."""

    customer: Ints
    at: Floats
    channel: Ints
    outbound: Ints
    purpose: Ints
    note: Ints


def contact_table(
    rng: np.random.Generator, crowd: Crowd, journey: Journey, offset: int, window: Window
) -> pa.Table:
    """The canonical contact file of a chunk, in order of time."""
    batches = [
        _care(rng, crowd, journey, window),
        _questions(rng, journey),
        _praise(rng, journey),
        _apologies(rng, journey),
        _traces(rng, crowd, journey),
    ]
    fields = list(Batch.__dataclass_fields__)
    all_ = Batch(*(np.concatenate([getattr(b, name) for b in batches]) for name in fields))
    rows = np.flatnonzero((all_.at >= 0) & (all_.at < window.length))
    rows = rows[np.argsort(all_.at[rows], kind="stable")]
    return _table(
        rng, crowd, Batch(*(getattr(all_, name)[rows] for name in fields)), offset, window
    )


def _pick(rng: np.random.Generator, notes: tuple[str, ...], n: int) -> Ints:
    return np.array([NOTES.index(note) for note in notes])[rng.integers(0, len(notes), n)]


def _care(rng: np.random.Generator, crowd: Crowd, journey: Journey, window: Window) -> Batch:
    """Our own calls and messages while the customer is ours, and a little longer."""
    until = np.minimum(journey.state.left + 90.0, window.length)
    rate = np.where(crowd.business, CARE_PER_YEAR[1], CARE_PER_YEAR[0]) / 365.25
    count = rng.poisson(np.where(crowd.internal, 0.3, 1.0) * rate * (until - crowd.first))
    who = np.repeat(np.arange(crowd.size), count)
    n = len(who)
    at = crowd.first[who] + rng.random(n) * (until - crowd.first)[who]
    firm = crowd.business[who]
    purpose = choose(rng, (0.56, 0.0, 0.27, 0.17), n)
    channel = np.where(firm, choose(rng, CARE_FIRM, n), choose(rng, CARE_PERSON, n))
    care = np.where(firm, _pick(rng, words.CARE_FIRM, n), _pick(rng, words.CARE, n))
    note = np.choose(purpose, [care, care, _pick(rng, words.SALE, n), _pick(rng, words.THANKS, n)])
    return Batch(who, at, channel, np.ones(n, dtype=np.int64), purpose, note)


def _inbound(rng: np.random.Generator, who: Ints, at: Floats, notes: tuple[str, ...]) -> Batch:
    n = len(who)
    zero = np.zeros(n, dtype=np.int64)
    service = zero + PURPOSES.index("service")
    return Batch(who, at, choose(rng, INBOUND, n), zero, service, _pick(rng, notes, n))


def _questions(rng: np.random.Generator, journey: Journey) -> Batch:
    orders = journey.orders
    asked = rng.random(len(orders.at)) < 0.06
    at = orders.at[asked] + rng.uniform(0.0, 5.0, int(asked.sum()))
    return _inbound(rng, orders.customer[asked], at, words.QUESTIONS)


def _praise(rng: np.random.Generator, journey: Journey) -> Batch:
    orders = journey.orders
    said = (orders.event == EXCELLENT) & (rng.random(len(orders.at)) < 0.12)
    at = orders.at[said] + rng.uniform(0.1, 3.0, int(said.sum()))
    return _inbound(rng, orders.customer[said], at, words.PRAISE)


def _apologies(rng: np.random.Generator, journey: Journey) -> Batch:
    """After a complaint is solved somebody calls and says sorry."""
    orders = journey.orders
    solved = ((orders.group == 0) | (orders.group == 1)) & (rng.random(len(orders.at)) < 0.8)
    n = int(solved.sum())
    at = (orders.at + orders.noticed + orders.solved)[solved]
    channel = choose(rng, (0.8, 0.08, 0.0, 0.0, 0.0, 0.12, 0.0), n)
    purpose = np.full(n, PURPOSES.index("apology"))
    visit = channel == CHANNELS.index("face")
    notes = np.where(visit, _pick(rng, words.VISIT, n), _pick(rng, words.APOLOGY, n))
    return Batch(orders.customer[solved], at, channel, np.ones(n, dtype=np.int64), purpose, notes)


def _traces(rng: np.random.Generator, crowd: Crowd, journey: Journey) -> Batch:
    """What staff hear when a customer leaves: before it does so quietly, after it quit."""
    state = journey.state
    heard = [REASONS.index(name) for name in words.TRACES]
    gone = np.isin(state.why, heard) & (rng.random(crowd.size) < 0.38)
    who = np.flatnonzero(gone)
    quit_at_order = state.left[who] <= state.at[who]
    shift = rng.uniform(4.0, 45.0, len(who))
    before = np.maximum(state.left[who] - shift, state.at[who])
    at = np.where(quit_at_order, state.left[who] + shift, before)
    note = np.zeros(len(who), dtype=np.int64)
    for name, notes in words.TRACES.items():
        mask = state.why[who] == REASONS.index(name)
        note[mask] = _pick(rng, notes, int(mask.sum()))
    channel = choose(rng, (0.7, 0.2, 0.1), len(who))
    outbound = (rng.random(len(who)) < 0.6).astype(np.int64)
    purpose = np.where(outbound == 1, PURPOSES.index("care"), PURPOSES.index("service"))
    return Batch(who, at, channel, outbound, purpose, note)


def _table(
    rng: np.random.Generator, crowd: Crowd, batch: Batch, offset: int, window: Window
) -> pa.Table:
    """Minutes, cost, who spoke, how it ended; a call that nobody takes leaves no other note."""
    n = len(batch.at)
    talk = np.array(MINUTES)[batch.channel]
    cold = (batch.outbound == 1) & (batch.purpose != PURPOSES.index("apology"))
    trace = batch.note > NOTES.index(MISSED)
    missed = cold & ~trace & (batch.channel == 0) & (rng.random(n) < 0.18)
    minutes = np.ceil(rng.gamma(3.0, talk / 3.0)) * ~missed
    cost = np.array(UNIT_COST)[batch.channel] + minutes * np.array(MINUTE_COST)[batch.channel]
    sent = talk == 0
    agreed = choose(rng, (0.72, 0.0, 0.0, 0.2, 0.08), n)
    outcome = np.where(missed, 1, np.where(sent, 2, np.where(cold & ~trace, agreed, 0)))
    firm = crowd.business[batch.customer]
    person = rng.integers(0, len(STAFF), n)
    note = np.where(missed, NOTES.index(MISSED), batch.note)
    return pa.table(
        {
            "contact_id": numbered("J", offset + 1 + np.arange(n), 8),
            "customer_id": numbered("C", crowd.number[batch.customer], 7),
            "at": moments(window.seconds(batch.at)),
            "channel": texts(CHANNELS, batch.channel),
            "direction": texts(("in", "out"), batch.outbound),
            "purpose": texts(PURPOSES, batch.purpose),
            "minutes": pa.array(minutes.astype(np.int64)),
            "cost": money(cost.astype(np.int64)),
            "staff": texts(STAFF, np.where(firm, person % len(KEY_STAFF), person)),
            "outcome": texts(OUTCOMES, outcome),
            "note": texts(NOTES, note, sent & cold & ~trace),
        }
    )
