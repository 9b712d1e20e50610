"""Where the columnar pass runs: DuckDB in this process, or Spark in one of its own."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import duckdb

from weixi.core.columnar import fits_beside, quoted
from weixi.core.errors import RuleBroken
from weixi.core.processes import problem, started, told
from weixi.core.runs import rows_in

from .rules import STAND_IN, Limits

Files = Mapping[str, Path]
MOST_MEMORY = "3GB"  # a million customers take two; with a limit of two they go to the disk
STAND_IN_SQL = f"MAKE_DATE({STAND_IN.year}, {STAND_IN.month}, {STAND_IN.day})"


class Engine(Protocol):
    def write(self, limits: Limits, as_of: date, facts: Files, file: Path) -> None:
        """The wide table of the fact tables, as Parquet. `facts`: table → its file."""


class DuckEngine:
    """Reads and writes Parquet only: it never opens the database file.

    `kept`: the folder where the text of the query is kept, which takes as long to make as to ask;
    None: it is made anew.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept

    def write(self, limits: Limits, as_of: date, facts: Files, file: Path) -> None:
        text = self._text(limits).replace(STAND_IN_SQL, f"DATE '{as_of.isoformat()}'")
        write_text(text, facts, file)

    def _text(self, limits: Limits) -> str:
        if self._kept is None:
            return made_text(limits)
        file = self._kept / f"measures-{_key(limits)}.sql"
        if not file.exists():
            self._kept.mkdir(parents=True, exist_ok=True)
            whole = file.with_suffix(f".{uuid4().hex}")  # a killed run leaves no half text
            whole.write_text(made_text(limits), encoding="utf-8")
            whole.replace(file)
        return file.read_text(encoding="utf-8")


def made_text(limits: Limits) -> str:
    """The wide pass as SQL, with STAND_IN for the as-of day."""
    return _said("weixi.measure.compiler", asdict(limits)).decode()


def write_text(text: str, facts: Files, file: Path) -> None:
    cores = _cores(rows_in(facts["customers"]))
    with duckdb.connect(config={"memory_limit": MOST_MEMORY, "threads": cores}) as lake:
        # Joins keep the sides they are written with, the customers' on the left: the rows come out
        # nearly in the order of the customers, and a table takes them as fast as it can.
        lake.execute("SET disabled_optimizers = 'build_side_probe_side'")
        for name, path in facts.items():
            lake.execute(f"CREATE VIEW \"{name}\" AS FROM read_parquet('{quoted(path)}')")
        lake.execute(f"COPY ({text}) TO '{quoted(file)}' (FORMAT parquet)")


def _cores(customers: int) -> int:
    """One is left for what else comes of the facts, where that is made meanwhile: it would save a
    fifth of the time here and cost a quarter more of work."""
    cores = os.cpu_count() or 1
    return max(1, cores - 1) if fits_beside(customers) else cores


def _key(limits: Limits) -> str:
    """Changes with everything the text is made from: the code, its compiler, the thresholds."""
    made_from = hashlib.sha256(repr((limits, version("ibis-framework"))).encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        made_from.update(source.read_bytes())
    return made_from.hexdigest()[:16]


class SparkEngine:
    def __init__(self, master: str) -> None:
        if find_spec("pyspark") is None:
            raise RuleBroken(
                "The Spark engine is not installed: pip install 'weixi[spark]', and Java 17."
            )
        self._master = master

    def write(self, limits: Limits, as_of: date, facts: Files, file: Path) -> None:
        request = {
            "master": self._master,
            "limits": asdict(limits),
            "as_of": as_of.isoformat(),
            "facts": {name: str(path) for name, path in facts.items()},
            "file": str(file),
        }
        _said("weixi.measure.spark", request)


def _said(module: str, request: object) -> bytes:
    """What a program of this package answers; RuleBroken with its words when it fails."""
    child = started(module)
    told(child, json.dumps(request).encode())
    answer, words = child.communicate()
    if child.returncode:
        raise RuleBroken(f"The measures could not be made: {problem(words)}")
    return answer


def engine(name: str, *, kept: Path | None = None, spark_master: str = "local[2]") -> Engine:
    """The engine of that name ("duckdb" or "spark"); RuleBroken when it cannot be had."""
    if name == "duckdb":
        return DuckEngine(kept)
    if name == "spark":
        return SparkEngine(spark_master)
    raise RuleBroken(f"The engine is duckdb or spark, not {name}.")
