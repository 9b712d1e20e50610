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
from weixi.core.lake_reads import of_files
from weixi.core.runs import RunContext, lake_file, write_table

from .features import FACTS, NAMES, Known, features_at
from .histories import Array

SHOWN = 6  # parts of a customer, the largest first
LEAST = 0.05  # log-odds: below it a part changes the risk by about a percent
SEEN_BY_TREES = "seen_by_trees"  # a table of the lake
SEEN = pa.schema([("customer_id", pa.int64()), *((name, pa.float32()) for name in NAMES)])
TOGETHER = 8_192  # rows of a group in the file: one is read for one customer
StoredPart = tuple[str, float | None, float]


def boosted_risk(run: RunContext, trees: Boosted | None, horizon: int) -> Array | None:
    """The risk of everybody who has bought, ordered by customer; `seen_by_trees` keeps what it was
    told from, and the trees. None: another model tells the risk, and nothing is explained."""
    file = run.file(SEEN_BY_TREES)
    if trees is None:
        write_table(SEEN.empty_table(), file)
        return None
    facts = {name: run.file(name) for name in FACTS}
    known = features_at(facts, run.as_of, horizon=horizon)
    write_table(_seen(known, trees), file, row_group_size=TOGETHER)
    return trees.probability(known.matrix)


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


def _seen(known: Known, trees: Boosted) -> pa.Table:
    columns = {name: known.matrix[:, place] for place, name in enumerate(NAMES)}
    table = pa.table({"customer_id": known.customer_id, **columns}, schema=SEEN)
    return table.replace_schema_metadata({"trees": json.dumps(asdict(trees))})


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
