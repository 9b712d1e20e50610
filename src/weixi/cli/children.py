"""Weixi's own commands as child processes."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from weixi.core.errors import RuleBroken

READY_SECONDS = 60
STOP_SECONDS = 15
POLL_SECONDS = 0.1


def weixi(*arguments: str) -> list[str]:
    """The command line of a Weixi command in this very environment."""
    return [sys.executable, "-m", "weixi.cli.main", *arguments]


def call(*arguments: str) -> Any:
    """Run `weixi … --json` to its end; its messages go where ours go."""
    done = subprocess.run(
        weixi(*arguments, "--json"), stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise RuleBroken(f"“weixi {' '.join(arguments[:2])}” did not succeed (see above).")
    return json.loads(done.stdout)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """In a group of its own: Ctrl-C reaches us alone, and we stop the children in order."""
    return subprocess.Popen(weixi(*arguments), start_new_session=True)


def wait_until_ready(url: str, children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Until the server answers; a child that ended is a failure."""
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends:
        if any(child.poll() is not None for child in children):
            raise RuleBroken("The server or the worker stopped right after its start (see above).")
        if _answers(url):
            return
        time.sleep(POLL_SECONDS)
    raise RuleBroken(f"The server did not answer within {READY_SECONDS} s.")


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError as problem:
        return problem.code < 500
    except OSError:
        return False


def stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.wait()
