"""Where the columnar pass runs: DuckDB in this process, or a Spark master."""

from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq

from weixi.core.errors import RuleBroken


class Engine(Protocol):
    def read(self, file: Path) -> ir.Table: ...

    def write(self, table: ir.Table, file: Path) -> None: ...


class DuckEngine:
    """Reads and writes Parquet only: it never opens the database file."""

    def __init__(self) -> None:
        self._backend = ibis.duckdb.connect()
        self._backend.con.execute("SET memory_limit='2GB'")

    def read(self, file: Path) -> ir.Table:
        return self._backend.read_parquet(str(file))

    def write(self, table: ir.Table, file: Path) -> None:
        self._backend.to_parquet(table, str(file))


class SparkEngine:
    """Needs the extra `spark` (pip install weixi[spark]) and Java 17."""

    def __init__(self, master: str) -> None:
        try:
            self._backend: Any = ibis.pyspark.connect(master=master)
        except (ImportError, ibis.common.exceptions.IbisError) as problem:
            raise RuleBroken(
                "The Spark engine is not installed: pip install 'weixi[spark]', and Java 17."
            ) from problem

    def read(self, file: Path) -> ir.Table:
        return self._backend.read_parquet(str(file))

    def write(self, table: ir.Table, file: Path) -> None:
        self._backend.to_parquet(table, str(file))


def engine(name: str, *, spark_master: str = "local[2]") -> Engine:
    """The engine of that name ("duckdb" or "spark"); RuleBroken when it cannot be had."""
    if name == "duckdb":
        return DuckEngine()
    if name == "spark":
        return SparkEngine(spark_master)
    raise RuleBroken(f"The engine is duckdb or spark, not {name}.")


def rows_in(file: Path) -> int:
    return int(pq.read_metadata(file).num_rows)
