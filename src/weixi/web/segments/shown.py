"""A tree of conditions ready to draw: for each node its path, its controls and their choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.classify.conditions import (
    CONSENT_STATES,
    EVENTS,
    FIELD_WAYS,
    MOST_DEPTH,
    Known,
    Names,
)
from weixi.measure.registry import BY_CODE

from .tree import Node, room
from .words import is_chinese

Option = tuple[str, str, bool]  # value, label, is it chosen


@dataclass(frozen=True)
class Choices:
    """The list of what a condition can ask, in groups; drawn once for every condition."""

    title: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """A node. `controls` says what the template draws: group, number, text, date, list, event …"""

    path: str
    controls: str
    words: tuple[Option, ...] = ()
    parts: tuple["Shown", ...] = ()
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    ways: tuple[Option, ...] = ()
    choices: tuple[Option, ...] = ()
    value: str = ""
    unit: str = ""
    count: str = ""
    days: str = ""
    since: tuple[Option, ...] = ()
    channels: tuple[Option, ...] = ()
    hint: str = ""
    number: int = 0
    can_add: bool = True
    can_group: bool = True
    is_root: bool = False


def shown(root: Node, known: Known, path: str) -> Shown:
    return _shown(root, path, catalogue(known), known, room(root), depth=1)


def _shown(
    node: Node, path: str, lists: list[Choices], known: Known, has_room: bool, *, depth: int
) -> Shown:
    if not node.group:
        return _leaf(node, path, lists, known)
    parts = tuple(
        _shown(part, f"{path}.{n}", lists, known, has_room, depth=depth + 1)
        for n, part in enumerate(node.parts)
    )
    words = [("all", _("all of these hold")), ("any", _("any of these holds")),
             ("none", _("none of these holds"))]  # fmt: skip
    return Shown(
        path,
        "group",
        words=options(words, node.group),
        parts=parts,
        can_add=has_room,
        can_group=has_room and depth + 2 <= MOST_DEPTH,
        is_root=depth == 1,
    )


def options(pairs: Iterable[tuple[str, str]], chosen: str) -> tuple[Option, ...]:
    return tuple((value, label, value == chosen) for value, label in pairs)


def catalogue(known: Known) -> list[Choices]:
    """Everything that a condition may ask, in the order of the list."""
    fields = [(f"field:{code}", _one((f.name_zh, f.name_en))) for code, f in known.fields.items()]
    events = [(f"event:{code}", _one(names[2:])) for code, names in EVENTS.items()]
    cells = [(f"cell:{code}", _one(names)) for code, names in known.schemes.items()]
    consents = [(f"consent:{code}", _one(names)) for code, names in known.consents.items()]
    measures = [(f"measure:{code}", _one(names[:2])) for code, names in known.measures.items()]
    return [
        Choices(_("The customer"), tuple(fields)),
        Choices(_("What happened"), tuple(events)),
        Choices(_("Stages, schemes and segments"), tuple(cells)),
        Choices(_("Consent to"), tuple(consents)),
        Choices(_("Measures and predictions"), tuple(measures)),
    ]


def _one(names: tuple[str, ...]) -> str:
    return names[0] if is_chinese() else names[1]


def _leaf(node: Node, path: str, lists: list[Choices], known: Known) -> Shown:
    kind, _colon, name = node.what.partition(":")
    groups = tuple((one.title, options(one.options, node.what)) for one in lists)
    draw = _DRAWN.get(kind, _measure)
    return Shown(path, groups=groups, **draw(node, name, known))


def _measure(node: Node, name: str, known: Known) -> dict[str, Any]:
    names = known.measures.get(name, ("", "", ""))
    unit, how = names[2], node.texts.get("is") or ">="
    measure = BY_CODE.get(name)
    hint = (measure.formula_zh if is_chinese() else measure.formula_en) if measure else ""
    if unit == "word":
        how = how if how in ("!=", "known", "unknown") else "="
        words = known.words.get(name, {})
        return {
            "controls": "word" if how in ("=", "!=") else "unary",
            "ways": _ways(("=", "!=", "known", "unknown"), how),
            "choices": options(((c, _one(n)) for c, n in words.items()), node.texts.get("v", "")),
            "hint": hint,
        }
    ways = (">=", "<=", ">", "<", "=", "!=", "known", "unknown")
    controls = "date" if unit == "date" else "number"
    return {
        "controls": "unary" if how in ("known", "unknown") else controls,
        "ways": _ways(ways, how),
        "value": node.texts.get("v", ""),
        "unit": _unit(unit),
        "hint": hint,
    }


def _unit(unit: str) -> str:
    return {"money": "¥", "share": "%", "days": _("days")}.get(unit, "")


def _ways(ways: Iterable[str], chosen: str) -> tuple[Option, ...]:
    words = {
        ">=": _("at least"),
        "<=": _("at most"),
        ">": _("more than"),
        "<": _("less than"),
        "=": _("is"),
        "!=": _("is not"),
        "contains": _("contains"),
        "in": _("is one of"),
        "known": _("is known"),
        "unknown": _("is unknown"),
    }
    return options(((way, words[way]) for way in ways), chosen)


def _field(node: Node, name: str, known: Known) -> dict[str, Any]:
    found = known.fields.get(name)
    if found is None:
        return _measure(node, "", known)
    how, text = node.texts.get("is", ""), node.texts.get("v", "")
    if found.kind == "choice":
        how = how if how in ("known", "unknown") else "in"
        return {
            "controls": "list" if how == "in" else "unary",
            "ways": _ways(("in", "known", "unknown"), how),
            "choices": _several(found.choices, node.chosen),
        }
    ways = FIELD_WAYS[found.kind]
    how = how if how in ways else ways[0]
    kind = {"yes_no": "yes_no", "date": "date", "number": "number"}.get(found.kind, "text")
    words = {">=": _("on or after"), "<=": _("on or before")} if found.kind == "date" else {}
    drawn = [(v, words.get(v, label), c) for v, label, c in _ways(ways, how)]
    return {
        "controls": "unary" if how in ("known", "unknown") else kind,
        "ways": tuple(drawn),
        "value": text,
        "choices": options((("yes", _("Yes")), ("no", _("No"))), text or "yes"),
    }


def _several(choices: Any, chosen: list[str]) -> tuple[Option, ...]:
    return tuple((code, _one(names), code in chosen) for code, names in choices.items())


def _cell(node: Node, name: str, known: Known) -> dict[str, Any]:
    cells: dict[str, Names] = dict(known.cells.get(name, {}))
    return {"controls": "cells", "choices": _several(cells, node.chosen)}


def _event(node: Node, name: str, known: Known) -> dict[str, Any]:
    times = [("at_least", _("at least")), ("at_most", _("at most"))]
    since = [("", _("within days"))] + [
        (code, _("since the last: {event}").format(event=_one(names[2:])))
        for code, names in EVENTS.items()
    ]
    return {
        "controls": "event",
        "ways": options(times, node.texts.get("k") or "at_least"),
        "count": node.texts.get("n") or "1",
        "since": options(since, node.texts.get("s", "")),
        "days": "" if node.texts.get("s") else node.texts.get("d") or "90",
    }


def _consent(node: Node, name: str, known: Known) -> dict[str, Any]:
    states = [(code, _one(names)) for code, names in CONSENT_STATES.items()]
    channels = [("", _("on any channel"))]
    channels += [(code, _one(names)) for code, names in known.channels.items()]
    return {
        "controls": "consent",
        "ways": options(states, node.texts.get("is") or "given"),
        "channels": options(channels, node.texts.get("c", "")),
    }


_DRAWN = {
    "measure": _measure,
    "field": _field,
    "cell": _cell,
    "event": _event,
    "consent": _consent,
}
