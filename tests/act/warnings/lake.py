"""A day written into the lake by hand: measures, scores, cells and facts of a few customers."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.measure.company import SCHEMAS
from weixi.core.runs import RunContext
from weixi.measure.registry import MEASURES

DAY = date(2026, 11, 20)
TYPES = {"date": pa.date32(), "word": pa.string(), "count": pa.int64(), "money": pa.int64()}
ZERO = {"complaints_open", "points_balance", "revenue_90d", "revenue_prior_90d", "revenue"}
MENTIONS = {
    "customer_id": pa.int64(), "day": pa.date32(), "place": pa.string(), "row_id": pa.int64(),
    "question": pa.string(), "topic": pa.string(), "word": pa.string(),
}  # fmt: skip
PLAIN = {"purchase_days": 10, "last_purchase": DAY - timedelta(30), "days_since_purchase": 30}
Rows = Sequence[Mapping[str, Any]]


def run_of(day: date = DAY) -> RunContext:
    return RunContext(0, day, "duckdb")


def back(days: int, day: date = DAY) -> date:
    return day - timedelta(days=days)


def written(
    people: Mapping[int, Mapping[str, Any]],
    *,
    day: date = DAY,
    risks: Mapping[int, float] | None = None,
    stakes: Mapping[int, int] | None = None,
    ended: Sequence[int] = (),
    owners: Mapping[int, int] | None = None,
    **facts: Rows,
) -> RunContext:
    """`people`: customer → measures; what is not given is unknown, or as in PLAIN."""
    run = run_of(day)
    _write(run, "measures", _measures(people), _measure_types())
    risks, stakes = risks or {}, stakes or {}
    scores = [
        {
            "customer_id": pk, "as_of": str(day), "horizon_days": 60,
            "churn_risk": risks.get(pk), "value_at_stake": stakes.get(pk),
        }
        for pk in people
    ]  # fmt: skip
    _write(run, "scores", scores, _score_types())
    cells = [
        {"customer_id": pk, "lifecycle": "ended" if pk in ended else "maturity"} for pk in people
    ]
    _write(run, "cells", cells, {"customer_id": pa.int64(), "lifecycle": pa.string()})
    owners = owners or {}
    facts["customers"] = [
        {"customer_id": pk, "type": "consumer", "owner_id": owners.get(pk)} for pk in people
    ]
    for name, schema in (SCHEMAS | {"mentions": MENTIONS}).items():
        _write(run, name, facts.get(name, ()), schema)
    return run


def _measures(people: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    blank = dict.fromkeys(ZERO, 0)
    return [{"customer_id": pk, **blank, **PLAIN, **values} for pk, values in people.items()]


def _measure_types() -> dict[str, pa.DataType]:
    types = {m.code: TYPES.get(m.unit, pa.float64()) for m in MEASURES}
    return {"customer_id": pa.int64(), **types, "last_complaint": pa.date32()}


def _score_types() -> dict[str, pa.DataType]:
    return {
        "customer_id": pa.int64(), "as_of": pa.string(), "horizon_days": pa.int64(),
        "churn_risk": pa.float64(), "value_at_stake": pa.int64(),
    }  # fmt: skip


def _write(run: RunContext, table: str, rows: Rows, types: Mapping[str, pa.DataType]) -> None:
    schema = pa.schema(list(types.items()))
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema), run.file(table))
