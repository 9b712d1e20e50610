"""The files: columns, references, fake contact data, the same bytes for the same arguments."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from tests.simulate.simulated import Company
from weixi.simulate import simulate
from weixi.simulate.people import STAFF

CANONICAL = {
    "customers": "customer_id name type phone email wechat card_number birthday city industry "
    "owner source consent_marketing",
    "orders": "order_id customer_id ordered_at product_id product_name product_category "
    "quantity unit_price "
    "discount unit_cost returned_of due_at paid_at",
    "contacts": "contact_id customer_id at channel direction purpose minutes cost staff outcome "
    "note",
    "complaints": "complaint_id customer_id received_at channel description severity order_id "
    "first_reply_at resolved_at outcome",
    "answers": "answer_id survey customer_id at question dimension expected perceived score text",
    "points": "entry_id customer_id at kind points reference",
}
IDS = {kind: columns.split()[0] for kind, columns in CANONICAL.items() if kind != "orders"}


def hashes(company: Company) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(company.report.out.iterdir())
    }


def test_the_same_arguments_give_the_same_bytes(make: Callable[..., Company]) -> None:
    assert hashes(make(60, seed=7)) == hashes(make(60, seed=7))


def test_another_seed_gives_another_company(make: Callable[..., Company]) -> None:
    one, other = hashes(make(60, seed=7)), hashes(make(60, seed=8))
    assert not [name for name in one if one[name] == other[name]]


@pytest.mark.parametrize("kind", list(CANONICAL))
def test_each_file_begins_with_the_canonical_columns(small: Company, kind: str) -> None:
    wanted = CANONICAL[kind].split()
    names = small.table(kind).column_names
    assert names[: len(wanted)] == wanted
    assert kind == "customers" or len(names) == len(wanted)


@pytest.mark.parametrize("kind", list(IDS))
def test_ids_are_unique(small: Company, kind: str) -> None:
    ids = small.table(kind)[IDS[kind]].to_pylist()
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("kind", ["orders", "contacts", "complaints", "answers", "points"])
def test_every_customer_named_in_a_file_exists(small: Company, kind: str) -> None:
    known = set(small.table("customers")["customer_id"].to_pylist())
    named = set(small.table(kind)["customer_id"].to_pylist()) - {None}
    assert named <= known
    assert kind == "orders" or None not in small.table(kind)["customer_id"].to_pylist()


def test_an_order_has_one_customer_and_one_moment(small: Company) -> None:
    heads = defaultdict(set)
    for line in small.rows("orders"):
        heads[line["order_id"]].add((line["customer_id"], line["ordered_at"]))
    assert all(len(head) == 1 for head in heads.values())
    assert len(heads) == small.report.orders


def test_a_return_names_an_earlier_order_with_that_product(small: Company) -> None:
    lines = small.rows("orders")
    sold = {(x["order_id"], x["product_id"]): x for x in lines if x["quantity"] > 0}
    returns = [line for line in lines if line["quantity"] < 0]
    assert returns
    for line in returns:
        origin = sold[line["returned_of"], line["product_id"]]
        assert origin["customer_id"] == line["customer_id"]
        assert origin["ordered_at"] < line["ordered_at"]
        assert origin["quantity"] == -line["quantity"]
    assert all(line["returned_of"] is None for line in lines if line["quantity"] > 0)


def test_complaints_and_points_refer_to_orders_of_the_same_customer(small: Company) -> None:
    owner = {line["order_id"]: line["customer_id"] for line in small.rows("orders")}
    complaints = {row["complaint_id"]: row["customer_id"] for row in small.rows("complaints")}
    for row in small.rows("complaints"):
        assert owner[row["order_id"]] == row["customer_id"]
    for row in small.rows("points"):
        if row["kind"] != "expire":
            assert (owner | complaints)[row["reference"]] == row["customer_id"]


def test_phones_lie_only_in_the_range_no_operator_has(small: Company) -> None:
    table = small.table("customers")
    phones = [p for name in ("phone", "phone_2") for p in table[name].to_pylist() if p]
    assert all(re.fullmatch(r"154\d{8}", phone) for phone in phones)
    doubles = sum(row["double_of"] is not None for row in small.truth["customers"])
    assert len(phones) - len(set(phones)) <= 2 * doubles


def test_mail_addresses_lie_only_in_the_example_domains(small: Company) -> None:
    mails = [mail for mail in small.table("customers")["email"].to_pylist() if mail]
    assert mails
    assert all(re.fullmatch(r"[a-z]+\d+@example\.(com|net|org)", mail) for mail in mails)


def test_member_cards_can_not_be_bank_cards(small: Company) -> None:
    cards = [card for card in small.table("customers")["card_number"].to_pylist() if card]
    assert cards
    for card in cards:
        digits = [int(digit) for digit in card]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[0::2]]
        assert re.fullmatch(r"6201\d{12}", card)
        assert (sum(doubled) + sum(digits[1::2])) % 10 != 0


def test_staff_are_the_eight_of_the_company(small: Company) -> None:
    owners = set(small.table("customers")["owner"].to_pylist()) - {None}
    assert owners | set(small.table("contacts")["staff"].to_pylist()) <= set(STAFF)


def test_nothing_happens_outside_the_window(small: Company) -> None:
    start, end = (date.fromisoformat(small.truth[name]) for name in ("start", "end"))
    columns = [("orders", "ordered_at"), ("contacts", "at"), ("answers", "at"), ("points", "at")]
    columns += [("complaints", name) for name in ("received_at", "first_reply_at", "resolved_at")]
    for kind, name in columns:
        days = [at.date() for at in small.table(kind)[name].to_pylist() if at is not None]
        assert start <= min(days)
        assert max(days) <= end, (kind, name)


def test_no_points_balance_is_ever_negative(small: Company) -> None:
    balance: dict[str, int] = defaultdict(int)
    for row in small.rows("points"):
        balance[row["customer_id"]] += row["points"]
        assert balance[row["customer_id"]] >= 0
        assert (row["points"] > 0) == (row["kind"] in ("earn", "adjust"))
    assert {row["kind"] for row in small.rows("points")} >= {"earn", "redeem"}


def test_clocks_of_a_complaint_run_forward(small: Company) -> None:
    for row in small.rows("complaints"):
        marks = [row["received_at"], row["first_reply_at"], row["resolved_at"]]
        known = [mark for mark in marks if mark is not None]
        assert known == sorted(known)
        assert (row["outcome"] == "resolved") == (row["resolved_at"] is not None)


def test_business_buys_on_credit_and_people_pay_at_once(small: Company) -> None:
    kind = {row["customer_id"]: row["type"] for row in small.rows("customers")}
    sales = [row for row in small.rows("orders") if row["quantity"] > 0 and row["unit_price"] > 0]
    for row in sales:
        day = row["ordered_at"].date()
        if kind.get(row["customer_id"]) == "business":
            assert row["due_at"] - day >= timedelta(days=30)
        else:
            assert row["due_at"] == row["paid_at"] == day
    firms = [row for row in sales if kind.get(row["customer_id"]) == "business"]
    late = [row for row in firms if row["paid_at"] and row["paid_at"] > row["due_at"]]
    assert 0.1 < len(late) / len(firms) < 0.6
    assert any(row["paid_at"] is None for row in firms)


def test_parquet_holds_the_same_rows_as_csv(make: Callable[..., Company], small: Company) -> None:
    other = make(400, format="parquet")
    assert other.report.rows == small.report.rows
    orders = pq.read_table(other.report.out / "orders.parquet")
    ours = small.table("orders")
    assert orders["order_id"].to_pylist() == ours["order_id"].to_pylist()
    assert [float(p) for p in orders["unit_price"].to_pylist()] == ours["unit_price"].to_pylist()
    assert orders["ordered_at"].to_pylist() == ours["ordered_at"].to_pylist()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"customers": 0}, "at least one customer"),
        ({"customers": 5, "years": 0}, "at least one year"),
        ({"customers": 5, "years": 30}, "must lie between"),
        ({"customers": 5, "end": date(2040, 1, 1)}, "must lie between"),
        ({"customers": 5, "seed": -1}, "seed"),
        ({"customers": 5, "format": "xml"}, "csv or parquet"),
    ],
)
def test_wrong_arguments_are_refused_with_a_sentence(
    tmp_path: object, arguments: dict, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        simulate(out=tmp_path, **arguments)


def test_one_customer_makes_a_company_too(make: Callable[..., Company]) -> None:
    assert make(1).report.rows["customers"] == 1


def test_progress_is_told_and_reaches_the_end(make: Callable[..., Company]) -> None:
    told: list[tuple[int, int]] = []
    make(50, progress=lambda done, total: told.append((done, total)))
    assert told == [(50, 50)]


def test_moments_are_local_and_inside_opening_hours(small: Company) -> None:
    hours = {at.hour for at in small.table("orders")["ordered_at"].to_pylist()}
    assert isinstance(small.table("orders")["ordered_at"][0].as_py(), datetime)
    assert min(hours) >= 8
    assert max(hours) <= 21
