"""Many rows at once on the connection that Django has: ids ahead, lookups, updates.

Insert goes through core.bulk. Nothing else may open the SQLite file in this process.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.db import connection, models

IMPORT_LOCK = 7_301  # one chunk of one import writes at a time


def take_lock() -> None:
    """SQLite: the transaction is IMMEDIATE and holds the database already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


def new_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Ids for rows about to be inserted; call inside the transaction, with the lock."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return range(last + 1, last + 1 + count)


def rows_where(
    model: type[models.Model], column: str, values: Iterable[Any], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """`columns` of the rows whose `column` is one of `values`, of which there may be thousands."""
    wanted = list(values)
    if not wanted:
        return []
    names = ", ".join(_as_written(model, name) for name in columns)
    table = model._meta.db_table
    sql = f'SELECT {names} FROM "{table}" WHERE "{column}" {_is_in()}'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [many(wanted)])
        return cursor.fetchall()


def _as_written(model: type[models.Model], column: str) -> str:
    """Days and moments in the form that `day` and `moment` give, so that they can be compared."""
    of_time = {f.column for f in model._meta.concrete_fields if isinstance(f, models.DateField)}
    if connection.vendor == "sqlite" and column in of_time:
        return f'CAST("{column}" AS TEXT)'
    return f'"{column}"'


def _is_in() -> str:
    if connection.vendor == "postgresql":
        return "= ANY(%s)"
    return "IN (SELECT value FROM json_each(%s))"


def many(values: Sequence[Any]) -> Any:
    """The one parameter that holds all of `values`."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


def update(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Rows are values in the order of `columns`, then the id."""
    if not rows:
        return
    sets = ", ".join(f'"{name}" = %s' for name in columns)
    sql = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE "id" = %s'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def moment(value: datetime) -> Any:
    """A moment as the database's driver wants it."""
    if _takes_dates():
        return value
    return str(value if value.tzinfo is UTC else value.astimezone(UTC))[: -len("+00:00")]


def day(value: date) -> Any:
    return value if _takes_dates() else value.isoformat()


@cache
def _takes_dates() -> bool:
    """Asked for every cell of a file; the kind of database is the same for the whole process."""
    return bool(connection.vendor == "postgresql")


def document(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
