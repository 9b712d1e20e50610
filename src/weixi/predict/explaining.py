"""What raised and lowered the risk of each customer, when the boosted model tells it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from math import isnan

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.analytics.boosting import Boosted
from weixi.core.runs import RunContext, write_table
from weixi.core.staging import Whole, replace_with

from .features import FACTS, NAMES, Known, Matrix, features_at
from .histories import Array
from .histories import Whole as Rows
from .models import Explanation

IN_BUSINESS_DAYS = 365  # since the last purchase; of the others the risk is told, not its parts
SHOWN = 6  # parts kept a customer, the largest first
LEAST = 0.05  # log-odds: below it a part changes the risk by about a percent
MOST = 20_000  # customers explained, who bought for most within a year: two seconds
SCHEMA = pa.schema(
    [("customer_id", pa.int64()), ("base", pa.float64()), ("parts", pa.string())]
)  # fmt: skip
TO_EXPLAIN = "to_explain"  # a table of the lake
SEEN = pa.schema([("customer_id", pa.int64()), *((name, pa.float32()) for name in NAMES)])


def boosted_risk(run: RunContext, trees: Boosted | None, horizon: int) -> Array | None:
    """The risk of everybody who has bought, ordered by customer. `to_explain` keeps what the trees
    saw of those whose risk is explained, and the trees. None: another model tells the risk, and
    nothing is explained."""
    if trees is None:
        write_table(SEEN.empty_table(), run.file(TO_EXPLAIN))
        return None
    facts = {name: run.file(name) for name in FACTS}
    known = features_at(facts, run.as_of, horizon=horizon)
    write_table(_seen(known, trees), run.file(TO_EXPLAIN))
    return trees.probability(known.matrix)


def compute(run: RunContext) -> int:
    """Write `explanations` to the lake; returns for how many customers."""
    seen = pq.read_table(run.file(TO_EXPLAIN))
    write_table(_explained(seen) if len(seen) else SCHEMA.empty_table(), run.file("explanations"))
    return len(seen)


def publish(run: RunContext) -> int:
    """Of the day alone."""
    return sum(map(replace_with, wholes(run)))


def wholes(run: RunContext) -> list[Whole]:
    day = {"as_of": f"DATE '{run.as_of.isoformat()}'"}
    return [Whole(Explanation, run.file("explanations"), day)]


def _seen(known: Known, trees: Boosted) -> pa.Table:
    chosen = _worth_explaining(known)
    columns = {name: known.matrix[chosen, place] for place, name in enumerate(NAMES)}
    table = pa.table({"customer_id": known.customer_id[chosen], **columns}, schema=SEEN)
    return table.replace_schema_metadata({"trees": json.dumps(asdict(trees))})


def _explained(seen: pa.Table) -> pa.Table:
    trees = Boosted(**json.loads(seen.schema.metadata[b"trees"]))
    matrix = np.column_stack([seen.column(name).to_numpy() for name in NAMES])
    given = trees.contributions(matrix)
    columns = {
        "customer_id": seen.column("customer_id"),
        "base": given[:, -1],
        "parts": list(_parts(matrix, given[:, :-1])),
    }
    return pa.table(columns, schema=SCHEMA)


def _worth_explaining(known: Known) -> Rows:
    """Rows of the customers in business, the largest first where there are too many; in order."""
    since, spend, bought = (
        known.matrix[:, NAMES.index(name)] for name in ("days_since", "spend", "bought_365")
    )
    inside = np.flatnonzero(since < IN_BUSINESS_DAYS)
    largest = np.argsort(-(spend * bought)[inside], kind="stable")[:MOST]
    return np.sort(inside[largest])


def _parts(matrix: Matrix, given: Array) -> Iterator[str]:
    """JSON of [feature, its value or null, what it adds to the log-odds], the largest first."""
    order = np.argsort(-np.abs(given), axis=1, kind="stable")[:, :SHOWN]
    names = np.array(NAMES, dtype=object)[order].tolist()
    values = np.take_along_axis(matrix.astype(np.float64), order, axis=1).round(4).tolist()
    added = np.take_along_axis(given, order, axis=1).round(4).tolist()
    for row in zip(names, values, added, strict=True):
        yield json.dumps(
            [
                [name, None if isnan(value) else value, adds]
                for name, value, adds in zip(*row, strict=True)
                if abs(adds) >= LEAST
            ]
        )
