"""Pure planning of a day: which reasons become tasks, within what people can do in a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from heapq import nlargest
from itertools import islice
from typing import NamedTuple, Protocol

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
        return self.queue(candidate.owner_id, candidate.team_id)

    def queue(self, owner_id: int | None, team_id: int | None) -> Queue:
        return ("team", team_id) if owner_id is None else ("owner", owner_id)

    def places(self, queue: Queue) -> int:
        kind, key = queue
        return self.of_team if kind == "team" else self.of_person.get(key or 0, 0)


class Hope(NamedTuple):
    """What acting on a customer could be worth at most, −1 = unknown. `stake`: value times the
    best chance, None = unknown; `kinds`: the reasons there may be."""

    worth: int
    customer_id: int
    stake: float | None = None
    kinds: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, int]:
        return (-self.worth, self.customer_id)


@dataclass
class Waiting:
    """The most hopeful of a queue in their order. `beyond`: who was left out hopes for no more
    than that; None: nobody was left out."""

    hopes: list[Hope] = field(default_factory=list)
    beyond: int | None = None


class Look(Protocol):
    def nearer(self, hopes: Sequence[Hope]) -> list[Hope]:
        """The same customers, whose hopes are as high or lower."""
        ...

    def closely(self, ids: Sequence[int]) -> list[Candidate]:
        """Those of the customers who have a reason, with their worth as it is."""
        ...


@dataclass
class Contest:
    """For the places of one queue: who was looked at, and what they are worth."""

    waiting: Waiting
    places: int
    taken: int = 0
    worths: list[int] = field(default_factory=list)

    @property
    def least(self) -> int | None:
        """The worth of the last place; None: some are left."""
        is_full = 0 < self.places <= len(self.worths)
        return nlargest(self.places, self.worths)[-1] if is_full else None

    def next(self) -> list[Hope]:
        """Twice as many each time until the places are filled, then all who could be worth one."""
        rest = self.waiting.hopes[self.taken :]
        if self.least is None:
            rest = rest[: max(self.taken, self.places)] if self.places else []
        found = self.hopeful(rest)
        self.taken += len(found)
        return found

    def hopeful(self, ranked: Sequence[Hope]) -> list[Hope]:
        least = self.least
        return [one for one in ranked if least is None or one.worth >= least]

    @property
    def is_unsure(self) -> bool:
        """Somebody who was left out could be worth a place."""
        beyond, least = self.waiting.beyond, self.least
        return beyond is not None and self.places > 0 and (least is None or beyond >= least)


def contending(
    waiting: Mapping[Queue, Waiting], capacity: Capacity, look: Look
) -> tuple[list[Candidate], bool]:
    """Everyone who may get a place beside words given and open tasks, and whether that is sure."""
    contests = {queue: Contest(of, capacity.places(queue)) for queue, of in waiting.items()}
    contenders: list[Candidate] = []

    def closely(some: Iterable[list[Hope]]) -> None:
        for one in look.closely([hope.customer_id for hopes in some for hope in hopes]):
            contenders.append(one)
            contests[capacity.queue_of(one)].worths.append(one.worth)

    while batch := {queue: found for queue, of in contests.items() if (found := of.next())}:
        near = _nearer(batch, look)
        closely(hopes[: contests[queue].places] for queue, hopes in near.items())
        closely(
            contests[queue].hopeful(hopes[contests[queue].places :])
            for queue, hopes in near.items()
        )
    return contenders, not any(of.is_unsure for of in contests.values())


def _nearer(batch: Mapping[Queue, Sequence[Hope]], look: Look) -> dict[Queue, list[Hope]]:
    """All queues at once, each in its order again."""
    near = iter(look.nearer([one for hopes in batch.values() for one in hopes]))
    return {
        queue: sorted(islice(near, len(hopes)), key=lambda one: one.rank)
        for queue, hopes in batch.items()
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
