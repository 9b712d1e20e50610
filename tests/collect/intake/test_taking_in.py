"""What becomes of good rows: created, changed, unchanged; what people are told of it."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from tests.collect.intake.files import counts, lines, picture, take, written
from tests.moments import NOON
from weixi.collect.customers.actions import NewBond, add_bond
from weixi.collect.customers.models import (
    Bond,
    Consent,
    CreditLimit,
    Customer,
    CustomField,
    DuplicatePair,
    Identity,
    SearchEntry,
)
from weixi.collect.intake.actions import (
    Progress,
    Report,
    Request,
    import_files,
    request_cancel,
)
from weixi.collect.intake.models import ImportBatch, RejectedRow
from weixi.collect.orders.models import Order, OrderLine, Product
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import SYSTEM, Actor
from weixi.core.errors import Missing, NotAllowed
from weixi.core.models import JournalEntry
from weixi.core.vault import fingerprint, unseal

Taken = Callable[..., Report]
LATER = NOON + timedelta(days=1)


@pytest.fixture
def ana(customer: Any) -> Customer:
    return customer("Ana", number="C1")


# ── Customers ───────────────────────────────────────────────────────────────


def test_a_customer_arrives_whole_and_its_identities_are_sealed(taken: Taken) -> None:
    assert counts(taken("customers")) == (1, 0, 0, 0)
    made = Customer.objects.get()
    assert (made.number, made.name, made.city, made.birthday) == (
        "C1", "仲妮妮", "杭州", date(1990, 5, 4),
    )  # fmt: skip
    assert made.origins == {"*": [f"import {made.import_id}", "2026-11-20"]}
    opened = {i.kind: unseal(i.kind, i.sealed) for i in made.identities.all()}
    assert opened == {
        "phone": "13800002046", "email": "ni@example.com", "wechat": "nini88", "card": "88012001",
    }  # fmt: skip
    assert Identity.objects.filter(fingerprint=fingerprint("phone", "13800002046")).exists()
    assert Identity.objects.get(kind="phone").masked == "138****2046"
    assert Consent.objects.get().granted
    assert SearchEntry.objects.get().customer == made


def test_the_same_file_again_changes_nothing(taken: Taken) -> None:
    rows = [{}, {"customer_id": "C2", "phone": "13900000000;0571-8888888", "email": ""}]
    taken("customers", *rows)
    before = picture()
    assert counts(taken("customers", *rows, at=LATER)) == (0, 0, 2, 0)
    assert picture() == before


def test_an_update_writes_what_the_file_says_and_keeps_the_rest(taken: Taken) -> None:
    taken("customers")
    report = taken(
        "customers",
        {"name": "仲妮", "city": "", "phone": "13900000000", "consent_marketing": "否"},
        at=LATER,
    )  # fmt: skip
    assert counts(report) == (0, 1, 0, 0)
    made = Customer.objects.get()
    assert (made.name, made.city, made.changed_at) == ("仲妮", "杭州", LATER)
    assert made.origins["name"] == [f"import {report.import_id}", "2026-11-21"]
    phones = Identity.objects.filter(kind="phone").order_by("pk")
    assert [(p.masked, p.is_primary) for p in phones] == [
        ("138****2046", False), ("139****0000", True),
    ]  # fmt: skip
    assert list(Consent.objects.order_by("pk").values_list("granted", flat=True)) == [True, False]


def contracts() -> list[tuple[str, str]]:
    rows = Bond.objects.order_by("pk").values_list("kind", "ends_on", "source")
    return [(kind, str(day), source.split()[0]) for kind, day, source in rows]


def test_a_contract_of_the_file_is_a_bond_and_a_later_file_renews_it(taken: Taken) -> None:
    taken("customers", {"contract_until": "2026-12-31"})
    assert contracts() == [("contractual", "2026-12-31", "import")]
    report = taken("customers", {"contract_until": "2027年12月31日"}, at=LATER)
    assert counts(report) == (0, 1, 0, 0)
    assert contracts() == [("contractual", "2027-12-31", "import")]
    assert counts(taken("customers", {"contract_until": ""}, at=LATER)) == (0, 0, 1, 0)


def test_a_contract_holds_from_the_day_the_file_tells(taken: Taken) -> None:
    days = {"contract_from": "2026-01-01", "contract_until": "2026-12-31"}
    taken("customers", days)
    assert Bond.objects.get().starts_on == date(2026, 1, 1)
    assert counts(taken("customers", days, at=LATER)) == (0, 0, 1, 0)
    taken("customers", {"contract_until": "2027-12-31"}, at=LATER)
    bond = Bond.objects.get()
    assert (bond.starts_on, bond.ends_on) == (date(2026, 1, 1), date(2027, 12, 31))


def test_a_contract_that_a_person_recorded_stays_beside_the_file_s(taken: Taken) -> None:
    taken("customers")
    new = NewBond("contractual", "service", ends_on=date(2027, 6, 30))
    add_bond(Customer.objects.get().pk, new, by=SYSTEM, at=NOON)
    assert counts(taken("customers", {"contract_until": "2027-06-30"}))[2] == 1
    taken("customers", {"contract_until": "2027-12-31"}, at=LATER)
    assert [day for _kind, day, _source in contracts()] == ["2027-06-30", "2027-12-31"]


def limits() -> list[tuple[int, str]]:
    rows = CreditLimit.objects.order_by("pk").values_list("amount", "since")
    return [(amount, str(day)) for amount, day in rows]


def test_a_credit_limit_holds_from_the_day_the_file_tells_else_from_its_own(taken: Taken) -> None:
    told = {"credit_limit": "¥50,000", "credit_limit_since": "2026-01-01"}
    taken("customers", told)
    assert limits() == [(5_000_000, "2026-01-01")]
    assert counts(taken("customers", told, at=LATER)) == (0, 0, 1, 0)
    assert counts(taken("customers", {"credit_limit": "50000"}, at=LATER)) == (0, 0, 1, 0)
    assert counts(taken("customers", {"credit_limit": "0"}, at=LATER)) == (0, 1, 0, 0)
    assert limits() == [(5_000_000, "2026-01-01"), (0, "2026-11-21")]
    sources = CreditLimit.objects.values_list("source", flat=True)
    assert all(source.startswith("import ") for source in sources)


def test_several_phones_in_a_cell_are_several_identities(taken: Taken) -> None:
    taken("customers", {"phone": "138 0000 2046 / +86-139-0000-0000；13800002046"})
    phones = Identity.objects.filter(kind="phone").order_by("pk")
    assert [(p.masked, p.is_primary) for p in phones] == [
        ("138****2046", True), ("139****0000", False),
    ]  # fmt: skip


def test_customers_can_be_found_again_by_phone(taken: Taken) -> None:
    taken("customers")
    row = {"customer_id": "", "phone": "+86 138-0000-2046", "city": "宁波"}
    assert counts(taken("customers", row, update_by="phone")) == (0, 1, 0, 0)
    assert Customer.objects.get().city == "宁波"


def test_a_phone_that_two_customers_share_identifies_neither(taken: Taken) -> None:
    taken("customers", {}, {"customer_id": "C2"})
    report = taken("customers", {"customer_id": "", "city": "宁波"}, update_by="phone")
    assert report.reasons == {"2 customers have this; nobody can say which one is meant.": 1}


def test_a_new_customer_without_a_number_is_given_one(taken: Taken) -> None:
    row = {"customer_id": ""}
    assert counts(taken("customers", row, update_by="phone")) == (1, 0, 0, 0)
    assert counts(taken("customers", row, update_by="phone")) == (0, 0, 1, 0)
    assert Customer.objects.get().number.startswith("N")


def test_own_fields_are_made_when_they_are_named(tmp_path: Path, db: None) -> None:
    path = written(
        tmp_path / "c.csv",
        [{"customer_id": "C1", "name": "Ana", "custom.鞋码": "38", "Pet": "cat"}],
    )
    report = take("customers", path)
    assert report.ignored_columns == ["Pet"]
    take("customers", path, mapping={"custom.pet": "Pet"})
    assert Customer.objects.get().custom == {"鞋码": "38", "pet": "cat"}
    assert list(CustomField.objects.values_list("code", flat=True)) == ["鞋码", "pet"]


def test_customers_with_the_same_phone_or_name_and_birthday_are_noticed(taken: Taken) -> None:
    taken(
        "customers", {},
        {"customer_id": "C2", "name": "仲妮", "email": "", "card_number": ""},
        {"customer_id": "C3", "phone": "", "email": "", "card_number": ""},
    )  # fmt: skip
    pairs = DuplicatePair.objects.values_list("first__number", "second__number", "reasons")
    assert sorted(pairs) == [("C1", "C2", ["phone"]), ("C1", "C3", ["name and birthday"])]


def test_formulas_are_kept_as_text(taken: Taken) -> None:
    taken("customers", {"name": '=HYPERLINK("http://x")', "city": "+cmd|' /C calc'!A0"})
    made = Customer.objects.get()
    assert (made.name, made.city) == ('=HYPERLINK("http://x")', "+cmd|' /C calc'!A0")


@pytest.mark.parametrize(
    "text", ["🙂 Ana", "𠮷野家", "‮abc", "é", "a\nb", "名" * 120, "Null", "O'Neil", "'quoted"]
)
def test_text_is_stored_as_it_is(taken: Taken, text: str) -> None:
    taken("customers", {"name": text})
    assert Customer.objects.get().name == text


# ── Orders ──────────────────────────────────────────────────────────────────


def test_lines_of_an_order_may_stand_anywhere_in_the_file(taken: Taken, ana: Customer) -> None:
    report = taken(
        "orders", {"unit_cost": "4"}, {"order_id": "O2", "paid_at": "2026-11-05"},
        {"product_id": "P2", "product_name": "碧螺春", "discount": "5"},
    )  # fmt: skip
    assert counts(report) == (3, 0, 0, 0)
    first, second = Order.objects.order_by("number")
    assert (first.amount, first.cost, first.customer) == (2_500 + 2_000, 800, ana)
    assert (second.amount, second.cost, second.paid_on) == (2_500, None, date(2026, 11, 5))
    assert first.ordered_at == datetime(2026, 11, 1, 2, 20, tzinfo=UTC)
    assert dict(Product.objects.values_list("number", "name")) == {"P1": "龙井", "P2": "碧螺春"}


def test_equal_lines_of_an_order_both_stay_and_a_second_run_adds_nothing(
    taken: Taken, ana: Customer
) -> None:
    rows = [{}, {"order_id": "O2"}, {}]
    assert counts(taken("orders", *rows)) == (3, 0, 0, 0)
    before = picture()
    assert counts(taken("orders", *rows)) == (0, 0, 3, 0)
    assert counts(taken("orders", *reversed(rows))) == (0, 0, 3, 0)
    assert picture() == before
    assert Order.objects.get(number="O1").amount == 5_000


def test_a_longer_file_adds_only_what_is_new(taken: Taken, ana: Customer) -> None:
    taken("orders", {}, {})
    assert counts(taken("orders", {}, {}, {}, {"product_id": "P2"})) == (2, 0, 2, 0)
    assert Order.objects.get().amount == 10_000


def test_a_later_file_knows_payment_and_cost(taken: Taken, ana: Customer) -> None:
    taken("orders", {}, {"product_id": "P2"})
    report = taken("orders", {"paid_at": "2026-11-05"}, {"product_id": "P2", "unit_cost": "3.1234"})
    assert counts(report) == (0, 2, 0, 0)
    made = Order.objects.get()
    assert (made.paid_on, made.cost, made.amount) == (date(2026, 11, 5), 625, 5_000)


def test_returns_and_adjustments_are_kept_marked_and_netted(taken: Taken, ana: Customer) -> None:
    taken(
        "orders", {},
        {"order_id": "R1", "quantity": "-1", "returned_of": "O1", "unit_cost": "4"},
        {"order_id": "A1", "quantity": "1", "unit_price": "-3.005"},
    )  # fmt: skip
    lines_ = OrderLine.objects.order_by("pk").values_list("kind", "amount", "cost")
    assert list(lines_) == [
        ("sale", 2_500, None), ("return", -1_250, -400), ("adjustment", -301, None),
    ]  # fmt: skip
    assert Order.objects.get(number="R1").returned_of == "O1"


def test_a_sale_without_a_customer_is_anonymous(taken: Taken, ana: Customer) -> None:
    rows = [{"customer_id": ""}, {"customer_id": ""}, {"order_id": "O2"}]
    report = taken("orders", *rows)
    assert (counts(report), report.anonymous) == ((3, 0, 0, 0), 2)
    assert Order.objects.get(number="O1").customer is None
    assert taken("orders", *rows).anonymous == 0


@pytest.mark.parametrize(
    ("quantity", "price", "e3", "e4", "amount"),
    [
        ("3", "2.55", 3_000, 25_500, 765),
        ("1", "0.005", 1_000, 50, 1),
        ("-1", "0.005", -1_000, 50, -1),
        ("0.5", "12.3456", 500, 123_456, 617),
        ("１２", "￥1,234.50", 12_000, 12_345_000, 1_481_400),
        ("+2", "¥ 3.10元", 2_000, 31_000, 620),
        ("2.000", "1.50000", 2_000, 15_000, 300),
    ],
)
def test_numbers_are_read_exactly(
    taken: Taken, ana: Customer, quantity: str, price: str, e3: int, e4: int, amount: int
) -> None:
    taken("orders", {"quantity": quantity, "unit_price": price})
    line = OrderLine.objects.get()
    assert (line.quantity_e3, line.unit_price_e4, line.amount) == (e3, e4, amount)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026-11-01 10:20", 2, 20), ("2026/11/1 10:20:00", 2, 20),
        ("2026年11月1日 10:20", 2, 20),
        ("2026.11.01 10:20", 2, 20), ("20261101102000", 2, 20),
        ("2026-11-01T10:20:00+01:00", 9, 20), ("2026-11-01T02:20:00.5Z", 2, 20),
        ("46327.430556", 2, 20), ("２０２６-11-01　10:20", 2, 20),
    ],
)  # fmt: skip
def test_moments_are_read_in_the_zone_of_the_company(
    taken: Taken, ana: Customer, text: str, hour: int, minute: int
) -> None:
    taken("orders", {"ordered_at": text})
    at = Order.objects.get().ordered_at
    assert (at.date(), at.hour, at.minute) == (date(2026, 11, 1), hour, minute)


def test_an_order_of_a_merged_customer_goes_to_the_one_that_was_kept(
    taken: Taken, customer: Any, ana: Customer
) -> None:
    kept = customer("Bo", number="C2")
    Customer.objects.filter(pk=ana.pk).update(merged_into=kept)
    taken("orders")
    assert Order.objects.get().customer == kept


# ── Contacts ────────────────────────────────────────────────────────────────


def test_contacts_come_with_their_channel_and_words(
    taken: Taken, ana: Customer, channels: None, person: Any
) -> None:
    lee = person("agent", username="lee")
    rows = [
        {"staff": "lee", "direction": "去电", "purpose": "感谢"},
        {"contact_id": "K2", "minutes": ""},
    ]
    assert counts(taken("contacts", *rows)) == (2, 0, 0, 0)
    assert counts(taken("contacts", *rows)) == (0, 0, 2, 0)
    made = Contact.objects.get(number="K1")
    assert (made.channel.code, made.direction, made.purpose) == ("phone", "out", "thanks")
    assert (float(made.minutes or 0), made.cost, made.staff) == (7.5, 320, lee)
    assert counts(taken("contacts", {"outcome": "declined"})) == (0, 1, 0, 0)


# ── Files, columns, rejects ─────────────────────────────────────────────────


def test_columns_are_known_by_the_names_people_give_them(tmp_path: Path, db: None) -> None:
    path = written(
        tmp_path / "c.csv",
        [{"会员编号": "C1", "客户姓名": "Ana", "手机号码（必填）": "13800002046",
          "E-Mail": "a@b.cn", "Birth Date": "1990-05-04", "所在城市": "杭州"}],
    )  # fmt: skip
    report = take("customers", path)
    assert report.mapping == {
        "customer_id": "会员编号", "name": "客户姓名", "phone": "手机号码（必填）",
        "email": "E-Mail",
        "birthday": "Birth Date", "city": "所在城市",
    }  # fmt: skip


def test_a_mapping_that_was_told_is_remembered_for_the_same_header(
    tmp_path: Path, db: None
) -> None:
    path = written(tmp_path / "c.csv", [{"Kd-Nr": "C1", "Rufname": "Ana"}])
    take("customers", path, mapping={"customer_id": "Kd-Nr", "name": "Rufname"})
    assert counts(take("customers", path)) == (0, 0, 1, 0)


def test_several_files_are_one_import(tmp_path: Path, db: None) -> None:
    first = written(tmp_path / "a.csv", lines("customers"))
    second = written(
        tmp_path / "b.csv", [{"客户编号": "C2", "姓名": "Bo"}, {"客户编号": "", "姓名": "x"}]
    )
    report = take("customers", first, second, rejects=tmp_path / "bad.csv")
    assert counts(report) == (2, 0, 0, 1)
    assert ImportBatch.objects.get().rows == 3
    assert [Path(p).name for p in report.rejects_files] == ["bad-2.csv"]


def test_trying_counts_exactly_and_writes_nothing(taken: Taken, customer: Any) -> None:
    customer("Ana", number="C1")
    rows = [{}, {}, {"order_id": "O2", "quantity": "x"}, {"order_id": "O3", "customer_id": ""}]
    before = picture()
    tried = taken("orders", *rows, dry_run=True)
    assert picture() == before
    assert not ImportBatch.objects.exists()
    assert not RejectedRow.objects.exists()
    done = taken("orders", *rows)
    assert (counts(tried), tried.anonymous) == (counts(done), done.anonymous) == ((3, 0, 0, 1), 1)
    assert tried.import_id is None


def test_the_file_of_rejects_is_repaired_and_imported_as_it_is(
    taken: Taken, tmp_path: Path, ana: Customer
) -> None:
    bad = tmp_path / "bad.csv"
    taken("orders", {"product_name": "=1+1", "quantity": "two"}, {"order_id": "O2"}, rejects=bad)
    assert bad.stat().st_mode & 0o777 == 0o600
    with bad.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["line"], row["column"], row["value"], row["reason"]) == (
        "2", "quantity", "two", "This is no number.",
    )  # fmt: skip
    assert row["product_name"] == "'=1+1"
    row["quantity"] = "2"
    assert counts(take("orders", written(bad, [row]))) == (1, 0, 0, 0)
    assert Product.objects.get().name == "=1+1"


def test_the_report_has_the_shape_of_the_contract(taken: Taken) -> None:
    told = taken("customers", {}, {"customer_id": "C2", "phone": "x"}).as_json()
    names = (
        "import_id",
        "kind",
        "rows",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "anonymous",
    )
    assert [told[name] for name in names[1:]] == ["customers", 2, 1, 0, 0, 1, 0]
    assert told["import_id"] == ImportBatch.objects.get().pk
    assert told["seconds"] > 0
    entry = JournalEntry.objects.get(kind="import.finished")
    assert entry.facts["created"] == 1


# ── Who may, stopping, progress ─────────────────────────────────────────────


def test_without_the_permission_nothing_is_read(taken: Taken, actor: Any) -> None:
    with pytest.raises(NotAllowed):
        taken("customers", by=actor("agent"))


def test_the_owner_column_needs_the_right_to_give_customers_away(
    taken: Taken, actor: Any, person: Any
) -> None:
    lee = person("agent", username="lee")
    importer = Actor(lee.pk, "lee", frozenset({"imports.run"}), reach="all")
    with pytest.raises(NotAllowed, match=r"customers\.assign"):
        taken("customers", {"owner": "lee"}, by=importer)
    taken("customers", {"owner": "lee"})
    assert Customer.objects.get().owner == lee


def test_customers_of_another_team_are_out_of_reach(
    taken: Taken, actor: Any, team: Any, customer: Any
) -> None:
    north = actor("supervisor", team=team("north"))
    customer("Bo", number="C2", team=team("south"))
    report = taken("customers", {}, {"customer_id": "C2", "phone": ""}, by=north)
    assert counts(report) == (1, 0, 0, 1)
    assert report.reasons == {"The customer … belongs to another team.": 1}
    assert Customer.objects.get(number="C1").team == team("north")
    assert counts(taken("orders", {"customer_id": "C2"}, by=north)) == (0, 0, 0, 1)


@pytest.mark.slow
def test_an_import_stops_when_asked_and_what_is_in_stays(tmp_path: Path, db: None) -> None:
    rows = [{"customer_id": f"C{n}", "name": "Ana"} for n in range(9_000)]
    path = written(tmp_path / "c.csv", rows)
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        request_cancel(ImportBatch.objects.get().pk, by=SYSTEM)

    report = import_files(Request("customers", (path,)), by=SYSTEM, at=NOON, on_progress=stop)
    assert (report.state, report.rows, report.created) == ("stopped", 4_000, 4_000)
    assert [(p.done, p.total) for p in seen] == [(4_000, 9_000)]
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.cursor, batch.total) == ("stopped", 4_000, 9_000)
    assert counts(take("customers", path)) == (5_000, 0, 4_000, 0)


def test_only_the_importer_and_those_who_see_all_know_of_an_import(
    taken: Taken, actor: Any, team: Any
) -> None:
    report = taken("customers")
    with pytest.raises(Missing):
        request_cancel(report.import_id or 0, by=actor("supervisor", team=team("north")))


def test_counts_always_add_up(taken: Taken, ana: Customer) -> None:
    rows = [{"order_id": f"O{n % 7}", "quantity": str(n % 3)} for n in range(60)]
    taken("orders", *rows)
    taken("orders", *rows)
    total = F("created") + F("updated") + F("unchanged") + F("rejected")
    assert ImportBatch.objects.filter(rows=total, rows__gt=0).count() == 2
