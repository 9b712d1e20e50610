"""What the system says of a simulated company, held against what is really so (truth.json)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.act.warnings.judging import Judged, judge
from weixi.collect.customers.queries import numbers_of_all
from weixi.core.errors import RuleBroken
from weixi.core.runs import lake_file

NOT_ENDED = "not seen as ended"
# Only of those who ever bought: nothing is said of the others.
STAGES = """
SELECT truth.stage AS true, coalesce(cells.lifecycle, '-') AS said, count(*) AS n
FROM truth JOIN numbers USING (number) LEFT JOIN read_parquet($cells) AS cells USING (customer_id)
WHERE truth.orders > 0 GROUP BY ALL ORDER BY ALL
"""
CAUSES = """
SELECT truth.cause AS true, coalesce(losses.cause, $not_ended) AS said, count(*) AS n
FROM truth JOIN numbers USING (number) LEFT JOIN read_parquet($losses) AS losses USING (customer_id)
WHERE truth.cause IS NOT NULL AND truth.orders > 0 GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Confusion:
    """{really so: {said: customers}}."""

    counts: Mapping[str, Mapping[str, int]]

    @property
    def customers(self) -> int:
        return sum(sum(row.values()) for row in self.counts.values())

    @property
    def accuracy(self) -> float | None:
        right = sum(row.get(true, 0) for true, row in self.counts.items())
        return right / self.customers if self.customers else None

    def among(self, left_out: frozenset[str]) -> "Confusion":
        """Without those of whom nothing was said."""
        return Confusion(
            {
                true: {said: n for said, n in row.items() if said not in left_out}
                for true, row in self.counts.items()
            }
        )


@dataclass(frozen=True)
class Recovered:
    """`causes`: of all who are really gone. `warnings`: level by level, horizon by horizon."""

    as_of: date
    stages: Confusion
    causes: Confusion
    warnings: tuple[Judged, ...]


def recovered(folder: Path, *, as_of: date, cuts: Mapping[date, int]) -> Recovered:
    """`folder`: where `weixi simulate` wrote; `cuts`: refreshed day → days looked ahead from it."""
    with duckdb.connect() as con:
        con.register("truth", _truth(folder))
        ids = numbers_of_all()
        con.register("numbers", pa.table({"customer_id": list(ids), "number": list(ids.values())}))
        stages = _confusion(con, STAGES, cells=str(lake_file("cells", as_of)))
        losses = {"losses": str(lake_file("losses", as_of)), "not_ended": NOT_ENDED}
        causes = _confusion(con, CAUSES, **losses)
    late = [day for day, horizon in cuts.items() if day + timedelta(days=horizon) > as_of]
    if late:
        raise RuleBroken(f"What came after {late[0]} is not known yet on {as_of}.")
    told = [one for day, horizon in cuts.items() for one in judge(day, horizon, as_of)]
    return Recovered(as_of, stages, causes, tuple(told))


def _truth(folder: Path) -> pa.Table:
    record: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows = record["customers"]
    table = pq.read_table(folder / "truth.parquet") if rows is None else pa.Table.from_pylist(rows)
    names = ["number" if name == "customer_id" else name for name in table.column_names]
    return table.rename_columns(names)


def _confusion(con: duckdb.DuckDBPyConnection, text: str, **values: str) -> Confusion:
    counts: dict[str, dict[str, int]] = {}
    for true, said, n in con.execute(text, values).fetchall():
        counts.setdefault(true, {})[said] = n
    return Confusion(counts)
