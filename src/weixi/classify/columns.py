"""The lake's columns of a day as arrays (for axes) and as tables that conditions are asked of."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from weixi.core.runs import lake_file
from weixi.measure.registry import MEASURES
from weixi.predict.registry import PREDICTIONS

from .conditions import EVENTS, Known
from .models import Scheme
from .rules import Column, definition

FACT_TABLES = sorted({table for table, *_ in EVENTS.values()})


def arrays(day: date, names: Iterable[str]) -> dict[str, Column]:
    """Measures and predictions as arrays ordered by customer; unknown numbers are NaN."""
    measures = pq.read_table(lake_file("measures", day)).sort_by("customer_id")
    scores = pq.read_table(lake_file("scores", day)).sort_by("customer_id")
    result = {"customer_id": measures.column("customer_id").to_numpy()}
    for name in names:
        source = measures if name in measures.column_names else scores
        result[name] = _array(source.column(name))
    return result


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
        for table in FACT_TABLES:
            con.execute(f"CREATE VIEW {table} AS FROM read_parquet({_quoted(day, table)})")
        yield con
    finally:
        con.close()


def _quoted(day: date, table: str) -> str:
    return "'" + str(lake_file(table, day)).replace("'", "''") + "'"


def known() -> Known:
    """What conditions may name: every measure and prediction, every cell of every scheme."""
    return Known(
        measures={
            measure.code: (measure.name_zh, measure.name_en, measure.unit)
            for measure in (*MEASURES, *PREDICTIONS)
        },
        cells={
            scheme.code: {
                cell.code: (cell.name_zh, cell.name_en)
                for cell in definition(scheme.definition).cells
            }
            for scheme in Scheme.objects.all()
        },
    )
