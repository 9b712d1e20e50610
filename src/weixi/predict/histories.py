"""Histories of purchases before a cut, and what came after it, from the lake's customer-days."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from weixi.analytics.seasonality import SeasonalFactor, window_factor

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

# x repeat purchase days, t_x age at the last, T age at the cut, in days; spend: mean of a
# purchase day in minor units; later: purchase days in the `horizon` after the cut.
BEFORE_AND_AFTER = """
SELECT customer_id,
       count(*) FILTER (day <= $cut) - 1 AS frequency,
       date_diff('day', min(day), max(day) FILTER (day <= $cut)) AS recency,
       date_diff('day', min(day), $cut) AS age,
       avg(sales) FILTER (day <= $cut) AS spend,
       count(*) FILTER (day > $cut AND day <= $until) AS later
FROM read_parquet($file)
WHERE sales > 0
GROUP BY customer_id
HAVING min(day) <= $cut
ORDER BY customer_id
"""
# The typical gap between purchase days of everybody who has two or more.
RHYTHMS = """
SELECT customer_id, median(gap) AS rhythm
FROM (
  SELECT customer_id,
         date_diff('day', lag(day) OVER (PARTITION BY customer_id ORDER BY day), day) AS gap
  FROM read_parquet($file)
  WHERE sales > 0 AND day <= $day
)
WHERE gap IS NOT NULL
GROUP BY customer_id
"""


@dataclass(frozen=True)
class Cut:
    """All customers who had bought by `day`, one array element each, ordered by customer."""

    day: date
    customer_id: Whole
    frequency: Array
    recency: Array
    age: Array
    spend: Array
    later: Array

    def __len__(self) -> int:
        return len(self.customer_id)

    @property
    def days_since(self) -> Array:
        return self.age - self.recency

    @property
    def lost(self) -> npt.NDArray[np.bool_]:
        """No purchase in the horizon after the cut."""
        return self.later == 0


def cut_at(file: Path, day: date, *, horizon: int = 0) -> Cut:
    """Read the customer-days of `file`; nothing after `day` enters the history."""
    until = day + timedelta(days=horizon)
    found = _asked(BEFORE_AND_AFTER, file, cut=day, until=until).fetchnumpy()
    numbers = {
        name: np.ma.filled(found[name].astype(np.float64), 0.0)
        for name in ("frequency", "recency", "age", "spend", "later")
    }
    return Cut(day=day, customer_id=found["customer_id"].astype(np.int64), **numbers)


def rhythms_at(file: Path, day: date) -> Array:
    """Median gap in days of each customer who has one, as the measure `rhythm_days` tells it."""
    return np.asarray(_asked(RHYTHMS, file, day=day).fetchnumpy()["rhythm"], dtype=np.float64)


def history_days(file: Path, day: date) -> int:
    """Days from the first purchase of anybody to `day`; 0 without purchases."""
    found = _asked(
        "SELECT date_diff('day', min(day), $day) FROM read_parquet($file) WHERE sales > 0",
        file,
        day=day,
    ).fetchone()
    return int(found[0]) if found and found[0] is not None else 0


def season_of(file: Path, day: date, horizon: int) -> SeasonalFactor:
    """How much more is bought in the `horizon` days after `day` than on average, from past years
    as they were known on that day."""
    found = _asked(
        "SELECT day, count(*) AS n FROM read_parquet($file) WHERE sales > 0 AND day <= $day"
        " GROUP BY day ORDER BY day",
        file,
        day=day,
    ).fetchnumpy()
    days, counts = found["day"].astype("datetime64[D]"), found["n"].astype(np.float64)
    return window_factor(days, counts, start=day + timedelta(days=1), length=horizon)


def fingerprint(file: Path, day: date) -> tuple[int, int, int]:
    """Customers, purchase days and sales up to `day`: what the history holds, in three numbers."""
    found = _asked(
        "SELECT count(DISTINCT customer_id), count(*), coalesce(sum(sales), 0)::BIGINT"
        " FROM read_parquet($file) WHERE sales > 0 AND day <= $day",
        file,
        day=day,
    ).fetchone()
    customers, days, sales = found or (0, 0, 0)
    return int(customers), int(days), int(sales)


def _asked(text: str, file: Path, **values: date) -> duckdb.DuckDBPyConnection:
    """On a connection of its own: of the one that all threads share each would get the answers of
    another."""
    return duckdb.cursor().execute(text, {"file": str(file), **values})
