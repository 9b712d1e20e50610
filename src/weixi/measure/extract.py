"""Copy the facts of a day out of the database into Parquet, as customer-days.

A program of its own (`python -m weixi.measure.extract`, two lines of JSON on standard input, a line
on standard output when the first tables are there): DuckDB's scanner carries its own SQLite, and
two SQLite libraries with one file open in one process lose commits. This module must never import
Django.
"""

import json
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import duckdb

from weixi.core.columnar import connect, quoted

from .facts_sql import FROM_ORDERS, MOMENTS, PLACED, PREPARED, TABLES, mentions

EARLIEST = 1970  # older facts go the long way


class Source(NamedTuple):
    """A database that is open; its orders are read already by a thread of their own.

    `con`: for what comes of the orders, `beside`: for all the rest.
    """

    con: duckdb.DuckDBPyConnection
    beside: duckdb.DuckDBPyConnection
    address: str
    time_zone: str
    orders: Future[duckdb.DuckDBPyConnection]

    def words(self, as_of: date) -> dict[str, str]:
        return {
            word: local_day(column, self.time_zone, as_of, self.address)
            for word, column in MOMENTS.items()
        }


def opened(*, address: str, time_zone: str, until: str, early: Executor) -> Source:
    """`address`: the path of an SQLite file, or "postgres:" and a libpq connection string.
    `until`: no order that counts is of a later day."""
    con = connect("postgres" if address.startswith("postgres") else "sqlite")
    attach(con, address)
    day = local_day(MOMENTS["ordered_day"], time_zone, date.fromisoformat(until), address)
    beside = con.cursor()
    orders = early.submit(con.execute, PLACED.format(ordered_day=day))
    return Source(con, beside, address, time_zone, orders)


def extract(
    source: Source,
    *,
    as_of: str,
    files: Mapping[str, str],
    topics: Mapping[str, Sequence[str]],
    first: Collection[str],
    told: Callable[[], object] = lambda: None,
) -> dict[str, int]:
    """Write the fact tables named in `files`; returns rows a table.

    `topics`: topic → the words that belong to it, looked for in answers and contacts.
    `first`: tables that are waited for; `told` is called when they are there.
    """
    words = source.words(date.fromisoformat(as_of))
    words |= {"mentions": mentions(topics, as_of), "as_of": as_of}
    waited = {name: file for name, file in files.items() if name in first}
    rows = _by_two(source, waited, words, PREPARED)
    told()
    rest = {name: file for name, file in files.items() if name not in first}
    return rows | _by_two(source, rest, words)


def _by_two(
    source: Source,
    files: Mapping[str, str],
    words: Mapping[str, str],
    prepared: Sequence[str] = (),
) -> dict[str, int]:
    """Two threads read: what comes of the orders takes as long as all the rest."""
    of_orders = {name: file for name, file in files.items() if name in FROM_ORDERS}
    others = {name: file for name, file in files.items() if name not in FROM_ORDERS}
    with ThreadPoolExecutor(1) as beside:
        other = beside.submit(_written, source.beside, others, words)
        source.orders.result()
        for text in prepared:
            source.con.execute(text.format(**words))
        return _written(source.con, of_orders, words) | other.result()


def _written(
    con: duckdb.DuckDBPyConnection, files: Mapping[str, str], words: Mapping[str, str]
) -> dict[str, int]:
    return {
        name: _copied(con, TABLES[name].format(out=file, **words)) for name, file in files.items()
    }


def _copied(con: duckdb.DuckDBPyConnection, text: str) -> int:
    return int(con.execute(text).fetchall()[0][0])


def attach(con: duckdb.DuckDBPyConnection, address: str) -> None:
    kind = "postgres" if address.startswith("postgres") else "sqlite"
    address = address.removeprefix("postgres:")
    con.execute(f"ATTACH '{quoted(address)}' AS source (TYPE {kind}, READ_ONLY)")


def local_day(column: str, zone: str, as_of: date, address: str) -> str:
    """SQL of the day of a moment in the company's zone, right for every day up to the as-of day.

    DuckDB asks its calendar for each row; most moments lie since the zone has had one offset, and
    there an addition tells the same day. SQLite keeps moments as UTC text.
    """
    if address.startswith("postgres"):
        return f"{column} AT TIME ZONE '{zone}'"
    since, offset = steady_since(ZoneInfo(zone), as_of)
    moment, seconds = f"{column}::TIMESTAMP", int(offset.total_seconds())
    return (
        f"CASE WHEN {moment} >= TIMESTAMP '{since.isoformat()}'"
        f" THEN {moment} + INTERVAL ({seconds}) SECOND"
        f" ELSE {moment} AT TIME ZONE 'UTC' AT TIME ZONE '{zone}' END"
    )


@cache
def steady_since(zone: ZoneInfo, as_of: date) -> tuple[date, timedelta]:
    """From which day (UTC) to the as-of day the zone has had one offset from UTC, and which."""

    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(), UTC).astimezone(zone).utcoffset()

    day = as_of + timedelta(days=2)  # no zone is farther from UTC than that
    newest = offset(day)
    while day.year >= EARLIEST and offset(day) == newest:
        day -= timedelta(days=1)
    return day + timedelta(days=1), newest or timedelta()


def main() -> None:
    """A line that says where to read, and one that says what; without them there is no need."""
    source = sys.stdin.readline()
    if not source:
        return
    with ThreadPoolExecutor(1) as early:
        found = opened(**json.loads(source), early=early)
        request = sys.stdin.readline()
        if request:
            extract(found, **json.loads(request), told=_tell)


def _tell() -> None:
    sys.stdout.write("there\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
