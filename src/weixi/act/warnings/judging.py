"""How the warnings of an earlier day came true, from the lake. Nothing is fitted to the outcome."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from weixi.core.runs import lake_file, lake_folder
from weixi.predict.rules import HIGH_FROM, RAISED_FROM

from .derived import quoted_path
from .signals import signals_by_code

LEVELS = {"high": (round(100 * HIGH_FROM), 100), "raised": (round(100 * RAISED_FROM),
          round(100 * HIGH_FROM)), "all": (0, 100)}  # fmt: skip
# Warned: what opens an alert, a signal with a raised total or one worth an alert alone; the rest of
# the history alone is no warning. The simple rule: as many of
# the same customers by the time since their last purchase, the longest first; those of a lower
# level are held against the next in that order.
OUTCOME = """
WITH warned AS (
  SELECT readings.customer_id, readings.points,
         readings.held > 0 AND (readings.points >= {raised} OR readings.customer_id IN (
           SELECT customer_id FROM read_parquet('{parts}')
           WHERE points > 0 AND list_contains($alone, signal)
         )) AS is_warned
  FROM read_parquet('{readings}') AS readings
), bought AS (
  SELECT customer_id, max(day) FILTER (day <= $cut) AS last,
         count(*) FILTER (day > $cut AND day <= $until) AS later
  FROM read_parquet('{days}') WHERE sales > 0 GROUP BY customer_id
), outcome AS (
  SELECT warned.*, coalesce(bought.later, 0) = 0 AS is_lost,
         row_number() OVER (ORDER BY bought.last NULLS FIRST, warned.customer_id) AS place
  FROM warned LEFT JOIN bought USING (customer_id)
)
"""
COUNTED = """
, level AS (
  SELECT count(*) FILTER (is_warned AND points >= $low AND points < $high) AS n,
         count(*) FILTER (is_warned AND points >= $high) AS above
  FROM outcome
)
SELECT any_value(level.n), count(*) FILTER (is_warned AND points >= $low AND points < $high
         AND is_lost),
       count(*) FILTER (place > above AND place <= above + level.n AND is_lost),
       count(*), count(*) FILTER (is_lost)
FROM outcome, level
"""


@dataclass(frozen=True)
class Judged:
    cut: date
    horizon_days: int
    level: str
    warned: int
    lost: int
    rule_lost: int
    population: int
    population_lost: int


def judged(as_of: date) -> list[Judged]:
    """The newest earlier day whose horizon is over, judged; empty when there is none."""
    for cut in _days_before(as_of):
        horizon = _horizon(cut)
        if horizon is not None and cut + timedelta(days=horizon) <= as_of:
            return judge(cut, horizon, as_of)
    return []


def judge(cut: date, horizon: int, as_of: date) -> list[Judged]:
    """The warnings of a refreshed day, level by level, by who bought in the days after it."""
    return [_level(name, cut, horizon, as_of) for name in LEVELS]


def next_cut(as_of: date, horizon: int) -> date:
    """The latest day that can be judged on `as_of`."""
    return as_of - timedelta(days=horizon)


def _days_before(as_of: date) -> list[date]:
    folders = lake_folder("readings").glob("as_of=*/*.parquet")
    days = {date.fromisoformat(f.parent.name.removeprefix("as_of=")) for f in folders}
    return sorted((day for day in days if day < as_of), reverse=True)


def _horizon(cut: date) -> int | None:
    file = lake_file("scores", cut)
    if not file.exists():
        return None
    text = "SELECT max(horizon_days) FROM read_parquet($file)"
    with duckdb.cursor() as lake:
        row = lake.execute(text, {"file": str(file)}).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _level(name: str, cut: date, horizon: int, as_of: date) -> Judged:
    low, high = LEVELS[name]
    text = OUTCOME.format(
        readings=quoted_path(lake_file("readings", cut)),
        parts=quoted_path(lake_file("contributions", cut)),
        raised=LEVELS["raised"][0],
        days=quoted_path(lake_file("customer_days", as_of)),
    )
    alone = [code for code, one in signals_by_code().items() if one.is_alone]
    values = {
        "cut": cut,
        "until": cut + timedelta(days=horizon),
        "low": low,
        "high": high,
        "alone": alone,
    }
    with duckdb.cursor() as lake:
        row = lake.execute(text + COUNTED, values).fetchone()
    counts = [int(value or 0) for value in row] if row else [0] * 5
    return Judged(cut, horizon, name, *counts)
