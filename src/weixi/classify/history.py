"""Reads of the columnar history: what stood in the cells on a refreshed day, who moved between two
days, and the bands behind cells that join several. All cut to what the actor reaches today."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.collect.customers.models import Customer
from weixi.core.actor import SYSTEM, Actor
from weixi.core.lake_reads import of_files
from weixi.core.runs import lake_file, refreshed_days
from weixi.staff.permissions import listed, reachable

from .actions import VERSIONS
from .columns import arrays
from .models import Membership, Scheme
from .rules import Definition, band_of, definition, inside_and_rated

OUTSIDE = ""  # the cell of who is not in the scheme's population


@dataclass(frozen=True)
class BandCell:
    """A combination of bands, one number an axis from 0; `value` in minor units of 12 months."""

    bands: tuple[int, ...]
    customers: int
    value: int


def counts_on(actor: Actor, code: str, day: date) -> dict[str, int]:
    """Customers in each cell on a refreshed day."""
    sql = "SELECT cell, count(*) FROM earlier WHERE cell IS NOT NULL GROUP BY ALL"
    return dict(_rows(actor, code, sql, earlier=day))


def moves(actor: Actor, code: str, earlier: date, later: date) -> dict[tuple[str, str], int]:
    """(cell then, cell later) → customers; OUTSIDE where not in the scheme on that day."""
    sql = """
        SELECT coalesce(a.cell, ''), coalesce(b.cell, ''), count(*)
        FROM earlier AS a FULL JOIN later AS b USING (customer_id)
        WHERE a.cell IS NOT NULL OR b.cell IS NOT NULL GROUP BY ALL
    """
    rows = _rows(actor, code, sql, earlier=earlier, later=later)
    return {(came, went): n for came, went, n in rows}


def moved(
    actor: Actor,
    code: str,
    earlier: date,
    later: date,
    *,
    came_from: Sequence[str] | None,
    went_to: Sequence[str] | None,
) -> list[int]:
    """The customers behind a number of `moves`, by id, or behind a sum of several; None: from (to)
    anywhere."""
    sql = """
        SELECT customer_id FROM earlier AS a FULL JOIN later AS b USING (customer_id)
        WHERE (a.cell IS NOT NULL OR b.cell IS NOT NULL)
          AND ($came IS NULL OR list_contains($came, coalesce(a.cell, '')))
          AND ($went IS NULL OR list_contains($went, coalesce(b.cell, '')))
        ORDER BY customer_id
    """
    with _lake(actor, code, earlier=earlier, later=later) as lake:
        sides = {"came": came_from, "went": went_to}
        found = lake.execute(sql, {k: None if v is None else list(v) for k, v in sides.items()})
        return [row[0] for row in found.fetchall()]


def band_cells(actor: Actor, scheme: Scheme, day: date) -> list[BandCell]:
    """How many customers, and how much revenue, each combination of bands holds on a day."""
    _customers, bands, values = _banded(actor, definition(scheme.definition), day)
    combinations, place = np.unique(bands, axis=0, return_inverse=True)
    counts = np.bincount(place.ravel(), minlength=len(combinations))
    sums = np.bincount(place.ravel(), weights=values, minlength=len(combinations))
    return [
        BandCell(tuple(int(b) for b in combination), int(counts[i]), int(sums[i]))
        for i, combination in enumerate(combinations)
    ]


def customers_in_bands(actor: Actor, scheme: Scheme, day: date, wanted: Sequence[int]) -> list[int]:
    """The customers behind one BandCell, by id."""
    customers, bands, _values = _banded(actor, definition(scheme.definition), day)
    return [int(c) for c in customers[(bands == np.array(wanted)).all(axis=1)]]


def outside(actor: Actor, code: str) -> list[int]:
    """Customers who are not in the scheme's population today, by id."""
    members = Membership.objects.filter(scheme__code=code).values("customer_id")
    rows = Customer.objects.filter(listed(actor)).exclude(pk__in=members)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def outside_count(actor: Actor, inside: int) -> int:
    """By difference: a customer is in a scheme once. `inside`: SchemeTable.members."""
    return Customer.objects.filter(listed(actor)).count() - inside


def _banded(
    actor: Actor, scheme: Definition, day: date
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Customers in the population, their band on every axis, their revenue; cut to the reach.

    Bands are places among all customers, so they are found before the rows are cut.
    """
    columns = arrays(day, {*scheme.measures, "revenue_12m"})
    rated = inside_and_rated(scheme, columns)[1]
    bands = [band_of(axis, columns[axis.measure][rated]) for axis in scheme.axes]
    customers = columns["customer_id"][rated].astype(np.int64)
    values = np.nan_to_num(columns["revenue_12m"][rated].astype(np.float64))
    kept = np.ones(len(customers), dtype=np.bool_)
    ids = reach_ids(actor)
    if ids is not None:
        kept = np.isin(customers, np.array(ids, dtype=np.int64))
    return customers[kept], np.stack(bands, axis=1)[kept], values[kept]


def _rows(actor: Actor, code: str, sql: str, **days: date) -> Sequence[tuple[Any, ...]]:
    """Of who sees everything they follow from the files alone."""
    if actor.reach == "all":
        files = [lake_file("cells", day) for day in days.values()]
        return _all_rows(files, code, sql, **days)
    with _lake(actor, code, **days) as lake:
        return lake.execute(sql).fetchall()


@of_files
def _all_rows(
    _files: Sequence[Path], /, code: str, sql: str, **days: date
) -> Sequence[tuple[Any, ...]]:
    with _lake(SYSTEM, code, **days) as lake:
        return lake.execute(sql).fetchall()


@contextmanager
def _lake(actor: Actor, code: str, **days: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view a day: customer_id and the cell of the scheme."""
    if not Scheme.objects.filter(code=code).exists():
        raise LookupError(f"There is no scheme {code}.")
    ids = reach_ids(actor)
    with duckdb.connect() as lake:
        if ids is not None:
            lake.register("reach", pa.table({"customer_id": pa.array(ids, pa.int64())}))
        for name, day in days.items():
            lake.execute(_view(name, code, lake_file("cells", day), is_cut=ids is not None))
        yield lake


def _view(name: str, code: str, file: Path, *, is_cut: bool) -> str:
    """`code` is the slug of an existing scheme, `file` a path of ours. A scheme that did not
    exist on the day had nobody in it."""
    cut = " SEMI JOIN reach USING (customer_id)" if is_cut else ""
    cell = f'"{code}"' if _has(file, code) else "NULL::VARCHAR"
    path = file.as_posix().replace("'", "''")
    return (
        f'CREATE VIEW "{name}" AS SELECT customer_id, {cell} AS cell'  # noqa: S608
        f" FROM read_parquet('{path}'){cut}"
    )


def _has(file: Path, code: str) -> bool:
    return code in pq.read_schema(file).names


def days_of(code: str, *, before: date, most: int = 60) -> list[date]:
    """The newest refreshed days before another on which the scheme was there."""
    days = [day for day in refreshed_days() if day < before][:most]
    return [day for day in days if _has(lake_file("cells", day), code)]


def version_on(code: str, day: date) -> int | None:
    """The version of the scheme that made the cells of a day; None: it is not told."""
    told = (pq.read_schema(lake_file("cells", day)).metadata or {}).get(VERSIONS, b"{}")
    number = json.loads(told).get(code)
    return None if number is None else int(number)


def reach_ids(actor: Actor) -> list[int] | None:
    """Customers within reach today; None: all of them."""
    if actor.reach == "all":
        return None
    return list(Customer.objects.filter(reachable(actor)).values_list("pk", flat=True))
