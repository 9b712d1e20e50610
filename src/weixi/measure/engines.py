"""Where the columnar pass runs: DuckDB in this process, or a Spark master."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
from pyarrow.dataset import dataset

from weixi.core.columnar import quoted
from weixi.core.errors import RuleBroken

from .facts_sql import COLUMNS

Build = Callable[[Mapping[str, ir.Table]], ir.Table]
Files = Callable[[], Mapping[str, Path]]


class Engine(Protocol):
    def write(self, build: Build, facts: Files, file: Path) -> None:
        """What `build` makes of the fact tables, as Parquet. `facts` waits for their files."""


class DuckEngine:
    """Reads and writes Parquet only: it never opens the database file.

    The text of the query is made from the declared columns, while the facts are still being
    read: it takes as long as the query itself.
    """

    def __init__(self) -> None:
        self._backend = ibis.duckdb.connect()
        self._backend.con.execute("SET memory_limit='2GB'")

    def write(self, build: Build, facts: Files, file: Path) -> None:
        self.write_text(self.text_of(build), facts(), file)

    def text_of(self, build: Build) -> str:
        declared = {name: ibis.table(columns, name=name) for name, columns in COLUMNS.items()}
        return self._backend.compile(build(declared))

    def write_text(self, text: str, facts: Mapping[str, Path], file: Path) -> None:
        for name, path in facts.items():
            rows = f"read_parquet('{quoted(path)}')"
            self._backend.con.execute(f'CREATE OR REPLACE VIEW "{name}" AS FROM {rows}')
        self._backend.con.execute(f"COPY ({text}) TO '{quoted(file)}' (FORMAT parquet)")


class SparkEngine:
    """Needs the extra `spark` (pip install weixi[spark]) and Java 17."""

    def __init__(self, master: str) -> None:
        try:
            self._backend: Any = ibis.pyspark.connect(master=master)
        except (ImportError, ibis.common.exceptions.IbisError) as problem:
            raise RuleBroken(
                "The Spark engine is not installed: pip install 'weixi[spark]', and Java 17."
            ) from problem

    def write(self, build: Build, facts: Files, file: Path) -> None:
        tables = {name: self._backend.read_parquet(str(path)) for name, path in facts().items()}
        with TemporaryDirectory(dir=file.parent, prefix=".spark-") as folder:
            parts = Path(folder) / "parts"
            self._backend.to_parquet(build(tables), str(parts))
            _joined(parts, file)


def _joined(parts: Path, file: Path) -> None:
    """Spark writes a folder of files, one a partition; the lake keeps one file a day."""
    rows = dataset(parts)
    with pq.ParquetWriter(file, rows.schema) as out:
        for batch in rows.to_batches():
            out.write_batch(batch)


def engine(name: str, *, spark_master: str = "local[2]") -> Engine:
    """The engine of that name ("duckdb" or "spark"); RuleBroken when it cannot be had."""
    if name == "duckdb":
        return DuckEngine()
    if name == "spark":
        return SparkEngine(spark_master)
    raise RuleBroken(f"The engine is duckdb or spark, not {name}.")
