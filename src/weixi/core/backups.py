"""Backups that are consistent while people work, and restores that verify before they replace.

The keys of personal data are not in a backup: whoever steals one reads no phone numbers, and
whoever loses `data.key` opens none either. They are kept apart (docs/settings.md).
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from .errors import RuleBroken

POSTGRES_PROGRAMS = Path("/usr/lib/postgresql")


def write_backup(file: Path) -> int:
    """Returns its size in bytes. The file appears whole or not at all."""
    if file.exists():
        raise RuleBroken(f"{file} exists already: choose another name.")
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        _sqlite_backup(unfinished) if connection.vendor == "sqlite" else _dump(unfinished)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def restore_backup(file: Path, *, keep_in: Path) -> Path:
    """Verifies the backup, keeps what is there now in `keep_in`, then puts the backup in place.

    Returns where the former database was kept.
    """
    if not file.is_file():
        raise RuleBroken(f"{file} is not there.")
    verify(file)
    kept = keep_in / f"before-restore-{file.stem}-{os.getpid()}.backup"
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_backup(kept)
    _sqlite_restore(file) if connection.vendor == "sqlite" else _postgres_restore(file)
    return kept


def verify(file: Path) -> None:
    """RuleBroken unless the file is a whole backup of this or an earlier version."""
    applied = _verified_sqlite(file) if connection.vendor == "sqlite" else _verified_dump(file)
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if not any(app == "core" for app, _ in applied):
        raise RuleBroken(f"{file} is not a backup of Weixi.")
    unknown = [f"{app} {name}" for app, name in applied if (app, name) not in known]
    if unknown:
        raise RuleBroken(f"{file} was made by a newer version (it has {unknown[0]}).")


def _sqlite_backup(target: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy, pages=4096, sleep=0.01)
    _verified_sqlite(target)


def _sqlite_restore(file: Path) -> None:
    """By SQLite's own backup: one transaction, also seen by programs that have it open."""
    connection.ensure_connection()
    with _opened(file) as backup:
        backup.backup(connection.connection)
    connection.close()


def _verified_sqlite(file: Path) -> list[tuple[str, str]]:
    """The migrations in it."""
    try:
        with _opened(file) as backup:
            if backup.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise RuleBroken(f"{file} is damaged.")
            if backup.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise RuleBroken(f"{file} is damaged: rows point to rows that are gone.")
            return list(backup.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.DatabaseError:
        raise RuleBroken(f"{file} is not a whole backup of Weixi.") from None


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found:
        yield found


def _dump(target: Path) -> None:
    _program("pg_dump", "--format=custom", "--no-owner", f"--file={target}", database=_name())


def _verified_dump(file: Path) -> list[tuple[str, str]]:
    """Restored into a database of its own, which goes again."""
    scratch = f"weixi_verify_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{scratch}"')
        try:
            _program("pg_restore", "--no-owner", "--exit-on-error", str(file), database=scratch)
            return _migrations_in(scratch)
        finally:
            cursor.execute(f'DROP DATABASE IF EXISTS "{scratch}" WITH (FORCE)')


def _migrations_in(database: str) -> list[tuple[str, str]]:
    parameters = {**connection.get_connection_params(), "dbname": database}
    parameters.pop("cursor_factory", None)
    other = connection.Database.connect(**parameters)  # type: ignore[attr-defined]
    with closing(other):
        return [
            (app, name) for app, name in other.execute("SELECT app, name FROM django_migrations")
        ]


def _postgres_restore(file: Path) -> None:
    connection.close()
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _program("pg_restore", *options, str(file), database=_name())


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _program(name: str, *arguments: str, database: str) -> None:
    """The password goes by a file that only we can read, never by the command line."""
    given: dict[str, Any] = connection.settings_dict
    with tempfile.NamedTemporaryFile("w", prefix="weixi-pgpass.") as secret:
        secret.write(f"*:*:*:*:{_escaped(given['PASSWORD'] or '')}\n")
        secret.flush()
        called = [_found(name), f"--dbname={database}", "--no-password"]
        called += [f"--host={given['HOST']}"] if given["HOST"] else []
        called += [f"--port={given['PORT']}"] if given["PORT"] else []
        called += [f"--username={given['USER']}"] if given["USER"] else []
        environment = {**os.environ, "PGPASSFILE": secret.name}
        done = subprocess.run(
            [*called, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuleBroken(f"{name} failed: {' '.join(done.stderr.split())[:500]}")


def _escaped(password: str) -> str:
    return password.replace("\\", "\\\\").replace(":", "\\:")


def _found(name: str) -> str:
    """The newest installed one: it reads and writes for every older server."""
    installed = sorted(POSTGRES_PROGRAMS.glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise RuleBroken(f"{name} is missing: install it with “apt-get install postgresql-client”.")
    return found
