"""What may be changed of a signal, and within which limits. Pure.

The shape of a condition stays; its numbers, the points, the cause and the wording are changed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from weixi.classify.conditions import leaves
from weixi.core.errors import Sentence

from .rules import Level, Signal

PLACES = re.compile(r"\{([^{}]*)\}")
LONGEST = {"name": 40, "sentence": 200, "short": 60}
# unit → least and most of a number in a condition, as stored; money in minor units
RANGES: dict[str, tuple[float, float]] = {
    "days": (0, 3_650),
    "count": (0, 1_000_000),
    "share": (-1, 10),
    "ratio": (0, 100),
    "money": (0, 10_000_000_000),
}
OTHER_RANGE = (-1_000_000, 1_000_000)
TIGHTER = {">=": 1, ">": 1, "<=": -1, "<": -1}  # the direction in which fewer customers are meant


class Number(NamedTuple):
    """A number in the condition of a level: `place` counts the conditions of that level."""

    level: int
    place: int
    measure: str
    compare: str
    value: float


def numbers_of(levels: Sequence[Level]) -> list[Number]:
    """Those that may be changed: not the words, not "known"."""
    return [
        Number(at, place, leaf["measure"], leaf["is"], leaf["value"])
        for at, level in enumerate(levels)
        for place, leaf in enumerate(leaves(level.when))
        if _is_number(leaf)
    ]


def with_numbers(
    levels: Sequence[Level], numbers: Mapping[tuple[int, int], float], points: Sequence[int]
) -> list[dict[str, Any]]:
    """The levels as stored, with other numbers and points; the shape of the conditions stays."""
    made: list[dict[str, Any]] = [
        {"when": deepcopy(dict(level.when)), "points": level.points} for level in levels
    ]
    for at, (one, weight) in enumerate(zip(made, points, strict=True)):
        one["points"] = weight
        for place, leaf in enumerate(_leaves(one["when"])):
            if (at, place) in numbers:
                leaf["value"] = numbers[at, place]
    return made


def range_of(unit: str) -> tuple[float, float]:
    return RANGES.get(unit, OTHER_RANGE)


def check_signal(signal: Signal, measures: Mapping[str, tuple[str, str, str]]) -> None:
    """Sentence for a number outside its limits, a level that is never reached, a wrong text."""
    for one in numbers_of(signal.levels):
        least, most = range_of(measures[one.measure][2])
        if not least <= one.value <= most:
            raise Sentence(
                "%(signal)s: %(measure)s is between %(least)s and %(most)s.",
                signal=signal.code,
                measure=one.measure,
                least=f"{least:g}",
                most=f"{most:g}",
            )
    _check_levels(signal)
    _check_texts(signal)


def _check_levels(signal: Signal) -> None:
    for later in range(1, len(signal.levels)):
        above, below = signal.levels[later - 1], signal.levels[later]
        if above.points < below.points:
            raise Sentence(
                "Level %(above)s weighs at least as much as level %(below)s:"
                " now %(more)s and %(less)s points.",
                above=later,
                below=later + 1,
                more=above.points,
                less=below.points,
            )
        if _means_all_of(above, below):
            raise Sentence(
                "Level %(below)s is never reached: level %(above)s means the same customers"
                " or more. Make the numbers of level %(above)s stricter.",
                above=later,
                below=later + 1,
            )


def _means_all_of(above: Level, below: Level) -> bool:
    """Conditions of one shape, and no number of the level above is stricter."""
    first, second = list(leaves(above.when)), list(leaves(below.when))
    if _shape(above.when) != _shape(below.when):
        return False
    return not any(_is_tighter(a, b) for a, b in zip(first, second, strict=True))


def _is_tighter(above: Mapping[str, Any], below: Mapping[str, Any]) -> bool:
    if not _is_number(above):
        return above != below
    way = TIGHTER.get(above["is"])
    if way is None:
        return bool(above["value"] != below["value"])
    return bool(way * above["value"] > way * below["value"])


def _shape(node: Mapping[str, Any]) -> Any:
    """The tree without its values. Under "not" stricter means looser: such trees equal none."""
    for word in ("all", "any"):
        if word in node:
            return word, [_shape(part) for part in node[word]]
    if "not" in node:
        return object()
    return {name: value for name, value in node.items() if name != "value"}


def _check_texts(signal: Signal) -> None:
    for name, most in LONGEST.items():
        for language in ("zh", "en"):
            text = getattr(signal, f"{name}_{language}")
            if not text.strip() or len(text) > most:
                raise Sentence(
                    "%(field)s: between 1 and %(most)s characters, now %(found)s.",
                    field=f"{name}_{language}",
                    most=most,
                    found=len(text.strip()),
                )
            strange = sorted(strange_places(text, () if name == "name" else signal.facts))
            if strange:
                raise Sentence(
                    "%(field)s: there is no {%(place)s}; a text may name %(facts)s.",
                    field=f"{name}_{language}",
                    place=strange[0][:40],
                    facts=" ".join(f"{{{fact}}}" for fact in signal.facts),
                )


def strange_places(text: str, facts: Sequence[str]) -> set[str]:
    """Names in {} that the signal does not know."""
    return set(PLACES.findall(text)) - set(facts)


def _is_number(leaf: Mapping[str, Any]) -> bool:
    value = leaf.get("value")
    return "measure" in leaf and isinstance(value, int | float) and not isinstance(value, bool)


def _leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """As conditions.leaves, to be written into."""
    for one in leaves(node):
        assert isinstance(one, dict)  # deep copies of JSON
        yield one
