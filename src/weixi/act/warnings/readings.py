"""Risk in points, in the lake: base + what each signal adds, and what changed since last time.

points = 100 × churn risk of the model + the points of signals the model has not seen: the models
of purchases know purchases alone, the boosted one service too (all but contracts). The first part
is split: the base (mean risk of the customers in business), the signals of purchases that
hold, and the rest of the history, which no signal tells; so the parts always add up. Without a
model the points are base + signals.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from weixi.classify.compiling import Compiled, compiled
from weixi.classify.conditions import Known, leaves
from weixi.core.runs import RunContext, lake_file, lake_folder, write_table
from weixi.predict.queries import sees_service

from .derived import asked_with, quoted_path
from .joining import lists_of
from .rules import FEWEST_POINTS, HISTORY, MOST_POINTS, Signal
from .signals import InForce, in_force

ASKED_OF_ALL = ("customer_id", "churn_risk", "horizon_days", "value_at_stake")
CHUNK = 200_000
NOT_SEEN = "bonds"  # evidence that no model learns from
# One row a customer and signal that holds.
HELD = """
SELECT customer_id, '{code}' AS signal, {is_purchase} AS is_purchase, {points} AS points,
       {day} AS on_day, json_object({facts}) AS facts
FROM people WHERE {points} IS NOT NULL
"""
# The rest of the model's risk beside base and signals, bounded so that the sum stays 1 … 99.
REST = """
WITH sums AS (
  SELECT people.customer_id, people.churn_risk, people.horizon_days,
         coalesce(sum(held.points), 0)::INTEGER AS told,
         coalesce(sum(held.points) FILTER (NOT held.is_purchase), 0)::INTEGER AS unseen,
         count(held.signal) AS held
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
SELECT customer_id, '{history}', points - {base} - told, NULL::DATE,
       json_object('churn_risk', churn_risk, 'horizon_days', horizon_days)
FROM totals WHERE points - {base} - told <> 0
"""
# `before` 0: it did not hold last time; points 0: it held and ended. Without an earlier run both
# are unknown.
CHANGED = """
SELECT coalesce(now.customer_id, old.customer_id) AS customer_id,
       coalesce(now.signal, old.signal) AS signal,
       coalesce(now.points, 0) AS points,
       CASE WHEN coalesce(now.customer_id, old.customer_id) IN (SELECT customer_id FROM seen)
            THEN coalesce(old.points, 0) END AS before,
       CASE WHEN now.signal IS NULL OR old.points > 0 THEN old.since ELSE $day END AS since,
       coalesce(now.on_day, old.on_day) AS on_day,
       coalesce(now.facts, old.facts) AS facts
FROM now
FULL JOIN (FROM earlier SEMI JOIN people USING (customer_id) WHERE points <> 0) AS old
  ON old.customer_id = now.customer_id AND old.signal = now.signal
ORDER BY 1, 2
"""
READINGS = """
SELECT totals.customer_id, $day AS as_of, totals.points, seen.points AS before, $base AS base,
       totals.held, people.value_at_stake
FROM totals
JOIN people USING (customer_id)
LEFT JOIN seen USING (customer_id)
ORDER BY totals.customer_id
"""
# The codes of signals are identifiers and `facts` is JSON already, so plain text makes an object.
OBJECTS = """
SELECT totals.customer_id,
       CASE WHEN changed.signal IS NOT NULL THEN concat(
         '{"signal":"', changed.signal, '","points":', changed.points,
         ',"before":', coalesce(changed.before::VARCHAR, 'null'),
         ',"since":', coalesce('"' || changed.since || '"', 'null'),
         ',"on":', coalesce('"' || changed.on_day || '"', 'null'), ',"facts":', changed.facts, '}')
       END
FROM totals LEFT JOIN changed USING (customer_id)
ORDER BY totals.customer_id, changed.points DESC, changed.signal
"""
NOTHING_HELD = (
    "SELECT NULL::BIGINT AS customer_id, '' AS signal, FALSE AS is_purchase, 0 AS points,"
    " NULL::DATE AS on_day, '' AS facts WHERE FALSE"
)
NO_CONTRIBUTIONS = (
    "SELECT NULL::BIGINT AS customer_id, NULL::VARCHAR AS signal, 0 AS points,"
    " NULL::DATE AS since, NULL::DATE AS on_day, NULL::VARCHAR AS facts WHERE FALSE"
)
NO_READINGS = "SELECT NULL::BIGINT AS customer_id, NULL::INTEGER AS points WHERE FALSE"


def write_readings(run: RunContext, by: InForce) -> int:
    """`contributions` and `readings` of the day; returns the customers read."""
    with asked_with(run.as_of, by.names.cells, by.topics) as con:
        _people(con, run.as_of, by)
        _held(con, by, run.as_of, sees_service=sees_service(run.as_of))
        base = _base(con, by)
        text = REST.format(fewest=FEWEST_POINTS, most=MOST_POINTS)
        _keep(con, "totals", text, {"base": base})
        text = CONTRIBUTIONS.format(history=HISTORY, base=base)
        con.execute(f"CREATE TEMP VIEW now AS {text}")
        write_table(_compared(con, run.as_of), run.file("contributions"))
        table = _readings(con, run.as_of, base)
        write_table(table, run.file("readings"))
        return int(table.num_rows)


def holders(day: date, found: Iterable[Signal]) -> list[dict[int, int]]:
    """For each signal customer → points, asked of a refreshed day. Writes nothing."""
    by = in_force()._replace(signals=tuple(found))
    with asked_with(day, by.names.cells, by.topics) as con:
        _people(con, day, by)
        return [_holders(con, _points(place)) for place in range(len(by.signals))]


def warned_of(day: date, when: Mapping[str, Any]) -> list[int]:
    """The customers of a refreshed day that a condition means, by id. Writes nothing."""
    by = in_force()._replace(whom=when)
    with asked_with(day, by.people.cells, by.topics) as con:
        part = _population(day, by)
        rows = con.execute(f"SELECT customer_id {part.sql} ORDER BY 1", part.values)
        return [int(customer) for (customer,) in rows.fetchall()]


def _holders(con: duckdb.DuckDBPyConnection, points: str) -> dict[int, int]:
    rows = con.execute(
        f"SELECT customer_id, {points} FROM people WHERE {points} IS NOT NULL"  # noqa: S608
    )
    return {int(customer): int(given) for customer, given in rows.fetchall()}


def earlier_day(table: str, before: date) -> date | None:
    """The newest day before `before` whose table is in the lake."""
    folders = lake_folder(table).glob("as_of=*")
    days = (date.fromisoformat(f.name.removeprefix("as_of=")) for f in folders)
    return max((d for d in days if d < before and lake_file(table, d).exists()), default=None)


def _people(con: duckdb.DuckDBPyConnection, day: date, by: InForce) -> None:
    """Customers in business: who can be warned of. Of the hundred columns those that are asked, and
    the points that each signal gives, all in one pass."""
    wanted = dict.fromkeys(ASKED_OF_ALL)
    columns: list[str] = []
    values: list[Any] = []
    for place, signal in enumerate(by.signals):
        wanted |= dict.fromkeys(signal.columns())
        given = _case(signal, by.names, day)
        columns.append(f"{given.sql} AS {_points(place)}")
        values.extend(given.values)
    part = _population(day, by)
    listed = ", ".join([*(f'facts."{name}"' for name in wanted), *columns])
    text = f"SELECT {listed} {part.sql}"
    _keep(con, "people", text, [*values, *part.values])


def _population(day: date, by: InForce) -> Compiled:
    """FROM and WHERE of whom warnings are about."""
    part = compiled(by.whom, by.people, day)
    asks_fields = any("field" in leaf for leaf in leaves(by.whom))
    joined = " LEFT JOIN fields USING (customer_id)" if asks_fields else ""
    return Compiled(
        f"FROM facts JOIN cells USING (customer_id){joined} WHERE {part.sql}", part.values
    )


def _points(place: int) -> str:
    """The column of the points that a signal gives; no measure has a space in its name."""
    return f'"points {place}"'


def _case(signal: Signal, names: Known, day: date) -> Compiled:
    if not signal.is_on:
        return Compiled("NULL::INTEGER", ())
    parts = [(compiled(level.when, names, day), int(level.points)) for level in signal.levels]
    branches = " ".join(f"WHEN {part.sql} THEN {points}" for part, points in parts)
    return Compiled(f"CASE {branches} END", tuple(v for part, _ in parts for v in part.values))


def _held(con: duckdb.DuckDBPyConnection, by: InForce, day: date, *, sees_service: bool) -> None:
    texts = [NOTHING_HELD]
    for place, signal in enumerate(by.signals):
        is_seen = signal.is_purchase or (sees_service and signal.evidence != NOT_SEEN)
        facts = ", ".join(f"'{name}', \"{name}\"" for name in signal.facts)
        text = HELD.format(
            code=signal.code, is_purchase=is_seen, points=_points(place), facts=facts,
            day=_day_sql(signal, day),
        )  # fmt: skip
        texts.append(text)
    _keep(con, "held", " UNION ALL ".join(texts))


def _keep(con: duckdb.DuckDBPyConnection, name: str, text: str, values: Any = None) -> pa.Table:
    """A table that is asked again. Arrow's: DuckDB's own counts the different values of every
    column, which takes longer than the query."""
    table = con.execute(text, values).to_arrow_table(CHUNK)
    con.register(name, table)
    return table


def _day_sql(signal: Signal, day: date) -> str:
    ((kind, name),) = signal.date.items()
    if kind == "measure":
        return f'"{name}"'
    return f"(DATE '{day.isoformat()}' - floor(\"{name}\")::INTEGER)"


def _base(con: duckdb.DuckDBPyConnection, by: InForce) -> int:
    """The company's rate: the mean risk of the customers in business, in points."""
    found = con.execute("SELECT round(100 * avg(churn_risk))::INTEGER FROM people").fetchall()
    return int(by.base_points if found[0][0] is None else found[0][0])


def _compared(con: duckdb.DuckDBPyConnection, day: date) -> pa.Table:
    """`changed`: the contributions of the day beside those of the newest day before it."""
    old = earlier_day("readings", day)
    parts, readings = NO_CONTRIBUTIONS, NO_READINGS
    if old is not None:
        parts = f"FROM read_parquet('{quoted_path(lake_file('contributions', old))}')"
        readings = (
            "SELECT customer_id, points"  # noqa: S608
            f" FROM read_parquet('{quoted_path(lake_file('readings', old))}')"
        )
    con.execute(f"CREATE TEMP VIEW earlier AS {parts}")
    con.execute(f"CREATE TEMP VIEW seen AS {readings}")
    return _keep(con, "changed", CHANGED, {"day": day})


def _readings(con: duckdb.DuckDBPyConnection, day: date, base: int) -> pa.Table:
    table = con.execute(READINGS, {"day": day, "base": base}).to_arrow_table()
    lists = lists_of(con.execute(OBJECTS).to_arrow_reader(CHUNK))
    return table.append_column("contributions", lists)
