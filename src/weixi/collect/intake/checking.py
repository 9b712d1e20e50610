"""Batches of a file with what their text means: checked here, or in a process beside this one.

Checking a large file and writing it take about as long; side by side they take two cores and half
the time. The process beside reads the file and touches no table; it is told what to read through
standard input and answers with one pickle a batch. If either dies, the other ends.
"""

import marshal
import os
import pickle
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO, Any, NamedTuple

from django.utils.translation import activate, get_language
from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken
from weixi.core.processes import problem, started

from .kinds.loading import Kind, Loader, Setup, Texts
from .kinds.registry import kind_of
from .presets import Preset
from .readers.table import Batch, Broken, FileFault
from .sources import Source

WORTH_A_PROCESS = 50_000  # rows: starting one takes about a second


@dataclass(frozen=True)
class Packed:
    """A batch whose rows are looked at only where one is refused."""

    lines: Sequence[int]
    broken: Sequence[Broken]
    cells: bytes

    def __len__(self) -> int:
        return len(self.lines) + len(self.broken)

    @cached_property
    def rows(self) -> list[Sequence[str]]:
        return list(marshal.loads(self.cells))


Rows = Batch | Packed
Pair = tuple[Rows, Any]


class Work(NamedTuple):
    """Everything that the process beside is told."""

    kind: str
    batch_rows: int
    preset: Preset
    source: Source
    setup: Setup
    language: str | None


def checked_batches(
    kind: Kind, preset: Preset, source: Source, setup: Setup, loader: Loader
) -> Generator[Pair]:
    """Every batch of the file, in order, with what `loader.check` made of it."""
    if not kind.is_heavy or source.rows < WORTH_A_PROCESS or (os.cpu_count() or 1) < 2:
        return _here(kind, preset, source, loader)
    return _beside(Work(kind.name, kind.batch_rows, preset, source, setup, get_language()))


def _here(kind: Kind, preset: Preset, source: Source, loader: Loader) -> Generator[Pair]:
    for batch in source.table.batches(kind.batch_rows):
        yield batch, loader.check(texts_of(batch, source, preset), len(batch.rows))


def texts_of(batch: Batch, source: Source, preset: Preset) -> Texts:
    columns = list(zip(*batch.rows, strict=True)) or [()] * len(source.table.header)
    return preset.rewrite({name: columns[place] for name, place in source.columns.places.items()})


def _beside(work: Work) -> Generator[Pair]:
    child = started("weixi.collect.intake.beside")
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        child.stdin.write(pickle.dumps(work))
        child.stdin.close()
        while (answer := _answer(child.stdout)) is not None:
            if isinstance(answer, str):
                raise FileFault(answer)
            yield answer
        if child.wait():
            raise _stopped(problem(child.stderr.read()))
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        child.stderr.close()


def _stopped(why: str) -> RuleBroken:
    return RuleBroken(
        _("Reading the file stopped: %(why)s. What is in stays; the same file brings the rest.")
        % {"why": why}
    )


def _answer(pipe: IO[bytes]) -> Any:
    """None: nothing comes any more. A text: the file as a whole cannot be read, and why."""
    with suppress(EOFError):
        return pickle.load(pipe)
    return None


def serve(told: IO[bytes], out: IO[bytes]) -> None:
    """What the process beside does, batch after batch."""
    work: Work = pickle.load(told)
    if work.language:
        activate(work.language)
    kind = replace(kind_of(work.kind), batch_rows=work.batch_rows)
    with suppress(BrokenPipeError):  # nobody asks any more
        try:
            for batch, checked in _here(kind, work.preset, work.source, kind.loader(work.setup)):
                packed = Packed(batch.lines, batch.broken, marshal.dumps(batch.rows))
                pickle.dump((packed, checked), out, pickle.HIGHEST_PROTOCOL)
                out.flush()
        except FileFault as fault:
            pickle.dump(str(fault), out)
            out.flush()
