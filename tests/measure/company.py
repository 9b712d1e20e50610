"""A company written down as rows of facts, and its wide table."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.measure.compiler import text_of
from weixi.measure.engines import engine, write_text
from weixi.measure.facts_sql import COLUMNS
from weixi.measure.rules import Limits

AS_OF = date(2026, 11, 20)
DAY, WORD, WHOLE, NUMBER = pa.date32(), pa.string(), pa.int64(), pa.float64()
KINDS = {"date": DAY, "string": WORD, "int64": WHOLE, "float64": NUMBER}
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    name: {column: KINDS[kind] for column, kind in columns.items()}
    for name, columns in COLUMNS.items()
}
DEFAULTS = Limits()
BLANK = {DAY: None, WORD: "", WHOLE: 0, NUMBER: None}


def ago(days: int) -> date:
    return AS_OF - timedelta(days)


def measured(
    folder: Path,
    limits: Limits = DEFAULTS,
    engine_name: str = "duckdb",
    **facts: list[dict[str, Any]],
) -> dict[int, dict[str, Any]]:
    """customer → row of the wide table; columns not given are blank."""
    files = company_files(folder, **facts)
    file = folder / "measures.parquet"
    if engine_name == "duckdb":
        write_text(_text(limits), files, file)
    else:
        engine(engine_name).write(limits, AS_OF, files, file)
    rows = pq.read_table(folder / "measures.parquet").to_pylist()
    return {row["customer_id"]: row for row in rows}


def company_files(folder: Path, **facts: list[dict[str, Any]]) -> dict[str, Path]:
    """Each table of facts as Parquet; columns not given are blank."""
    files = {}
    for name, schema in SCHEMAS.items():
        rows = [
            {key: BLANK[kind] for key, kind in schema.items()} | row for row in facts.get(name, [])
        ]
        files[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(schema.items())), files[name])
    return files


@cache
def _text(limits: Limits) -> str:
    """Making the query takes a second, asking it a tenth: once for all companies."""
    return text_of(limits, AS_OF)
