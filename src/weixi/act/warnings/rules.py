"""Words and pure decisions of the warnings: states, causes, answers, what a run changes."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from weixi.classify.conditions import names_in


class AlertState(StrEnum):
    OPEN = "open"
    SNOOZED = "snoozed"
    HANDLED = "handled"
    FALSE_ALARM = "false_alarm"
    RECOVERED = "recovered"  # the signal ended while nobody had closed it
    LOST = "lost"  # the customer reached the end of its lifecycle


class Cause(StrEnum):
    OURS = "ours"
    CUSTOMER = "customer"
    COMPETITION = "competition"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """What a cause asks for (P3)."""

    PUT_RIGHT = "put_right"
    HELP = "help"
    STRENGTHEN = "strengthen"
    ASK = "ask"


class LossKind(StrEnum):
    ACTIVE = "active"  # the customer chose to go
    PASSIVE = "passive"  # we ended it, or it ceased
    UNKNOWN = "unknown"


ANSWERS = {
    Cause.OURS: Answer.PUT_RIGHT,
    Cause.CUSTOMER: Answer.HELP,
    Cause.COMPETITION: Answer.STRENGTHEN,
    Cause.UNKNOWN: Answer.ASK,
}
ANSWER_DAYS = {"ours": 1, "competition": 2, "customer": 3, "unknown": 3}
EVIDENCE = ("orders", "complaints", "answers", "contacts", "payments", "bonds", "points", "said")
HISTORY = "history"  # the part of the model that no signal tells
MOST_POINTS, FEWEST_POINTS = 99, 1
ENDED_BY_A_PERSON = frozenset({AlertState.HANDLED, AlertState.FALSE_ALARM})
WAITING = (AlertState.OPEN, AlertState.SNOOZED)


@dataclass(frozen=True)
class Level:
    """`points` when `when` holds; the first level that holds counts."""

    when: Mapping[str, Any]
    points: int


@dataclass(frozen=True)
class Signal:
    """A warning as data. `is_purchase`: the model has seen it too, so it explains the model's risk
    instead of adding to it. `is_alone`: worth an alert also at a low total.

    `date`: {"measure": code of a date} or {"days_ago": code of a span}. `facts`: codes whose values
    the sentences name.
    """

    code: str
    name_zh: str
    name_en: str
    cause: str
    evidence: str
    date: Mapping[str, str]
    facts: tuple[str, ...]
    levels: tuple[Level, ...]
    sentence_zh: str
    sentence_en: str
    short_zh: str
    short_en: str
    icon: str = "alert-triangle"
    is_purchase: bool = False
    is_alone: bool = False
    is_on: bool = True

    def columns(self) -> tuple[str, ...]:
        """What it reads of a customer: measures of its conditions, its date and its facts."""
        asked = (name for level in self.levels for name in names_in(level.when))
        return (*asked, *self.date.values(), *self.facts)


def signal_from(stored: Mapping[str, Any]) -> Signal:
    """Raises ValueError, KeyError or TypeError for what cannot be meant."""
    levels = tuple(Level(level["when"], int(level["points"])) for level in stored["levels"])
    made = Signal(**{**stored, "levels": levels, "facts": tuple(stored["facts"])})
    if not levels or any(not 1 <= level.points <= MOST_POINTS for level in levels):
        raise ValueError(f"{made.code}: between 1 and {MOST_POINTS} points a level.")
    if made.cause not in set(Cause) or made.evidence not in EVIDENCE:
        raise ValueError(f"{made.code}: the cause or the kind of evidence is not known.")
    if len(made.date) != 1 or not set(made.date) <= {"measure", "days_ago"}:
        raise ValueError(f"{made.code}: the date names a measure or days ago.")
    return made


class Held(NamedTuple):
    """A signal that holds on the day, as the run computed it."""

    customer_id: int
    kind: str
    points: int
    total: int
    evidence_on: str
    facts: str
    stake: int | None


class Episode(NamedTuple):
    """An alert whose signal has not ended."""

    id: int
    customer_id: int
    kind: str
    state: str
    points: int
    snooze_until: date | None
    handled_on: date | None


@dataclass
class Changes:
    """What a run does with the alerts."""

    open: list[Held] = field(default_factory=list)
    reopen: list[Episode] = field(default_factory=list)
    worsen: list[tuple[Episode, Held]] = field(default_factory=list)
    end: list[Episode] = field(default_factory=list)


@dataclass(frozen=True)
class Rests:
    """Days after which a signal that still holds is an open alert again."""

    handled: int = 30
    false_alarm: int = 90


def changes_of(
    held: Iterable[Held],
    episodes: Iterable[Episode],
    *,
    as_of: date,
    alone: frozenset[str],
    raised_from: int,
    least_stake: int,
    rests: Rests,
) -> Changes:
    """One alert for each customer and signal as long as the signal holds; never a second one.

    A new one needs a raised total, or a signal worth an alert alone; a running one ends only with
    its signal, so that a total that goes up and down does not open it again and again.
    """
    changes = Changes()
    running = {(e.customer_id, e.kind): e for e in episodes}
    for one in held:
        episode = running.pop((one.customer_id, one.kind), None)
        if episode is None:
            if _is_worth_it(one, alone, raised_from, least_stake):
                changes.open.append(one)
            continue
        if episode.points != one.points:
            changes.worsen.append((episode, one))
        if is_back(episode, as_of, rests) or _is_worse(episode, one):
            changes.reopen.append(episode)
    changes.end = list(running.values())
    return changes


def _is_worth_it(one: Held, alone: frozenset[str], raised_from: int, least_stake: int) -> bool:
    if one.stake is not None and one.stake < least_stake:
        return False
    return one.total >= raised_from or one.kind in alone


def _is_worse(episode: Episode, now: Held) -> bool:
    """Dealt with, and the signal has grown since: what was done did not help."""
    return episode.state == AlertState.HANDLED and now.points > episode.points


def is_back(episode: Episode, as_of: date, rests: Rests) -> bool:
    """A snooze ran out, or a person closed it long ago and the signal still holds."""
    if episode.state == AlertState.SNOOZED:
        return episode.snooze_until is None or episode.snooze_until <= as_of
    if episode.state not in ENDED_BY_A_PERSON or episode.handled_on is None:
        return False
    rest = rests.handled if episode.state == AlertState.HANDLED else rests.false_alarm
    return episode.handled_on + timedelta(days=rest) <= as_of


def state_after_the_end(state: str, *, is_lost: bool) -> str:
    """What became of an alert whose signal ended; a person's word stays."""
    if state in ENDED_BY_A_PERSON:
        return state
    return AlertState.LOST if is_lost else AlertState.RECOVERED


class Unclear(StrEnum):
    """Why the effect of something done against losses is not known yet."""

    EARLY = "early"  # too few days since it began
    UNCOUNTED = "uncounted"  # losses were counted for too few days before it
    FEW = "few"  # too few losses


LEAST_EFFECT_DAYS, LEAST_EFFECT_LOSSES, MOST_EFFECT_DAYS = 60, 10, 365


@dataclass(frozen=True)
class Windows:
    """Days that are held against each other: [first, start) and [counted, end); `counted` is later
    than the start where losses were not counted yet when it began."""

    first: date
    start: date
    counted: date
    end: date

    @property
    def days_passed(self) -> int:
        return (self.end - self.start).days

    @property
    def days_before(self) -> int:
        return (self.start - self.first).days

    @property
    def days_since(self) -> int:
        return (self.end - self.counted).days


def windows_of(start: date, *, ended: date | None, newest: date, counted_from: date) -> Windows:
    """As many days before as since, a year at most; none before losses were counted."""
    end = max(start, min(ended or date.max, newest, start + timedelta(MOST_EFFECT_DAYS)))
    first = min(start, max(start - (end - start), counted_from))
    return Windows(first, start, min(end, max(start, counted_from)), end)


def unclear(windows: Windows, losses: int) -> Unclear | None:
    """None: enough days and losses to tell."""
    if windows.days_passed < LEAST_EFFECT_DAYS:
        return Unclear.EARLY
    if min(windows.days_before, windows.days_since) < LEAST_EFFECT_DAYS:
        return Unclear.UNCOUNTED
    return Unclear.FEW if losses < LEAST_EFFECT_LOSSES else None


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float] | None:
    """The 95 % interval of a share; None for n = 0.

    >>> [round(limit, 3) for limit in wilson(54, 120)]
    [0.364, 0.539]
    """
    if n == 0:
        return None
    share, around = hits / n, z * z / n
    middle = (share + around / 2) / (1 + around)
    half = z * math.sqrt(share * (1 - share) / n + around / (4 * n)) / (1 + around)
    return max(0.0, middle - half), min(1.0, middle + half)
