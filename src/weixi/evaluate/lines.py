"""Rows summed by what they are cut by: teams, cells, touchpoints."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar


class Summed(Protocol):
    """A line of a table. `n`: how many its figures stand on."""

    @property
    def key(self) -> Any: ...

    @property
    def n(self) -> int: ...

    def add(self, row: Mapping[str, Any], /) -> None: ...


L = TypeVar("L", bound=Summed)


def lines_by(
    line: Callable[[Any, str], L],
    rows: Iterable[Mapping[str, Any]],
    key_of: Callable[[Mapping[str, Any]], tuple[Any, str | None]],
) -> list[L]:
    """The lines that stand on most first. `key_of`: the key of a row's line, and its name."""
    lines: dict[Any, L] = {}
    for row in rows:
        key, name = key_of(row)
        lines.setdefault(key, line(key, name or "")).add(row)
    return sorted(lines.values(), key=lambda one: (-one.n, str(one.key)))
