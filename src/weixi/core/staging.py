"""Whole tables from the lake into the database, without an object for each value.

DuckDB writes the rows into an SQLite file beside the database, into the same table with the same
indexes; Django's connection attaches that file and takes the table over as it lies, page for page
(sqlite.org/optoverview, "xfer"), which asks that no key of the table is checked. The file is closed
again before the connection opens it, so the two SQLite libraries never meet in one file. Inside
somebody's own transaction nothing can be detached, and PostgreSQL copies rows anyway: there the
same rows go the long way (core.bulk).
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from contextvars import ContextVar
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from django.conf import settings
from django.db import connection, models

from .bulk import column_names, replace_all
from .columnar import MEMORY, connect, quoted
from .processes import is_gone

CHUNK = 50_000


class Whole(NamedTuple):
    """A table that holds exactly the rows of a Parquet file after a run.

    `columns`: column of the table → SQL over those of the file, where it is not of the same name.
    """

    model: type[models.Model]
    file: Path
    columns: Mapping[str, str] = {}


class Side:
    """The files beside the database: written by a thread of its own, one after the other."""

    def __init__(self) -> None:
        _sweep()
        self.thread = ThreadPoolExecutor(1)
        self.lake: duckdb.DuckDBPyConnection | None = None  # the thread's own, opened with a need
        self.numbers = count()  # two threads may prepare at once
        self.made = _made()
        self.written: dict[tuple[str, str], Future[str]] = {}

    def prepare(self, wholes: Iterable[Whole]) -> None:
        """Begin to write them, while the run does something else."""
        for whole in wholes:
            name = f"staged_{next(self.numbers)}"
            self.written[_key(whole)] = self.thread.submit(self._write, name, whole)

    def take(self, whole: Whole) -> int:
        """The table is made anew from the attached file, which takes no time where every row to
        delete takes its own. Returns its rows."""
        table, name = whole.model._meta.db_table, self._attached(whole)
        with connection.cursor() as cursor:
            for sql in (f'DROP TABLE "{table}"', *self.made[table]):
                cursor.execute(sql)
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{name}"."{table}"')  # noqa: S608
            return int(cursor.rowcount)

    def _attached(self, whole: Whole) -> str:
        if _key(whole) not in self.written:
            self.prepare([whole])
        name = self.written[_key(whole)].result()
        with connection.cursor() as cursor:
            cursor.execute(f'ATTACH DATABASE %s AS "{name}"', [str(_file_of(name))])
        return name

    def _write(self, name: str, whole: Whole) -> str:
        """Indexes come after the rows: a sort of each, not a search for every row."""
        file, (table, *indexes) = _file_of(name), self.made[whole.model._meta.db_table]
        _remove(file)
        _execute(file, [table])
        self._fill(file, whole)
        _execute(file, indexes)
        return name

    def _fill(self, file: Path, whole: Whole) -> None:
        """Detached again: the database's own library opens the file next."""
        self.lake = self.lake or connect("sqlite")
        table, names = whole.model._meta.db_table, _listed(column_names(whole.model))
        self.lake.execute(f"ATTACH '{quoted(file)}' AS side (TYPE sqlite)")
        try:
            self.lake.execute(f'INSERT INTO side."{table}" ({names}) {_rows_of(whole)}')
        finally:
            self.lake.execute("DETACH side")

    def close(self) -> None:
        self.thread.shutdown(cancel_futures=True)
        if self.lake is not None:
            self.lake.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            attached = [row[1] for row in cursor.fetchall() if row[1].startswith("staged_")]
            for name in attached:
                cursor.execute(f'DETACH DATABASE "{name}"')
        for number in range(next(self.numbers)):
            _remove(_file_of(f"staged_{number}"))


_side: ContextVar[Side | None] = ContextVar("side", default=None)


@contextmanager
def staging() -> Iterator[Side | None]:
    """Around a run and its transaction: what was attached in it is let go after. None: the rows
    go the long way."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield None
        return
    side = Side()
    token = _side.set(side)
    try:
        yield side
    finally:
        _side.reset(token)
        side.close()


def replace_with(whole: Whole) -> int:
    """The table holds exactly the rows of the file afterwards; returns how many.

    Call inside a transaction: readers see the old rows until it commits.
    """
    side = _side.get()
    if side is None:
        return replace_all(whole.model, column_names(whole.model), _one_by_one(_rows_of(whole)))
    return side.take(whole)


def _key(whole: Whole) -> tuple[str, str]:
    return whole.model._meta.db_table, str(whole.file)


def _rows_of(whole: Whole) -> str:
    fields = {field.column: field for field in whole.model._meta.concrete_fields}
    wanted = [
        f'{_typed(fields[name], whole.columns.get(name))} AS "{name}"'
        for name in column_names(whole.model)
    ]
    return f"SELECT {', '.join(wanted)} FROM read_parquet('{quoted(whole.file)}')"  # noqa: S608


def _typed(field: "models.Field[Any, Any]", sql: str | None) -> str:
    """The value as the database keeps it: days as text, yes and no as SQLite's numbers."""
    sql = sql or f'"{field.column}"'
    if isinstance(field, models.DateField):
        return f"CAST({sql} AS VARCHAR)"
    if isinstance(field, models.BooleanField) and connection.vendor == "sqlite":
        return f"CAST({sql} AS INTEGER)"
    return sql


def _one_by_one(rows: str) -> Iterator[tuple[Any, ...]]:
    with duckdb.connect(config={"memory_limit": MEMORY}) as lake:
        found = lake.execute(rows)
        while chunk := found.fetchmany(CHUNK):
            yield from chunk


def _made() -> dict[str, list[str]]:
    """Table → the SQL that makes it, and then its indexes."""
    made: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        )
        for table, sql in cursor.fetchall():
            made.setdefault(table, []).append(sql)
    return made


def _execute(file: Path, statements: Iterable[str]) -> None:
    """The disk is not waited for: nothing is lost with such a file."""
    with closing(sqlite3.connect(file, isolation_level=None)) as side:
        side.execute("PRAGMA synchronous = OFF")
        for sql in statements:
            side.execute(sql)


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _file_of(name: str) -> Path:
    """Of this process: two at once do not meet in it."""
    return _folder() / f"{name}-{os.getpid()}.sqlite3"


def _folder() -> Path:
    folder = Path(settings.VAR) / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sweep() -> None:
    """What runs left behind that were killed."""
    for file in _folder().glob("staged_*-*.sqlite3"):
        if is_gone(int(file.stem.rpartition("-")[2])):
            _remove(file)


def _remove(file: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
