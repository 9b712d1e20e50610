"""The signals in force: those shipped in signals.json, with what people changed of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from weixi.classify.conditions import Known, Refused, check
from weixi.classify.vocabulary import known
from weixi.core.errors import RuleBroken, Sentence
from weixi.core.text import told
from weixi.core.values import declare, value_of

from .derived import COLUMNS, derived, topics
from .limits import check_signal
from .rules import Signal, signal_from

SHIPPED: dict[str, Any] = json.loads(
    Path(__file__).with_name("signals.json").read_text(encoding="utf-8")
)
# {signal: {field: value}}: fields that differ from the shipped ones, or a whole signal of one's own
CHANGES = declare("warnings.signals", {})
# As shipped, for old entries of the journal: told without asking for what people changed
SHIPPED_NAMES = {one["code"]: (one["name_zh"], one["name_en"]) for one in SHIPPED["signals"]}
POPULATION = declare("warnings.population", SHIPPED["population"])
TOPICS = {
    "competitor": ("竞争对手", "a competitor"),
    "own_change": ("自身变化", "a change of their own"),
    "disappointed": ("失望", "disappointment"),
}
BASE_POINTS = declare("warnings.base_points", 20)  # where no model tells the company's rate


class InForce(NamedTuple):
    """What people have set of warnings, read at once: a thread beside the run asks no database.

    `names`: what the conditions of signals may name; `whom`: whom warnings are about, which may
    name `people`; `base_points`: where no model tells the company's rate.
    """

    signals: tuple[Signal, ...]
    names: Known
    whom: Mapping[str, Any]
    people: Known
    topics: tuple[str, ...]
    base_points: int


def in_force() -> InForce:
    names = known()
    people = _of_people(names)
    return InForce(
        signals(),
        _of_signals(names),
        population(people),
        people,
        tuple(topics()),
        value_of(BASE_POINTS),
    )


def stored_signals(changes: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Shipped and own signals as stored, the weightiest kind of cause first."""
    changed = dict(value_of(CHANGES) if changes is None else changes)
    merged = [{**one, **changed.pop(one["code"], {})} for one in SHIPPED["signals"]]
    return merged + [{"code": code, **fields} for code, fields in changed.items()]


def signals() -> tuple[Signal, ...]:
    """Those that are switched on."""
    return tuple(one for one in map(signal_from, stored_signals()) if one.is_on)


def signals_by_code() -> dict[str, Signal]:
    """Also those switched off: older alerts still need their words."""
    return {one.code: one for one in map(signal_from, stored_signals())}


def vocabulary() -> Known:
    """What the conditions of signals may name: measures, cells and the columns of derived.py."""
    return _of_signals(known())


def _of_signals(names: Known) -> Known:
    measures = {**names.measures, **COLUMNS, **said_columns()}
    return replace(names, measures=measures, fields={}, consents={})


def population_vocabulary() -> Known:
    """What the condition of whom warnings are about may name: all that a segment may, and the
    numbers and days that signals ask for."""
    return _of_people(known())


def _of_people(names: Known) -> Known:
    said = {code: words for code, words in said_columns().items() if code.endswith("_days")}
    return replace(names, measures={**names.measures, **COLUMNS, **said})


def own_vocabulary() -> Known:
    """What the condition of a signal of the company's own may name: numbers, days and cells."""
    return replace(population_vocabulary(), fields={}, consents={})


def names_of(code: str) -> tuple[str, str]:
    """中文, English of a signal that is or was; its code where nothing is known of it any more."""
    if code in SHIPPED_NAMES:
        return SHIPPED_NAMES[code]
    own = value_of(CHANGES).get(code, {})
    return own.get("name_zh", code), own.get("name_en", code)


def population(names: Known) -> dict[str, Any]:
    """The condition in force. Where it names what has gone meanwhile, such as a segment, the
    shipped one holds: nobody is left without warnings for it."""
    stored: dict[str, Any] = value_of(POPULATION)
    try:
        check(stored, names)
    except Refused:
        return dict(SHIPPED["population"])
    return stored


def check_population(when: Mapping[str, Any]) -> None:
    check_condition(when, population_vocabulary())


def check_condition(when: Mapping[str, Any], names: Known) -> None:
    """RuleBroken unless the condition can be asked."""
    try:
        check(when, names)
    except Sentence as problem:
        raise RuleBroken(told(problem)) from problem


def said_columns() -> dict[str, tuple[str, str, str]]:
    """The words of a topic as people call them; a topic of one's own by its code."""
    columns: dict[str, tuple[str, str, str]] = {}
    for topic in topics():
        zh, en = TOPICS.get(topic, (topic, topic))
        columns |= {
            f"said_{topic}_days": (f"距提到{zh}天数", f"Days since {en} was named", "days"),
            f"said_{topic}_word": (f"提到{zh}的词", f"Word that named {en}", "word"),
            f"said_{topic}_place": (f"在哪里提到{zh}", f"Where {en} was named", "word"),
            f"said_{topic}_row": (f"said_{topic}_row", f"said_{topic}_row", "count"),
        }
    return columns


def differing(code: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Of the fields of a signal those that are not as shipped; of an own signal all."""
    shipped: dict[str, Any] = next((one for one in SHIPPED["signals"] if one["code"] == code), {})
    plain = {"is_on": True, "is_alone": False, "is_purchase": False} | shipped
    return {n: value for n, value in fields.items() if n not in plain or plain[n] != value}


def check_changes(changes: Mapping[str, Any]) -> None:
    """RuleBroken unless every signal can be computed with them."""
    names = vocabulary()
    columns = {*names.measures, *derived()}
    try:
        for one in map(signal_from, stored_signals(changes)):
            for level in one.levels:
                check(level.when, names)
            strange = {*one.facts, *one.date.values()} - columns
            if strange or not one.code.isidentifier():
                raise ValueError(f"{one.code}: there is no {', '.join(sorted(strange)) or 'code'}.")
            check_signal(one, names.measures)
    except Sentence as problem:
        raise RuleBroken(told(problem)) from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise RuleBroken(str(problem)) from problem
