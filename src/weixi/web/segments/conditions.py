"""What was typed as a condition, as the stored form; what is missing is told with its name."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.classify.conditions import CONSENT_STATES, MOST_CONDITIONS, MOST_DEPTH, Known
from weixi.core.errors import RuleBroken

from .tree import Node
from .words import is_chinese

LARGEST = 10**13


def stored_of(root: Node, known: Known) -> dict[str, Any]:
    """RuleBroken with a sentence that names the condition. The limits come first: a request can
    hold more than the page offers."""
    if root.size > MOST_CONDITIONS:
        raise RuleBroken(
            _("Between 1 and %(most)s conditions are possible, here are %(found)s.")
            % {"most": MOST_CONDITIONS, "found": root.size}
        )
    if root.depth > MOST_DEPTH:
        raise RuleBroken(
            _("Conditions may be nested %(most)s deep, these are %(found)s.")
            % {"most": MOST_DEPTH, "found": root.depth}
        )
    return _stored(root, known)


def _stored(node: Node, known: Known) -> dict[str, Any]:
    if not node.group:
        return _leaf(node, known)
    parts = [_stored(part, known) for part in node.parts]
    if not parts:
        raise RuleBroken(_("A group of conditions needs at least one condition."))
    if node.group == "none":
        return {"not": parts[0] if len(parts) == 1 else {"any": parts}}
    return {node.group: parts}


def _leaf(node: Node, known: Known) -> dict[str, Any]:
    kind, _colon, name = node.what.partition(":")
    if kind == "measure" and name in known.measures:
        return _measure(node, name, known)
    if kind == "field" and name in known.fields:
        return _field(node, name, known)
    if kind == "cell" and name in known.cells:
        return {"cell": name, "in": _chosen(node, scheme_name(name, known))}
    if kind == "event":
        return _event(node, name)
    if kind == "consent":
        states = {"is": node.texts.get("is") or next(iter(CONSENT_STATES))}
        return {"consent": name, "channel": node.texts.get("c", ""), **states}
    raise RuleBroken(_("Choose what the condition asks for."))


def scheme_name(code: str, known: Known) -> str:
    return _in_language(known.schemes.get(code, (code, code)))


def _in_language(names: tuple[str, ...]) -> str:
    return names[0] if is_chinese() else names[1]


def _chosen(node: Node, name: str) -> list[str]:
    if not node.chosen:
        raise RuleBroken(_("%(name)s: choose at least one of the list.") % {"name": name})
    return node.chosen


def _measure(node: Node, name: str, known: Known) -> dict[str, Any]:
    how, text, unit = node.texts.get("is") or ">=", node.texts.get("v", ""), known.measures[name][2]
    if how in ("known", "unknown"):
        return {"measure": name, "is": how}
    title = _in_language(known.measures[name][:2])
    if unit == "word":
        return {"measure": name, "is": how if how in ("=", "!=") else "=", "value": text}
    value = _day(text, title) if unit == "date" else number(text, title, unit)
    return {"measure": name, "is": how, "value": value}


def _field(node: Node, name: str, known: Known) -> dict[str, Any]:
    found, how, text = known.fields[name], node.texts.get("is", ""), node.texts.get("v", "")
    title = _in_language((found.name_zh, found.name_en))
    if how in ("known", "unknown"):
        return {"field": name, "is": how}
    if found.kind == "choice":
        return {"field": name, "in": _chosen(node, title)}
    if found.kind == "yes_no":
        return {"field": name, "is": "=", "value": text != "no"}
    if found.kind == "number":
        return {"field": name, "is": how or ">=", "value": number(text, title, "")}
    if found.kind == "date":
        return {"field": name, "is": how or ">=", "value": _day(text, title)}
    if not text.strip():
        raise RuleBroken(_("%(name)s: a value is missing.") % {"name": title})
    return {"field": name, "is": how or "=", "value": text.strip()}


def _event(node: Node, name: str) -> dict[str, Any]:
    texts = node.texts
    least = "at_most" if texts.get("k") == "at_most" else "at_least"
    leaf: dict[str, Any] = {"event": name, least: _whole(texts.get("n") or "1", _("Times"))}
    if texts.get("s"):
        return {**leaf, "since": texts["s"]}
    return {**leaf, "within_days": _whole(texts.get("d") or "90", _("Days"))}


def number(text: str, title: str, unit: str) -> float:
    """Typed amounts are in the currency's unit, typed shares in percent."""
    plain = text.strip().replace(",", "").replace("，", "").removesuffix("%")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not abs(value) < LARGEST:
        raise RuleBroken(_("%(name)s: enter a number.") % {"name": title})
    if unit == "money":
        return round(value * 100)
    if unit == "share":
        return round(value / 100, 8)
    return int(value) if value == int(value) else value


def _whole(text: str, title: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 6):
        raise RuleBroken(_("%(name)s: enter a whole number.") % {"name": title})
    return int(text)


def _day(text: str, title: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise RuleBroken(_("%(name)s: a day is written as 2026-11-20.") % {"name": title}) from None
