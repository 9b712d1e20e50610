"""The company's own curve of value over customers against the reference of a scheme (K2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.translation import gettext as _

from weixi.classify.rules import Definition
from weixi.web.wording import percent

from .shape import Drawn

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 432, 240, 44, 12, 24, 28


@dataclass(frozen=True)
class Step:
    """Up to the end of a cell: share of customers, of profit, and what the reference says."""

    name: str
    people: float
    own: float
    reference_people: float
    reference: float


@dataclass(frozen=True)
class Curve:
    """`points` of both lines as an SVG polyline takes them."""

    steps: tuple[Step, ...]
    finding: str
    own_points: str
    reference_points: str
    own_dots: tuple[tuple[float, float], ...]
    grid: tuple[tuple[str, float, float], ...]  # a word, its place across, its place down
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM
    end: int = WIDTH - RIGHT


def has_reference(definition: Definition) -> bool:
    return any(cell.reference is not None for cell in definition.cells)


def curve(drawn: Drawn, definition: Definition) -> Curve | None:
    """None: no reference, another value than profit, or a profit that is unknown or no gain."""
    if drawn.by != "profit" or not has_reference(definition):
        return None
    values = [line.value for line in drawn.lines]
    people = sum(line.customers for line in drawn.lines)
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not people or min(known) < 0 or sum(known) <= 0:
        return None
    steps = tuple(
        Step(line.name, counted / people, earned / sum(known), edge, told)
        for line, counted, earned, edge, told in zip(
            drawn.lines,
            accumulate(line.customers for line in drawn.lines),
            accumulate(known),
            [*definition.axes[0].at, 1.0],
            accumulate(line.cell.reference or 0.0 for line in drawn.lines),
            strict=True,
        )
    )
    own = [(0.0, 0.0), *((step.people, step.own) for step in steps)]
    reference = [(0.0, 0.0), *((step.reference_people, step.reference) for step in steps)]
    return Curve(
        steps=steps,
        finding=_finding(steps[0]),
        own_points=_points(own),
        reference_points=_points(reference),
        own_dots=tuple(_place(*point) for point in own[1:]),
        grid=tuple((percent(part, 0), *_place(part, part)) for part in (0, 0.25, 0.5, 0.75, 1)),
    )


def _finding(first: Step) -> str:
    text = _(
        "the first {people} of customers bring {own} of profit, the reference says {reference}"
    )
    return text.format(
        people=percent(first.people),
        own=percent(first.own),
        reference=percent(first.reference, 0),
    )


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join("{},{}".format(*_place(*point)) for point in points)


def _place(people: float, value: float) -> tuple[float, float]:
    across = LEFT + people * (WIDTH - LEFT - RIGHT)
    return round(across, 1), round(TOP + (1 - value) * (HEIGHT - TOP - BOTTOM), 1)
