"""The stage "classify": every scheme's cell of every customer, and the moves since last time."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.runs import RunContext, write_table

from .by_rules import cells_by_rules
from .columns import arrays, known
from .conditions import check
from .models import Override, Scheme
from .publishing import publish_cells
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
    write_table(table, run.file("cells"))
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
        rows += publish_cells(scheme, {c: cell for c, cell in cells.items() if cell}, run)
    return rows


def _codes(scheme: Definition, places: Column) -> pa.Array:
    """Cell codes; null outside the population."""
    words = [None, *(cell.code for cell in scheme.cells), UNRATED_CELL]
    shift = np.where(places >= 0, places + 1, np.where(places == -1, 0, len(words) - 1))
    return pa.DictionaryArray.from_arrays(pa.array(shift), pa.array(words)).cast(pa.string())
