"""The stage "evaluate": the cohort table of the day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb

from weixi.core.bulk import insert
from weixi.core.runs import RunContext, read_table, rows_in

from .models import Cohort

# A purchase day is a day (in the company's time zone) on which sales lines sum to more than
# nothing; evaluate/queries.py:customers_of_cell uses the same definition.
COHORTS = """
COPY (
  WITH bought AS (
    SELECT customer_id, date_trunc('month', day)::date AS month, day, sales
    FROM read_parquet($days) WHERE sales > 0 AND day <= $as_of
  ), firsts AS (
    SELECT customer_id, min(month) AS cohort FROM bought GROUP BY customer_id
  ), months AS (
    SELECT customer_id, cohort, date_diff('month', cohort, month) AS months_later,
           sum(sales)::BIGINT AS revenue
    FROM bought JOIN firsts USING (customer_id) GROUP BY ALL
  )
  SELECT cohort, months_later, team_id, owner_id, count(*) AS active,
         sum(revenue)::BIGINT AS revenue
  FROM months JOIN read_parquet($customers) USING (customer_id)
  GROUP BY ALL ORDER BY ALL
) TO $out (FORMAT parquet)
"""
COLUMNS = ("cohort", "months_later", "team_id", "owner_id", "active", "revenue")


def compute(run: RunContext) -> int:
    """`cohorts` in the lake, from the facts that the stage "measure" extracted."""
    files = {"days": "customer_days", "customers": "customers", "out": "cohorts"}
    values = {name: str(run.file(table)) for name, table in files.items()}
    with duckdb.connect() as connection:
        connection.execute(COHORTS, values | {"as_of": run.as_of})
    return rows_in(run.file("cohorts"))


def publish(run: RunContext) -> int:
    """Replaces the table of the run before."""
    Cohort.objects.all().delete()
    return insert(Cohort, (*COLUMNS, "as_of"), _rows(run))


def _rows(run: RunContext) -> Iterator[tuple[Any, ...]]:
    table = read_table(run.file("cohorts"))
    columns = (table.column(name).to_pylist() for name in COLUMNS)
    for row in zip(*columns, strict=True):
        yield (*(_plain(value) for value in row), run.as_of.isoformat())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
