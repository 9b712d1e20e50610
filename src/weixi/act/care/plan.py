"""Pure planning of a day: which reasons become tasks, within what people can do in a day."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from heapq import nlargest

from .rules import WORDS_GIVEN, Dropped, Signal

Queue = tuple[str, int | None]  # ("owner", user) or ("team", team or None)


@dataclass(frozen=True)
class Candidate:
    """A customer with at least one reason today. `value` in minor units, None = unknown.

    `owner_id` is a person who works here, or None: then the team's queue has it.
    """

    customer_id: int
    owner_id: int | None
    team_id: int | None
    signals: tuple[Signal, ...]
    value: int | None
    worth: int = -1  # what acting brings for the time it takes, −1 = unknown

    @property
    def is_word(self) -> bool:
        """Promised, or asked for by a person: shown even beyond what fits in the day."""
        return any(signal.kind in WORDS_GIVEN for signal in self.signals)

    @property
    def due_on(self) -> date:
        return min(signal.due_on for signal in self.signals)

    @property
    def rank(self) -> tuple[int, int]:
        """What brings most first, unknown last, then the older customer."""
        return (-self.worth, self.customer_id)


@dataclass(frozen=True)
class Standing:
    """An open task of an earlier run."""

    task_id: int
    customer_id: int
    due_on: date
    hidden_until: date | None = None  # postponed by a person
    is_held: bool = False  # somebody works on it now
    is_given: bool = False  # by who leads, to `owner_id`
    owner_id: int | None = None

    def is_hidden(self, as_of: date) -> bool:
        return self.hidden_until is not None and self.hidden_until > as_of

    def keeps_its_place(self, as_of: date) -> bool:
        """A person has touched it, or it is late: it does not leave for one worth more."""
        touched = self.is_held or self.is_given or self.hidden_until is not None
        return touched or self.due_on < as_of


@dataclass
class Plan:
    create: list[Candidate] = field(default_factory=list)
    keep: list[tuple[Standing, Candidate]] = field(default_factory=list)
    drop: list[tuple[Standing, Dropped]] = field(default_factory=list)


@dataclass(frozen=True)
class Capacity:
    """Tasks a day: of each working person, and of each team's queue of unowned customers."""

    of_person: Mapping[int, int]
    of_team: int

    def queue_of(self, candidate: Candidate) -> Queue:
        if candidate.owner_id is None:
            return ("team", candidate.team_id)
        return ("owner", candidate.owner_id)

    def places(self, queue: Queue) -> int:
        kind, key = queue
        return self.of_team if kind == "team" else self.of_person.get(key or 0, 0)


def leading(
    found: Iterable[Candidate], standing: Container[int], capacity: Capacity
) -> tuple[list[Candidate], list[Candidate]]:
    """Of each queue the words given, those with a task and as many more as it has places, by
    worth; and all the others."""
    queues: dict[Queue, list[Candidate]] = defaultdict(list)
    first, rest = [], []
    for one in found:
        if one.is_word or one.customer_id in standing:
            first.append(one)
        else:
            queues[capacity.queue_of(one)].append(one)
    for queue, waiting in queues.items():
        waiting.sort(key=lambda one: one.rank)
        first += waiting[: capacity.places(queue)]
        rest += waiting[capacity.places(queue) :]
    return first, rest


def least_worth(
    found: Iterable[Candidate], standing: Container[int], capacity: Capacity
) -> dict[Queue, int]:
    """Queue → the worth of the last place, if none went to words given and open tasks: who is
    worth less gets none. Queues with fewer candidates than places are left out."""
    worths: dict[Queue, list[int]] = defaultdict(list)
    for one in found:
        if not (one.is_word or one.customer_id in standing):
            worths[capacity.queue_of(one)].append(one.worth)
    return {
        queue: nlargest(capacity.places(queue), all_of)[-1]
        for queue, all_of in worths.items()
        if 0 < capacity.places(queue) <= len(all_of)
    }


def planned(
    candidates: Iterable[Candidate],
    standing: Sequence[Standing],
    *,
    as_of: date,
    capacity: Capacity,
    done: Mapping[Queue, int],
) -> Plan:
    """The plan of the day. Planning the same day again changes nothing.

    An open task is updated, never doubled; it is dropped when its reason ended (unless somebody
    holds it) or when customers worth more fill the day. `done`: finished today, by queue.
    """
    plan, open_of = Plan(), {task.customer_id: task for task in standing}
    queues: dict[Queue, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        task = open_of.get(candidate.customer_id)
        if task is not None and task.is_given:
            candidate = replace(candidate, owner_id=task.owner_id)
        queues[capacity.queue_of(candidate)].append(candidate)
    for queue, waiting in queues.items():
        free = max(capacity.places(queue) - done.get(queue, 0), 0)
        _fill(plan, waiting, open_of, as_of=as_of, free=free)
    wanted = {c.customer_id for waiting in queues.values() for c in waiting}
    ended = (t for t in standing if t.customer_id not in wanted and not t.is_held)
    plan.drop += [(task, Dropped.ENDED) for task in ended]
    return plan


def _fill(
    plan: Plan,
    waiting: list[Candidate],
    open_of: Mapping[int, Standing],
    *,
    as_of: date,
    free: int,
) -> None:
    """First words given and those that keep their place, then the others by what acting brings,
    while places are free."""
    competing = []
    for candidate in waiting:
        task = open_of.get(candidate.customer_id)
        if task is None and candidate.is_word:
            plan.create.append(candidate)
            free -= 1
            continue
        if task is None or not (candidate.is_word or task.keeps_its_place(as_of)):
            competing.append(candidate)
            continue
        plan.keep.append((task, candidate))
        free -= not task.is_hidden(as_of)
    competing.sort(key=lambda candidate: candidate.rank)
    for place, candidate in enumerate(competing):
        task = open_of.get(candidate.customer_id)
        if place >= free:
            plan.drop += [(task, Dropped.OUTRANKED)] if task else []
        elif task:
            plan.keep.append((task, candidate))
        else:
            plan.create.append(candidate)
