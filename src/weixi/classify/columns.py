"""The lake's columns of a day as arrays (for axes) and as tables that conditions are asked of."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.core.runs import lake_file

from .rules import Column

# What conditions ask of beside measures; where a day has no such file, nobody has such rows.
FACT_TABLES = {
    "customer_days": "day DATE, sales BIGINT, returned BIGINT",
    "contact_days": "day DATE, contacts BIGINT",
    "complaints": "day DATE",
    "answers": "day DATE",
    "fields": "type VARCHAR, city VARCHAR, industry VARCHAR, source VARCHAR, owner VARCHAR,"
    " team VARCHAR, created DATE, custom VARCHAR",
    "consents": "purpose VARCHAR, channel VARCHAR, granted BOOLEAN, place BIGINT",
}


def arrays(day: date, names: Iterable[str]) -> dict[str, Column]:
    """Measures and predictions as arrays ordered by customer; unknown numbers are NaN. Of the
    hundred columns those that are asked."""
    wanted = list(names)
    measures = _ordered(lake_file("measures", day), wanted)
    rest = [name for name in wanted if name not in measures.column_names]
    scores = _ordered(lake_file("scores", day), rest) if rest else measures
    result = {"customer_id": measures.column("customer_id").to_numpy()}
    for name in wanted:
        source = measures if name in measures.column_names else scores
        result[name] = _array(source.column(name))
    return result


def _ordered(file: Path, names: Iterable[str]) -> pa.Table:
    """Those of the columns that the file has, by customer."""
    with pq.ParquetFile(file) as whole:
        there = set(whole.schema_arrow.names)
        table = whole.read(["customer_id", *(name for name in names if name in there)])
    return table.sort_by("customer_id")


def _array(column: pa.ChunkedArray) -> Column:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return np.array(column.to_pylist(), dtype=object)
    return column.cast(pa.float64()).to_numpy()


@contextmanager
def asked_of(day: date, cells: pa.Table | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `facts` (measures and predictions), `cells` and the fact tables of a day.

    `cells`: the cells computed so far in this run; by default those stored for the day.
    """
    con = duckdb.connect(config={"memory_limit": "2GB"})
    try:
        con.execute(
            "CREATE VIEW facts AS SELECT * FROM read_parquet($m)"
            " JOIN (SELECT * EXCLUDE (as_of) FROM read_parquet($s)) USING (customer_id)".replace(
                "$m", _quoted(day, "measures")
            ).replace("$s", _quoted(day, "scores"))
        )
        if cells is None:
            con.execute(f"CREATE VIEW cells AS FROM read_parquet({_quoted(day, 'cells')})")
        else:
            con.register("cells", cells)
        for table, columns in FACT_TABLES.items():
            if lake_file(table, day).exists():
                con.execute(f"CREATE VIEW {table} AS FROM read_parquet({_quoted(day, table)})")
            else:
                con.execute(f"CREATE TABLE {table} (customer_id BIGINT, {columns})")
        yield con
    finally:
        con.close()


def _quoted(day: date, table: str) -> str:
    return "'" + str(lake_file(table, day)).replace("'", "''") + "'"
