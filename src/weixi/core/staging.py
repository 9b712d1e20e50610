"""Whole tables from the lake into the database, without an object for each value.

DuckDB writes the rows into an SQLite file beside the database; Django's connection attaches that
file and copies it: a third of the time that the same rows take one by one. The file is closed
again before the connection opens it, so the two SQLite libraries never meet in one file. Inside
somebody's own transaction nothing can be detached, and PostgreSQL copies rows anyway: there the
same rows go the long way (core.bulk).
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
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
        self.written: dict[tuple[str, str], Future[str]] = {}

    def prepare(self, wholes: Iterable[Whole]) -> None:
        """Begin to write them, while the run does something else."""
        for whole in wholes:
            name = f"staged_{next(self.numbers)}"
            self.written[_key(whole)] = self.thread.submit(self._write, name, _rows_of(whole))

    def name_of(self, whole: Whole) -> str:
        """The attached file that holds the rows as a table `rows`."""
        if _key(whole) not in self.written:
            self.prepare([whole])
        name = self.written[_key(whole)].result()
        with connection.cursor() as cursor:
            cursor.execute(f'ATTACH DATABASE %s AS "{name}"', [str(_file_of(name))])
        return name

    def _write(self, name: str, rows: str) -> str:
        """Detached again: the database's own library opens the file next."""
        file, self.lake = _file_of(name), self.lake or connect("sqlite")
        _remove(file)
        self.lake.execute(f"ATTACH '{quoted(file)}' AS side (TYPE sqlite)")
        try:
            self.lake.execute(f"CREATE TABLE side.rows AS {rows}")
        finally:
            self.lake.execute("DETACH side")
        return name

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
    side, names = _side.get(), column_names(whole.model)
    if side is None:
        return replace_all(whole.model, names, _one_by_one(_rows_of(whole)))
    return _copied(whole.model._meta.db_table, names, side.name_of(whole))


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


def _copied(table: str, columns: list[str], staged: str) -> int:
    """The table is made anew, which takes no time, where every row to delete takes its own; so are
    its indexes, over the new rows: a sort of each, not a search for every row."""
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC",
            [table],
        )
        made, *others = (sql for (sql,) in cursor.fetchall())
        cursor.execute(f'DROP TABLE "{table}"')
        cursor.execute(made)
        cursor.execute(
            f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM "{staged}".rows'  # noqa: S608
        )
        copied = int(cursor.rowcount)
        for sql in others:
            cursor.execute(sql)
        return copied


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
