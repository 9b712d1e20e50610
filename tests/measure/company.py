"""A company written down as rows of facts, and its wide table."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.measure.engines import engine
from weixi.measure.rules import Limits
from weixi.measure.wide import wide_table

AS_OF = date(2026, 11, 20)
DAY, WORD, WHOLE, NUMBER = pa.date32(), pa.string(), pa.int64(), pa.float64()
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "customers": {
        "customer_id": WHOLE,
        "team_id": WHOLE,
        "owner_id": WHOLE,
        "type": WORD,
        "created": DAY,
    },
    "customer_days": {
        "customer_id": WHOLE,
        "day": DAY,
        "orders": WHOLE,
        "sales": WHOLE,
        "returned": WHOLE,
        "net": WHOLE,
        "quantity_e3": WHOLE,
        "discount": WHOLE,
        "cost": WHOLE,
        "uncosted": WHOLE,
    },
    "contact_days": {
        "customer_id": WHOLE,
        "day": DAY,
        "contacts": WHOLE,
        "outbound": WHOLE,
        "selling": WHOLE,
        "cost": WHOLE,
    },
    "payments": {"customer_id": WHOLE, "due": DAY, "paid": DAY, "amount": WHOLE},
    "answers": {
        "customer_id": WHOLE,
        "day": DAY,
        "question": WORD,
        "dimension": WORD,
        "expected": NUMBER,
        "perceived": NUMBER,
        "score": NUMBER,
        "text": WORD,
        "answer_id": WHOLE,
    },
    "complaints": {
        "customer_id": WHOLE,
        "day": DAY,
        "resolved": DAY,
        "outcome": WORD,
        "severity": WORD,
    },
    "points": {"customer_id": WHOLE, "day": DAY, "kind": WORD, "points": WHOLE},
    "ratings": {"customer_id": WHOLE, "kind": WORD, "score": WHOLE},
    "bonds": {"customer_id": WHOLE, "kind": WORD, "ends": DAY},
}
DEFAULTS = Limits()
BLANK = {DAY: None, WORD: "", WHOLE: 0, NUMBER: None}


def ago(days: int) -> date:
    return AS_OF - timedelta(days)


def measured(
    folder: Path,
    limits: Limits = DEFAULTS,
    **facts: list[dict[str, Any]],
) -> dict[int, dict[str, Any]]:
    """customer → row of the wide table; columns not given are blank."""
    columns = engine("duckdb")
    tables = {}
    for name, schema in SCHEMAS.items():
        rows = [
            {key: BLANK[kind] for key, kind in schema.items()} | row for row in facts.get(name, [])
        ]
        file = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(schema.items())), file)
        tables[name] = columns.read(file)
    table = wide_table(tables, as_of=AS_OF, limits=limits)
    return {row["customer_id"]: row for row in table.to_pyarrow().to_pylist()}
