"""What was known of each customer on a day, for a model that learns from service too.

Everything is taken from dated facts up to the cut and nothing after it: a complaint settled later
was open, a bill paid later was not paid. A table or a column that is not there is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from .histories import Whole

MEMORY = "2GB"
TABLES = {
    "customer_days": "customer_id BIGINT, day DATE, sales BIGINT, returned BIGINT, discount BIGINT,"
    " quantity_e3 BIGINT",
    "customers": "customer_id BIGINT, type VARCHAR",
    "complaints": "customer_id BIGINT, day DATE, resolved DATE, severity VARCHAR",
    "answers": "customer_id BIGINT, day DATE, question VARCHAR, expected DOUBLE, perceived DOUBLE,"
    " score DOUBLE",
    "mentions": "customer_id BIGINT, day DATE, topic VARCHAR",
    "contact_days": "customer_id BIGINT, day DATE, contacts BIGINT, outbound BIGINT",
    "points": "customer_id BIGINT, day DATE, kind VARCHAR, points BIGINT",
    "payments": "customer_id BIGINT, due DATE, paid DATE, amount BIGINT",
}
FACTS = tuple(TABLES)
# feature → its SQL over the groups below; the order is that of the matrix
FEATURES: dict[str, str] = {
    "repeats": "bought.days - 1",
    "days_since": "bought.since",
    "tenure": "bought.tenure",
    "rhythm": "gaps.rhythm",
    "lateness": "bought.since / greatest(gaps.rhythm, 1)",
    "rhythm_spread": "gaps.spread",
    "slowing": "gaps.newest / greatest(gaps.rhythm, 1)",
    "bought_90": "bought.days_90",
    "bought_180": "bought.days_180",
    "bought_365": "bought.days_365",
    "bought_before": "bought.days_730",
    "same_season": "NULL",  # the only one that the horizon changes: see with_season
    "spend": "bought.spend",
    "spend_change": "bought.sales_180 / nullif(bought.sales_360, 0) - 1",
    "newest_spend": "bought.newest / nullif(bought.spend, 0)",
    "discount_share": "bought.discount / nullif(bought.sales + bought.discount, 0)",
    "returned_share": "bought.returned / nullif(bought.sales, 0)",
    "complaints": "coalesce(complained.year, 0)",
    "complaints_unsolved": "coalesce(complained.unsolved, 0)",
    "complaint_ago": "complained.ago",
    "complaint_since_purchase": "(coalesce(complained.last >= bought.last, false))::INTEGER",
    "complaint_slow_days": "complained.slow",
    "satisfaction": "said.satisfaction",
    "satisfaction_change": "said.satisfaction - said.satisfaction_before",
    "recommends": "said.nps",
    "answered_ago": "said.ago",
    "disappointed_ago": "named.disappointed",
    "competitor_ago": "named.competitor",
    "own_change_ago": "named.own_change",
    "contacts_in": "coalesce(touched.came, 0)",
    "contacts_out": "coalesce(touched.went, 0)",
    "contact_ago": "touched.ago",
    "points_balance": "held.balance",
    "points_idle": "held.idle",
    "overdue_days": "owed.overdue",
    "late_share": "owed.late",
    "is_business": "(customers.type = 'business')::INTEGER",
}
NAMES = tuple(FEATURES)
GROUPS = """
WITH days AS (
  SELECT *, date_diff('day', day, $cut) AS ago FROM customer_days WHERE day <= $cut
), buys AS (
  SELECT customer_id, day, ago, sales,
         date_diff('day', lag(day) OVER (PARTITION BY customer_id ORDER BY day), day) AS gap
  FROM days WHERE sales > 0
), bought AS (
  SELECT customer_id, count(*) AS days, min(ago) AS since, max(ago) AS tenure, max(day) AS last,
         count(*) FILTER (ago < 90) AS days_90, count(*) FILTER (ago < 180) AS days_180,
         count(*) FILTER (ago < 365) AS days_365,
         count(*) FILTER (ago BETWEEN 365 AND 729) AS days_730,
         avg(sales) AS spend, arg_min(sales, ago) AS newest,
         sum(sales) FILTER (ago < 180) AS sales_180,
         sum(sales) FILTER (ago BETWEEN 180 AND 359) AS sales_360, sum(sales) AS sales,
         any_value(other.discount) AS discount, any_value(other.returned) AS returned
  FROM buys LEFT JOIN (
    SELECT customer_id, sum(discount) AS discount, sum(returned) AS returned FROM days GROUP BY 1
  ) AS other USING (customer_id)
  GROUP BY customer_id
), gaps AS (
  SELECT customer_id, median(gap) AS rhythm, arg_min(gap, ago) AS newest,
         CASE WHEN count(gap) >= 2 THEN stddev_pop(gap) / greatest(avg(gap), 1) END AS spread
  FROM buys WHERE gap IS NOT NULL GROUP BY customer_id
), complained AS (
  SELECT customer_id, max(day) AS last, min(date_diff('day', day, $cut)) AS ago,
         count(*) FILTER (date_diff('day', day, $cut) < 365) AS year,
         count(*) FILTER (resolved IS NULL OR resolved > $cut) AS unsolved,
         arg_max(date_diff('day', day, least(coalesce(resolved, $cut), $cut)), day) AS slow
  FROM complaints WHERE day <= $cut GROUP BY customer_id
), said AS (
  SELECT customer_id, min(date_diff('day', day, $cut)) AS ago,
         arg_max(score, day) FILTER (question = 'nps') AS nps,
         sum(perceived) FILTER (date_diff('day', day, $cut) < 180 AND expected > 0)
           / sum(expected) FILTER (date_diff('day', day, $cut) < 180 AND perceived IS NOT NULL)
           AS satisfaction,
         sum(perceived) FILTER (date_diff('day', day, $cut) >= 180 AND expected > 0)
           / sum(expected) FILTER (date_diff('day', day, $cut) >= 180 AND perceived IS NOT NULL)
           AS satisfaction_before
  FROM answers WHERE day <= $cut GROUP BY customer_id
), named AS (
  SELECT customer_id,
         min(date_diff('day', day, $cut)) FILTER (topic = 'disappointed') AS disappointed,
         min(date_diff('day', day, $cut)) FILTER (topic = 'competitor') AS competitor,
         min(date_diff('day', day, $cut)) FILTER (topic = 'own_change') AS own_change
  FROM mentions WHERE date_diff('day', day, $cut) BETWEEN 0 AND 179 GROUP BY customer_id
), touched AS (
  SELECT customer_id, min(date_diff('day', day, $cut)) AS ago,
         sum(contacts - outbound) FILTER (date_diff('day', day, $cut) < 90) AS came,
         sum(outbound) FILTER (date_diff('day', day, $cut) < 90) AS went
  FROM contact_days WHERE day <= $cut GROUP BY customer_id
), held AS (
  SELECT customer_id, sum(points) AS balance,
         coalesce(min(date_diff('day', day, $cut)) FILTER (kind = 'redeem'),
                  max(date_diff('day', day, $cut)) FILTER (kind = 'earn')) AS idle
  FROM points WHERE day <= $cut GROUP BY customer_id
), owed AS (
  SELECT customer_id,
         max(date_diff('day', due, $cut)) FILTER (paid IS NULL OR paid > $cut) AS overdue,
         sum(amount) FILTER (paid IS NULL OR paid > due) / sum(amount) AS late
  FROM payments WHERE date_diff('day', due, $cut) BETWEEN 1 AND 730 GROUP BY customer_id
)
"""
JOINED = """
FROM bought
LEFT JOIN gaps USING (customer_id) LEFT JOIN complained USING (customer_id)
LEFT JOIN said USING (customer_id) LEFT JOIN named USING (customer_id)
LEFT JOIN touched USING (customer_id) LEFT JOIN held USING (customer_id)
LEFT JOIN owed USING (customer_id) LEFT JOIN customers USING (customer_id)
ORDER BY bought.customer_id
"""
SEASON = """
SELECT customer_id, count(*) AS days
FROM read_parquet($file)
WHERE sales > 0 AND date_diff('day', day, $cut) BETWEEN 365 - $horizon AND 364
GROUP BY customer_id
"""
TENURE, YEAR = NAMES.index("tenure"), 365
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Known:
    """One row a customer who had bought by the day, ordered by customer; NaN = unknown."""

    day: date
    customer_id: Whole
    matrix: Matrix

    def __len__(self) -> int:
        return len(self.customer_id)


def features_at(facts: Mapping[str, Path], day: date, *, horizon: int) -> Known:
    """`facts`: table of the lake → its file, as many as there are."""
    return with_season(known_at(facts, day), facts["customer_days"], horizon)


def known_at(facts: Mapping[str, Path], day: date, *, cores: int | None = None) -> Known:
    """All of it but the season, which is NaN. `cores`: at most so many; all."""
    columns = ", ".join(f"({sql})::FLOAT AS {name}" for name, sql in FEATURES.items())
    text = f"{GROUPS} SELECT bought.customer_id, {columns} {JOINED}"
    with duckdb.connect(config={"memory_limit": MEMORY}) as con:
        if cores is not None:
            con.execute(f"SET threads = {cores}")
        _attach(con, facts)
        found = con.execute(text, {"cut": day}).fetchnumpy()
    return Known(day, _whole(found["customer_id"]), _matrix(found))


def with_season(known: Known, customer_days: Path, horizon: int) -> Known:
    """Purchase days a year ago in as many days as are looked ahead; NaN for who is younger."""
    values = {"file": str(customer_days), "cut": known.day, "horizon": horizon}
    with duckdb.connect(config={"threads": 1}) as con:
        found = con.execute(SEASON, values).fetchnumpy()
    season = np.zeros(len(known), dtype=np.float32)
    season[np.searchsorted(known.customer_id, _whole(found["customer_id"]))] = found["days"]
    season[known.matrix[:, TENURE] < YEAR] = np.nan
    matrix = known.matrix.copy()
    matrix[:, NAMES.index("same_season")] = season
    return replace(known, matrix=matrix)


def _attach(con: duckdb.DuckDBPyConnection, facts: Mapping[str, Path]) -> None:
    """Views over the files; what a file does not have is NULL."""
    for name, columns in TABLES.items():
        con.execute(f"CREATE TABLE {name}_none ({columns})")
        wanted = ", ".join(part.split()[0] for part in columns.split(", "))
        file = facts.get(name)
        found = ""
        if file is not None and file.exists():
            path = str(file).replace("'", "''")
            found = f" UNION ALL BY NAME SELECT * FROM read_parquet('{path}')"  # noqa: S608
        con.execute(
            f"CREATE VIEW {name} AS SELECT {wanted} FROM (FROM {name}_none{found})"  # noqa: S608
        )


def _whole(values: Any) -> Whole:
    return np.asarray(values, dtype=np.int64)


def _matrix(found: Mapping[str, Any]) -> Matrix:
    rows = len(found["customer_id"])
    matrix = np.empty((rows, len(NAMES)), dtype=np.float32)
    for place, name in enumerate(NAMES):
        matrix[:, place] = np.ma.filled(np.ma.asarray(found[name], dtype=np.float32), np.nan)
    return matrix
