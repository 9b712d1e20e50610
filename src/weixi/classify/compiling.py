"""SQL of a checked tree of conditions, over the tables of columns.asked_of. Pure.

Values are bound; names were allowed by conditions.check and reach the text only through Known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .conditions import EVENTS, Known, check


@dataclass(frozen=True)
class Compiled:
    """`sql` is a boolean expression with ? marks for `values`."""

    sql: str
    values: tuple[Any, ...]


def compiled(node: Mapping[str, Any], known: Known, as_of: date) -> Compiled:
    """The SQL of a tree. A comparison with something unknown does not hold."""
    check(node, known)
    values: list[Any] = []
    return Compiled(_sql(node, values, known, as_of), tuple(values))


def _sql(node: Mapping[str, Any], values: list[Any], known: Known, as_of: date) -> str:
    for word, joint in (("all", " AND "), ("any", " OR ")):
        if word in node:
            parts = (_sql(part, values, known, as_of) for part in node[word])
            return "(" + joint.join(parts) + ")"
    if "not" in node:
        return f"(NOT coalesce({_sql(node['not'], values, known, as_of)}, FALSE))"
    if "measure" in node:
        return _measure_sql(node, values, known)
    if "cell" in node:
        values.extend(node["in"])
        return f'coalesce(cells."{node["cell"]}" IN ({_marks(node["in"])}), FALSE)'
    if "field" in node:
        return _field_sql(node, values, known)
    if "consent" in node:
        return _consent_sql(node, values)
    return _event_sql(node, values, as_of)


def _marks(chosen: list[Any]) -> str:
    return ", ".join("?" for _ in chosen)


def _measure_sql(leaf: Mapping[str, Any], values: list[Any], known: Known) -> str:
    column = f'facts."{leaf["measure"]}"'
    if leaf["is"] in ("known", "unknown"):
        return f"({column} IS {'NOT ' if leaf['is'] == 'known' else ''}NULL)"
    values.append(leaf["value"])
    mark = "?::DATE" if known.measures[leaf["measure"]][2] == "date" else "?"
    return f"coalesce({column} {leaf['is']} {mark}, FALSE)"


def _field_sql(leaf: Mapping[str, Any], values: list[Any], known: Known) -> str:
    found = known.fields[leaf["field"]]
    column = f"({found.sql})"
    if "in" in leaf:
        values.extend(leaf["in"])
        return f"coalesce({column} IN ({_marks(leaf['in'])}), FALSE)"
    if leaf["is"] in ("known", "unknown"):
        return f"({column} IS {'NOT ' if leaf['is'] == 'known' else ''}NULL)"
    value = leaf["value"]
    if leaf["is"] == "contains":
        values.append(value.strip().lower())
        return f"coalesce(contains(lower({column}), ?), FALSE)"
    values.append(value.strip() if isinstance(value, str) else value)
    mark = "?::DATE" if found.kind == "date" else "?"
    return f"coalesce({column} {leaf['is']} {mark}, FALSE)"


def _consent_sql(leaf: Mapping[str, Any], values: list[Any]) -> str:
    """On a channel the newest word counts, whether for it or for all; without a channel it is
    enough that one channel is open."""
    values.append(leaf["consent"])
    if leaf.get("channel"):
        values.append(leaf["channel"])
        state, cut = "arg_max(c.granted, c.place)", " AND c.channel IN (?, '')"
    else:
        state, cut = "bool_or(c.granted)", ""
    told = (
        f"(SELECT {state} FROM consents AS c WHERE c.customer_id = facts.customer_id"  # noqa: S608
        f" AND c.purpose = ?{cut})"
    )
    return {
        "given": f"coalesce({told}, FALSE)",
        "withdrawn": f"(NOT coalesce({told}, TRUE))",
        "none": f"({told} IS NULL)",
    }[leaf["is"]]


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
