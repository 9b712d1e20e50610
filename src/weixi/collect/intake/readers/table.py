"""What every reader gives: a header, and batches of rows of text with their line numbers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

from weixi.collect.intake.reasons import reason as _
from weixi.core.errors import RuleBroken

BATCH_ROWS = 20_000
HEADER_WITHIN = 20  # a title or a merged cell may stand above the header
MOST_COLUMNS = 500
MOST_CHARACTERS = 32_767  # a cell; Excel's own limit

HeaderScore = Callable[[Sequence[str]], int]


class FileFault(RuleBroken):
    """The file as a whole cannot be read. Nothing of it was written."""


class Broken(NamedTuple):
    """A row that is no row of the table: too few cells, a quote that does not close …"""

    line: int
    reason: str
    cells: list[str]


@dataclass
class Batch:
    """`lines[i]` is where `rows[i]` begins in the file; every row is as wide as the header."""

    lines: list[int] = field(default_factory=list)
    rows: list[Sequence[str]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.broken)


class Rows(Protocol):
    """A file that can be read again and again."""

    def __call__(self) -> Iterator[tuple[int, Sequence[str]] | Broken]:
        """One pass: (line, cells) one after the other; Broken for what is no row."""

    def count(self) -> int:
        """About how many records it has; FileFault when it cannot be read to its end."""


@dataclass
class Table:
    """A file whose header has been found. `batches` reads from the start whenever it is called."""

    header: list[str]
    read: Rows
    before_data: int  # records up to and with the header
    notes: list[str] = field(default_factory=list)
    file_hash: str = ""

    def count(self) -> int:
        """About how many rows of data; reads the file to its end, so that nothing surprises."""
        return self.read.count() - self.before_data

    def batches(self, size: int = BATCH_ROWS) -> Iterator[Batch]:
        rows = islice(self.read(), self.before_data, None)
        while (batch := self._batch(islice(rows, size))) is not None:
            yield batch

    def _batch(self, rows: Iterator[tuple[int, Sequence[str]] | Broken]) -> Batch | None:
        batch, width, items = Batch(), len(self.header), list(rows)
        if set(map(type, items)) == {tuple}:  # the usual case, without a loop
            lines, cells = zip(*items, strict=True)
            if set(map(len, cells)) == {width}:
                return Batch(list(lines), list(cells))
        for item in items:
            if isinstance(item, Broken):
                batch.broken.append(item)
            elif len(item[1]) == width:
                batch.lines.append(item[0])
                batch.rows.append(item[1])
            else:
                self._fit(batch, *item)
        return batch if items else None

    def _fit(self, batch: Batch, line: int, cells: Sequence[str]) -> None:
        width = len(self.header)
        if not "".join(cells).strip():
            return
        if any(cells[width:]) or len(cells) < width:
            batch.broken.append(Broken(line, _ragged(len(cells), width), list(cells)))
        else:
            batch.lines.append(line)
            batch.rows.append(cells[:width])


def _ragged(found: int, width: int) -> str:
    return _("The row has %(found)d cells, the header has %(width)d.") % {
        "found": found,
        "width": width,
    }


def table_of(read: Rows, score: HeaderScore, notes: list[str] | None = None) -> Table:
    """The table whose header is the likeliest of the first rows."""
    first = [([] if isinstance(r, Broken) else list(r[1])) for r in islice(read(), HEADER_WITHIN)]
    if not any(map(_trimmed, first)):
        raise FileFault(_("The file is empty."))
    place = _header_place(first, score)
    header = _trimmed(first[place])
    _check_header(header)
    return Table(header, read, place + 1, notes or [])


def _header_place(first: list[list[str]], score: HeaderScore) -> int:
    """The row that names most known columns; without any, the first that is nowhere empty."""
    scores = [score(cells) for cells in first]
    if max(scores):
        return scores.index(max(scores))
    widest = max(len(_trimmed(cells)) for cells in first)
    full = [i for i, cells in enumerate(first) if all(_trimmed(cells)) and len(cells) >= widest]
    return full[0] if full else next(i for i, cells in enumerate(first) if any(cells))


def _trimmed(cells: Sequence[str]) -> list[str]:
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _check_header(header: list[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise FileFault(
            _("The file has %(found)d columns, at most %(most)d can be read.")
            % {"found": len(header), "most": MOST_COLUMNS}
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise FileFault(
            _("Two columns have the same name: %(names)s. Rename one of them.")
            % {"names": ", ".join(twice)}
        )
