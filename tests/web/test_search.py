"""The search palette: who is found by what, masked, within reach, small."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.desk import Desk, set_up
from weixi.collect.complaints.actions import record_complaint
from weixi.core.actor import SYSTEM
from weixi.core.clock import now, today

HTMX = {"HX-Request": "true", "Accept-Language": "en"}
MOST_BYTES = 10_000
SEARCH_QUERIES = 9  # one of them: the names of segments

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order, people=7)


@pytest.fixture
def me(desk: Desk, signed_in: Callable[..., Client]) -> Client:
    return signed_in(user=desk.me)


def found(client: Client, text: str) -> str:
    return client.get("/search", {"q": text}, headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zgf", "曾国藩"), ("zengguofan", "曾国藩"), ("cengguofan", "曾国藩"), ("国藩", "曾国藩"),
        ("dxx", "单雄信"), ("sxx", "单雄信"), ("ouxm", "区小明"), ("xiejin", "解缙"),
        ("qiuying", "仇英"), ("2046", "林晓燕"), ("13800002046", "林晓燕"), ("north-002", "曾国藩"),
    ],
)  # fmt: skip
def test_a_customer_is_found_first_by_name_reading_number_and_phone(
    me: Client, typed: str, name: str
) -> None:
    options = found(me, typed).split('role="option"')[1:]
    assert name in options[0]


def test_results_are_masked_links_of_a_listbox_and_small(me: Client) -> None:
    answer = me.get("/search", {"q": "13800002046"}, headers=HTMX)
    html = answer.content.decode()
    assert "138****2046" in html
    assert html.count("13800002046") == 0
    assert 'role="option" aria-selected="false" tabindex="-1" id="hit-c' in html
    for text in ("", "z", "林", "0"):
        body = me.get("/search", {"q": text}, headers=HTMX).content
        assert len(gzip.compress(body)) < MOST_BYTES


def test_customers_of_another_team_are_not_found(someone_elsewhere: Client, desk: Desk) -> None:
    for text in ("林晓燕", "2046", "13800002046", "north-000"):
        assert "hit-c" not in found(someone_elsewhere, text)


def test_an_order_is_found_by_its_number_within_reach(
    me: Client, someone_elsewhere: Client, desk: Desk, order: Any
) -> None:
    order(desk.customers[1], today(), number="DD20261004-1182")
    assert "/orders/DD20261004-1182" in found(me, "DD20261004-1182")
    assert "1182" not in found(someone_elsewhere, "DD20261004-1182").partition("Nothing fits")[0]


def test_a_complaint_is_found_by_its_number_or_its_order_within_reach(
    me: Client, someone_elsewhere: Client, signed_in: Callable[..., Client], desk: Desk, order: Any
) -> None:
    order(desk.customers[1], today(), number="DD20261004-1182")
    one = record_complaint(
        customer_id=desk.customers[1].pk,
        description="漏发一件，电话 13800009999",
        order_number="DD20261004-1182",
        by=SYSTEM,
        at=now(),
    )
    where = f"/customers/{desk.customers[1].pk}/evidence/complaints"
    for typed in (one.number, "DD20261004-1182", "dd20261004-1182"):
        html = found(me, typed)
        assert f'href="{where}#complaint-{one.pk}"' in html
        assert "13800009999" not in html
    assert f'id="complaint-{one.pk}"' in me.get(where).content.decode()
    for stranger in (someone_elsewhere, signed_in("auditor")):
        assert "hit-m" not in found(stranger, one.number)


def test_segments_are_found_by_name_by_who_may_see_them(
    me: Client, signed_in: Callable[..., Client]
) -> None:
    assert "/segments/value_pyramid/" in found(me, "value pyr")
    me.post("/language", {"language": "zh-hans"})
    chinese = me.get("/search", {"q": "价值金字塔"}, headers={"HX-Request": "true"})
    assert "/segments/value_pyramid/" in chinese.content.decode()
    assert "/segments/" not in found(signed_in("auditor"), "value pyr")


def test_pages_and_commands_are_found_as_far_as_permitted(
    me: Client, signed_in: Callable[..., Client]
) -> None:
    assert "/customers/new" in found(me, "new customer")
    assert 'href="/import/"' in found(me, "import a file")
    auditor = signed_in("auditor")
    assert "/customers/new" not in found(auditor, "new customer")
    assert "hit-c" not in found(auditor, "林晓燕")
    assert "/settings/system" in found(auditor, "system")


def test_what_was_opened_lately_stands_first(me: Client, desk: Desk) -> None:
    for one in desk.customers[3:5]:
        me.get(f"/customers/{one.pk}")
    html = found(me, "")
    assert html.index("区小明") < html.index("欧阳静")
    assert "林晓燕" not in html


def test_what_was_opened_lately_is_not_told_to_the_next_person(
    me: Client, desk: Desk, signed_in: Callable[..., Client]
) -> None:
    me.get(f"/customers/{desk.customers[0].pk}")
    other = signed_in("manager", team=desk.team)
    other.cookies["wx-recent"] = me.cookies["wx-recent"].value
    assert "林晓燕" not in found(other, "")


def test_without_script_the_search_is_a_page(me: Client) -> None:
    html = me.get("/search", {"q": "zgf"}).content.decode()
    assert "wx-rail" in html
    assert "曾国藩" in html


def test_a_query_cannot_become_markup_or_break_the_search(me: Client) -> None:
    for text in ("<script>", '"*"', "AND OR", "'; --", "%", "\\", "＊", "x" * 500, "NEAR(a b)"):
        answer = me.get("/search", {"q": text}, headers=HTMX)
        assert answer.status_code == 200, text
        assert "<script>" not in answer.content.decode()


def test_the_queries_of_a_search_are_counted(
    me: Client, django_assert_max_num_queries: Any
) -> None:
    found(me, "zgf")
    with django_assert_max_num_queries(SEARCH_QUERIES):
        found(me, "zgf")
