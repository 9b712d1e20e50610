"""From the cells of a day to current memberships and dated moves; only what changed is written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from weixi.core.bulk import insert, upsert
from weixi.core.gathered import Numbers, gathered, numbers, places_of
from weixi.core.runs import RunContext

from .models import Membership, Scheme, Transition

MOVE_COLUMNS = (
    "customer_id",
    "scheme_id",
    "on",
    "from_cell",
    "from_since",
    "to_cell",
    "version",
)
MEMBER_COLUMNS = ("customer_id", "scheme_id", "cell", "since", "version")
CHUNK = 5_000
OUT = -1  # in no cell
Held = tuple[str, str | None]  # a cell and, as text, the day it began; empty: not in the scheme


@dataclass(frozen=True)
class Stand:
    """`changed`: customer → the computed cell (empty: none), where the stored one is another;
    `moved`: who moved earlier on this day, from which cell held since when; `now`: what is stored
    of both.

    A day that is run again is compared with the state before the day, not with its first run.
    """

    changed: Mapping[int, str]
    moved: Mapping[int, Held]
    now: Mapping[int, Held]

    def before(self, customer: int) -> Held:
        return self.moved.get(customer) or self.now.get(customer, ("", None))

    def after(self, customer: int) -> str:
        if customer in self.changed:
            return self.changed[customer]
        return self.now.get(customer, ("", None))[0]


def publish_cells(scheme: Scheme, table: pa.Table, run: RunContext) -> int:
    """Write the difference between the scheme's column of a table of cells and what is stored."""
    stored = _stored(scheme)
    changed = _changed(table, scheme.code, stored)
    moved = _moved(scheme, run)
    is_first = not stored and not moved  # it founds the scheme: nobody has moved
    stand = Stand(changed, moved, _now(scheme, changed.keys() | moved.keys()) if stored else {})
    Transition.objects.filter(scheme=scheme, on=run.as_of).delete()
    if not is_first:
        insert(Transition, MOVE_COLUMNS, _moves(scheme, stand, run))
    _delete(scheme, (customer for customer, cell in changed.items() if not cell))
    return upsert(
        Membership,
        MEMBER_COLUMNS,
        _memberships(scheme, stand, run),
        key=["customer_id", "scheme_id"],
    )


def _stored(scheme: Scheme) -> dict[str, Numbers]:
    """Cell → its customers."""
    rows = _rows(f'SELECT "cell", {gathered("customer_id")}', 'GROUP BY "cell"', [scheme.pk])
    return {cell: numbers(customers) for cell, customers in rows}


def _changed(table: pa.Table, code: str, stored: Mapping[str, Numbers]) -> dict[int, str]:
    """Customers whose computed cell is not the stored one, each with the computed one."""
    customers = table.column("customer_id").to_numpy()
    words = [word for word in pc.unique(table.column(code)).to_pylist() if word]
    words += [cell for cell in stored if cell not in words]
    found = pc.index_in(table.column(code), value_set=pa.array(words, pa.string()))
    after = pc.fill_null(found, OUT).to_numpy()
    before, gone = np.full(len(customers), OUT), []
    for cell, members in stored.items():
        places = places_of(members, customers)
        before[places[places >= 0]] = words.index(cell)
        gone += members[places < 0].tolist()
    differ = np.flatnonzero(before != after)
    names = [*words, ""]  # the last is OUT's
    changed = dict.fromkeys(gone, "")
    cells = (names[place] for place in after[differ].tolist())
    changed.update(zip(customers[differ].tolist(), cells, strict=True))
    return changed


def _moved(scheme: Scheme, run: RunContext) -> dict[int, Held]:
    rows = Transition.objects.filter(scheme=scheme, on=run.as_of)
    return {
        customer: (cell, since.isoformat() if since else None)
        for customer, cell, since in rows.values_list("customer_id", "from_cell", "from_since")
    }


def _now(scheme: Scheme, customers: Iterable[int]) -> dict[int, Held]:
    """Days as text: many are read, each is written as it was."""
    held: dict[int, Held] = {}
    for chunk in _chunks(customers):
        marks = ", ".join("%s" for _ in chunk)
        rows = _rows(
            'SELECT "customer_id", "cell", CAST("since" AS TEXT)',
            f'AND "customer_id" IN ({marks})',
            [scheme.pk, *chunk],
        )
        held.update((customer, (cell, since)) for customer, cell, since in rows)
    return held


def _rows(select: str, rest: str, values: list[int]) -> list[tuple[Any, ...]]:
    """Plain rows of a scheme's memberships: an object for each would take seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'{select} FROM "{Membership._meta.db_table}" WHERE "scheme_id" = %s {rest}', values
        )
        return cursor.fetchall()


def _moves(scheme: Scheme, stand: Stand, run: RunContext) -> Iterator[tuple[object, ...]]:
    day = run.as_of.isoformat()
    for customer in stand.moved.keys() | stand.changed.keys():
        was, since = stand.before(customer)
        now = stand.after(customer)
        if was != now:
            yield customer, scheme.pk, day, was, since, now, scheme.version


def _memberships(scheme: Scheme, stand: Stand, run: RunContext) -> Iterator[tuple[object, ...]]:
    """Who is new, who moved, and who came back to the cell held before the day."""
    for customer, cell in stand.changed.items():
        if not cell:
            continue
        was, since = stand.before(customer)
        held = since if was == cell and since else run.as_of.isoformat()
        yield customer, scheme.pk, cell, held, scheme.version


def _delete(scheme: Scheme, customers: Iterable[int]) -> None:
    for chunk in _chunks(customers):
        Membership.objects.filter(scheme=scheme, customer_id__in=chunk).delete()


def _chunks(customers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(customers)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
