"""The customer page and its forms: what it says, what it hides, who was faster."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.desk import Desk, set_up
from weixi.collect.customers.actions import merge
from weixi.collect.customers.models import Consent, ContactPerson, Customer, Identity
from weixi.collect.orders.models import Order, Product
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import SYSTEM
from weixi.core.clock import now, today
from weixi.core.models import AccessEntry
from weixi.predict.models import Score

ENGLISH = {"Accept-Language": "en"}
HTMX = {"HX-Request": "true"} | ENGLISH
PAGE_QUERIES = 31

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order)


@pytest.fixture
def me(desk: Desk, signed_in: Callable[..., Client]) -> Client:
    return signed_in(user=desk.me)


@pytest.fixture
def url(desk: Desk) -> str:
    return f"/customers/{desk.customers[0].pk}"


def page(client: Client, url: str) -> str:
    return client.get(url, headers=ENGLISH).content.decode()


def test_the_page_says_risk_value_rhythm_and_what_to_do_next(me: Client, url: str) -> None:
    html = page(me, url)
    assert "<b>42%</b> likely to buy nothing in the next 60 days" in html
    assert "47 days without an order, usually about every 20 days" in html
    assert "Order expected" in html
    assert "days past" in html
    assert "Contact and record" in html
    assert "¥600" in html
    assert "echarts" not in html


def test_contact_data_is_masked_everywhere_on_the_page(me: Client, url: str) -> None:
    for address in (url, f"{url}/timeline", f"{url}/edit", f"{url}/measures"):
        assert "13800002046" not in page(me, address)
    assert "138****2046" in page(me, url)


def test_an_unknown_risk_says_why_instead_of_a_zero(me: Client, desk: Desk, url: str) -> None:
    Score.objects.filter(customer=desk.customers[0]).update(
        churn_risk=None, expected_value=None, value_at_stake=None, why_unknown="never_bought"
    )
    html = page(me, url)
    assert "Not foreseen: never bought." in html
    assert "0%</b> likely" not in html


def test_a_number_is_shown_with_a_reason_and_logged(me: Client, desk: Desk) -> None:
    address = f"/identities/{desk.phone.pk}/reveal"
    assert "13800002046" not in me.get(address, headers=HTMX).content.decode()
    assert me.post(address, {"reason": ""}, headers=HTMX).status_code == 422
    assert not AccessEntry.objects.exists()
    html = me.post(address, {"reason": "call back"}, headers=HTMX).content.decode()
    assert "13800002046" in html
    assert "delay:30s" in html
    entry = AccessEntry.objects.get()
    assert (entry.action, entry.reason, entry.actor_id) == ("reveal", "call back", desk.me.pk)
    again = me.get(f"{address}?masked=1", headers=HTMX).content.decode()
    assert "138****2046" in again
    assert "13800002046" not in again


def test_the_timeline_shows_thirty_and_goes_on_without_gaps(
    me: Client, desk: Desk, url: str, order: Any
) -> None:
    for back in range(70):
        order(desk.customers[0], today() - timedelta(days=200 + back), number=f"LATE-{back:03d}")
    seen: list[str] = []
    address = f"{url}/timeline?kind=orders"
    while address:
        html = me.get(address, headers=HTMX).content.decode()
        seen += [part[:8] for part in html.split("/orders/")[1:]]
        onward = html.split('class="more"><a class="btn btn-bare btn-s" href="')[1:]
        address = onward[0].partition('"')[0].replace("&amp;", "&") if onward else ""
    assert len(seen) == 72
    assert [number for number in seen if number.startswith("LATE")] == [
        f"LATE-{n:03d}" for n in range(70)
    ]


def test_the_tabs_count_what_they_show(me: Client, url: str) -> None:
    html = page(me, f"{url}/timeline")
    assert "Orders 2" in html
    assert "Changes 1" in html  # the phone that was added
    assert "All 3" in html
    assert html.count('class="dot') == 3


def test_an_old_address_of_a_merged_customer_leads_to_the_kept_one(me: Client, desk: Desk) -> None:
    kept, gone = desk.customers[0], desk.customers[1]
    merge(kept.pk, gone.pk, by=SYSTEM, at=now())
    answer = me.get(f"/customers/{gone.pk}", headers=ENGLISH, follow=True)
    assert answer.redirect_chain == [(f"/customers/{kept.pk}?merged={gone.pk}", 302)]
    assert "was merged into this record" in answer.content.decode()
    me.post(f"/customers/{gone.pk}/unmerge")
    assert Customer.objects.get(pk=gone.pk).merged_into is None


def test_two_records_with_one_phone_warn_of_each_other(me: Client, desk: Desk, url: str) -> None:
    me.post(
        f"/customers/{desk.customers[1].pk}/identities/new",
        {"kind": "phone", "text": "138 0000 2046"},
    )
    html = page(me, url)
    assert "1 other record has the same contact data" in html
    assert "单雄信" in html


def test_from_a_list_the_next_and_previous_customer_are_one_key_away(
    me: Client, desk: Desk
) -> None:
    first, second, third = (one.pk for one in desk.customers)
    html = page(me, f"/customers/{second}?from=/")
    assert "from today&#x27;s list, 2 of 3" in html
    assert f'href="/customers/{first}?from=%2F" data-key="alt-up"' in html
    assert f'href="/customers/{third}?from=%2F" data-key="alt-down"' in html
    html = page(me, f"/customers/{first}?from=/customers/?order=name")
    assert "from the list of customers" in html


def test_a_strange_list_to_come_from_is_passed_over(me: Client, url: str) -> None:
    for back in (
        "https://evil.example/",
        "//evil.example",
        "/customers/?order=password",
        "x" * 900,
    ):
        html = page(me, f"{url}?from={back}")
        assert 'href="https://evil' not in html
        assert 'href="//evil' not in html
        assert "alt-up" not in html


def test_a_customer_of_another_team_is_as_if_not_there(
    desk: Desk, url: str, someone_elsewhere: Client
) -> None:
    for part in ("", "/timeline", "/measures", "/edit", "/contacts/new", "/merge", "/consent"):
        answer = someone_elsewhere.get(url + part, headers=ENGLISH)
        assert answer.status_code == 404, part
        assert "林晓燕" not in answer.content.decode()
    address = f"/identities/{desk.phone.pk}/reveal"
    assert someone_elsewhere.post(address, {"reason": "x"}).status_code == 404
    assert not AccessEntry.objects.exists()


def test_changing_names_who_was_faster_and_keeps_what_was_typed(
    me: Client, desk: Desk, url: str, signed_in: Callable[..., Client]
) -> None:
    seen = Customer.objects.get(pk=desk.customers[0].pk).changed_at.isoformat()
    form = {"name": "林晓燕", "type": "consumer", "seen": seen}
    other = signed_in("manager", team=desk.team)
    assert other.post(f"{url}/edit", form | {"city": "上海"}).status_code == 302
    answer = me.post(f"{url}/edit", form | {"city": "北京"}, headers=ENGLISH)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert str(other.user) in html  # type: ignore[attr-defined]
    assert "上海" in html
    assert 'value="北京"' in html
    fresh = html.split('name="seen" value="')[1].partition('"')[0].replace("&#x2B;", "+")
    again = me.post(f"{url}/edit", form | {"city": "北京", "seen": fresh})
    assert again.status_code == 302
    assert Customer.objects.get(pk=desk.customers[0].pk).city == "北京"


def test_a_new_customer_is_held_up_by_one_who_looks_the_same(me: Client) -> None:
    form = {"name": "林小姐", "type": "consumer", "phone": "+86 138-0000-2046"}
    answer = me.post("/customers/new", form, headers=ENGLISH)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "There may be such a customer already" in html
    assert "林晓燕" in html
    assert 'value="林小姐"' in html
    assert me.post("/customers/new", form | {"anyway": "1"}).status_code == 302
    assert Customer.objects.filter(name="林小姐").exists()


def test_a_wrong_phone_is_said_at_its_field_and_above(me: Client) -> None:
    form = {"name": "林小姐", "type": "consumer", "phone": "1380000204"}
    answer = me.post("/customers/new", form, headers=ENGLISH)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count("11 digits, this one has 10") >= 1
    assert "<title>Error:" in html
    assert not Identity.objects.filter(customer__name="林小姐").exists()


def test_only_fields_of_the_form_can_be_written(me: Client, desk: Desk, url: str) -> None:
    seen = Customer.objects.get(pk=desk.customers[0].pk).changed_at.isoformat()
    form = {"name": "林", "type": "consumer", "seen": seen, "number": "X", "owner": "", "team": ""}
    me.post(f"{url}/edit", form)
    row = Customer.objects.get(pk=desk.customers[0].pk)
    assert (row.name, row.number, row.owner) == ("林", "north-000", desk.me)


def test_a_contact_is_recorded_and_taken_back(me: Client, url: str) -> None:
    form = {"channel": "phone", "direction": "in", "purpose": "service", "note": "asked"}
    assert me.post(f"{url}/contacts/new", form, headers=HTMX)["HX-Redirect"] == url
    made = Contact.objects.get()
    assert (made.direction, made.note) == ("in", "asked")
    me.post(f"/contacts/{made.pk}/undo")
    assert not Contact.objects.exists()


def test_an_order_is_recorded_with_its_lines(me: Client, desk: Desk, url: str) -> None:
    form = {
        "ordered_at": "2026-11-01T10:00", "lines": "3", "number": "HAND-1",
        "line0-product_name": "保温壶", "line0-product_number": "P1",
        "line0-product_category": "家居",
        "line0-quantity": "2", "line0-unit_price": "12.5", "line0-discount": "1",
        "line2-quantity": "-1", "line2-unit_price": "3",
    }  # fmt: skip
    assert me.post(f"{url}/orders/new", form).status_code == 302
    made = Order.objects.get(number="HAND-1")
    assert (made.amount, made.customer_id, made.lines.count()) == (2100, desk.customers[0].pk, 2)
    assert Product.objects.get(number="P1").category == "家居"
    html = page(me, "/orders/HAND-1")
    assert "保温壶" in html
    assert "¥21.00" in html


def test_a_line_without_price_is_said_and_more_lines_keep_what_was_typed(
    me: Client, url: str
) -> None:
    form = {"ordered_at": "2026-11-01T10:00", "lines": "3", "line0-quantity": "2"}
    answer = me.post(f"{url}/orders/new", form, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Unit price: enter a price" in answer.content.decode()
    html = me.post(f"{url}/orders/new", form | {"more": "1"}).content.decode()
    assert 'name="line5-quantity"' in html
    assert 'name="line0-quantity" value="2"' in html


def test_people_and_consent_are_written_down(me: Client, desk: Desk, url: str) -> None:
    Customer.objects.filter(pk=desk.customers[0].pk).update(type="business")
    me.post(f"{url}/people/new", {"name": "陈经理", "decision_role": "decides"})
    assert "陈经理" in page(me, url)
    me.post(f"/people/{ContactPerson.objects.get().pk}/remove")
    form = {"purpose": "marketing", "granted": "no", "source": "call"}
    me.post(f"{url}/consent", form)
    assert not Consent.objects.get().granted


def test_no_text_of_a_customer_becomes_markup(me: Client, desk: Desk, url: str) -> None:
    evil = "<script>alert(1)</script>"
    Customer.objects.filter(pk=desk.customers[0].pk).update(name=evil, city=evil, note=evil)
    assert "<script>alert" not in page(me, url)


def test_the_queries_of_the_page_are_counted(
    me: Client, desk: Desk, url: str, order: Any, django_assert_num_queries: Any
) -> None:
    page(me, url)
    with django_assert_num_queries(PAGE_QUERIES):
        page(me, url)
    for n in range(40):
        order(desk.customers[0], today() - timedelta(days=n + 50))
    with django_assert_num_queries(PAGE_QUERIES + 1):  # more than a page: these are counted
        page(me, url)
