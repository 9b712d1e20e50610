"""The files of the company: written chunk by chunk, so memory stays bounded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, Self

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

Format = Literal["csv", "parquet"]
Progress = Callable[[int, int], None]
KINDS = (
    "customers", "orders", "contacts", "complaints", "answers", "points", "costs", "referrals",
)  # fmt: skip


@dataclass
class Report:
    """What was written: rows per kind, bytes per file, seconds in all."""

    out: Path
    format: Format
    customers: int
    rows: dict[str, int] = field(default_factory=dict)
    orders: int = 0  # documents (orders, returns, adjustments); rows["orders"] are their lines
    anonymous_lines: int = 0
    files: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


class _Writer(Protocol):
    def write_table(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


class Files:
    """Open writers per kind; a kind's columns are those of its first table."""

    def __init__(self, out: Path, format: Format) -> None:
        if format not in ("csv", "parquet"):
            raise ValueError("The format is csv or parquet.")
        out.mkdir(parents=True, exist_ok=True)
        self.out, self.format = out, format
        self.rows: dict[str, int] = {}
        self._writers: dict[str, _Writer] = {}
        self._paths: list[Path] = []
        self._handles: list[pa.NativeFile] = []

    def write(self, kind: str, table: pa.Table, format: Format | None = None) -> None:
        """Append rows; the beside-files (truth, rfm) have a format of their own."""
        if kind not in self._writers:
            self._writers[kind] = self._open(kind, table.schema, format or self.format)
        self._writers[kind].write_table(table)
        self.rows[kind] = self.rows.get(kind, 0) + table.num_rows

    def paths(self) -> list[Path]:
        return list(self._paths)

    def _open(self, kind: str, schema: pa.Schema, format: Format) -> _Writer:
        path = self.out / f"{kind}.{format}"
        self._paths.append(path)
        if format == "parquet":
            return pq.ParquetWriter(path, schema, compression="zstd")
        handle = pa.OSFile(str(path), "wb")
        handle.write((",".join(schema.names) + "\n").encode())
        self._handles.append(handle)
        # No text of ours holds a comma, a quote or a line end, so nothing needs quoting.
        plain = pa_csv.WriteOptions(include_header=False, quoting_style="none")
        return pa_csv.CSVWriter(handle, schema, write_options=plain)

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()
        for handle in self._handles:
            handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
