"""Parquet: typed columns, read a batch at a time and written as the text that checks expect."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from .table import BATCH_ROWS, Broken, FileFault, HeaderScore, Table, table_of
from .values import text_of

BLOCK = 1 << 20


def read_parquet(path: Path, score: HeaderScore) -> Table:
    read = _Records(path)
    table = table_of(read, score)
    if table.before_data != 1:  # a row of data looked more like a header than the names
        table = Table(read.names(), read, 1)
    table.file_hash = _hash(path)
    return table


class _Records:
    """The names of the columns come first, as line 0: the first row of data is line 1."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        return list(self._file().schema_arrow.names)

    def __call__(self) -> Iterator[tuple[int, Sequence[str]] | Broken]:
        yield 0, self.names()
        done = 0
        try:
            for batch in self._file().iter_batches(BATCH_ROWS):
                rows = zip(*_texts(batch), strict=True)
                for line, cells in enumerate(rows, start=done + 1):
                    if any(cells):
                        yield line, cells
                done += batch.num_rows
        except (pa.ArrowException, OSError) as fault:
            raise _damaged() from fault

    def count(self) -> int:
        """The footer says how many; every page is read, since a damaged one shows only then."""
        file = self._file()
        try:
            for _batch in file.iter_batches(BATCH_ROWS):
                pass
        except (pa.ArrowException, OSError) as fault:
            raise _damaged() from fault
        return 1 + int(file.metadata.num_rows)

    def _file(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.path)
        except (pa.ArrowException, OSError) as fault:
            raise _damaged() from fault


def _damaged() -> FileFault:
    return FileFault(_("The Parquet file is damaged or was cut off."))


def _texts(batch: pa.RecordBatch) -> list[list[str]]:
    return [_column(column) for column in batch.columns]


def _column(column: pa.Array) -> list[str]:
    """Each distinct value is written once."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        return [str(value) if value is not None else "" for value in column.to_pylist()]
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        raise FileFault(_("The Parquet file has a column of raw bytes; text is needed."))
    values: list[Any] = _plain(column).to_pylist()
    known: dict[Any, str] = {value: text_of(value) for value in set(values)}
    return [known[value] for value in values]


def _plain(column: pa.Array) -> pa.Array:
    """Nanoseconds have no Python form: microseconds are enough."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
