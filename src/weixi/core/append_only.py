"""Triggers that keep the journal and the access log as they were written (P-04)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

TABLES = ("core_journalentry", "core_accessentry")

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION weixi_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23000';
END $$
"""


def install(using: Any = None) -> None:
    """Idempotent. Also after migrations: SQLite drops the triggers of a table it rebuilds."""
    _run(_making, using)


def remove(using: Any = None) -> None:
    _run(_dropping, using)


@contextmanager
def opened() -> Iterator[None]:
    """One transaction in which old rows may go: the retention schedule, and tests that clean up.

    Triggers are part of the transaction: another connection never sees the tables unguarded.
    """
    with transaction.atomic():
        remove()
        yield
        install()


def guarded_tables() -> set[str]:
    """Which tables have their triggers in this database."""
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        found = {row[0] for row in cursor.fetchall()}
    return {table for table in TABLES if {f"{table}_update", f"{table}_delete"} <= found}


def _run(statements: Any, using: Any) -> None:
    on = using or connection
    with on.cursor() as cursor:
        for statement in statements(on.vendor):
            cursor.execute(statement)


def _making(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [_sqlite(table, verb) for table in TABLES for verb in ("UPDATE", "DELETE")]
    return [POSTGRES_FUNCTION] + [
        _postgres(table, verb) for table in TABLES for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ]


def _sqlite(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgres(table: str, verb: str) -> str:
    each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    return (
        f"CREATE OR REPLACE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION weixi_append_only()"
    )


def _dropping(vendor: str) -> list[str]:
    verbs = ["update", "delete"] + (["truncate"] if vendor == "postgresql" else [])
    on = " ON {table}" if vendor == "postgresql" else ""
    return [
        f"DROP TRIGGER IF EXISTS {table}_{verb}{on.format(table=table)}"
        for table in TABLES
        for verb in verbs
    ]
