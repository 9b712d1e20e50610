"""The builder of segments, the editor of schemes and the lifecycle page in a browser's hands."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.classify.lake import BEFORE, DAY, furnish
from weixi.classify.flow import Flow, Period
from weixi.classify.models import Scheme
from weixi.classify.rules import Cell
from weixi.web.segments.sankey import drawing
from weixi.web.segments.tree import Node, changed, node_of, read

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
FORM = {
    "r.g": "all", "r.0.w": "measure:revenue_12m", "r.0.is": ">=", "r.0.v": "5", "name_zh": "富裕",
    "do": "save",
}  # fmt: skip


@pytest.fixture
def ids(customer: Any) -> dict[str, int]:
    return furnish(customer, BEFORE, DAY)


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    return signed_in("admin")


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_what_stands_in_the_form_is_counted_and_told_in_both_languages(
    ids: Any, boss: Client
) -> None:
    shown = text(boss.post("/segments/own/found", FORM, headers=ENGLISH))
    assert 'id="found-count">2<' in shown
    assert "近 12 个月销售额 ≥ ¥5" in shown
    assert "Revenue, 12 months ≥ ¥5" in shown
    assert "Ana" in shown


@pytest.mark.slow
def test_a_saved_segment_stands_in_the_list_with_the_count_of_its_list(
    ids: Any, boss: Client
) -> None:
    assert boss.post("/segments/own/new", FORM).status_code == 302
    code = Scheme.objects.get(kind="segment").code
    page = text(boss.get("/segments/own/", headers=ENGLISH))
    url, n = re.findall(rf'href="(/customers/\?cell={code}:in)">(\d+)<', page)[0]
    assert n == "2"
    rows = re.findall(r"data-open href", boss.get(url, headers=ENGLISH).content.decode())
    assert len(rows) == 2


def test_an_unfinished_condition_is_refused_by_name_and_what_was_typed_stays(
    ids: Any, boss: Client
) -> None:
    answer = boss.post("/segments/own/new", {**FORM, "r.0.v": "many"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Revenue, 12 months: enter a number" in text(answer)
    assert 'value="many"' in text(answer)
    assert not Scheme.objects.filter(kind="segment").exists()


def test_too_many_and_too_deep_conditions_are_refused_with_the_limit(
    ids: Any, boss: Client
) -> None:
    many = {**FORM, **{f"r.{n}.w": "measure:revenue_12m" for n in range(51)}}
    assert "Between 1 and 50" in text(boss.post("/segments/own/found", many, headers=ENGLISH))
    deep = {f"r{'.0' * n}.g": "all" for n in range(5)} | {"r.0.0.0.0.0.w": "measure:revenue_12m"}
    assert "nested 5 deep" in text(boss.post("/segments/own/found", deep, headers=ENGLISH))


def test_names_of_tables_and_columns_in_a_request_reach_nothing(ids: Any, boss: Client) -> None:
    for what in ("field:note", "field:owner__password", "measure:1; DROP TABLE x", "event:login"):
        answer = boss.post("/segments/own/new", {**FORM, "r.0.w": what})
        assert answer.status_code == 422, what


def test_buttons_add_and_remove_conditions() -> None:
    root = read_of({"r.g": "any", "r.0.w": "measure:revenue_12m", "r.1.w": "event:complaint"})
    assert changed(root, "drop:r.0", "r").parts[0].what == "event:complaint"
    assert changed(root, "add:r", "r").size == 2
    assert changed(root, "group:r", "r").parts[-1].group == "all"
    assert changed(root, "drop:r.99.3", "r").size == 3


def read_of(given: dict[str, str]) -> Node:
    class Sent(dict[str, str]):
        def getlist(self, key: str) -> list[str]:
            return [self[key]] if key in self else []

    return read(Sent(given), "r")


def test_a_stored_tree_comes_back_as_typed() -> None:
    stored = {"not": {"any": [{"measure": "revenue_12m", "is": ">=", "value": 50_000}]}}
    node = node_of(stored, {"revenue_12m": "money"})
    assert (node.group, node.parts[0].texts["v"]) == ("none", "500")


def test_every_band_of_the_flow_has_the_height_of_its_customers() -> None:
    cells = tuple(Cell(code, (), code, code, "h1") for code in ("a", "b"))
    moves = {("a", "a"): 30, ("a", "b"): 10, ("b", "b"): 5, ("", "a"): 20}
    found = Flow(Scheme(code="x"), cells, (Period(BEFORE, DAY, moves),))
    shown = drawing(found, {}, lambda *_: "/p", lambda *_: "same")
    sizes = {(node.code, node.x < 500): node.customers for node in shown.nodes}
    assert sizes == {
        ("a", True): 40, ("b", True): 5, ("new", True): 20, ("a", False): 50, ("b", False): 15,
    }  # fmt: skip
    assert [band.customers for band in shown.bands] == [30, 10, 5, 20]
    assert shown.untold == 0
