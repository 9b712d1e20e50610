"""What raised and lowered the risk of a customer, when the boosted model tells it.

A refresh keeps what the trees saw of everybody, with the trees; the parts of one risk are made
when somebody asks for them: a thousandth of a second, where those of all took longer than the
forecast.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.analytics.boosting import Boosted, is_available
from weixi.core.columnar import fits_beside
from weixi.core.lake_reads import of_files
from weixi.core.runs import RunContext, lake_file, read_table, rows_in, write_table

from .features import FACTS, NAMES, Known, known_at, with_season
from .histories import Array

SHOWN = 6  # parts of a customer, the largest first
LEAST = 0.05  # log-odds: below it a part changes the risk by about a percent
SEEN_BY_TREES = "seen_by_trees"  # a table of the lake
SEEN_BEFORE = "seen_before"  # the same without the season, until the horizon is known
SEEN = pa.schema([("customer_id", pa.int64()), *((name, pa.float32()) for name in NAMES)])
TOGETHER = 8_192  # rows of a group in the file: one is read for one customer
StoredPart = tuple[str, float | None, float]


def see(run: RunContext) -> int:
    """What the trees are asked about, from the facts alone: begun before the measures are there,
    on one core. Nothing where trees are not installed, or memory has no room for both."""
    if not (is_available() and fits_beside(rows_in(run.file("customers")))):
        return 0
    known = known_at(_facts(run), run.as_of, cores=1)
    write_table(_table(known), run.file(SEEN_BEFORE))
    return len(known)


def boosted_risk(run: RunContext, trees: Boosted | None, horizon: int) -> Array | None:
    """The risk of everybody who has bought, ordered by customer; `seen_by_trees` keeps what it was
    told from, and the trees. None: another model tells the risk, and nothing is explained."""
    if trees is None:
        run.file(SEEN_BEFORE).unlink(missing_ok=True)
        write_table(SEEN.empty_table(), run.file(SEEN_BY_TREES))
        return None
    known = with_season(_seen_before(run), run.file("customer_days"), horizon)
    keep_seen(run, known, trees)
    return trees.probability(known.matrix)


def rhythms_seen(run: RunContext) -> Array | None:
    """The customers' own rhythms, where `see` has asked for them already."""
    file = run.file(SEEN_BEFORE)
    if not file.exists():
        return None
    return np.asarray(read_table(file, ["rhythm"])[0].to_numpy(), dtype=np.float64)


def keep_seen(run: RunContext, known: Known, trees: Boosted) -> None:
    told = _table(known).replace_schema_metadata({"trees": json.dumps(asdict(trees))})
    write_table(told, run.file(SEEN_BY_TREES), row_group_size=TOGETHER)


def parts_at(customer_id: int, day: date) -> list[StoredPart]:
    """Feature, its value or None, what it adds to the log-odds; the largest first. Empty where the
    trees did not tell the risk of that day, or are not installed here."""
    file = lake_file(SEEN_BY_TREES, day)
    if not (file.exists() and is_available()):
        return []
    trees = _trees_of([file])
    row = _row_of(file, customer_id)
    if trees is None or row is None:
        return []
    added = trees.contributions(row)[0, :-1]
    largest = np.argsort(-np.abs(added), kind="stable")[:SHOWN]
    return [
        (NAMES[place], _known(row[0, place]), round(float(added[place]), 4))
        for place in largest
        if abs(added[place]) >= LEAST
    ]


def _facts(run: RunContext) -> dict[str, Path]:
    return {name: run.file(name) for name in FACTS}


def _seen_before(run: RunContext) -> Known:
    """As `see` left it, which is taken away; else asked for now."""
    file = run.file(SEEN_BEFORE)
    if not file.exists():
        return known_at(_facts(run), run.as_of)
    table = read_table(file)
    file.unlink()
    customers, *columns = (table.column(name).to_numpy() for name in SEEN.names)
    return Known(run.as_of, customers, np.column_stack(columns))


def _table(known: Known) -> pa.Table:
    columns = {name: known.matrix[:, place] for place, name in enumerate(NAMES)}
    return pa.table({"customer_id": known.customer_id, **columns}, schema=SEEN)


@of_files
def _trees_of(files: Sequence[Path]) -> Boosted | None:
    told = (pq.read_schema(files[0]).metadata or {}).get(b"trees")
    return Boosted(**json.loads(told)) if told else None


def _row_of(file: Path, customer_id: int) -> Any:
    """What the trees saw of one customer, as a matrix of one row; None: it had never bought."""
    columns = ", ".join(NAMES)
    text = f"SELECT {columns} FROM read_parquet($file) WHERE customer_id = $customer"  # noqa: S608
    with duckdb.connect() as lake:
        found = lake.execute(text, {"file": str(file), "customer": customer_id}).fetchone()
    return None if found is None else np.array([found], dtype=np.float32)


def _known(value: Any) -> float | None:
    return None if isnan(value) else round(float(value), 4)
