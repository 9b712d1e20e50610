"""Conditions over measures, cells and events, for lifecycle rules and segments. Pure.

Stored form (JSON): {"all": [...]}, {"any": [...]}, {"not": node}, or a leaf:
{"measure": "lateness", "is": ">=", "value": 1.5} · {"measure": "credit", "is": "unknown"} ·
{"cell": "rfm", "in": ["important_keep"]} ·
{"event": "complaint", "within_days": 90, "at_least": 1} ·
{"event": "purchase", "since": "complaint", "at_most": 0} (none since the last complaint).

A tree becomes SQL over the lake's columns with bound values, and a Chinese and an English sentence.
Only names that the caller allows reach the SQL; depth and number of conditions are limited.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_DEPTH, MOST_CONDITIONS = 5, 50
COMPARISONS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "=", "!=": "≠"}
# event → (fact table of the lake, extra condition, 中文, English)
EVENTS = {
    "purchase": ("customer_days", "sales > 0", "购买", "purchases"),
    "return": ("customer_days", "returned > 0", "退货", "returns"),
    "contact": ("contact_days", "contacts > 0", "联系", "contacts"),
    "complaint": ("complaints", "TRUE", "投诉", "complaints"),
    "answer": ("answers", "TRUE", "回答调查", "survey answers"),
}
MEASURE_COLUMNS = "facts."


@dataclass(frozen=True)
class Known:
    """What a tree may name: measure code → (中文, English, unit); scheme code → cell names."""

    measures: Mapping[str, tuple[str, str, str]]
    cells: Mapping[str, Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class Compiled:
    """`sql` is a boolean expression with ? marks for `values`."""

    sql: str
    values: tuple[Any, ...]


class Refused(ValueError):
    """The tree names something unknown or is too large; the message is for a person."""


def check(node: Any, known: Known) -> None:
    """Raises Refused unless the tree can be compiled."""
    depth = _depth(node)
    if depth > MOST_DEPTH:
        raise Refused(f"Conditions may be nested {MOST_DEPTH} deep, these are {depth}.")
    leaves = sum(1 for _ in _leaves(node))
    if not 1 <= leaves <= MOST_CONDITIONS:
        raise Refused(
            f"Between 1 and {MOST_CONDITIONS} conditions are possible, here are {leaves}."
        )
    for leaf in _leaves(node):
        _check_leaf(leaf, known)


def compiled(node: Mapping[str, Any], known: Known, as_of: date) -> Compiled:
    """The SQL of a checked tree. A comparison with an unknown measure does not hold."""
    check(node, known)
    values: list[Any] = []
    return Compiled(_sql(node, values, as_of), tuple(values))


def sentence(node: Mapping[str, Any], known: Known, language: str) -> str:
    """The tree in words: 距上次购买天数 ≥ 60 且（…或…）."""
    chinese = language.startswith("zh")
    return _words(node, known, chinese, inside=False)


def _depth(node: Any) -> int:
    if not isinstance(node, Mapping):
        raise Refused("A condition is an object with all, any, not, measure, cell or event.")
    parts = node.get("all") or node.get("any") or ([node["not"]] if "not" in node else [])
    return 1 + max((_depth(part) for part in parts), default=0)


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for word in ("all", "any"):
        if word in node:
            for part in node[word]:
                yield from _leaves(part)
            return
    if "not" in node:
        yield from _leaves(node["not"])
    else:
        yield node


def _check_leaf(leaf: Mapping[str, Any], known: Known) -> None:
    if "measure" in leaf:
        _check_measure(leaf, known)
    elif "cell" in leaf:
        cells = known.cells.get(leaf["cell"])
        if cells is None:
            raise Refused(f"There is no scheme {leaf['cell']}.")
        strange = [cell for cell in leaf.get("in", ()) if cell not in cells]
        if strange or not leaf.get("in"):
            raise Refused(
                f"The scheme {leaf['cell']} has no cell {', '.join(strange) or '(none)'}."
            )
    elif "event" in leaf:
        _check_event(leaf)
    else:
        raise Refused("A condition names a measure, a cell or an event.")


def _check_measure(leaf: Mapping[str, Any], known: Known) -> None:
    if leaf["measure"] not in known.measures:
        raise Refused(f"There is no measure {leaf['measure']}.")
    how = leaf.get("is")
    if how in ("known", "unknown"):
        return
    if how not in COMPARISONS:
        raise Refused(f"{leaf['measure']}: compare with {' '.join(COMPARISONS)}, known or unknown.")
    if isinstance(leaf.get("value"), bool) or not isinstance(leaf.get("value"), int | float | str):
        raise Refused(f"{leaf['measure']}: a value is missing.")


def _check_event(leaf: Mapping[str, Any]) -> None:
    for name in (leaf["event"], *((leaf["since"],) if "since" in leaf else ())):
        if name not in EVENTS:
            raise Refused(f"There is no event {name}.")
    if ("since" in leaf) == ("within_days" in leaf):
        raise Refused("An event is counted either within days or since another event.")
    numbers = [leaf[name] for name in ("within_days", "at_least", "at_most") if name in leaf]
    if any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for n in numbers):
        raise Refused("Days and counts of an event are whole numbers from 0.")
    if ("at_least" in leaf) == ("at_most" in leaf):
        raise Refused("An event is counted at least or at most so many times.")


def _sql(node: Mapping[str, Any], values: list[Any], as_of: date) -> str:
    for word, joint in (("all", " AND "), ("any", " OR ")):
        if word in node:
            return "(" + joint.join(_sql(part, values, as_of) for part in node[word]) + ")"
    if "not" in node:
        return f"(NOT coalesce({_sql(node['not'], values, as_of)}, FALSE))"
    if "measure" in node:
        return _measure_sql(node, values)
    if "cell" in node:
        values.extend(node["in"])
        marks = ", ".join("?" for _ in node["in"])
        return f'coalesce(cells."{node["cell"]}" IN ({marks}), FALSE)'
    return _event_sql(node, values, as_of)


def _measure_sql(leaf: Mapping[str, Any], values: list[Any]) -> str:
    column = f'facts."{leaf["measure"]}"'
    if leaf["is"] in ("known", "unknown"):
        return f"({column} IS {'NOT ' if leaf['is'] == 'known' else ''}NULL)"
    values.append(leaf["value"])
    return f"coalesce({column} {leaf['is']} ?, FALSE)"


def _event_sql(leaf: Mapping[str, Any], values: list[Any], as_of: date) -> str:
    table, holds, *_ = EVENTS[leaf["event"]]
    counted = f"SELECT count(*) FROM {table} AS e WHERE e.customer_id = facts.customer_id"  # noqa: S608
    counted += f" AND e.{holds}" if holds != "TRUE" else ""
    if "since" in leaf:
        other, other_holds, *_ = EVENTS[leaf["since"]]
        last = f"SELECT max(o.day) FROM {other} AS o WHERE o.customer_id = facts.customer_id"  # noqa: S608
        last += f" AND o.{other_holds}" if other_holds != "TRUE" else ""
        counted += f" AND e.day > ({last})"
    else:
        values.extend([as_of, leaf["within_days"]])
        counted += " AND date_diff('day', e.day, ?) < ?"
    values.append(leaf.get("at_least", leaf.get("at_most")))
    return f"(({counted}) {'>=' if 'at_least' in leaf else '<='} ?)"


def _words(node: Mapping[str, Any], known: Known, chinese: bool, *, inside: bool) -> str:
    for word, zh, en in (("all", "，且", " and "), ("any", "，或", " or ")):
        if word in node:
            parts = [_words(part, known, chinese, inside=True) for part in node[word]]
            joined = (zh if chinese else en).join(parts)
            if not inside or len(parts) == 1:
                return joined
            return f"（{joined}）" if chinese else f"({joined})"
    if "not" in node:
        told = _words(node["not"], known, chinese, inside=True)
        return f"并非{told}" if chinese else f"not {told}"
    if "measure" in node:
        return _measure_words(node, known, chinese)
    if "cell" in node:
        names = [known.cells[node["cell"]][cell][0 if chinese else 1] for cell in node["in"]]
        return f"属于{'、'.join(names)}" if chinese else f"in {', '.join(names)}"
    return _event_words(node, chinese)


def _measure_words(leaf: Mapping[str, Any], known: Known, chinese: bool) -> str:
    name = known.measures[leaf["measure"]][0 if chinese else 1]
    if leaf["is"] in ("known", "unknown"):
        zh = {"known": "已知", "unknown": "未知"}[leaf["is"]]
        return f"{name}{zh}" if chinese else f"{name} is {leaf['is']}"
    unit = known.measures[leaf["measure"]][2]
    return f"{name} {COMPARISONS[leaf['is']]} {_value(leaf['value'], unit)}"


def _value(value: Any, unit: str) -> str:
    if unit == "money" and isinstance(value, int | float):
        return f"¥{value / 100:,.0f}"
    if unit == "share" and isinstance(value, int | float):
        return f"{value:.0%}"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _event_words(leaf: Mapping[str, Any], chinese: bool) -> str:
    zh, en = EVENTS[leaf["event"]][2:]
    count = leaf.get("at_least", leaf.get("at_most"))
    if "since" in leaf:
        other_zh, other_en = EVENTS[leaf["since"]][2:]
        when = f"最近一次{other_zh}之后" if chinese else f"since the last of the {other_en}"
    else:
        when = f"近 {leaf['within_days']} 天" if chinese else f"in {leaf['within_days']} days"
    if chinese:
        if "at_most" in leaf and count == 0:
            return f"{when}没有{zh}"
        return f"{when}{zh}{'至少' if 'at_least' in leaf else '至多'} {count} 次"
    if "at_most" in leaf and count == 0:
        return f"no {en} {when}"
    return f"{en} {when}: {'at least' if 'at_least' in leaf else 'at most'} {count}"


def names_in(node: Mapping[str, Any]) -> Sequence[str]:
    """The measures a tree reads."""
    return tuple(dict.fromkeys(leaf["measure"] for leaf in _leaves(node) if "measure" in leaf))
