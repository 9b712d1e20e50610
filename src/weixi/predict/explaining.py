"""What raised and lowered the risk of each customer, when the boosted model tells it."""

import json
from collections.abc import Iterator
from math import isnan

import numpy as np
import pyarrow as pa

from weixi.analytics.boosting import Boosted
from weixi.core.runs import RunContext, write_table

from .features import FACTS, NAMES, Known, Matrix, features_at
from .histories import Array, Whole

IN_BUSINESS_DAYS = 365  # since the last purchase; of the others the risk is told, not its parts
SHOWN = 6  # parts kept a customer, the largest first
LEAST = 0.05  # log-odds: below it a part changes the risk by about a percent
MOST = 20_000  # customers explained, who bought for most within a year: two seconds
SCHEMA = pa.schema(
    [("customer_id", pa.int64()), ("base", pa.float64()), ("parts", pa.string())]
)  # fmt: skip


def boosted_risk(run: RunContext, trees: Boosted | None, horizon: int) -> Array | None:
    """The risk of everybody who has bought, ordered by customer; writes `explanations` as well.
    None: another model tells the risk, and nothing is explained."""
    if trees is None:
        write_table(SCHEMA.empty_table(), run.file("explanations"))
        return None
    facts = {name: run.file(name) for name in FACTS}
    known = features_at(facts, run.as_of, horizon=horizon)
    write_table(_explained(known, trees), run.file("explanations"))
    return trees.probability(known.matrix)


def _explained(known: Known, trees: Boosted) -> pa.Table:
    chosen = _worth_explaining(known)
    matrix = known.matrix[chosen]
    given = trees.contributions(matrix)
    columns = {
        "customer_id": known.customer_id[chosen],
        "base": given[:, -1],
        "parts": list(_parts(matrix, given[:, :-1])),
    }
    return pa.table(columns, schema=SCHEMA)


def _worth_explaining(known: Known) -> Whole:
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
