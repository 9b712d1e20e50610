"""The text of the wide pass: SQL for DuckDB, made by ibis.

A program of its own (`python -m weixi.measure.compiler`, the thresholds as JSON on standard input,
the text on standard output): it is seldom asked for, and ibis takes long to load.
"""

import json
import sys
from datetime import date

import ibis

from .facts_sql import COLUMNS
from .rules import STAND_IN, Limits, limits_of
from .wide import wide_table


def text_of(limits: Limits, as_of: date) -> str:
    """The wide pass as SQL for DuckDB, made from the declared columns alone."""
    declared = {name: ibis.table(columns, name=name) for name, columns in COLUMNS.items()}
    return str(ibis.to_sql(wide_table(declared, as_of=as_of, limits=limits), dialect="duckdb"))


def main() -> None:
    sys.stdout.buffer.write(text_of(limits_of(json.load(sys.stdin)), STAND_IN).encode())


if __name__ == "__main__":
    main()
