"""A module of ours as a process of its own, on the same Python and the same settings."""

import os
import subprocess
import sys
from pathlib import Path

PACKAGES = Path(__file__).parents[2]  # where the child finds this package

_ahead: dict[str, "subprocess.Popen[bytes]"] = {}


def start_ahead(module: str) -> "subprocess.Popen[bytes]":
    """It loads while this process loads, for `started` to take; one that is never told anything
    ends with this process."""
    child = _ahead[module] = started(module)
    return child


def started(module: str) -> "subprocess.Popen[bytes]":
    """`python -m module` with pipes: what it is told goes through standard input, where nobody
    sees it in a list of processes."""
    ahead = _ahead.pop(module, None)
    if ahead is not None and ahead.poll() is None:  # else it failed, and the next one says why
        return ahead
    return subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
    )


def tell(child: "subprocess.Popen[bytes]", line: bytes) -> None:
    """One line, and more will follow."""
    assert child.stdin is not None
    child.stdin.write(line + b"\n")
    child.stdin.flush()


def told(child: "subprocess.Popen[bytes]", request: bytes) -> None:
    """All it will ever be told."""
    assert child.stdin is not None
    child.stdin.write(request)
    child.stdin.close()
    child.stdin = None  # communicate() would flush the closed pipe


def problem(said: bytes) -> str:
    """The line of an error among what a child said, for a sentence to a person."""
    lines = [line for line in said.decode(errors="replace").splitlines() if "Error" in line]
    return lines[-1] if lines else "no message"


def is_gone(process: int) -> bool:
    """Whether no such process runs on this machine any more."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's
        return False
    return False
