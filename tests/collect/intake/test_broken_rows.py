"""Each way in which a row can be wrong has its own sentence, and only that row is left out."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.collect.intake.files import counts
from weixi.collect.customers.models import Customer, Identity
from weixi.collect.intake.actions import Report
from weixi.collect.intake.models import RejectedRow
from weixi.collect.intake.reasons import read
from weixi.collect.orders.models import Order, OrderLine
from weixi.collect.touchpoints.models import Contact

Taken = Callable[..., Report]
LONG = "长" * 40_000

ORDER_FAULTS = [
    ("order_id", "", "This is needed and is missing."),
    ("order_id", "O" * 65, "At most 64 characters fit, this has 65."),
    ("order_id", "O1\nO2", "A number stands on one line, without tabs."),
    ("order_id", "2.02611E+15", "Excel has rounded this number (2.02611E+15)."),
    ("customer_id", "C9", "The customer C9 is not known."),
    ("ordered_at", "", "This is needed and is missing."),
    ("ordered_at", "yesterday", "This is no date."),
    ("ordered_at", "2026-02-30", "There is no such day or time: 2026-02-30."),
    ("ordered_at", "2026-11-01 25:00", "There is no such day or time: 2026-11-01 25:00."),
    ("ordered_at", "01.02.2026", "Day and month could be mixed up here."),
    ("ordered_at", "3/4/2026", "Day and month could be mixed up here."),
    ("ordered_at", "2026-11-22", "The day lies in the future: 2026-11-22."),
    ("ordered_at", "9999-12-31 23:59Z", "The day lies in the future: 9999-12-31."),
    ("ordered_at", "1899-12-31", "The day lies before the year 1900: 1899-12-31."),
    ("ordered_at", "0001-01-01", "The day lies before the year 1900: 0001-01-01."),
    ("product_id", "P" * 65, "At most 64 characters fit, this has 65."),
    ("product_name", "茶" * 201, "At most 200 characters fit, this has 201."),
    ("product_name", "茶\0", "The cell holds an invisible control character (U+0000)."),
    ("product_name", "茶\x07叶", "The cell holds an invisible control character (U+0007)."),
    ("product_name", LONG, "The cell holds 40000 characters, at most 32767 can be read."),
    ("quantity", "", "This is needed and is missing."),
    ("quantity", "two", "This is no number."),
    ("quantity", "0", "A quantity of zero is neither a sale nor a return."),
    ("quantity", "1.0005", "At most 3 decimals can be kept."),
    ("quantity", "9" * 13, "The number is too large."),
    ("quantity", "#DIV/0!", "The cell holds the error #DIV/0!."),
    ("unit_price", "", "This is needed and is missing."),
    ("unit_price", "abc", "This is no number."),
    ("unit_price", "NaN", "This is no number."),
    ("unit_price", "inf", "This is no number."),
    ("unit_price", "0x1F", "This is no number."),
    ("unit_price", "1e3", "This is no number."),
    ("unit_price", "12,5", "The decimals follow a point, like 12.50, not a comma."),
    ("unit_price", "1,23,456", "This is no number."),
    ("unit_price", "12%", "A number is needed here, not a share in percent."),
    ("unit_price", "1.23456", "At most 4 decimals can be kept."),
    ("unit_price", "=1+1", "This is no number."),
    ("unit_price", "999999999999", "The amount of the line is too large."),
    ("discount", "30", "The discount is larger than the line."),
    ("discount", "0.005", "At most 2 decimals can be kept."),
    ("unit_cost", "-1", "This cannot be negative."),
    ("due_at", "soon", "This is no date."),
    ("paid_at", "2030-01-01", "The day lies in the future: 2030-01-01."),
    ("returned_of", "R" * 65, "At most 64 characters fit, this has 65."),
]
CUSTOMER_FAULTS = [
    ("customer_id", "", "This is needed and is missing."),
    ("name", "", "A new customer needs a name."),
    ("name", "名" * 121, "At most 120 characters fit, this has 121."),
    ("name", "a\x1bb", "The cell holds an invisible control character (U+001B)."),
    ("type", "alien", "One of these is expected: consumer, business, internal."),
    ("phone", "1380000204", "A mobile number has 11 digits, this one has 10."),
    ("phone", "1.38E+10", "Excel has rounded this number (1.38E+10)."),
    ("phone", "call me", "A phone number has 7 to 15 digits."),
    ("email", "ana(at)example.com", "An e-mail address looks like name@company.com."),
    ("card_number", "12", "A card number has 4 to 40 characters."),
    ("wechat", "w" * 301, "At most 300 characters, this has 301."),
    ("birthday", "2026-11-21", "The day lies in the future: 2026-11-21."),
    ("birthday", "5/4/90", "Day and month could be mixed up here."),
    ("city", "城" * 61, "At most 60 characters fit, this has 61."),
    ("owner", "nobody", "There is nobody with this user name whom you may give customers."),
    ("consent_marketing", "perhaps", "One of these is expected: yes, no."),
    ("contract_until", "1900-01-01", "A day between 1950 and 2199 is expected."),
    ("contract_from", "2026-01-01", "A contract needs its last day, too."),
    ("credit_limit", "-1", "This cannot be negative."),
    ("credit_limit", "100000000000.01", "The number is too large."),
    ("credit_limit", "much", "This is no number."),
    ("credit_limit_since", "2026-01-01", "The day of a credit limit needs its amount, too."),
]
CONTACT_FAULTS = [
    ("customer_id", "C9", "The customer C9 is not known."),
    ("channel", "pigeon", "One of these is expected:"),
    ("direction", "up", "One of these is expected: in, out."),
    ("purpose", "fun", "One of these is expected: care, service, sale, thanks, apology."),
    ("minutes", "-5", "This cannot be negative."),
    ("minutes", "999999", "The number is too large."),
    ("note", "字" * 20_001, "At most 20000 characters fit, this has 20001."),
]


@pytest.fixture
def ana(customer: Any) -> Customer:
    return customer("Ana", number="C1")


@pytest.mark.parametrize(("column", "value", "sentence"), ORDER_FAULTS)
def test_an_order_line_that_is_wrong_is_refused_with_its_sentence(
    taken: Taken, ana: Customer, column: str, value: str, sentence: str
) -> None:
    report = taken(
        "orders", {column: value, "order_id": value if column == "order_id" else "BAD"}, {}
    )
    assert counts(report) == (1, 0, 0, 1)
    _is_named(column, sentence)
    assert list(Order.objects.values_list("number", "amount")) == [("O1", 2_500)]
    assert OrderLine.objects.count() == 1


@pytest.mark.parametrize(("column", "value", "sentence"), CUSTOMER_FAULTS)
def test_a_customer_that_is_wrong_is_refused_with_its_sentence(
    taken: Taken, column: str, value: str, sentence: str
) -> None:
    wrong = {"customer_id": "C2", "phone": "13900000000", column: value}
    report = taken("customers", wrong, {})
    assert counts(report) == (1, 0, 0, 1)
    _is_named(column, sentence)
    assert list(Customer.objects.values_list("number", flat=True)) == ["C1"]
    assert Identity.objects.count() == 4


@pytest.mark.parametrize(("column", "value", "sentence"), CONTACT_FAULTS)
def test_a_contact_that_is_wrong_is_refused_with_its_sentence(
    taken: Taken, ana: Customer, channels: None, column: str, value: str, sentence: str
) -> None:
    report = taken("contacts", {"contact_id": "K2", column: value}, {})
    assert counts(report) == (1, 0, 0, 1)
    _is_named(column, sentence)
    assert list(Contact.objects.values_list("number", flat=True)) == ["K1"]


def _is_named(column: str, sentence: str) -> None:
    row = RejectedRow.objects.get()
    assert row.line == 2
    assert row.column == column
    assert read(row.reason).startswith(sentence)


def test_two_rows_for_one_customer_that_differ_keep_the_first(taken: Taken) -> None:
    report = taken("customers", {}, {}, {"city": "宁波"})
    assert counts(report) == (1, 0, 1, 1)
    assert Customer.objects.get().city == "杭州"
    assert RejectedRow.objects.get().line == 4


def test_one_order_cannot_belong_to_two_customers(
    taken: Taken, customer: Any, ana: Customer
) -> None:
    customer("Bo", number="C2")
    report = taken("orders", {}, {"customer_id": "C2"}, {"product_id": "P2"})
    assert counts(report) == (2, 0, 0, 1)
    assert Order.objects.get().customer == ana


def test_an_import_never_moves_an_order_to_another_customer(
    taken: Taken, customer: Any, ana: Customer
) -> None:
    customer("Bo", number="C2")
    taken("orders", {})
    report = taken("orders", {"customer_id": "C2"})
    assert counts(report) == (0, 0, 0, 1)
    assert report.reasons == {"The order O1 belongs to another customer.": 1}
    assert Order.objects.get().customer == ana


def test_values_of_rejected_rows_are_masked_in_the_table(taken: Taken) -> None:
    taken("customers", {"phone": "1380000204"})
    row = RejectedRow.objects.get()
    assert row.value == "********04"
    assert "1380000204" not in str(row.row)


@pytest.mark.slow
def test_a_thousand_rows_with_thirty_seven_faults_list_exactly_those(taken: Taken) -> None:
    rows = [
        {"customer_id": f"C{n}", "phone": "", "email": "", "card_number": ""} for n in range(1_000)
    ]
    for n in range(37):
        rows[n * 27]["birthday"] = f"1990-13-{n + 1:02d}"
    report = taken("customers", *rows)
    assert counts(report) == (963, 0, 0, 37)
    found = RejectedRow.objects.order_by("line").values_list("line", "column")
    assert list(found) == [(n * 27 + 2, "birthday") for n in range(37)]
