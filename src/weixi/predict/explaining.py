"""What raised and lowered the risk of each customer, when the boosted model tells it."""

import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.analytics.boosting import Boosted
from weixi.core.bulk import replace_all
from weixi.core.runs import RunContext, write_table

from .features import FACTS, NAMES, Known, Matrix, features_at
from .histories import Array
from .models import Explanation

IN_BUSINESS_DAYS = 365  # since the last purchase; of the others the risk is told, not its parts
SHOWN = 6  # parts kept a customer, the largest first
LEAST = 0.05  # log-odds: below it a part changes the risk by about a percent
AT_ONCE = 20_000
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


def publish_explanations(run: RunContext) -> int:
    table = pq.read_table(run.file("explanations"))
    day = [run.as_of.isoformat()] * len(table)
    ids, base, parts = (table[place].to_pylist() for place in range(3))
    rows = zip(ids, day, base, parts, strict=True)
    return replace_all(Explanation, ("customer_id", "as_of", "base", "parts"), rows)


def _explained(known: Known, trees: Boosted) -> pa.Table:
    inside = known.matrix[:, NAMES.index("days_since")] < IN_BUSINESS_DAYS
    ids, matrix = known.customer_id[inside], known.matrix[inside]
    base, parts = [], []
    for start in range(0, len(ids), AT_ONCE):
        chunk = matrix[start : start + AT_ONCE]
        given = trees.contributions(chunk)
        base.append(given[:, -1])
        parts += list(_parts(chunk, given[:, :-1]))
    whole = np.concatenate(base) if base else np.zeros(0)
    return pa.table({"customer_id": ids, "base": whole, "parts": parts}, schema=SCHEMA)


def _parts(matrix: Matrix, given: Array) -> Iterator[str]:
    """JSON of [feature, its value or null, what it adds to the log-odds], the largest first."""
    order = np.argsort(-np.abs(given), axis=1, kind="stable")[:, :SHOWN]
    for values, added, places in zip(matrix, given, order, strict=True):
        yield json.dumps(
            [
                [
                    NAMES[place],
                    None if np.isnan(values[place]) else round(float(values[place]), 4),
                    round(float(added[place]), 4),
                ]
                for place in places
                if abs(added[place]) >= LEAST
            ]
        )
