"""The wide pass on Spark: `python -m weixi.measure.spark`, one JSON object on standard input.

Needs the extra `spark` (pip install weixi[spark]) and Java 17.
"""

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow.parquet as pq

from .rules import Limits, limits_of
from .wide import wide_table


def write(
    *, master: str, limits: Limits, as_of: date, facts: Mapping[str, str], file: Path
) -> None:
    """`facts`: table → its Parquet file. `file`: where the wide table goes."""
    backend: Any = ibis.pyspark.connect(master=master)
    tables = {name: backend.read_parquet(path) for name, path in facts.items()}
    with TemporaryDirectory(dir=file.parent, prefix=".spark-") as folder:
        parts = Path(folder) / "parts"
        backend.to_parquet(wide_table(tables, as_of=as_of, limits=limits), str(parts))
        _joined(parts, file)


def _joined(parts: Path, file: Path) -> None:
    """Spark writes a folder of files, one a partition; the lake keeps one file a day."""
    files = [pq.ParquetFile(part) for part in sorted(parts.glob("*.parquet"))]
    with pq.ParquetWriter(file, files[0].schema_arrow) as out:
        for part in files:
            for batch in part.iter_batches():
                out.write_batch(batch)


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    write(
        master=request["master"],
        limits=limits_of(request["limits"]),
        as_of=date.fromisoformat(request["as_of"]),
        facts=request["facts"],
        file=Path(request["file"]),
    )


if __name__ == "__main__":
    main()
