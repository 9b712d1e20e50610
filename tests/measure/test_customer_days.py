"""What a customer's day holds: its orders are counted one by one, its lines summed."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.measure.facts_sql import CUSTOMER_DAYS, SEVERAL

FIRST = date(2026, 11, 1)


class Line(NamedTuple):
    order: int
    kind: str
    amount: int


class Placed(NamedTuple):
    customer: int
    day: date


orders = st.lists(
    st.builds(Placed, st.integers(1, 3), st.integers(0, 2).map(lambda n: FIRST + timedelta(n))),
    min_size=1, max_size=8,
)  # fmt: skip
lines = st.lists(
    st.builds(Line, st.integers(0, 7), st.sampled_from(("sale", "return", "adjustment")),
              st.integers(-500, 500)),
    max_size=20,
)  # fmt: skip


def days_of(
    folder: Path, placed: list[Placed], told: list[Line]
) -> dict[Placed, tuple[int, int, int]]:
    """Customer and day → orders, sales, returned."""
    file = folder / "days.parquet"
    with duckdb.connect() as con:
        con.execute("CREATE TABLE placed (order_id BIGINT, customer_id BIGINT, day DATE)")
        con.execute(
            "CREATE TABLE lines (order_id BIGINT, customer_id BIGINT, day DATE, is_sale BOOLEAN,"
            " is_return BOOLEAN, amount BIGINT, quantity_e3 BIGINT, discount BIGINT, cost BIGINT)"
        )
        con.executemany("INSERT INTO placed VALUES (?, ?, ?)",
                        [[n, one.customer, one.day] for n, one in enumerate(placed)])  # fmt: skip
        rows = [
            [line.order, *placed[line.order], line.kind == "sale", line.kind == "return",
             line.amount, 1_000, 0, None]
            for line in told
        ]  # fmt: skip
        if rows:
            con.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        con.execute(SEVERAL)
        con.execute(CUSTOMER_DAYS.format(out=file))
        found = con.execute(
            f"SELECT customer_id, day, orders, sales, returned FROM '{file}'"
        ).fetchall()
    return {Placed(who, day): (n, sales, back) for who, day, n, sales, back in found}


def test_an_order_of_returns_alone_is_no_order_of_its_day(tmp_path: Path) -> None:
    """Two lines of one order, another order, and a return of 30 as an order of its own."""
    placed = [Placed(1, FIRST)] * 3
    told = [Line(0, "sale", 100), Line(0, "sale", 20), Line(1, "sale", 50), Line(2, "return", -30)]

    assert days_of(tmp_path, placed, told) == {Placed(1, FIRST): (2, 170, 30)}


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders, lines)
def test_the_orders_of_a_day_are_those_with_something_sold(
    tmp_path: Path, placed: list[Placed], told: list[Line]
) -> None:
    told = [line for line in told if line.order < len(placed)]
    sold = defaultdict[Placed, set[int]](set)
    sales, back = Counter[Placed](), Counter[Placed]()
    for line in told:
        one = placed[line.order]
        sold[one] |= {line.order} if line.kind == "sale" else set()
        sales[one] += line.amount * (line.kind == "sale")
        back[one] -= line.amount * (line.kind == "return")

    assert days_of(tmp_path, placed, told) == {
        one: (len(sold[one]), sales[one], back[one]) for one in sold
    }
