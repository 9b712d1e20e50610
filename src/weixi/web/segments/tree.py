"""A tree of conditions as form fields, and back.

A node has a path: the root is `r` (or `c0`, `c1` … of a scheme with several rules), its parts are
`r.0`, `r.1` … Fields of a group: `PATH.g` all, any or none. Of a condition: `PATH.w` what it asks
("measure:revenue_12m", "field:city", "cell:rfm", "event:purchase", "consent:marketing"), and `is`,
`v`, `in`, `k`, `n`, `s`, `d`, `c` as the kind needs them. Nothing else of a request is read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from weixi.classify.conditions import MOST_CONDITIONS, MOST_DEPTH

GROUPS = ("all", "any", "none")
TEXTS = ("is", "v", "k", "n", "s", "d", "c")
FIRST = "measure:revenue_12m"
MOST_PARTS = 50


class Given(Protocol):
    """What a QueryDict offers."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def getlist(self, key: str) -> list[str]: ...

    def __iter__(self) -> Any: ...


@dataclass
class Node:
    """A group when `group` is set, else a condition: what it asks and its texts as typed."""

    group: str = ""
    parts: "list[Node]" = field(default_factory=list)
    what: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many conditions."""
        return sum(part.size for part in self.parts) if self.group else 1

    @property
    def depth(self) -> int:
        return 1 + max((part.depth for part in self.parts), default=0)


def read(given: Given, root: str) -> Node:
    """The draft as it was sent; strange fields are passed over."""
    pattern = re.compile(rf"{re.escape(root)}((?:\.\d{{1,2}}){{0,{MOST_DEPTH}}})\.(?:g|w)")
    paths = {root + found[1] for name in given if (found := pattern.fullmatch(name))}
    if root not in paths:
        return Node("all", [Node(what=FIRST)])
    return _read(given, root, paths)


def _read(given: Given, path: str, paths: set[str]) -> Node:
    word = given.get(f"{path}.g", "")
    if not word:
        return Node(
            what=given.get(f"{path}.w", "")[:100],
            texts={name: given.get(f"{path}.{name}", "")[:200] for name in TEXTS},
            chosen=[one[:100] for one in given.getlist(f"{path}.in")][:MOST_PARTS],
        )
    inside = re.compile(rf"{re.escape(path)}\.(\d{{1,2}})")
    numbers = sorted(int(found[1]) for one in paths if (found := inside.fullmatch(one)))
    parts = [_read(given, f"{path}.{n}", paths) for n in numbers[: MOST_PARTS + 1]]
    return Node(word if word in GROUPS else "all", parts)


def changed(root: Node, do: str, name: str) -> Node:
    """The tree after a button: "add:PATH", "group:PATH" or "drop:PATH". `name`: the root's path."""
    act, _colon, path = do.partition(":")
    if path != name and not path.startswith(f"{name}."):
        return root
    steps = [int(step) for step in path[len(name) + 1 :].split(".") if step.isdigit()]
    if act == "drop" and steps:
        above = _at(root, steps[:-1])
        if above and steps[-1] < len(above.parts):
            del above.parts[steps[-1]]
        return root
    found = _at(root, steps)
    if found and found.group and act == "add":
        found.parts.append(Node(what=FIRST))
    elif found and found.group and act == "group":
        found.parts.append(Node("any" if found.group == "all" else "all", [Node(what=FIRST)]))
    return root


def _at(root: Node, steps: Sequence[int]) -> Node | None:
    for step in steps:
        if step >= len(root.parts):
            return None
        root = root.parts[step]
    return root


def node_of(stored: Mapping[str, Any], units: Mapping[str, str]) -> Node:
    """The draft of a stored tree; its root is always a group. `units`: measure → unit."""
    found = _node_of(stored, units)
    return found if found.group else Node("all", [found])


def _node_of(stored: Mapping[str, Any], units: Mapping[str, str]) -> Node:
    for word in ("all", "any"):
        if word in stored:
            return Node(word, [_node_of(part, units) for part in stored[word]])
    if "not" in stored:
        inner = stored["not"]
        parts = inner.get("any", [inner])
        return Node("none", [_node_of(part, units) for part in parts])
    return _leaf_node(stored, units)


def _leaf_node(leaf: Mapping[str, Any], units: Mapping[str, str]) -> Node:
    if "event" in leaf:
        least = "at_least" if "at_least" in leaf else "at_most"
        texts = {
            "k": least,
            "n": str(leaf[least]),
            "s": leaf.get("since", ""),
            "d": str(leaf.get("within_days", "")),
        }
        return Node(what=f"event:{leaf['event']}", texts=texts)
    if "consent" in leaf:
        texts = {"is": leaf["is"], "c": leaf.get("channel", "")}
        return Node(what=f"consent:{leaf['consent']}", texts=texts)
    if "cell" in leaf:
        return Node(what=f"cell:{leaf['cell']}", chosen=list(leaf["in"]))
    kind = "measure" if "measure" in leaf else "field"
    name = leaf[kind]
    texts = {"is": leaf.get("is", "in")}
    if "value" in leaf:
        texts["v"] = _typed(leaf["value"], units.get(name, "") if kind == "measure" else "")
    return Node(what=f"{kind}:{name}", texts=texts, chosen=list(leaf.get("in", ())))


def _typed(value: Any, unit: str) -> str:
    """As people type it: amounts in the currency's unit, shares in percent."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        scaled = value / 100 if unit == "money" else value * 100 if unit == "share" else value
        return f"{round(scaled, 6):.10g}"
    return str(value)


def room(root: Node) -> bool:
    """Whether one more condition fits."""
    return root.size < MOST_CONDITIONS
