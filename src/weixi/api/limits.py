"""Calls a minute of one token (S-06)."""

from datetime import datetime
from threading import Lock
from typing import NamedTuple

from weixi.core import rates

PARTS = 60  # a process takes a 60th of the minute's calls at once, so that few calls write
PURSES_MOST = 1_000


class Purse(NamedTuple):
    """Calls taken from the database and not yet made; they lapse with their minute."""

    minute: int
    calls: int


_purses: dict[str, Purse] = {}
_lock = Lock()


def count_call(token: str, *, at: datetime) -> None:
    """`token`: its hash. TooOften when the token has made its calls of this minute.

    Never more than the setting are let through; several processes may leave a few unused.
    """
    minute = rates.span_of(rates.MINUTE, at)
    if _took_one(token, minute):
        return
    calls = rates.reserve(rates.CALLS, f"token {token}", seconds=rates.MINUTE, parts=PARTS, at=at)
    with _lock:
        if len(_purses) >= PURSES_MOST:
            _purses.clear()
        held = _purses.get(token)
        more = held.calls if held and held.minute == minute else 0
        _purses[token] = Purse(minute, more + calls - 1)


def forget() -> None:
    """As after a restart: what was taken and not used is gone."""
    with _lock:
        _purses.clear()


def _took_one(token: str, minute: int) -> bool:
    with _lock:
        purse = _purses.get(token)
        if purse is None or purse.minute != minute or not purse.calls:
            return False
        _purses[token] = Purse(minute, purse.calls - 1)
        return True
