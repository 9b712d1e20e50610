"""The orders of the API."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.moments import NOON
from weixi.collect.orders.models import Order, Product


def new_order(customer_id: int | None, **values: Any) -> dict[str, Any]:
    lines = [
        {"quantity": "3", "unit_price": "2.55", "product_number": "P1", "product_name": "茶"},
        {"quantity": "1.5", "unit_price": "10.0005", "discount": 100, "unit_cost": "4"},
    ]
    return {
        "customer_id": customer_id, "ordered_at": "2026-11-01T10:00:00+08:00", "lines": lines,
    } | values  # fmt: skip


def test_an_order_is_reckoned_from_its_lines(program: Any, customer: Any) -> None:
    caller = program("admin")
    made = caller.post("/orders", new_order(customer("A").pk, number="O-1"))
    assert made.status_code == 201, made.content
    order = made.json()
    # 3 × 2.55 = 7.65; 1.5 × 10.0005 = 15.00075 → 15.00 − 1.00 = 14.00; cost 1.5 × 4 = 6.00
    assert [line["amount"] for line in order["line_items"]] == [765, 1_400]
    assert (order["amount"], order["cost"], order["currency"]) == (2_165, 600, "CNY")
    assert order["line_items"][1]["unit_price"] == "10.0005"
    assert caller.get("/orders/O-1").json() == order
    assert Product.objects.get().name == "茶"


def test_a_product_without_a_category_gets_the_one_that_is_told(
    program: Any, customer: Any
) -> None:
    caller, who = program("admin"), customer("A")
    for category, after in (("", ""), ("饮料", "饮料"), ("零食", "饮料")):
        line = {"quantity": "1", "unit_price": "5", "product_number": "P1"}
        line |= {"product_category": category} if category else {}
        made = caller.post("/orders", new_order(who.pk, lines=[line]))
        assert made.status_code == 201, made.content
        assert Product.objects.get().category == after
    long = {"quantity": "1", "unit_price": "5", "product_category": "x" * 61}
    assert caller.post("/orders", new_order(who.pk, lines=[long])).status_code == 422


def test_equal_lines_both_stay_and_a_return_is_marked(program: Any, customer: Any) -> None:
    caller = program("admin")
    line = {"quantity": "-1", "unit_price": "5", "product_number": "P1"}
    made = caller.post("/orders", new_order(customer("A").pk, lines=[line, line]))
    assert [one["kind"] for one in made.json()["line_items"]] == ["return", "return"]
    assert made.json()["amount"] == -1_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"lines": [{"quantity": "0", "unit_price": "1"}]},
        {"lines": [{"quantity": "1", "unit_price": "1", "discount": 101}]},
        {"lines": [{"quantity": "1.0001", "unit_price": "1"}]},
        {"lines": [{"quantity": "NaN", "unit_price": "1"}]},
        {"lines": [{"quantity": "10000000", "unit_price": "1000000000"}]},
        {"ordered_at": "2999-01-01T00:00:00Z"},
        {"ordered_at": "0001-01-01T00:00:00+14:00"},
        {"ordered_at": "2026-01-01T00:00:00"},
        {"due_on": "2020-01-01"},
        {"number": "a\u0000b"},
        {"number": "x" * 65},
        {"amount": 1},
    ],
)
def test_a_wrong_order_is_refused_whole(program: Any, customer: Any, wrong: Any) -> None:
    response = program("admin").post("/orders", new_order(customer("A").pk, **wrong))
    assert response.status_code == 422, response.content
    assert not Order.objects.exists()
    assert not Product.objects.exists()


def test_a_number_that_is_taken_and_an_order_to_return_that_is_not_there(
    program: Any, customer: Any
) -> None:
    caller, customer_id = program("admin"), customer("A").pk
    caller.post("/orders", new_order(customer_id, number="O-1"))
    assert caller.post("/orders", new_order(customer_id, number="O-1")).status_code == 422
    assert caller.post("/orders", new_order(customer_id, returned_of="O-9")).status_code == 404
    assert caller.post("/orders", new_order(customer_id, returned_of="O-1")).status_code == 201


def test_paid_and_not_paid_after_all(program: Any, customer: Any) -> None:
    caller = program("admin")
    caller.post("/orders", new_order(customer("A").pk, number="O-1"))
    paid = caller.post("/orders/O-1/paid", {"paid_on": "2026-11-05"}).json()
    assert paid["paid_on"] == "2026-11-05"
    assert caller.get("/orders", unpaid="true").json()["items"] == []
    assert caller.post("/orders/O-1/paid", {"paid_on": None}).json()["paid_on"] is None


def test_orders_beyond_reach_and_anonymous_ones_are_not_seen(
    program: Any, customer: Any, order: Any, team: Any
) -> None:
    mine, theirs = customer("A", team=team("north")), customer("B", team=team("south"))
    for who, number in ((mine, "mine"), (theirs, "theirs"), (None, "nobody")):
        order(who, date(2026, 10, 1), number=number)
    caller = program("supervisor", team=team("north"))
    assert [row["number"] for row in caller.get("/orders").json()["items"]] == ["mine"]
    for number in ("theirs", "nobody", "missing"):
        assert caller.get(f"/orders/{number}").status_code == 404
    assert caller.get(f"/customers/{theirs.pk}/orders").status_code == 404
    assert caller.post("/orders", new_order(theirs.pk)).status_code == 404
    assert caller.post("/orders", new_order(None)).status_code == 422
    assert len(program("analyst").get("/orders").json()["items"]) == 3


@time_machine.travel(NOON, tick=False)
def test_a_list_takes_the_same_few_queries_for_any_length(
    program: Any, customer_with_orders: Any
) -> None:
    caller = program("admin")
    caller.get("/me")  # the first call of a minute is written down
    made = customer_with_orders("A", [date(2026, 10, day) for day in range(1, 20)])
    for address in ("/orders", f"/customers/{made.pk}/orders"):
        with CaptureQueriesContext(connection) as found:
            assert len(caller.get(address).json()["items"]) == 19
        assert len(found) <= 5
