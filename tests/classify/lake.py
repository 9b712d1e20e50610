"""Six customers on refreshed days, their measures and facts written into the lake by hand.

revenue_12m (minor units), purchase_days, days_since_purchase:
Ana 900 5 10 · Bo 500 4 70 · Cy 300 1 5 · Di 300 2 100 · Eve 0 1 600 · Flo unknown 0 unknown.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.moments import NOON
from weixi.collect.customers.models import Customer
from weixi.core.models import Run
from weixi.core.runs import lake_file

DAY, BEFORE = date(2026, 11, 20), date(2026, 10, 20)
NAMES = ("Ana", "Bo", "Cy", "Di", "Eve", "Flo")
REVENUE = dict(zip(NAMES, (900, 500, 300, 300, 0, None), strict=True))
PURCHASES = dict(zip(NAMES, (5, 4, 1, 2, 1, 0), strict=True))
SINCE = dict(zip(NAMES, (10, 70, 5, 100, 600, None), strict=True))
CITY = dict(zip(NAMES, ("上海", "上海", "杭州", None, "上海", None), strict=True))
OWN = dict(zip(NAMES, ('{"vip": true, "size": 9}', "{}", '{"vip": false}', "{}", "{}", "{}"),
               strict=True))  # fmt: skip


def furnish(customer: Callable[..., Customer], *days: date) -> dict[str, int]:
    """name → id."""
    ids = {name: customer(name).pk for name in NAMES}
    for day in sorted(days or (DAY,)):
        _measures(ids, day)
        _facts(ids, day)
        write("cells", day, {"customer_id": list(ids.values())})
        Run.objects.create(
            as_of=day, engine="duckdb", state="done", started_at=NOON, lease_until=NOON,
            finished_at=NOON, customers=len(ids),
        )  # fmt: skip
    return ids


def _measures(ids: dict[str, int], day: date) -> None:
    write("measures", day, {
        "customer_id": list(ids.values()),
        "revenue_12m": list(REVENUE.values()),
        "purchase_days": list(PURCHASES.values()),
        "days_since_purchase": list(SINCE.values()),
    })  # fmt: skip
    write("scores", day, {"customer_id": list(ids.values()), "as_of": [day] * len(ids)})


def _facts(ids: dict[str, int], day: date) -> None:
    """Bo complained and has not bought since; Cy withdrew by SMS what he gave for all channels."""
    none = [None] * len(ids)
    write("fields", day, {
        "customer_id": list(ids.values()),
        "type": ["consumer", "business", "consumer", "consumer", "internal", "consumer"],
        "city": list(CITY.values()),
        "industry": pa.array(none, pa.string()),
        "source": pa.array(none, pa.string()),
        "owner": pa.array(none, pa.string()),
        "team": pa.array(none, pa.string()),
        "created": [date(2026, 1, n + 1) for n in range(len(ids))],
        "custom": list(OWN.values()),
    })  # fmt: skip
    write("consents", day, {
        "customer_id": [ids["Ana"], ids["Bo"], ids["Cy"], ids["Cy"]],
        "purpose": ["marketing"] * 4,
        "channel": ["", "sms", "", "sms"],
        "granted": [True, False, True, False],
        "place": [1, 1, 1, 2],
    })  # fmt: skip
    write("complaints", day, {"customer_id": [ids["Bo"]], "day": [date(2026, 10, 1)]})
    write("customer_days", day, {
        "customer_id": [ids["Ana"], ids["Bo"]],
        "day": [date(2026, 11, 10), date(2026, 9, 11)],
        "sales": [100, 100],
        "returned": [0, 0],
    })  # fmt: skip


def write(table: str, day: date, columns: dict[str, Any]) -> None:
    file = lake_file(table, day)
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), file)


def cells_on(day: date, code: str, ids: dict[str, int]) -> dict[str, str | None]:
    """name → cell in the lake."""
    table = pq.read_table(lake_file("cells", day))
    found = dict(
        zip(table.column("customer_id").to_pylist(), table.column(code).to_pylist(), strict=True)
    )
    return {name: found[pk] for name, pk in ids.items()}
