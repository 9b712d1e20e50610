"""Who came into a segment and who left it, on its page: every figure is the list it opens."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from tests.classify.lake import BEFORE, DAY, furnish, write
from tests.moments import NOON
from weixi.classify.actions import VERSIONS
from weixi.classify.applying import apply_scheme
from weixi.classify.editing import create_segment
from weixi.core.actor import SYSTEM
from weixi.core.runs import lake_file

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
FIGURE = re.compile(r'<a class="wx-fig" href="([^"]+)">(\d+)</a>')


@pytest.fixture
def code(customer: Any) -> str:
    """Bo, Cy and Di were in it a month before; now Ana and Bo are."""
    ids = furnish(customer, BEFORE, DAY)
    when = {"measure": "revenue_12m", "is": ">=", "value": 500}
    made = create_segment(name_zh="富裕", when=when, by=SYSTEM, at=NOON).code
    was_in = [None, "in", "in", "in", None, None]
    write("cells", BEFORE, {"customer_id": list(ids.values()), made: was_in})
    apply_scheme(made, at=NOON)
    return made


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    return signed_in("admin")


@pytest.mark.slow
def test_members_before_and_who_came_less_who_left_are_the_members_after(
    code: str, boss: Client
) -> None:
    page = boss.get(f"/segments/own/{code}/changes", headers=ENGLISH).content.decode()
    figures = [(unescape(url), int(n)) for url, n in FIGURE.findall(page)]
    # before, came in, left, after, stayed; then the same of the one period
    assert [n for _url, n in figures] == [3, 1, 2, 2, 1, 3, 1, 2, 2]
    for url, n in figures:
        assert len(re.findall("data-row", boss.get(url).content.decode())) == n, url
    assert "version 1" in page


def test_the_version_is_that_which_made_the_members_of_the_day(code: str) -> None:
    told = pq.read_schema(lake_file("cells", DAY)).metadata[VERSIONS]
    assert code.encode() in told


def test_names_behind_who_left_lead_back_to_the_segment(code: str, boss: Client) -> None:
    url = f"/segments/{code}/people?earlier={BEFORE}&later={DAY}&came=in&went="
    page = boss.get(url, headers=ENGLISH).content.decode()
    assert re.findall(r"data-open href[^>]*>(\w+)<", page) == ["Cy", "Di"]
    assert f"/segments/own/{code}/changes" in page


def test_before_a_second_day_nothing_is_told(customer: Any, boss: Client) -> None:
    furnish(customer, DAY)
    when = {"measure": "revenue_12m", "is": ">=", "value": 500}
    made = create_segment(name_zh="富裕", when=when, by=SYSTEM, at=NOON).code
    apply_scheme(made, at=NOON)
    page = boss.get(f"/segments/own/{made}/changes", headers=ENGLISH).content.decode()
    assert "Not enough days yet" in page
    assert boss.get("/segments/own/nothing/changes").status_code == 404
