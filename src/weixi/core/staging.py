"""Whole tables from the lake into the database, without an object for each value.

DuckDB writes the rows into an SQLite file beside the database; Django's connection attaches that
file and copies it: a third of the time that the same rows take one by one. The file is closed
again before the connection opens it, so the two SQLite libraries never meet in one file. Inside
somebody's own transaction nothing can be detached, and PostgreSQL copies rows anyway: there the
same rows go the long way (core.bulk).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import connection, models

from .bulk import column_names, replace_all
from .columnar import MEMORY, connect, quoted

CHUNK = 50_000
_names: ContextVar[list[str] | None] = ContextVar("staged", default=None)


@contextmanager
def staging() -> Iterator[None]:
    """Around the transaction of a run that publishes: what was attached in it is let go after."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    token = _names.set([])
    try:
        yield
    finally:
        for name in _names.get() or ():
            _let_go(name)
        _names.reset(token)


def replace_from(
    model: type[models.Model], file: Path, columns: Mapping[str, str] | None = None
) -> int:
    """The table holds exactly the rows of the Parquet `file` afterwards; returns how many.

    `columns`: column of the table → SQL over those of the file, where it is not of the same name.
    Call inside a transaction: readers see the old rows until it commits.
    """
    given, names = columns or {}, column_names(model)
    fields = {field.column: field for field in model._meta.concrete_fields}
    wanted = [f'{_typed(fields[name], given.get(name))} AS "{name}"' for name in names]
    rows = f"SELECT {', '.join(wanted)} FROM read_parquet('{quoted(file)}')"  # noqa: S608
    if _names.get() is None:
        return replace_all(model, names, _one_by_one(rows))
    return _copied(model._meta.db_table, names, _staged(rows))


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


def _staged(rows: str) -> str:
    """Name of the attached file that holds `rows` as a table of that name."""
    names = _names.get()
    assert names is not None
    name = f"staged_{len(names)}"
    file = _file_of(name)
    _remove(file)
    with connect("sqlite") as lake:
        lake.execute(f"ATTACH '{quoted(file)}' AS side (TYPE sqlite)")
        lake.execute(f"CREATE TABLE side.rows AS {rows}")
        lake.execute("DETACH side")
    with connection.cursor() as cursor:
        cursor.execute(f'ATTACH DATABASE %s AS "{name}"', [str(file)])
    names.append(name)
    return name


def _copied(table: str, columns: list[str], staged: str) -> int:
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608
        cursor.execute(
            f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM "{staged}".rows'  # noqa: S608
        )
        return int(cursor.rowcount)


def _let_go(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DETACH DATABASE "{name}"')
    _remove(_file_of(name))


def _file_of(name: str) -> Path:
    """Of this process: two at once do not meet in it."""
    folder = Path(settings.VAR) / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}-{os.getpid()}.sqlite3"


def _remove(file: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
