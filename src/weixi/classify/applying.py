"""A scheme's cells made anew on the newest day, without waiting for the next refresh.

It claims a run, so that it cannot mix with a refresh; what it writes is what that refresh would
have written for this scheme and for those whose rules read it.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from weixi.core.models import Run
from weixi.core.runs import RunContext, claimed_run, lake_file, newest_run, read_table, write_table

from .actions import VERSIONS, overrides_on, take_version
from .by_rules import asked_schemes
from .columns import arrays
from .computing import Standing, column_of, ordered, overridden
from .models import Membership, Scheme, Transition
from .publishing import publish_cells
from .versions import standing_on


def apply_scheme(code: str, *, at: datetime) -> bool:
    """False when there is no refreshed day. Raises Conflict while a refresh is running."""
    with _claimed(at) as run:
        if run is None:
            return False
        table = read_table(run.file("cells"))
        changed = _touched(standing_on(run.as_of), code)
        for one in changed:
            table = _recomputed(one, run.as_of, table)
        with transaction.atomic():
            _publish(changed, table, run)
            write_table(table, run.file("cells"))
    return True


def put_cell(customer_id: int, scheme: Scheme, cell: str, *, at: datetime) -> None:
    """One customer into a cell (empty: out of the scheme), in the table and in the lake."""
    with _claimed(at) as run:
        if run is None:
            return
        table = read_table(run.file("cells"))
        if scheme.code in table.column_names:
            write_table(_with_cell(table, customer_id, scheme.code, cell), run.file("cells"))
        with transaction.atomic():
            _move(customer_id, scheme, cell, run.as_of)


def rule_cell(customer_id: int, scheme: Scheme) -> str:
    """Where the rule puts a customer on the newest day; empty: nowhere."""
    newest = newest_run()
    if newest is None:
        return ""
    standing = next((one for one in standing_on(newest.as_of) if one.code == scheme.code), None)
    table = pq.read_table(
        lake_file("cells", newest.as_of), filters=[("customer_id", "=", customer_id)]
    )
    if standing is None or not table.num_rows:
        return ""
    rest = _without(table, scheme.code)
    return column_of(standing, newest.as_of, rest, {}).to_pylist()[0] or ""


@contextmanager
def _claimed(at: datetime) -> Iterator[RunContext | None]:
    """The newest refreshed day, held; the claim leaves no row of its own behind."""
    newest = newest_run()
    if newest is None or not lake_file("cells", newest.as_of).exists():
        yield None
        return
    with claimed_run(as_of=newest.as_of, engine=newest.engine, at=at) as claimed:
        yield RunContext(claimed.pk, newest.as_of, newest.engine)
        Run.objects.filter(pk=claimed.pk).delete()


def _touched(standing: Sequence[Standing], code: str) -> list[Standing]:
    """The scheme and those whose rules read changed cells, each after what it reads."""
    codes, result = {code}, []
    for one in ordered(standing):
        if one.code == code or asked_schemes(one.definition) & codes:
            codes.add(one.code)
            result.append(one)
    return result


def _recomputed(one: Standing, day: date, table: pa.Table) -> pa.Table:
    rest = _without(table, one.code)
    cells = column_of(one, day, rest, arrays(day, one.definition.measures))
    words = overrides_on(day).get(one.code, {})
    numbers = json.loads((table.schema.metadata or {}).get(VERSIONS, b"{}"))
    numbers[one.code] = one.version
    done = rest.append_column(one.code, overridden(cells, rest, words))
    return done.replace_schema_metadata({VERSIONS: json.dumps(numbers).encode()})


def _without(table: pa.Table, code: str) -> pa.Table:
    """In the order of customers, as columns are."""
    kept = table.drop_columns([code]) if code in table.column_names else table
    return kept.sort_by("customer_id")


def _publish(changed: Sequence[Standing], table: pa.Table, run: RunContext) -> None:
    for one in changed:
        scheme = Scheme.objects.get(code=one.code)
        take_version(scheme, one.version)
        publish_cells(scheme, table, run)


def _with_cell(table: pa.Table, customer_id: int, code: str, cell: str) -> pa.Table:
    customers = table.column("customer_id").to_pylist()
    cells = table.column(code).to_pylist()
    if customer_id in customers:
        cells[customers.index(customer_id)] = cell or None
    place = table.column_names.index(code)
    return table.set_column(place, code, pa.array(cells, pa.string()))


def _move(customer_id: int, scheme: Scheme, cell: str, day: date) -> None:
    """As publish_cells, for one customer: compared with the state before the day."""
    member = Membership.objects.filter(customer_id=customer_id, scheme=scheme).first()
    moved = Transition.objects.filter(customer_id=customer_id, scheme=scheme, on=day).first()
    was, since = (member.cell, member.since) if member else ("", None)
    if moved:
        was, since = moved.from_cell, moved.from_since
        moved.delete()
    if was != cell:
        Transition.objects.create(
            customer_id=customer_id, scheme=scheme, on=day, from_cell=was, from_since=since,
            to_cell=cell, version=scheme.version,
        )  # fmt: skip
    if not cell:
        Membership.objects.filter(customer_id=customer_id, scheme=scheme).delete()
        return
    held = since if was == cell and since else day
    Membership.objects.update_or_create(
        customer_id=customer_id,
        scheme=scheme,
        defaults={"cell": cell, "since": held, "version": scheme.version},
    )
