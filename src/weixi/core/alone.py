"""One process at a time sets up a database; another waits until the first has ended.

The lock belongs to the process and ends with it, so that a killed one leaves nothing behind: on
SQLite the lock of a file beside the database, on PostgreSQL an advisory lock of the session.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

SETUP_LOCK = 7_302
LOOKS_AGAIN_SECONDS = 0.2  # a lock asked for once and waited for would meet statement_timeout


@contextmanager
def alone(waits: Callable[[], None]) -> Iterator[None]:
    """`waits` is called once when another process holds the lock. Not to be nested."""
    held = _on_postgresql if connection.vendor == "postgresql" else _beside_the_file
    with held(waits):
        yield


@contextmanager
def _beside_the_file(waits: Callable[[], None]) -> Iterator[None]:
    file = Path(f"{connection.settings_dict['NAME']}.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _wait_until(lambda: _is_locked(descriptor), waits)
        yield
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _on_postgresql(waits: Callable[[], None]) -> Iterator[None]:
    """On a connection of its own: work may close and open the usual one meanwhile."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:

            def is_locked() -> bool:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [SETUP_LOCK])
                return bool(cursor.fetchone()[0])

            _wait_until(is_locked, waits)
            yield
    finally:
        own.close()


def _wait_until(is_locked: Callable[[], bool], waits: Callable[[], None]) -> None:
    if is_locked():
        return
    waits()
    while not is_locked():
        time.sleep(LOOKS_AGAIN_SECONDS)
