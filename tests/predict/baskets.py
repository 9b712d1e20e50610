"""A lake with a few baskets of tea, pots, rice and oil."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from weixi.core.runs import RunContext

DAY = date(2026, 11, 20)
TEA, POT, RICE, OIL = 1, 2, 3, 4
NAMES = {TEA: "绿茶", POT: "茶壶", RICE: "大米", OIL: "花生油"}
Bought = tuple[int, int, int, int]  # customer, product, first and last so many days ago
BOUGHT = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("product_id", pa.int64()),
        ("first", pa.date32()),
        ("day", pa.date32()),
    ]
)
EXCLUDED = pa.schema([("customer_id", pa.int64()), ("kind", pa.string()), ("value", pa.string())])


def lake(bought: Iterable[Bought], exclusions: Sequence[tuple[int, str, str]] = ()) -> RunContext:
    run = RunContext(0, DAY, "duckdb")
    rows = [dict(zip(BOUGHT.names, (c, p, ago(f), ago(d)), strict=True)) for c, p, f, d in bought]
    pq.write_table(pa.Table.from_pylist(rows, BOUGHT), run.file("customer_products"))
    products = [
        {"product_id": p, "number": f"P{p}", "name": name, "category": "茶" if p < 3 else "粮油"}
        for p, name in NAMES.items()
    ]
    pq.write_table(pa.Table.from_pylist(products), run.file("products"))
    refused = [dict(zip(EXCLUDED.names, one, strict=True)) for one in exclusions]
    pq.write_table(pa.Table.from_pylist(refused, EXCLUDED), run.file("exclusions"))
    return run


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


# Ten customers have tea and pot, six rice and oil.
PAIRS: list[Bought] = [
    *((c, p, 200, 10) for c in range(1, 11) for p in (TEA, POT)),
    *((c, p, 200, 10) for c in range(11, 17) for p in (RICE, OIL)),
]
