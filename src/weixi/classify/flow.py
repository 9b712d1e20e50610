"""How customers flow through the stages: moves between days, time in one, what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from weixi.core.actor import Actor
from weixi.core.runs import newest_run
from weixi.staff.permissions import listed

from .history import OUTSIDE, days_of, moves
from .models import Membership, Scheme, Transition
from .queries import UNRATED
from .rules import Cell, definition

FORWARD = ("exploration", "build_up", "maturity")  # as the stages of the sources follow
FALLING, GONE = ("decline",), ("ended", OUTSIDE)
MOST_DAYS = 3


@dataclass(frozen=True)
class Stay:
    """How long: `so_far` median days of those in the stage, `finished` of stays that ended; None
    where there is none. Counted from the first refresh on: what was before is not known."""

    so_far: float | None
    finished: float | None


@dataclass(frozen=True)
class Fate:
    """What became of those in a stage on the first day: cells that mean the same, and how many."""

    cell: Cell
    whole: int
    advanced: int
    stayed: int
    fallen: int
    gone: int
    back: int
    ways: Mapping[str, tuple[str, ...]]  # name of a number → the cells it counts


@dataclass(frozen=True)
class Period:
    earlier: date
    later: date
    moves: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Flow:
    """`cells` in the order they follow each other, with unrated last where there are any."""

    scheme: Scheme
    cells: tuple[Cell, ...]
    periods: tuple[Period, ...]

    @property
    def days(self) -> tuple[date, ...]:
        if not self.periods:
            return ()
        return (self.periods[0].earlier, *(period.later for period in self.periods))


def lifecycle() -> Scheme | None:
    return Scheme.objects.filter(kind="lifecycle", is_on=True).first()


def flow(actor: Actor, scheme: Scheme, days: Sequence[date]) -> Flow:
    """Between neighbouring days, the earlier first. What goes into a stage on a day comes out."""
    periods = tuple(
        Period(earlier, later, moves(actor, scheme.code, earlier, later))
        for earlier, later in pairwise(sorted(days)[-MOST_DAYS:])
    )
    seen = {code for period in periods for pair in period.moves for code in pair}
    cells = list(definition(scheme.definition).cells)
    cells.sort(key=lambda cell: _place(cell.code))
    known = {cell.code for cell in cells}
    cells += [
        Cell(code, (), code, code, "none")
        for code in sorted(seen - known - {OUTSIDE, UNRATED.code})
    ]
    if UNRATED.code in seen:
        cells.append(UNRATED)
    return Flow(scheme, tuple(cells), periods)


def _place(code: str) -> int:
    order = (*FORWARD, *FALLING, "ended")
    return order.index(code) if code in order else len(order)


def days_to_compare(scheme: Scheme) -> list[date]:
    """Every refreshed day on which the scheme was there, the newest first."""
    return days_of(scheme.code, before=date.max)


def fates(found: Flow) -> list[Fate]:
    """From the first to the second day of the last period."""
    if not found.periods:
        return []
    period = found.periods[-1]
    return [fate for cell in found.cells if (fate := _fate(cell, found, period)).whole]


def _fate(cell: Cell, found: Flow, period: Period) -> Fate:
    codes = [one.code for one in found.cells] + [OUTSIDE]
    ahead = FORWARD[FORWARD.index(cell.code) + 1 :] if cell.code in FORWARD else ()
    ahead = FORWARD if cell.code in FALLING + GONE else ahead  # it came back to life
    ways = {
        "advanced": tuple(code for code in codes if code in ahead),
        "stayed": (cell.code,),
        "fallen": tuple(code for code in codes if code in FALLING and code != cell.code),
        "gone": tuple(code for code in codes if code in GONE and code != cell.code),
    }
    told = {code for some in ways.values() for code in some}
    ways["back"] = tuple(code for code in codes if code not in told)
    counts = {
        name: sum(period.moves.get((cell.code, code), 0) for code in some)
        for name, some in ways.items()
    }
    return Fate(cell, sum(counts.values()), ways=ways, **counts)


def stays(actor: Actor, scheme: Scheme) -> dict[str, Stay]:
    """Stage → how long customers are in it."""
    run = newest_run()
    if run is None:
        return {}
    now = Membership.objects.filter(listed(actor, "customer__"), scheme=scheme)
    so_far: dict[str, list[int]] = {}
    for cell, since in now.values_list("cell", "since"):
        so_far.setdefault(cell, []).append((run.as_of - since).days)
    ended = Transition.objects.filter(
        listed(actor, "customer__"), scheme=scheme, from_since__isnull=False
    ).exclude(from_cell="")
    finished: dict[str, list[int]] = {}
    for cell, began, on in ended.values_list("from_cell", "from_since", "on"):
        if began is not None:
            finished.setdefault(cell, []).append((on - began).days)
    return {
        code: Stay(_median(so_far.get(code)), _median(finished.get(code)))
        for code in so_far.keys() | finished.keys()
    }


def _median(days: list[int] | None) -> float | None:
    return float(median(days)) if days else None
