"""CSV and its relatives: comma, semicolon, tab or bar between cells, quotes with line breaks."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

from weixi.collect.intake.reasons import reason as _

from .encoding import Decoding, decoding_of
from .table import HEADER_WITHIN, MOST_CHARACTERS, Broken, FileFault, HeaderScore, Table, table_of

DELIMITERS = ",;\t|"
MOST_CELL = 1 << 24  # a longer one is a quote that was never closed
csv.field_size_limit(MOST_CELL)


def read_delimited(path: Path, score: HeaderScore) -> Table:
    """Raises FileFault unless the whole file can be read."""
    decoding = decoding_of(path)
    delimiter = _delimiter(path, decoding.encoding)
    table = table_of(_Records(path, decoding, delimiter), score)
    table.file_hash = decoding.file_hash
    return table


def read_columns(path: Path, header: Sequence[str], first_word: str) -> Table:
    """Cells between blanks and without a header, or with one that begins with `first_word`."""
    decoding = decoding_of(path)
    words = _Words(path, decoding.encoding, len(header))
    first = next(iter(words()), None)
    if first is None:
        raise FileFault(_("The file is empty."))
    has_header = not isinstance(first, Broken) and first[1][0].lower() == first_word
    return Table(list(header), words, int(has_header), file_hash=decoding.file_hash)


class _Records:
    def __init__(self, path: Path, decoding: Decoding, delimiter: str) -> None:
        self.path, self.decoding, self.delimiter = path, decoding, delimiter
        self.encoding = decoding.encoding

    def __call__(self) -> Iterator[tuple[int, Sequence[str]] | Broken]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield from _records(file, self.delimiter)

    def count(self) -> int:
        """At the speed of the csv module: no line numbers, no blank rows looked at.

        Of a plain file every line is a record, whatever it holds.
        """
        if self.decoding.is_plain:
            return self.decoding.lines
        with self.path.open(encoding=self.encoding, newline="") as file:
            try:
                return sum(map(bool, csv.reader(file, delimiter=self.delimiter, strict=True)))
            except csv.Error:
                return sum(1 for _ in self())  # slowly, to say in which line


def _records(file: TextIO, delimiter: str) -> Iterator[tuple[int, Sequence[str]] | Broken]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            for cells in reader:
                if cells and (cells[0] or any(cells)):
                    yield line, cells
                line = reader.line_num + 1
            return
        except csv.Error as fault:
            _raise_if_whole(fault, line)
            yield Broken(line, _("A quotation mark stands where none may stand."), [])
            line = reader.line_num + 1


def _raise_if_whole(fault: csv.Error, line: int) -> None:
    """A quote without an end has swallowed the rest of the file: there are no rows to save."""
    if "unexpected end of data" in str(fault) or "field larger" in str(fault):
        raise FileFault(
            _(
                "In line %(line)d a quotation mark opens and never closes: "
                "the file is damaged or was cut off."
            )
            % {"line": line}
        ) from None


def _delimiter(path: Path, encoding: str) -> str:
    """The one that cuts the first lines into most cells, as often as possible equally many."""
    with path.open(encoding=encoding, newline="") as file:
        start = [line[:MOST_CHARACTERS] for line in islice(file, HEADER_WITHIN)]

    def quality(delimiter: str) -> tuple[int, int]:
        widths = [len(r) for r in csv.reader(start, delimiter=delimiter) if any(r)]
        return max(((widths.count(w), w) for w in widths if w > 1), default=(0, 0))

    return max(DELIMITERS, key=quality)


class _Words:
    def __init__(self, path: Path, encoding: str, width: int) -> None:
        self.path, self.encoding, self.width = path, encoding, width

    def __call__(self) -> Iterator[tuple[int, Sequence[str]] | Broken]:
        with self.path.open(encoding=self.encoding) as file:
            for line, text in enumerate(file, start=1):
                if cells := text.split():
                    yield line, cells[-self.width :]  # the CDNOW sample has one more in front

    def count(self) -> int:
        return sum(1 for _ in self())
