"""Turns whatever went wrong into one sentence for a person."""

import errno
from typing import Any, Protocol, runtime_checkable

NOT_SET_UP = ("no such table", "does not exist", "no such column", "no column named")


@runtime_checkable
class _Refused(Protocol):
    """What the settings say of values they cannot take."""

    def errors(self) -> list[Any]: ...


def sentence_of(problem: Exception) -> str:
    """Rules and refusals speak for themselves; the rest says what failed and what to do.

    Classes are told by name: importing Django only to report would slow every failure.
    """
    kinds = {kind.__name__ for kind in type(problem).__mro__}
    text = _one_line(problem)
    if "RuleBroken" in kinds:
        return text
    if "NotAllowed" in kinds:
        return f"Not allowed: this needs the permission {text}."
    if "Missing" in kinds:
        return f"There is no such {text}."
    if "ValidationError" in kinds and isinstance(problem, _Refused):
        return _wrong_setting(problem)
    if "DatabaseError" in kinds or "ImproperlyConfigured" in kinds:
        return _database(text)
    if isinstance(problem, OSError):
        return _file(problem)
    if isinstance(problem, MemoryError):
        return "Not enough memory for this. Close other programs or give the machine more."
    return f"Something went wrong: {text or type(problem).__name__}. WEIXI_DEBUG=1 shows where."


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())


def _wrong_setting(problem: _Refused) -> str:
    first = problem.errors()[0]
    sentence = first["msg"].removeprefix("Value error, ")
    if first["loc"]:
        name = "_".join(str(part) for part in first["loc"]).upper()
        sentence = f"WEIXI_{name} is wrong: {sentence}"
    return f"{sentence}. See docs/settings.md."


def _database(text: str) -> str:
    if any(mark in text for mark in NOT_SET_UP):
        return 'The database is not set up for this version: run "weixi init".'
    return f'The database refused: {text}. Run "weixi doctor" to see what is wrong.'


def _file(problem: OSError) -> str:
    if problem.errno == errno.ENOSPC:
        return "The disk is full. Free some space and run the command again."
    reason = problem.strerror or _one_line(problem)
    return f"{problem.filename}: {reason}." if problem.filename else f"{reason}."
