"""Conditions over measures, cells, events, fields and consent. Pure: what may be said.

Stored form (JSON): {"all": [...]}, {"any": [...]}, {"not": node}, or a leaf:
{"measure": "lateness", "is": ">=", "value": 1.5} · {"measure": "credit", "is": "unknown"} ·
{"cell": "rfm", "in": ["important_keep"]} ·
{"event": "complaint", "within_days": 90, "at_least": 1} ·
{"event": "purchase", "since": "complaint", "at_most": 0} (none since the last complaint) ·
{"field": "city", "is": "=", "value": "上海"} · {"field": "type", "in": ["business"]} ·
{"consent": "marketing", "channel": "sms", "is": "given"}.

Only names that the caller allows (Known) pass `check`; depth and number of conditions are limited.
compiling.py makes SQL of a tree, sentences.py a Chinese and an English sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from weixi.core.errors import Sentence

MOST_DEPTH, MOST_CONDITIONS = 5, 50
MOST_DAYS, MOST_TEXT, MOST_CHOSEN = 36_500, 100, 50
COMPARISONS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "=", "!=": "≠"}
UNARY = ("known", "unknown")
# event → (fact table of the lake, extra condition, 中文, English)
EVENTS = {
    "purchase": ("customer_days", "sales > 0", "购买", "purchases"),
    "return": ("customer_days", "returned > 0", "退货", "returns"),
    "contact": ("contact_days", "contacts > 0", "联系", "contacts"),
    "complaint": ("complaints", "TRUE", "投诉", "complaints"),
    "answer": ("answers", "TRUE", "回答调查", "survey answers"),
}
# kind of a field → what it may be compared by
FIELD_WAYS = {
    "text": ("=", "!=", "contains", *UNARY),
    "choice": UNARY,  # and {"in": [...]}
    "number": (*COMPARISONS, *UNARY),
    "date": (">=", "<=", *UNARY),
    "yes_no": ("=", *UNARY),
}
CONSENT_STATES = {
    "given": ("已同意", "given"),
    "withdrawn": ("已撤回", "withdrawn"),
    "none": ("没有记录", "not recorded"),
}
Names = tuple[str, str]  # 中文, English


@dataclass(frozen=True)
class Field:
    """A field of a customer. `sql`: its value in the lake's table `fields`."""

    name_zh: str
    name_en: str
    kind: str  # a key of FIELD_WAYS
    sql: str
    choices: Mapping[str, Names] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What a tree may name: measure code → (中文, English, unit); scheme code → cell names;
    fields; purposes of consent and channels; words that a measure may be (`words`)."""

    measures: Mapping[str, tuple[str, str, str]]
    cells: Mapping[str, Mapping[str, Names]]
    fields: Mapping[str, Field] = field(default_factory=dict)
    consents: Mapping[str, Names] = field(default_factory=dict)
    channels: Mapping[str, Names] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Names]] = field(default_factory=dict)
    schemes: Mapping[str, Names] = field(default_factory=dict)


class Refused(Sentence):
    """The tree names something unknown or is too large; the message is for a person."""


def check(node: Any, known: Known) -> None:
    """Raises Refused unless the tree can be compiled."""
    depth = _depth(node)
    if depth > MOST_DEPTH:
        raise Refused(
            "Conditions may be nested %(most)s deep, these are %(found)s.",
            most=MOST_DEPTH,
            found=depth,
        )
    found = list(leaves(node))
    if not 1 <= len(found) <= MOST_CONDITIONS:
        raise Refused(
            "Between 1 and %(most)s conditions are possible, here are %(found)s.",
            most=MOST_CONDITIONS,
            found=len(found),
        )
    for leaf in found:
        _check_leaf(leaf, known)


def leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The conditions of a tree, in order."""
    for word in ("all", "any"):
        if word in node:
            for part in node[word]:
                yield from leaves(part)
            return
    if "not" in node:
        yield from leaves(node["not"])
    else:
        yield node


def names_in(node: Mapping[str, Any]) -> Sequence[str]:
    """The measures a tree reads."""
    return tuple(dict.fromkeys(leaf["measure"] for leaf in leaves(node) if "measure" in leaf))


def schemes_in(node: Mapping[str, Any]) -> Sequence[str]:
    """The schemes whose cells a tree reads."""
    return tuple(dict.fromkeys(leaf["cell"] for leaf in leaves(node) if "cell" in leaf))


def _depth(node: Any) -> int:
    """Counted without recursion: what comes from outside may be nested a thousand deep."""
    level, depth = [node], 0
    while level:
        depth += 1
        below: list[Any] = []
        for one in level:
            below.extend(_parts(one))
        level = below
        if depth > MOST_DEPTH:
            return depth
    return depth


def _parts(node: Any) -> Sequence[Any]:
    if not isinstance(node, Mapping):
        raise Refused("A condition names a measure, a field, a cell, an event or a consent.")
    groups = [word for word in ("all", "any", "not") if word in node]
    if not groups:
        return ()
    if len(node) != 1:
        raise Refused("A group of conditions has one word: all, any or not.")
    if groups == ["not"]:
        return (node["not"],)
    parts = node[groups[0]]
    if not isinstance(parts, list) or not parts:
        raise Refused("A group of conditions needs at least one condition.")
    return parts


def _check_leaf(leaf: Mapping[str, Any], known: Known) -> None:
    for word, checked, allowed in _LEAVES:
        if word in leaf:
            strange = set(leaf) - allowed
            if strange:
                raise Refused(
                    "A condition knows no “%(name)s”.", name=str(min(strange, key=str))[:40]
                )
            checked(leaf, known)
            return
    raise Refused("A condition names a measure, a field, a cell, an event or a consent.")


def _check_measure(leaf: Mapping[str, Any], known: Known) -> None:
    name, how = leaf["measure"], leaf.get("is")
    if name not in known.measures:
        raise Refused("There is no measure %(name)s.", name=str(name)[:40])
    if how in UNARY:
        return
    if how not in COMPARISONS:
        raise Refused(
            "%(name)s: compare with %(ways)s, known or unknown.",
            name=name,
            ways=" ".join(COMPARISONS),
        )
    value = leaf.get("value")
    unit = known.measures[name][2]
    if unit == "date":
        _check_day(name, value)
    elif unit != "word" and isinstance(value, str):
        raise Refused("%(name)s: the value is a number.", name=name)
    elif isinstance(value, bool) or not isinstance(value, int | float | str) or value == "":
        raise Refused("%(name)s: a value is missing.", name=name)


def _check_day(name: str, value: Any) -> None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refused("%(name)s: a day is written as 2026-11-20.", name=name) from None


def _check_cell(leaf: Mapping[str, Any], known: Known) -> None:
    cells = known.cells.get(leaf["cell"]) if isinstance(leaf["cell"], str) else None
    if cells is None:
        raise Refused("There is no scheme %(name)s.", name=str(leaf["cell"])[:40])
    chosen = leaf.get("in")
    _check_chosen(leaf["cell"], chosen)
    strange = [cell for cell in chosen or () if cell not in cells]
    if strange:
        raise Refused(
            "The scheme %(name)s has no cell %(cell)s.",
            name=leaf["cell"],
            cell=str(strange[0])[:40],
        )


def _check_chosen(name: str, chosen: Any) -> None:
    if not isinstance(chosen, list) or not chosen or not all(isinstance(c, str) for c in chosen):
        raise Refused("%(name)s: choose at least one of the list.", name=name)
    if len(chosen) > MOST_CHOSEN:
        raise Refused("%(name)s: choose at most %(most)s.", name=name, most=MOST_CHOSEN)


def _check_event(leaf: Mapping[str, Any], known: Known) -> None:
    for name in (leaf["event"], *((leaf["since"],) if "since" in leaf else ())):
        if not isinstance(name, str) or name not in EVENTS:
            raise Refused("There is no event %(name)s.", name=str(name)[:40])
    if ("since" in leaf) == ("within_days" in leaf):
        raise Refused("An event is counted either within days or since another event.")
    numbers = [leaf[name] for name in ("within_days", "at_least", "at_most") if name in leaf]
    if any(
        not isinstance(n, int) or isinstance(n, bool) or not 0 <= n <= MOST_DAYS for n in numbers
    ):
        raise Refused(
            "Days and counts of an event are whole numbers from 0 to %(most)s.", most=MOST_DAYS
        )
    if ("at_least" in leaf) == ("at_most" in leaf):
        raise Refused("An event is counted at least or at most so many times.")


def _check_field(leaf: Mapping[str, Any], known: Known) -> None:
    name = leaf["field"]
    found = known.fields.get(name) if isinstance(name, str) else None
    if found is None:
        raise Refused("There is no field %(name)s.", name=str(name)[:40])
    if "in" in leaf:
        _check_chosen(found.name_zh, leaf["in"])
        if found.kind != "choice" or not set(leaf["in"]) <= set(found.choices):
            raise Refused("%(name)s: choose at least one of the list.", name=found.name_zh)
        return
    if leaf.get("is") not in FIELD_WAYS[found.kind]:
        raise Refused("%(name)s cannot be compared this way.", name=found.name_zh)
    if leaf["is"] not in UNARY:
        _check_field_value(found, leaf.get("value"))


def _check_field_value(found: Field, value: Any) -> None:
    name = found.name_zh
    if found.kind == "date":
        _check_day(name, value)
    elif found.kind == "yes_no":
        if not isinstance(value, bool):
            raise Refused("%(name)s is yes or no.", name=name)
    elif found.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused("%(name)s: the value is a number.", name=name)
    elif not isinstance(value, str) or not value.strip():
        raise Refused("%(name)s: a value is missing.", name=name)
    elif len(value) > MOST_TEXT:
        raise Refused("%(name)s: at most %(most)s characters.", name=name, most=MOST_TEXT)


def _check_consent(leaf: Mapping[str, Any], known: Known) -> None:
    if leaf["consent"] not in known.consents:
        raise Refused("There is no consent for %(name)s.", name=str(leaf["consent"])[:40])
    channel = leaf.get("channel", "")
    if channel and channel not in known.channels:
        raise Refused("There is no channel %(name)s.", name=str(channel)[:40])
    if leaf.get("is") not in CONSENT_STATES:
        raise Refused("A consent is given, withdrawn or none.")


_LEAVES = (
    ("measure", _check_measure, {"measure", "is", "value"}),
    ("cell", _check_cell, {"cell", "in"}),
    ("event", _check_event, {"event", "within_days", "since", "at_least", "at_most"}),
    ("field", _check_field, {"field", "is", "value", "in"}),
    ("consent", _check_consent, {"consent", "channel", "is"}),
)
