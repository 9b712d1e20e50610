"""What commands show: data on standard output, messages and progress on standard error."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

LINE_EVERY_SECONDS = 2.0


class Report(Protocol):
    """Called while long work goes on: what is being done, how much of how much."""

    def __call__(self, what: str, done: int = 0, total: int | None = None) -> None: ...


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def show_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def show_lines(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def show_table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table on a terminal; lines with tabs between the cells where a program reads."""
    if not sys.stdout.isatty():
        show_lines("\t".join(str(cell) for cell in row) for row in (headers, *rows))
        return
    table = Table(*headers, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


@contextmanager
def progress() -> Iterator[Report]:
    """A bar on a terminal, plain lines otherwise."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bars:
        yield _Bars(bars)


class _Lines:
    """A line for each new thing, and one every two seconds while it goes on."""

    def __init__(self) -> None:
        self.what, self.shown_at = "", 0.0

    def __call__(self, what: str, done: int = 0, total: int | None = None) -> None:
        if what == self.what and time.monotonic() - self.shown_at < LINE_EVERY_SECONDS:
            return
        self.what, self.shown_at = what, time.monotonic()
        say(what + (f": {done:,}" if done else "") + (f" of {total:,}" if done and total else ""))


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.tasks: dict[str, Any] = {}

    def __call__(self, what: str, done: int = 0, total: int | None = None) -> None:
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(what, total=total)
        self.bars.update(self.tasks[what], completed=done, total=total)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        return value._asdict()
    return str(value)
