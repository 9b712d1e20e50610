"""Copy the facts of a day out of the database into Parquet, as customer-days.

A program of its own (one JSON object on standard input, one on standard output): DuckDB
scanner carries its own SQLite, and two SQLite libraries with one file open in
one process lose commits. This module must never import Django.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import duckdb

SCANNERS = {"sqlite": "sqlite_scanner", "postgres": "postgres_scanner"}
MEMORY = "2GB"

# One row a customer and day: what was sold (sales), brought back (returned) and put right
# (adjusted), in minor units; `cost` of the lines that have one, `uncosted` lines that have none.
CUSTOMER_DAYS = """
COPY (
  WITH placed AS (
    SELECT id, customer_id,
           ({day})::date AS day
    FROM source.orders_order
    WHERE customer_id IS NOT NULL
  )
  SELECT placed.customer_id, placed.day,
         count(DISTINCT CASE WHEN line.kind = 'sale' THEN placed.id END) AS orders,
         sum(CASE WHEN line.kind = 'sale' THEN line.amount ELSE 0 END)::BIGINT AS sales,
         -sum(CASE WHEN line.kind = 'return' THEN line.amount ELSE 0 END)::BIGINT AS returned,
         sum(line.amount)::BIGINT AS net,
         sum(CASE WHEN line.kind = 'sale' THEN line.quantity_e3 ELSE 0 END)::BIGINT AS quantity_e3,
         sum(CASE WHEN line.kind = 'sale' THEN line.discount ELSE 0 END)::BIGINT AS discount,
         sum(coalesce(line.cost, 0))::BIGINT AS cost,
         count(*) FILTER (line.cost IS NULL) AS uncosted
  FROM source.orders_orderline AS line
  JOIN placed ON placed.id = line.order_id
  WHERE placed.day <= DATE '{as_of}'
  GROUP BY placed.customer_id, placed.day
) TO '{out}' (FORMAT parquet)
"""

CUSTOMERS = """
COPY (
  SELECT id AS customer_id, team_id, owner_id, type,
         ({created})::date AS created
  FROM source.customers_customer
  WHERE merged_into_id IS NULL
) TO '{out}' (FORMAT parquet)
"""

CONTACT_DAYS = """
COPY (
  SELECT customer_id, ({contact_day})::date AS day, count(*) AS contacts
  FROM source.touchpoints_contact
  WHERE ({contact_day})::date <= DATE '{as_of}'
  GROUP BY ALL
) TO '{out}' (FORMAT parquet)
"""


def extract(*, address: str, time_zone: str, as_of: str, files: dict[str, str]) -> dict[str, int]:
    """Write the three fact tables; returns rows a table.

    `address`: the path of an SQLite file, or "postgres:" and a libpq connection string.
    """
    con = connect("postgres" if address.startswith("postgres") else "sqlite")
    attach(con, address)
    words = {
        "as_of": as_of,
        "day": local_day("ordered_at", time_zone, address),
        "created": local_day("created_at", time_zone, address),
        "contact_day": local_day('"at"', time_zone, address),
    }
    texts = {"customer_days": CUSTOMER_DAYS, "customers": CUSTOMERS, "contact_days": CONTACT_DAYS}
    return {
        name: con.execute(texts[name].format(out=files[name], **words)).fetchall()[0][0]
        for name in texts
    }


def connect(scanner: str) -> duckdb.DuckDBPyConnection:
    """DuckDB with one scanner loaded from its installed package; nothing is downloaded."""
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY,
        }
    )
    package = importlib.import_module(f"duckdb_extension_{SCANNERS[scanner]}")
    folder = Path(str(package.__file__)).parent / "extensions"
    file = next(folder.glob(f"*/{SCANNERS[scanner]}.duckdb_extension"))
    con.execute(f"LOAD '{file}'")
    return con


def attach(con: duckdb.DuckDBPyConnection, address: str) -> None:
    kind = "postgres" if address.startswith("postgres") else "sqlite"
    address = address.removeprefix("postgres:")
    quoted = address.replace("'", "''")
    con.execute(f"ATTACH '{quoted}' AS source (TYPE {kind}, READ_ONLY)")


def local_day(column: str, time_zone: str, address: str) -> str:
    """SQL of the day of a moment in the company's zone; SQLite keeps moments as UTC text."""
    if address.startswith("postgres"):
        return f"{column} AT TIME ZONE '{time_zone}'"
    return f"{column}::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE '{time_zone}'"


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    json.dump(extract(**request), sys.stdout)


if __name__ == "__main__":
    main()
