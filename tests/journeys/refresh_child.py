"""A program: refreshes one of two days, over and over, until it is killed."""

import sys
from datetime import UTC, date, datetime

import django

django.setup()

from weixi import pipeline  # noqa: E402
from weixi.core.actor import SYSTEM  # noqa: E402

for day in [date.fromisoformat(text) for text in sys.argv[1:]]:
    pipeline.run(as_of=day, engine="duckdb", by=SYSTEM, at=datetime.now(UTC))
