"""What is wrong with this installation, and how to mend it (`weixi doctor`, D-01)."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from . import append_only, heartbeats, jobs, vault
from .errors import RuleBroken

OK, WARNING, WRONG = "ok", "warning", "wrong"
LEAST_FREE_BYTES = 500_000_000
SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
LEAST_BUSY_TIMEOUT_MS = 5_000
OLDEST_POSTGRES = 150_000
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
ASSETS = ("vendor/htmx.min.js", "vendor/tabler.min.css", "vendor/icons.svg")


class Finding(NamedTuple):
    """`mend` says what to do; empty when all is well."""

    check: str
    state: str
    found: str
    mend: str = ""


def findings(*more: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Every check, also after one has failed; `more`: those of the stages above."""
    return [finding for check in (*CHECKS, *more) for finding in _tried(check)]


def refuse_a_wrong_start() -> None:
    """Doors call this when they start: a database that could lose commits serves nobody."""
    wrong = [finding for finding in (*_database(), *_migrations()) if finding.state == WRONG]
    if wrong:
        raise RuleBroken(f"{wrong[0].found} {wrong[0].mend}")


def pragmas() -> dict[str, str | int]:
    """What this very connection to SQLite answers; empty on PostgreSQL."""
    if connection.vendor != "sqlite":
        return {}
    with connection.cursor() as cursor:
        return {name: _pragma(cursor, name) for name in (*SQLITE_PRAGMAS, "busy_timeout")}


def _pragma(cursor: CursorWrapper, name: str) -> str | int:
    cursor.execute(f"PRAGMA {name}")
    value: str | int = cursor.fetchone()[0]
    return value


def _tried(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    name = check.__name__.strip("_").replace("_", " ")
    try:
        yield from check()
    except DatabaseError as problem:
        yield Finding(name, WRONG, f"The database refused: {problem}", 'Run "weixi init".')


def _settings() -> Iterator[Finding]:
    hosts = set(settings.ALLOWED_HOSTS) - LOOPBACK
    if settings.DEBUG:
        yield Finding("settings", WARNING, "WEIXI_DEBUG is on.", "Only for development: unset it.")
    if hosts and not settings.SESSION_COOKIE_SECURE:
        mend = "Serve over HTTPS and set WEIXI_HTTPS=true."
        yield Finding("settings", WARNING, f"Served without HTTPS: {', '.join(hosts)}.", mend)
    yield Finding("settings", OK, f"Engine {settings.ENGINE}, time zone {settings.TIME_ZONE}.")


def _database() -> Iterator[Finding]:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgres()


def _sqlite() -> Iterator[Finding]:
    found = pragmas()
    wrong = [name for name, value in SQLITE_PRAGMAS.items() if found[name] != value]
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        wrong.append("transaction_mode")
    if int(found["busy_timeout"]) < LEAST_BUSY_TIMEOUT_MS:
        wrong.append("busy_timeout")
    if wrong:
        mend = "Put the database on a local disk of this machine."
        yield Finding("database", WRONG, f"SQLite is not safe here: {', '.join(wrong)}.", mend)
        return
    name = connection.settings_dict["NAME"]
    yield Finding("database", OK, f"SQLite {name}: WAL, FULL, foreign keys, IMMEDIATE.")


def _postgres() -> Iterator[Finding]:
    version = connection.pg_version  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
        commit, fsync = cursor.fetchone()
    if version < OLDEST_POSTGRES:
        yield Finding("database", WRONG, f"PostgreSQL {version} is too old.", "Upgrade to 15.")
    if commit == "off" or fsync == "off":
        mend = "Set fsync and synchronous_commit to on."
        yield Finding("database", WARNING, "PostgreSQL may lose commits on a power cut.", mend)
    yield Finding("database", OK, f"PostgreSQL {version // 10_000}.")


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        found = f"The database is {len(pending)} migrations behind this version."
        yield Finding("migrations", WRONG, found, 'Run "weixi init".')
        return
    missing = set(append_only.TABLES) - append_only.guarded_tables()
    if missing:
        found = f"Rows can be changed in {', '.join(sorted(missing))}."
        yield Finding("migrations", WRONG, found, 'Run "weixi init".')
        return
    yield Finding("migrations", OK, "The tables are those of this version.")


def _queue() -> Iterator[Finding]:
    found = jobs.counts()
    text = f"{found['waiting']} waiting, {found['running']} running, {found['dead']} dead."
    mend = "See the reasons in Settings → Background." if found["dead"] else ""
    yield Finding("queue", WARNING if found["dead"] else OK, text, mend)


def _heartbeat() -> Iterator[Finding]:
    alive = heartbeats.alive().count()
    if alive:
        yield Finding("heartbeat", OK, f"{alive} workers alive.")
    else:
        yield Finding("heartbeat", WARNING, "No worker is running.", 'Start "weixi worker".')


def _timetable() -> Iterator[Finding]:
    """Nothing to say while no worker runs: `heartbeat` says that."""
    if not heartbeats.alive().exists():
        return
    if heartbeats.alive("scheduler").exists():
        yield Finding("timetable", OK, "It is looked at.")
    elif heartbeats.is_busy():
        yield Finding("timetable", OK, "It waits for the job that runs.")
    else:
        yield Finding("timetable", WARNING, "Nobody looks at it.", 'Start "weixi worker" again.')


def _mail() -> Iterator[Finding]:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Finding("mail", OK, f"By SMTP through {settings.EMAIL_HOST}.")
    else:
        mend = "Set WEIXI_EMAIL_URL to send it."
        yield Finding("mail", WARNING, "Mail is written to files, nobody gets it.", mend)


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.VAR).free
    if free < LEAST_FREE_BYTES:
        mend = "Free some space: imports and refreshes need it."
        yield Finding("disk", WRONG, f"Only {free / 1e6:,.0f} MB are free.", mend)
    else:
        yield Finding("disk", OK, f"{free / 1e9:,.1f} GB are free in {settings.VAR}.")


def _assets() -> Iterator[Finding]:
    missing = [name for name in ASSETS if not finders.find(name)]
    if missing:
        found = f"Front-end files are missing: {', '.join(missing)}."
        yield Finding("assets", WRONG, found, 'Run "./weixi init" in the clone: it builds them.')
    else:
        yield Finding("assets", OK, "The front-end files are built.")


def _keys() -> Iterator[Finding]:
    vault.unseal("check", vault.seal("check", "value"))
    files = [Path(settings.VAR) / name for name in ("secret.key", "data.key")]
    loose = [path.name for path in files if path.exists() and path.stat().st_mode & 0o077]
    if loose:
        mend = f"chmod 600 {' '.join(loose)} in {settings.VAR}."
        yield Finding("keys", WRONG, f"Others can read {', '.join(loose)}.", mend)
    else:
        yield Finding("keys", OK, f"{len(settings.DATA_KEYS)} keys of personal data are present.")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _settings,
    _database,
    _migrations,
    _queue,
    _heartbeat,
    _timetable,
    _mail,
    _disk,
    _assets,
    _keys,
)
