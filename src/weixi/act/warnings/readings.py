"""Risk in points, in the lake: base + what each signal adds, and what changed since last time.

points = 100 × churn risk of the model + the points of signals the model has not seen: the models
of purchases know purchases alone, the boosted one service too (all but contracts). The first part
is split: the base (mean risk of the customers in business), the signals of purchases that
hold, and the rest of the history, which no signal tells; so the parts always add up. Without a
model the points are base + signals.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from weixi.classify.compiling import compiled
from weixi.classify.conditions import Known
from weixi.core.runs import RunContext, lake_file, lake_folder, write_table
from weixi.core.values import value_of
from weixi.predict.queries import sees_service

from .derived import asked_with, quoted_path
from .rules import FEWEST_POINTS, HISTORY, MOST_POINTS, Signal
from .signals import BASE_POINTS, POPULATION, signals, vocabulary

ASKED_OF_ALL = ("customer_id", "churn_risk", "horizon_days", "value_at_stake")
NOT_SEEN = "bonds"  # evidence that no model learns from
# One row a customer and signal that holds.
HELD = """
SELECT customer_id, '{code}' AS signal, {is_purchase} AS is_purchase, points,
       {day} AS on_day, {facts} AS facts
FROM (SELECT facts.*, {case} AS points FROM people AS facts JOIN cells USING (customer_id))
WHERE points IS NOT NULL
"""
# The rest of the model's risk beside base and signals, bounded so that the sum stays 1 … 99.
REST = """
WITH sums AS (
  SELECT people.customer_id, people.churn_risk, people.horizon_days,
         coalesce(sum(held.points), 0)::INTEGER AS told,
         coalesce(sum(held.points) FILTER (NOT held.is_purchase), 0)::INTEGER AS unseen
  FROM people LEFT JOIN held USING (customer_id)
  GROUP BY ALL
)
SELECT *, greatest({fewest}, least({most},
         CASE WHEN churn_risk IS NULL THEN $base + told
              ELSE round(100 * churn_risk)::INTEGER + unseen END)) AS points
FROM sums
"""
CONTRIBUTIONS = """
SELECT customer_id, signal, points, on_day, facts FROM held
UNION ALL
SELECT customer_id, '{history}', points - $base - told, NULL::DATE,
       json_object('churn_risk', churn_risk, 'horizon_days', horizon_days)
FROM totals WHERE points - $base - told <> 0
"""
# `before` 0: it did not hold last time; points 0: it held and ended. Without an earlier run both
# are unknown.
CHANGED = """
SELECT coalesce(now.customer_id, old.customer_id) AS customer_id,
       coalesce(now.signal, old.signal) AS signal,
       coalesce(now.points, 0) AS points,
       CASE WHEN seen.customer_id IS NOT NULL THEN coalesce(old.points, 0) END AS before,
       CASE WHEN now.signal IS NULL OR old.points > 0 THEN old.since ELSE $day END AS since,
       coalesce(now.on_day, old.on_day) AS on_day,
       coalesce(now.facts, old.facts) AS facts
FROM now
FULL JOIN (FROM earlier WHERE points <> 0) AS old
  ON old.customer_id = now.customer_id AND old.signal = now.signal
LEFT JOIN seen ON seen.customer_id = coalesce(now.customer_id, old.customer_id)
WHERE coalesce(now.customer_id, old.customer_id) IN (SELECT customer_id FROM people)
"""
READINGS = """
SELECT totals.customer_id, $day AS as_of, totals.points, seen.points AS before, $base AS base,
       count(changed.signal) FILTER (changed.points > 0 AND changed.signal <> '{history}') AS held,
       people.value_at_stake,
       coalesce(to_json(list(
         json_object('signal', changed.signal, 'points', changed.points, 'before', changed.before,
                     'since', changed.since, 'on', changed.on_day, 'facts', changed.facts)
         ORDER BY changed.points DESC, changed.signal
       ) FILTER (changed.signal IS NOT NULL)), '[]') AS contributions
FROM totals
JOIN people USING (customer_id)
LEFT JOIN changed USING (customer_id)
LEFT JOIN seen USING (customer_id)
GROUP BY ALL
ORDER BY totals.customer_id
"""
NO_CONTRIBUTIONS = (
    "SELECT NULL::BIGINT AS customer_id, NULL::VARCHAR AS signal, 0 AS points,"
    " NULL::DATE AS since, NULL::DATE AS on_day, NULL::JSON AS facts WHERE FALSE"
)
NO_READINGS = "SELECT NULL::BIGINT AS customer_id, NULL::INTEGER AS points WHERE FALSE"


def write_readings(run: RunContext) -> int:
    """`contributions` and `readings` of the day; returns the customers read."""
    names = vocabulary()
    with asked_with(run.as_of, list(names.cells)) as con:
        found = signals()
        _people(con, run.as_of, found, names)
        _held(con, found, run.as_of, names, sees_service=sees_service(run.as_of))
        base = _base(con)
        totals = REST.format(fewest=FEWEST_POINTS, most=MOST_POINTS)
        con.execute(f"CREATE TEMP TABLE totals AS {totals}", {"base": base})
        text = CONTRIBUTIONS.format(history=HISTORY)
        con.execute(f"CREATE TEMP TABLE now AS {text}", {"base": base})
        _compare(con, run.as_of)
        _write(con, "SELECT * FROM changed ORDER BY customer_id, signal", run, "contributions")
        text = READINGS.format(history=HISTORY)
        _write(con, text, run, "readings", day=run.as_of, base=base)
        return int(con.execute("SELECT count(*) FROM totals").fetchall()[0][0])


def holders(day: date, found: Iterable[Signal]) -> list[dict[int, int]]:
    """For each signal customer → points, asked of a refreshed day. Writes nothing."""
    names, found = vocabulary(), list(found)
    with asked_with(day, list(names.cells)) as con:
        _people(con, day, found, names)
        return [_holders(con, signal, day, names) for signal in found]


def _holders(
    con: duckdb.DuckDBPyConnection, signal: Signal, day: date, names: Known
) -> dict[int, int]:
    if not signal.is_on:
        return {}
    text, values = _signal_sql(signal, day, names, is_seen=signal.is_purchase)
    rows = con.execute(f"SELECT customer_id, points FROM ({text})", values).fetchall()  # noqa: S608
    return {int(customer): int(points) for customer, points in rows}


def earlier_day(table: str, before: date) -> date | None:
    """The newest day before `before` whose table is in the lake."""
    folders = lake_folder(table).glob("as_of=*")
    days = (date.fromisoformat(f.name.removeprefix("as_of=")) for f in folders)
    return max((d for d in days if d < before and lake_file(table, d).exists()), default=None)


def _people(
    con: duckdb.DuckDBPyConnection, day: date, found: Iterable[Signal], names: Known
) -> None:
    """Customers in business: who can be warned of. Of the hundred columns those that are asked."""
    part = compiled(value_of(POPULATION), names, day)
    wanted = dict.fromkeys(ASKED_OF_ALL)
    for signal in found:
        wanted |= dict.fromkeys(signal.columns())
    columns = ", ".join(f'facts."{name}"' for name in wanted)
    con.execute(
        f"CREATE TEMP TABLE people AS SELECT {columns} FROM facts"  # noqa: S608
        f" JOIN cells USING (customer_id) WHERE {part.sql}",
        part.values,
    )


def _held(
    con: duckdb.DuckDBPyConnection,
    found: Iterable[Signal],
    day: date,
    names: Known,
    *,
    sees_service: bool,
) -> None:
    con.execute(
        "CREATE TEMP TABLE held (customer_id BIGINT, signal VARCHAR, is_purchase BOOLEAN,"
        " points INTEGER, on_day DATE, facts JSON)"
    )
    for signal in found:
        is_seen = signal.is_purchase or (sees_service and signal.evidence != NOT_SEEN)
        text, values = _signal_sql(signal, day, names, is_seen=is_seen)
        con.execute(f"INSERT INTO held {text}", values)


def _signal_sql(signal: Signal, day: date, names: Known, *, is_seen: bool) -> tuple[str, list[Any]]:
    branches: list[str] = []
    values: list[Any] = []
    for level in signal.levels:
        part = compiled(level.when, names, day)
        branches.append(f"WHEN {part.sql} THEN {int(level.points)}")
        values.extend(part.values)
    facts = ", ".join(f"'{name}', \"{name}\"" for name in signal.facts)
    text = HELD.format(
        code=signal.code,
        is_purchase=is_seen,
        day=_day_sql(signal, day),
        facts=f"json_object({facts})",
        case=f"CASE {' '.join(branches)} END",
    )
    return text, values


def _day_sql(signal: Signal, day: date) -> str:
    ((kind, name),) = signal.date.items()
    if kind == "measure":
        return f'"{name}"'
    return f"(DATE '{day.isoformat()}' - floor(\"{name}\")::INTEGER)"


def _base(con: duckdb.DuckDBPyConnection) -> int:
    """The company's rate: the mean risk of the customers in business, in points."""
    found = con.execute("SELECT round(100 * avg(churn_risk))::INTEGER FROM people").fetchall()
    return int(value_of(BASE_POINTS) if found[0][0] is None else found[0][0])


def _compare(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """`changed`: the contributions of the day beside those of the newest day before it."""
    old = earlier_day("readings", day)
    parts, readings = NO_CONTRIBUTIONS, NO_READINGS
    if old is not None:
        parts = f"FROM read_parquet('{quoted_path(lake_file('contributions', old))}')"
        readings = (
            "SELECT customer_id, points"  # noqa: S608
            f" FROM read_parquet('{quoted_path(lake_file('readings', old))}')"
        )
    con.execute(f"CREATE TEMP TABLE earlier AS {parts}")
    con.execute(f"CREATE TEMP TABLE seen AS {readings}")
    con.execute(f"CREATE TEMP TABLE changed AS {CHANGED}", {"day": day})


def _write(
    con: duckdb.DuckDBPyConnection, text: str, run: RunContext, table: str, **values: Any
) -> None:
    write_table(con.execute(text, values or None).to_arrow_table(), run.file(table))
