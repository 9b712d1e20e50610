"""The company that `weixi bench refresh` measures."""

import csv

from weixi.cli.benchmarks import placed_again

COLUMNS = ("order_id", "ordered_at", "quantity", "returned_of", "due_at", "paid_at")


def test_every_order_is_placed_a_second_time_some_days_before(tmp_path):
    """Order 20 lies 20 % 19 + 1 = 2 days back, with its lines, its return and its payment."""
    orders = tmp_path / "orders.csv"
    lines = [
        ("HM261110-00000020", "2026-11-10 08:13:31", "2.000", "", "2026-11-30", ""),
        ("HM261110-00000020", "2026-11-10 08:13:31", "1.000", "", "2026-11-30", ""),
        ("HM261101-00000038", "2026-11-01 23:59:00", "-1.000", "HM261001-00000007", "", ""),
    ]
    with orders.open("w", newline="") as file:
        csv.writer(file).writerows((COLUMNS, *lines))
    with placed_again(orders).open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [(row["order_id"], row["ordered_at"], row["quantity"]) for row in found] == [
        ("HM261110-00000020-B", "2026-11-08 08:13:31", "2.000"),
        ("HM261110-00000020-B", "2026-11-08 08:13:31", "1.000"),
        ("HM261101-00000038-B", "2026-10-31 23:59:00", "-1.000"),
    ]
    assert [row["returned_of"] for row in found] == ["", "", "HM261001-00000007-B"]
    assert [row["due_at"] for row in found] == ["2026-11-28 00:00:00", "2026-11-28 00:00:00", ""]
