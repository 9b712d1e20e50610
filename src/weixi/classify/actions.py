"""The stage "classify": every scheme's cell of every customer, and the moves since last time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from weixi.core.actor import Actor
from weixi.core.bulk import insert, upsert
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.runs import RunContext

from .by_rules import cells_by_rules
from .columns import arrays, known
from .conditions import check
from .models import Membership, Override, Scheme, Transition
from .rules import Column, Definition, assign, definition
from .shipped import SHIPPED

UNRATED_CELL = "unrated"


def create_shipped_schemes(*, at: datetime) -> int:
    """Schemes that exist are left as people changed them."""
    made = 0
    for position, shipped in enumerate(SHIPPED):
        _, created = Scheme.objects.get_or_create(
            code=shipped.code,
            defaults={
                "name_zh": shipped.name_zh,
                "name_en": shipped.name_en,
                "kind": shipped.kind,
                "definition": shipped.definition,
                "is_shipped": True,
                "position": position,
                "changed_at": at,
            },
        )
        made += created
    return made


@transaction.atomic
def change_scheme(*, code: str, stored: dict[str, Any], by: Actor, at: datetime) -> Scheme:
    """A new version; it holds from the next refresh on."""
    by.need("schemes.edit")
    scheme = Scheme.objects.select_for_update().get(code=code)
    try:
        for cell in definition(stored).cells:
            if cell.when is not None:
                check(cell.when, known())
    except (ValueError, KeyError, TypeError) as problem:
        raise RuleBroken(str(problem)) from problem
    scheme.definition, scheme.version, scheme.changed_at = stored, scheme.version + 1, at
    scheme.save()
    record("scheme.changed", by=by, at=at, scheme=code, version=scheme.version)
    return scheme


def compute(run: RunContext) -> int:
    """`cells` in the lake: customer_id, and a column of cell codes for each scheme.

    Schemes by axes first, then those by rules in their order: rules may ask for earlier cells.
    """
    found = list(Scheme.objects.filter(is_on=True))
    parsed = {scheme.code: definition(scheme.definition) for scheme in found}
    wanted = {name for scheme in parsed.values() for name in scheme.measures}
    columns = arrays(run.as_of, wanted)
    table = pa.table({"customer_id": columns["customer_id"]})
    for code, scheme in parsed.items():
        if not scheme.is_by_rules:
            table = table.append_column(code, _codes(scheme, assign(scheme, columns)))
    for code, scheme in parsed.items():
        if scheme.is_by_rules:
            cells = cells_by_rules(scheme, run.as_of, table)
            table = table.append_column(code, _overridden(code, cells, columns, run))
    pq.write_table(table, run.file("cells"))
    return int(table.num_rows)


def _overridden(
    code: str, cells: pa.Array, columns: dict[str, Column], run: RunContext
) -> pa.Array:
    """A person's word counts until its day."""
    words = dict(
        Override.objects.filter(scheme__code=code, until__gte=run.as_of).values_list(
            "customer_id", "cell"
        )
    )
    if not words:
        return cells
    told = zip(columns["customer_id"].tolist(), cells.to_pylist(), strict=True)
    return pa.array([words.get(customer, cell) for customer, cell in told], pa.string())


def publish(run: RunContext) -> int:
    """Current memberships and the day's transitions, both against the state before the day."""
    table = pq.read_table(run.file("cells"))
    customers = table.column("customer_id").to_pylist()
    rows = 0
    for scheme in Scheme.objects.filter(is_on=True, code__in=table.column_names):
        cells = dict(zip(customers, table.column(scheme.code).to_pylist(), strict=True))
        rows += _publish_scheme(scheme, {c: cell for c, cell in cells.items() if cell}, run)
    return rows


def _codes(scheme: Definition, places: Column) -> pa.Array:
    """Cell codes; null outside the population."""
    words = [None, *(cell.code for cell in scheme.cells), UNRATED_CELL]
    shift = np.where(places >= 0, places + 1, np.where(places == -1, 0, len(words) - 1))
    return pa.DictionaryArray.from_arrays(pa.array(shift), pa.array(words)).cast(pa.string())


def _publish_scheme(scheme: Scheme, cells: dict[int, str], run: RunContext) -> int:
    before = _state_before(scheme, run)
    moved = {
        customer: (before.get(customer, ("", None))[0], cells.get(customer, ""))
        for customer in before.keys() | cells.keys()
        if before.get(customer, ("", None))[0] != cells.get(customer, "")
    }
    Transition.objects.filter(scheme=scheme, on=run.as_of).delete()
    if before:  # the first run of a scheme founds it: nobody has moved
        insert(Transition, _MOVE_COLUMNS, _moves(scheme, moved, run))
    rows = _memberships(scheme, cells, before, run)
    written = upsert(Membership, _MEMBER_COLUMNS, rows, key=["customer_id", "scheme_id"])
    Membership.objects.filter(scheme=scheme).exclude(as_of=run.as_of).delete()
    return written


_MOVE_COLUMNS = ("customer_id", "scheme_id", "on", "from_cell", "to_cell", "version")
_MEMBER_COLUMNS = ("customer_id", "scheme_id", "cell", "since", "as_of")


def _state_before(scheme: Scheme, run: RunContext) -> dict[int, tuple[str, Any]]:
    """Cell and since-date of each customer before the day, so that a day can be run again."""
    now = {
        customer: (cell, since)
        for customer, cell, since in Membership.objects.filter(scheme=scheme).values_list(
            "customer_id", "cell", "since"
        )
    }
    for customer, came_from in Transition.objects.filter(scheme=scheme, on=run.as_of).values_list(
        "customer_id", "from_cell"
    ):
        now.pop(customer, None)
        if came_from:
            now[customer] = (came_from, run.as_of)
    return now


def _moves(
    scheme: Scheme, moved: dict[int, tuple[str, str]], run: RunContext
) -> Iterator[tuple[Any, ...]]:
    for customer, (came_from, to) in moved.items():
        yield customer, scheme.pk, run.as_of.isoformat(), came_from, to, scheme.version


def _memberships(
    scheme: Scheme, cells: dict[int, str], before: dict[int, tuple[str, Any]], run: RunContext
) -> Iterator[tuple[Any, ...]]:
    day = run.as_of.isoformat()
    for customer, cell in cells.items():
        old = before.get(customer)
        since = old[1].isoformat() if old and old[0] == cell else day
        yield customer, scheme.pk, cell, since, day
