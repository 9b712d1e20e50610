"""Publishes what may be wanted next."""

import pyarrow.parquet as pq

from weixi.core.bulk import replace_all
from weixi.core.runs import RunContext

from .models import Suggestion


def publish_suggestions(run: RunContext) -> int:
    """One row a customer in business; the rows of the day before go."""
    table = pq.read_table(run.file("suggestions"))
    day = [run.as_of.isoformat()] * len(table)
    rows = zip(table[0].to_pylist(), day, table[1].to_pylist(), strict=True)
    return replace_all(Suggestion, ("customer_id", "as_of", "products"), rows)
