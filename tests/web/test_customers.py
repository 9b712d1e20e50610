"""The list of customers: filters in the address, figures that open it, many at once, files."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.desk import Desk, set_up
from weixi.collect.customers.models import Customer
from weixi.core.exports import csv_lines, safe, xlsx_file
from weixi.core.models import AccessEntry
from weixi.predict.models import Score
from weixi.staff.models import SavedView

ENGLISH = {"Accept-Language": "en"}
HTMX = {"HX-Request": "true"} | ENGLISH
LIST_QUERIES = 14

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order)


@pytest.fixture
def me(desk: Desk, signed_in: Callable[..., Client]) -> Client:
    return signed_in(user=desk.me)


def page(client: Client, url: str) -> str:
    return client.get(url, headers=ENGLISH).content.decode()


def names(html: str) -> list[str]:
    return [part.partition("</a>")[0].rpartition(">")[2] for part in html.split("data-open ")[1:]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name=lxy", ["林晓燕"]),
        ("city=杭州&order=oldest", ["林晓燕", "单雄信", "曾国藩"]),
        ("type=business", []),
        ("owner=none", []),
        ("cell=value_pyramid:gold", ["林晓燕"]),
        ("phase=loyal", []),
        ("risk_from=40&risk_to=42&order=oldest", ["林晓燕", "单雄信", "曾国藩"]),
        ("stake_from=2001", ["林晓燕"]),
        ("signal=overdue&order=oldest", ["林晓燕", "单雄信", "曾国藩"]),
        ("last_to=2001-01-01", []),
        ("order=stake", ["林晓燕", "单雄信", "曾国藩"]),
        ("order=revenue", ["林晓燕", "单雄信", "曾国藩"]),
    ],
)
def test_the_address_cuts_and_orders_the_list(me: Client, query: str, found: list[str]) -> None:
    assert names(page(me, f"/customers/?{query}")) == found


def test_ordered_by_a_figure_the_unknown_come_last_over_pages(
    me: Client, desk: Desk, customer: Any
) -> None:
    for n in range(60):
        customer(f"unknown {n}", team=desk.team)
    Score.objects.filter(customer=desk.customers[1]).update(value_at_stake=None)
    first = page(me, "/customers/?order=stake")
    assert names(first)[:2] == ["林晓燕", "曾国藩"]
    assert len(names(first)) == 50
    onward = first.split('rel="next" href="')[1].partition('"')[0].replace("&amp;", "&")
    second = names(page(me, onward))
    assert len(second) == 13
    assert not set(second) & set(names(first))


def test_the_heading_says_which_figure_the_list_stands_behind(me: Client) -> None:
    html = page(me, "/customers/?cell=value_pyramid:gold")
    assert "Value pyramid: Gold" in html
    assert 'class="wx-2">1<' in html


def test_a_condition_nobody_knows_is_refused_in_a_sentence(me: Client) -> None:
    for query in ("order=password", "cell=nothing:here", "risk_from=abc", "cohort=2026-13"):
        answer = me.get(f"/customers/?{query}", headers=ENGLISH)
        assert answer.status_code == 422, query
        assert "Nothing was changed" in answer.content.decode()


def test_other_names_in_the_address_reach_no_query(me: Client) -> None:
    html = page(me, "/customers/?owner__password__startswith=p&_connector=x")
    assert len(names(html)) == 3


def test_filtering_on_keeps_the_figure_order_and_columns(me: Client) -> None:
    html = page(me, "/customers/?cell=value_pyramid:gold&order=stake&columns=city&city=x")
    for name, value in (("cell", "value_pyramid:gold"), ("order", "stake"), ("columns", "city")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    assert "<details open>" in html


def test_columns_are_chosen_in_the_address(me: Client) -> None:
    html = page(me, "/customers/?columns=city,rfm")
    assert 'data-label="City"' in html
    assert 'data-label="Phone"' not in html


def test_a_view_is_kept_by_name_for_oneself_alone(
    me: Client, desk: Desk, signed_in: Callable[..., Client]
) -> None:
    form = {"name": "Gold ones", "query": "cell=value_pyramid:gold&cursor=x"}
    assert me.post("/customers/views", form).status_code == 302
    view = SavedView.objects.get()
    assert view.query == "cell=value_pyramid:gold"
    assert "Gold ones" in page(me, "/customers/")
    other = signed_in("manager", team=desk.team)
    assert "Gold ones" not in page(other, "/customers/")
    assert other.post(f"/customers/views/{view.pk}/remove").status_code == 404
    me.post(f"/customers/views/{view.pk}/remove")
    assert not SavedView.objects.exists()


def test_chosen_customers_get_another_owner_and_back(
    me: Client, desk: Desk, person: Callable[..., Any]
) -> None:
    other = person("manager", team=desk.team)
    ids = [one.pk for one in desk.customers[:2]]
    assert "Give 2 customers" in me.post("/customers/assign", {"id": ids}, headers=HTMX).content.decode()  # fmt: skip # noqa: E501
    answer = me.post("/customers/assign", {"id": ids, "owner": other.pk}, headers=HTMX)
    assert answer["HX-Redirect"] == "/customers/"
    assert Customer.objects.filter(owner=other).count() == 2
    undo = page(me, "/customers/").split('data-undo="')[1].partition('"')[0]
    me.post(undo)
    assert not Customer.objects.filter(owner=other).exists()


def test_more_than_a_hundred_need_the_number_typed(
    me: Client, desk: Desk, customer: Any, person: Callable[..., Any]
) -> None:
    for n in range(120):
        customer(f"row {n}", team=desk.team)
    other = person("manager", team=desk.team)
    form = {"all": "1", "query": "", "owner": other.pk}
    assert me.post("/customers/assign", form, headers=HTMX).status_code == 422
    assert not Customer.objects.filter(owner=other).exists()
    assert me.post("/customers/assign", form | {"typed": "123"}, headers=HTMX).status_code == 204
    assert Customer.objects.filter(owner=other).count() == 123


def test_customers_of_another_team_are_neither_listed_nor_given_away(
    desk: Desk, signed_in: Callable[..., Client], team: Any
) -> None:
    client = signed_in("supervisor", team=team("south"))
    assert names(page(client, "/customers/")) == []
    form = {"id": [desk.customers[0].pk], "owner": "none"}
    assert client.post("/customers/assign", form).status_code == 404
    assert Customer.objects.get(pk=desk.customers[0].pk).owner == desk.me


def test_a_file_holds_the_list_masked_and_is_logged(me: Client, desk: Desk) -> None:
    form = {"query": "order=stake&columns=phone,stake", "format": "csv"}
    answer: Any = me.post("/customers/export", form, headers=ENGLISH)
    lines = b"".join(answer).decode().splitlines()
    assert lines[0] == "\ufeffNumber,Name,Phone,Value at stake"
    assert lines[1] == "north-000,林晓燕,138****2046,3000.0"
    assert len(lines) == 4
    entry = AccessEntry.objects.get(action="export")
    assert (entry.actor_id, entry.rows) == (desk.me.pk, 3)


def test_a_sheet_holds_the_same(me: Client) -> None:
    answer = me.post("/customers/export", {"query": "", "format": "xlsx"}, headers=ENGLISH)
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == 4


def test_who_may_not_export_gets_no_file(desk: Desk, signed_in: Callable[..., Client]) -> None:
    client = signed_in("agent", team=desk.team)
    assert client.post("/customers/export", {"query": ""}).status_code == 403
    assert not AccessEntry.objects.exists()


EVIL = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r\n=1", "\ufeff=1", "＝1+1", " =1", "\0=1"]


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_a_file_becomes_a_formula(text: str) -> None:
    assert str(safe(text)).startswith("'")
    sheet = openpyxl.load_workbook(BytesIO(xlsx_file(["x"], [[text]], sheet="a/b"))).active
    assert sheet is not None
    assert sheet.cell(2, 1).data_type != "f"


def test_plain_numbers_and_names_stay_as_they_are_in_a_file() -> None:
    assert list(csv_lines(["a"], [["-5"], [-5], ["+86"], ["Ana"], [None]]))[1:] == [
        "-5\r\n", "-5\r\n", "+86\r\n", "Ana\r\n", '""\r\n',
    ]  # fmt: skip


def test_the_list_needs_no_more_queries_for_more_rows(
    me: Client, desk: Desk, customer: Any, django_assert_num_queries: Any
) -> None:
    page(me, "/customers/")
    with django_assert_num_queries(LIST_QUERIES):
        page(me, "/customers/")
    for n in range(40):
        customer(f"row {n}", team=desk.team)
    with django_assert_num_queries(LIST_QUERIES):
        page(me, "/customers/")
