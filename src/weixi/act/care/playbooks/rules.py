"""What a playbook is, and how a customer goes through one. Pure: no clock, no database.

A flow is a list of steps; a branch jumps forward only, so that every run comes to an end. `walk`
takes a run from where it stands as far as it can go at a moment, and says what is to be done.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

LAST = "end"  # where a jump leads that leaves the flow


class StepKind(StrEnum):
    TASK = "task"  # somebody does something for the customer
    MESSAGE = "message"  # sent by itself where a sender is set up, else a task
    WAIT = "wait"  # for days, until an hour
    WAIT_UNTIL = "wait_until"  # days before or after the date that started it
    WAIT_FOR = "wait_for"  # until something holds, at most so many days
    BRANCH = "branch"
    POINTS = "points"
    ESCALATE = "escalate"  # a task for who leads
    END = "end"


class TriggerKind(StrEnum):
    ENTER = "enter"  # comes into a cell of a scheme, a segment or a stage
    LEAVE = "leave"
    ALERT = "alert"  # a signal opened
    DATE = "date"
    EVENT = "event"


class Occasion(StrEnum):
    BIRTHDAY = "birthday"  # by the solar or the lunar calendar, as the customer keeps it
    ANNIVERSARY = "anniversary"  # of the first purchase
    RENEWAL = "renewal"  # the last day of a contract
    POINTS = "points_expiring"
    FESTIVAL = "festival"
    NEXT_PURCHASE = "next_purchase"  # the day the next one is expected


class Happening(StrEnum):
    """What a run can start with, wait for or stop at; read from the facts."""

    FIRST_PURCHASE = "first_purchase"
    PURCHASE = "purchase"
    COMPLAINT = "complaint_opened"
    SOLVED = "complaint_closed"
    BAD_ANSWER = "bad_answer"
    GOOD_ANSWER = "good_answer"
    ANSWER = "answer"
    CAME = "contact_in"  # the customer contacted us
    REFUSED = "care_refused"  # consent to be contacted withdrawn


class RunState(StrEnum):
    WAITING = "waiting"  # for a time or for something to hold
    ACTIVE = "active"  # somebody has a task of it
    DONE = "done"
    ENDED_EARLY = "ended_early"  # a stop condition held
    STOPPED = "stopped"  # by a person, or the playbook was switched off
    HELD_OUT = "held_out"  # left alone, so that the effect can be measured


OVER = frozenset({RunState.DONE, RunState.ENDED_EARLY, RunState.STOPPED, RunState.HELD_OUT})
RUNNING = frozenset({RunState.WAITING, RunState.ACTIVE})


class EndReason(StrEnum):
    FINISHED = "finished"
    STOP_CONDITION = "stop_condition"
    BY_PERSON = "by_person"
    SWITCHED_OFF = "switched_off"
    HELD_OUT = "held_out"
    MERGED = "merged"


class Again(StrEnum):
    """Whether a customer may go through once more."""

    NEVER = "never"
    AFTER = "after"  # so many days since the last start


class AtPublish(StrEnum):
    """What becomes of customers who are on the way when a new version is published."""

    FINISH = "finish"  # on the version they started with
    MOVE = "move"  # to the same step of the new one


@dataclass(frozen=True)
class Step:
    code: str
    kind: StepKind
    with_: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.with_.get(name, default)


@dataclass(frozen=True)
class Flow:
    """`stop`: conditions; the run ends early when one (or all) of them hold."""

    steps: tuple[Step, ...]
    stop: tuple[Mapping[str, Any], ...] = ()
    needs_all: bool = False

    def index(self, code: str) -> int | None:
        return next((i for i, step in enumerate(self.steps) if step.code == code), None)


@dataclass(frozen=True)
class Place:
    """Where a run stands. `step`: LAST when it is over; `since`: it stands there."""

    step: str
    since: datetime
    state: RunState = RunState.WAITING
    wake_at: datetime | None = None
    reason: str = ""

    @property
    def is_over(self) -> bool:
        return self.state in OVER


class Truth(Protocol):
    """What is known of the customer of a run."""

    def holds(self, condition: Mapping[str, Any], since: datetime) -> bool: ...

    def result_of(self, step: str) -> str | None:
        """None: not made yet; "": made and open; else how it ended."""
        ...


@dataclass(frozen=True)
class Around:
    """`anchor`: the day that started the run (the birthday, the last day of the contract …)."""

    started_at: datetime
    anchor: date
    zone: ZoneInfo


@dataclass(frozen=True)
class Walk:
    """What is to be done now, in this order, and where the run then stands."""

    effects: tuple[Step, ...]
    place: Place


def start_of(flow: Flow, at: datetime) -> Place:
    return Place(flow.steps[0].code if flow.steps else LAST, at)


def walk(flow: Flow, place: Place, truth: Truth, around: Around, now: datetime) -> Walk:
    """As far as the run can go at `now`. A second walk at the same moment does nothing more."""
    if place.is_over:
        return Walk((), place)
    if _is_stopped(flow, truth, around):
        return Walk((), _ended(place, now, RunState.ENDED_EARLY, EndReason.STOP_CONDITION))
    effects: list[Step] = []
    while True:
        index = flow.index(place.step)
        if index is None:
            return Walk(tuple(effects), _ended(place, now, RunState.DONE, EndReason.FINISHED))
        step = flow.steps[index]
        moved = MOVES[step.kind](step, place, truth, around, now)
        effects += [step] if moved.is_done_now else []
        if moved.stay is not None:
            return Walk(tuple(effects), moved.stay)
        target = moved.jump or _following(flow, index)
        # A move of the clock backwards does not turn time back within a run.
        place = Place(target, max(now, place.since))


@dataclass(frozen=True)
class Move:
    """What one step says: stay, or go on (to `jump`, else to the next)."""

    stay: Place | None = None
    jump: str = ""
    is_done_now: bool = False


def _is_stopped(flow: Flow, truth: Truth, around: Around) -> bool:
    held = [truth.holds(condition, around.started_at) for condition in flow.stop]
    return bool(held) and (all(held) if flow.needs_all else any(held))


def _ended(place: Place, now: datetime, state: RunState, reason: EndReason) -> Place:
    return Place(LAST, max(now, place.since), state, None, str(reason))


def _following(flow: Flow, index: int) -> str:
    return flow.steps[index + 1].code if index + 1 < len(flow.steps) else LAST


def _task(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    """Made once; the run goes on when it is closed, or at once where it need not be waited for."""
    result = truth.result_of(step.code)
    if result is None and step.get("go_on"):
        return Move(is_done_now=True)
    if result is None:
        return Move(replace(place, state=RunState.ACTIVE, wake_at=None), is_done_now=True)
    if result == "" and not step.get("go_on"):
        return Move(replace(place, state=RunState.ACTIVE, wake_at=None))
    return Move()


def _at_once(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    return Move(is_done_now=truth.result_of(step.code) is None)


def _message(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    """Once it is under way the run goes on; as a task of a person it waits for the result."""
    result = truth.result_of(step.code)
    if result:
        return Move()
    waiting = replace(place, state=RunState.ACTIVE, wake_at=None)
    return Move(waiting, is_done_now=result is None)


def _wait(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    day = place.since.astimezone(around.zone).date() + timedelta(days=step.get("days", 0))
    return _until(moment_of(day, step.get("hour"), around.zone), place, now)


def _wait_until(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    day = around.anchor + timedelta(days=step.get("days", 0))
    return _until(moment_of(day, step.get("hour"), around.zone), place, now)


def moment_of(day: date, hour: int | None, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour or 0), zone)


def _until(moment: datetime, place: Place, now: datetime) -> Move:
    if now >= moment:
        return Move()
    return Move(replace(place, state=RunState.WAITING, wake_at=moment))


def _wait_for(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    if truth.holds(step.get("until", {}), place.since):
        return Move(jump=step.get("then", ""))
    at_most = place.since + timedelta(days=step.get("days", 0))
    if now >= at_most:
        return Move(jump=step.get("else", ""))
    return Move(replace(place, state=RunState.WAITING, wake_at=at_most))


def _branch(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    holds = truth.holds(step.get("when", {}), around.started_at)
    return Move(jump=step.get("then" if holds else "else", ""))


def _end(step: Step, place: Place, truth: Truth, around: Around, now: datetime) -> Move:
    return Move(jump=LAST)


StepMove = Callable[[Step, Place, Truth, Around, datetime], Move]
MOVES: dict[StepKind, StepMove] = {
    StepKind.TASK: _task,
    StepKind.ESCALATE: _task,
    StepKind.MESSAGE: _message,
    StepKind.POINTS: _at_once,
    StepKind.WAIT: _wait,
    StepKind.WAIT_UNTIL: _wait_until,
    StepKind.WAIT_FOR: _wait_for,
    StepKind.BRANCH: _branch,
    StepKind.END: _end,
}


def may_enter(
    again: Again, again_days: int, *, is_running: bool, last_start: date | None, on: date
) -> bool:
    """Never twice at a time; afterwards as the rule of the playbook says."""
    if is_running:
        return False
    if last_start is None:
        return True
    return again == Again.AFTER and (on - last_start).days >= again_days


def moved_to(flow: Flow, place: Place) -> Place:
    """The place in a new version: the same step; the end where that step is gone."""
    if place.is_over or flow.index(place.step) is not None:
        return place
    return Place(LAST, place.since)


def conditions_of(flow: Flow) -> Sequence[Mapping[str, Any]]:
    """Every condition that a run of this flow may ask for."""
    asked = [step.with_[name] for step in flow.steps for name in ("until", "when")
             if name in step.with_]  # fmt: skip
    return (*flow.stop, *asked)
