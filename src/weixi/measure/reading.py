"""The child process that reads the facts: it never opened Django's connection (see extract.py)."""

import json
import subprocess

from weixi.core.errors import RuleBroken
from weixi.core.processes import problem, started, tell, told
from weixi.core.runs import RunContext
from weixi.core.values import declare, value_of

from .facts_sql import COLUMNS, TABLES
from .rules import TOPICS
from .source import knows, source

WORDS = declare("measure.words", {topic: list(words) for topic, words in TOPICS.items()})

PROGRAM = "weixi.measure.extract"

_reading: dict[int, "subprocess.Popen[bytes]"] = {}  # of each run that is under way


def begin(run: RunContext) -> None:
    """Returns when the facts are there that measures are made of; the child reads on."""
    child = _reading[run.run_id] = started(PROGRAM)
    if not knows(child):
        tell(child, source(run.as_of))
    told(child, json.dumps(_request(run)).encode())
    assert child.stdout is not None
    if not child.stdout.readline():
        end(run)


def end(run: RunContext) -> None:
    """Returns when all are there. RuleBroken with the words of a child that failed."""
    child = _reading.pop(run.run_id, None)
    if child is None:
        return
    said = child.communicate()[1]
    if child.returncode:
        raise RuleBroken(f"The facts could not be read: {problem(said)}")


def _request(run: RunContext) -> dict[str, object]:
    return {
        "as_of": run.as_of.isoformat(),
        "files": {name: str(run.file(name)) for name in TABLES},
        "topics": {t: list(w) for t, w in value_of(WORDS).items() if t.isidentifier()},
        "first": list(COLUMNS),
    }
