"""Lists page by the last row seen (keyset), never by counting rows from the start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from .errors import RuleBroken

LIMIT = 50
LIMIT_MOST = 200
SALT = "weixi-cursor"
Row = TypeVar("Row")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`next` is an opaque, signed cursor; empty on the last page."""

    rows: Sequence[Row]
    next: str = ""


@dataclass(frozen=True)
class Keyset:
    """Columns to sort by, "-" in front for downwards; the last one is unique, none is null."""

    columns: tuple[str, ...]
    name: str = field(default="")

    def after(self, place: Sequence[Any]) -> Q:
        """Rows behind `place`: (a, b) > (x, y) written out, since directions may differ.

        The outer bound on the first column says nothing new; it lets the index be used.
        """
        found, equal = Q(), Q()
        for column, value in zip(self.columns, place, strict=True):
            path, way = _way(column)
            found |= equal & Q(**{f"{path}__{way}": value})
            equal &= Q(**{path: value})
        path, way = _way(self.columns[0])
        return Q(**{f"{path}__{way}e": place[0]}) & found


def keyset_page(
    rows: QuerySet[M],
    keyset: Keyset,
    *,
    cursor: str = "",
    limit: int = LIMIT,
    render: Callable[[Sequence[M]], Sequence[Row]],
) -> Page[Row]:
    """One page of `rows`; `render` makes all rows of the page ready at once."""
    limit = max(1, min(limit, LIMIT_MOST))
    ordered = rows.order_by(*keyset.columns)
    if cursor:
        ordered = ordered.filter(keyset.after(_place(cursor, keyset)))
    return page_of(list(ordered[: limit + 1]), keyset, limit=limit, render=render)


def page_of(
    found: Sequence[M],
    keyset: Keyset,
    *,
    limit: int = LIMIT,
    render: Callable[[Sequence[M]], Sequence[Row]],
) -> Page[Row]:
    """The page that was read already, with one row more than it holds when there are more."""
    more = len(found) > limit
    return Page(render(found[:limit]), _cursor(found[limit - 1], keyset) if more else "")


def count_up_to(rows: QuerySet[M], most: int = 1_000) -> tuple[int, bool]:
    """How many, counted no further than `most`; True when there are more."""
    found = rows.order_by().values_list("pk")[: most + 1].count()
    return min(found, most), found > most


def cursor_after(row: Any, keyset: Keyset) -> str:
    """The cursor that goes on behind `row`: for lists merged from several."""
    return _cursor(row, keyset)


def _way(column: str) -> tuple[str, str]:
    return (column[1:], "lt") if column.startswith("-") else (column, "gt")


def _cursor(row: Any, keyset: Keyset) -> str:
    place = [_plain(_value(row, column.removeprefix("-"))) for column in keyset.columns]
    return signing.dumps([keyset.name, *keyset.columns, *place], salt=SALT, compress=True)


def _value(row: Any, path: str) -> Any:
    for step in path.split("__"):
        row = getattr(row, step)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    return {"d": value.isoformat()} if isinstance(value, date) else value


def _place(cursor: str, keyset: Keyset) -> list[Any]:
    """The values in a cursor; a cursor of another list or order, or a forged one, is refused."""
    try:
        parts = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise RuleBroken(_("This cursor is not valid.")) from None
    head = [keyset.name, *keyset.columns]
    if parts[: len(head)] != head:
        raise RuleBroken(_("This cursor belongs to another list or order."))
    return [_live(value) for value in parts[len(head) :]]


def _live(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "t" in value:
            return datetime.fromisoformat(value["t"])
        return date.fromisoformat(value["d"])
    return value
