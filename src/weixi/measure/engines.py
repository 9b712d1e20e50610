"""Where the columnar pass runs: DuckDB in this process, or a Spark master."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from uuid import uuid4

import duckdb
import ibis
import pyarrow.parquet as pq

from weixi.core.columnar import MEMORY, quoted
from weixi.core.errors import RuleBroken

from .facts_sql import COLUMNS
from .rules import Limits
from .wide import wide_table

Files = Callable[[], Mapping[str, Path]]
STAND_IN = date(1900, 1, 1)  # for the as-of day, in the text that is kept
STAND_IN_SQL = "MAKE_DATE(1900, 1, 1)"


class Engine(Protocol):
    def write(self, limits: Limits, as_of: date, facts: Files, file: Path) -> None:
        """The wide table of the fact tables, as Parquet. `facts` waits for their files."""


class DuckEngine:
    """Reads and writes Parquet only: it never opens the database file.

    `kept`: the folder where the text of the query is kept, which takes as long to make as to ask;
    None: it is made anew, while the facts are still being read.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept

    def write(self, limits: Limits, as_of: date, facts: Files, file: Path) -> None:
        text = self._kept_text(limits).replace(STAND_IN_SQL, f"DATE '{as_of.isoformat()}'")
        write_text(text, facts(), file)

    def _kept_text(self, limits: Limits) -> str:
        if self._kept is None:
            return text_of(limits, STAND_IN)
        file = self._kept / f"measures-{_key(limits)}.sql"
        if not file.exists():
            self._kept.mkdir(parents=True, exist_ok=True)
            whole = file.with_suffix(f".{uuid4().hex}")  # a killed run leaves no half text
            whole.write_text(text_of(limits, STAND_IN))
            whole.replace(file)
        return file.read_text()


def text_of(limits: Limits, as_of: date) -> str:
    """The wide pass as SQL for DuckDB, made from the declared columns alone."""
    declared = {name: ibis.table(columns, name=name) for name, columns in COLUMNS.items()}
    return str(ibis.to_sql(wide_table(declared, as_of=as_of, limits=limits), dialect="duckdb"))


def write_text(text: str, facts: Mapping[str, Path], file: Path) -> None:
    with duckdb.connect(config={"memory_limit": MEMORY}) as lake:
        for name, path in facts.items():
            lake.execute(f"CREATE VIEW \"{name}\" AS FROM read_parquet('{quoted(path)}')")
        lake.execute(f"COPY ({text}) TO '{quoted(file)}' (FORMAT parquet)")


def _key(limits: Limits) -> str:
    """Changes with everything the text is made from: the code, its compiler, the thresholds."""
    made_from = hashlib.sha256(repr((limits, version("ibis-framework"))).encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        made_from.update(source.read_bytes())
    return made_from.hexdigest()[:16]


class SparkEngine:
    """Needs the extra `spark` (pip install weixi[spark]) and Java 17."""

    def __init__(self, master: str) -> None:
        try:
            self._backend: Any = ibis.pyspark.connect(master=master)
        except (ImportError, ibis.common.exceptions.IbisError) as problem:
            raise RuleBroken(
                "The Spark engine is not installed: pip install 'weixi[spark]', and Java 17."
            ) from problem

    def write(self, limits: Limits, as_of: date, facts: Files, file: Path) -> None:
        tables = {name: self._backend.read_parquet(str(path)) for name, path in facts().items()}
        with TemporaryDirectory(dir=file.parent, prefix=".spark-") as folder:
            parts = Path(folder) / "parts"
            wide = wide_table(tables, as_of=as_of, limits=limits)
            self._backend.to_parquet(wide, str(parts))
            _joined(parts, file)


def _joined(parts: Path, file: Path) -> None:
    """Spark writes a folder of files, one a partition; the lake keeps one file a day."""
    files = [pq.ParquetFile(part) for part in sorted(parts.glob("*.parquet"))]
    with pq.ParquetWriter(file, files[0].schema_arrow) as out:
        for part in files:
            for batch in part.iter_batches():
                out.write_batch(batch)


def engine(name: str, *, kept: Path | None = None, spark_master: str = "local[2]") -> Engine:
    """The engine of that name ("duckdb" or "spark"); RuleBroken when it cannot be had."""
    if name == "duckdb":
        return DuckEngine(kept)
    if name == "spark":
        return SparkEngine(spark_master)
    raise RuleBroken(f"The engine is duckdb or spark, not {name}.")
