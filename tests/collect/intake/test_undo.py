"""Undo gives back the tables as they were; what people changed since is listed and left."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.collect.intake.files import lines, picture, take, written
from tests.moments import NOON
from weixi.collect.customers.models import Customer, Identity
from weixi.collect.intake.actions import Report, Undone, undo
from weixi.collect.intake.models import ImportBatch, ImportedBefore
from weixi.collect.intake.queries import kept_at_undo
from weixi.collect.orders.models import Order, Product
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import SYSTEM
from weixi.core.errors import RuleBroken

Taken = Callable[..., Report]
LATER = NOON + timedelta(hours=1)


def undone(report: Report) -> Undone:
    return undo(report.import_id or 0, by=SYSTEM, at=LATER)


def kept(done: Undone) -> list[tuple[str, str, str]]:
    return [(row["table"], row["number"], row["reason"]) for row in done.kept]


# ── What random imports leave behind: nothing ───────────────────────────────

numbers = some.sampled_from(["C1", "C2", "C3", "C4"])
phones = some.sampled_from(["", "13800002046", "13900000000", "13900000000;13700000000"])
customer_rows = some.fixed_dictionaries(
    {
        "customer_id": numbers,
        "name": some.sampled_from(["Ana", "仲妮妮", "Bo"]),
        "phone": phones,
        "email": some.sampled_from(["", "a@b.cn", "broken"]),
        "birthday": some.sampled_from(["", "1990-05-04"]),
        "city": some.sampled_from(["", "杭州", "宁波"]),
        "consent_marketing": some.sampled_from(["", "yes", "no"]),
        "contract_until": some.sampled_from(["", "2026-12-31", "2027-12-31"]),
        "credit_limit": some.sampled_from(["", "0", "5000"]),
        "custom.pet": some.sampled_from(["", "cat"]),
    }
)
order_rows = some.fixed_dictionaries(
    {
        "order_id": some.sampled_from(["O1", "O2", "O3"]),
        "customer_id": some.sampled_from(["", "C1", "C2"]),
        "ordered_at": some.sampled_from(["2026-11-01", "2026-11-02"]),
        "product_id": some.sampled_from(["", "P1", "P2"]),
        "product_name": some.sampled_from(["", "龙井"]),
        "quantity": some.sampled_from(["1", "-1", "x"]),
        "unit_price": some.sampled_from(["10", "12.5"]),
        "unit_cost": some.sampled_from(["", "4", "5"]),
        "paid_at": some.sampled_from(["", "2026-11-05"]),
    }
)
contact_rows = some.fixed_dictionaries(
    {
        "contact_id": some.sampled_from(["K1", "K2"]),
        "customer_id": numbers,
        "at": some.just("2026-11-02 09:00"),
        "channel": some.sampled_from(["phone", "email"]),
        "direction": some.sampled_from(["in", "out"]),
        "purpose": some.just("care"),
        "minutes": some.sampled_from(["", "5", "7.5"]),
        "note": some.sampled_from(["", "好"]),
    }
)
imports = some.one_of(
    some.tuples(some.just("customers"), some.lists(customer_rows, min_size=1, max_size=6)),
    some.tuples(some.just("orders"), some.lists(order_rows, min_size=1, max_size=8)),
    some.tuples(some.just("contacts"), some.lists(contact_rows, min_size=1, max_size=4)),
)


def check_that_undo_leaves_nothing(
    folder: Path, earlier: list[tuple[str, Any]], last: tuple[str, Any]
) -> None:
    with transaction.atomic():
        create_shipped_channels()
        for kind, rows in earlier:
            take(kind, written(folder / f"{kind}.csv", rows))
        before = picture()
        report = take(last[0], written(folder / f"{last[0]}.csv", last[1]), at=LATER)
        done = undone(report)
        assert done.kept == []
        assert picture() == before
        assert not ImportedBefore.objects.filter(batch=report.import_id).exists()
        transaction.set_rollback(True)


HISTORY = {"earlier": some.lists(imports, max_size=3), "last": imports}
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
@given(**HISTORY)
@settings(max_examples=50, deadline=None, suppress_health_check=QUIET)
def test_undo_of_a_random_import_gives_back_the_same_tables(
    db: None, tmp_path: Path, earlier: list[tuple[str, Any]], last: tuple[str, Any]
) -> None:
    check_that_undo_leaves_nothing(tmp_path, earlier, last)


@pytest.mark.nightly
@given(**HISTORY)
@settings(max_examples=1_000, deadline=None, suppress_health_check=QUIET)
def test_undo_of_a_thousand_random_imports_gives_back_the_same_tables(
    db: None, tmp_path: Path, earlier: list[tuple[str, Any]], last: tuple[str, Any]
) -> None:
    check_that_undo_leaves_nothing(tmp_path, earlier, last)


@pytest.mark.slow
@given(history=some.lists(imports, min_size=2, max_size=4))
@settings(max_examples=30, deadline=None, suppress_health_check=QUIET)
def test_imports_undone_in_reverse_leave_an_empty_house(
    db: None, tmp_path: Path, history: list[tuple[str, Any]]
) -> None:
    with transaction.atomic():
        create_shipped_channels()
        before = picture()
        made = [take(kind, written(tmp_path / f"{kind}.csv", rows)) for kind, rows in history]
        for report in reversed(made):
            assert undone(report).kept == []
        assert picture() == before
        transaction.set_rollback(True)


# ── What stays, and why ─────────────────────────────────────────────────────


def test_a_customer_that_a_person_edited_since_stays(taken: Taken) -> None:
    report = taken("customers", {}, {"customer_id": "C2", "phone": ""})
    Customer.objects.filter(number="C1").update(city="宁波", edited_at=LATER)
    done = undone(report)
    assert kept(done) == [("customer", "C1", "edited since")]
    assert list(Customer.objects.values_list("number", "city")) == [("C1", "宁波")]
    assert Identity.objects.filter(customer__number="C1").count() == 4
    assert kept_at_undo(ImportBatch.objects.get(), limit=9) == done.kept


def test_a_customer_with_orders_from_elsewhere_stays(taken: Taken) -> None:
    report = taken("customers")
    taken("orders")
    assert kept(undone(report)) == [("customer", "C1", "has orders, contacts or other records")]
    assert Order.objects.get().customer.number == "C1"


def test_a_customer_that_a_later_import_changed_stays_until_that_is_undone(taken: Taken) -> None:
    first = taken("customers")
    before = picture()
    second = taken("customers", {"city": "宁波"})
    assert kept(undone(first)) == [("customer", "C1", "changed by a later import")]
    assert undone(second).kept == []
    assert picture() == before


def test_an_order_that_a_later_import_added_to_stays(taken: Taken, customer: Any) -> None:
    customer("Ana", number="C1")
    report = taken("orders", {}, {"order_id": "O2"})
    taken("orders", {"product_id": "P2"})
    done = undone(report)
    assert kept(done) == [
        ("order", "O1", "changed by a later import or by hand"), ("product", "P1", "still in use"),
    ]  # fmt: skip
    assert list(Order.objects.values_list("number", "amount")) == [("O1", 5_000)]


def test_an_edited_contact_stays(taken: Taken, customer: Any, channels: None) -> None:
    customer("Ana", number="C1")
    report = taken("contacts", {}, {"contact_id": "K2"})
    Contact.objects.filter(number="K1").update(edited_at=LATER)
    assert kept(undone(report)) == [("contact", "K1", "edited since")]
    assert list(Contact.objects.values_list("number", flat=True)) == ["K1"]


def test_customers_made_for_a_public_file_go_with_its_orders(tmp_path: Path, db: None) -> None:
    path = tmp_path / "cdnow.txt"
    path.write_text(" 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n", "utf-8")
    before = picture()
    report = take("orders", path, preset="cdnow")
    assert Customer.objects.count() == 2
    assert undone(report).kept == []
    assert picture() == before


def test_a_product_that_was_named_is_nameless_again(taken: Taken, customer: Any) -> None:
    customer("Ana", number="C1")
    taken("orders", {"product_name": ""})
    report = taken("orders", {"order_id": "O2"})
    assert Product.objects.get().name == "龙井"
    undone(report)
    assert Product.objects.get().name == ""


def test_a_product_gets_the_category_of_a_file_once_and_loses_it_again(
    taken: Taken, customer: Any
) -> None:
    customer("Ana", number="C1")
    taken("orders", {"product_category": ""})
    report = taken("orders", {"order_id": "O2", "product_category": "茶"})
    taken("orders", {"order_id": "O3", "product_category": "饮料"})
    assert Product.objects.get().category == "茶"
    undone(report)
    assert (Product.objects.get().name, Product.objects.get().category) == ("龙井", "")


def test_an_import_is_undone_once(taken: Taken) -> None:
    report = taken("customers")
    undone(report)
    with pytest.raises(RuleBroken, match="was undone already"):
        undone(report)


def test_an_import_that_runs_is_not_undone(taken: Taken) -> None:
    report = taken("customers")
    ImportBatch.objects.update(state=ImportBatch.State.RUNNING)
    with pytest.raises(RuleBroken, match="is still running"):
        undone(report)


@pytest.mark.slow
def test_thousands_of_rows_are_undone(tmp_path: Path, db: None) -> None:
    rows = [{"customer_id": f"C{n}", "name": "Ana", "phone": ""} for n in range(5_000)]
    before = picture()
    report = take("customers", written(tmp_path / "c.csv", lines("customers", *rows)))
    done = undone(report)
    assert (done.removed, done.kept) == (5_000, [])
    assert picture() == before
