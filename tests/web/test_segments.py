"""Segments: shares, moves between two days, the equal list behind every figure, other teams."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from tests.web.company import EARLIER, TODAY, Company, found
from weixi.act.audiences.queries import matching
from weixi.act.audiences.selection import selection_from
from weixi.act.campaigns.models import Campaign
from weixi.classify import history
from weixi.classify.models import Scheme
from weixi.classify.queries import scheme_table
from weixi.classify.rules import definition
from weixi.core.actor import SYSTEM
from weixi.core.models import AccessEntry
from weixi.web.segments.moves import move_table
from weixi.web.segments.shape import best_first, drawn, matrices, ranks

ENGLISH = {"Accept-Language": "en"}
PAGE_QUERIES = 11


@pytest.fixture
def company(customer: Any, team: Any) -> Company:
    return found(customer, team)


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    return signed_in("admin")


@pytest.fixture
def northerner(signed_in: Callable[..., Client], team: Any) -> Client:
    return signed_in("supervisor", team=team("north"))


def page(client: Client, url: str) -> str:
    return client.get(url, headers=ENGLISH).content.decode()


def shown_names(html: str) -> list[str]:
    return re.findall(r"data-open href=\"[^\"]*\">([^<]+)<", html)


# ── What the table says ─────────────────────────────────────────────────────


def test_shares_of_people_and_of_value_sum_to_one(company: Company) -> None:
    table = scheme_table(SYSTEM, "value_pyramid")
    shown = drawn(table, by="revenue", before=None, language="en")
    assert sum(round(line.people_share * 1000) for line in shown.lines) == 1000
    assert sum(round((line.value_share or 0) * 1000) for line in shown.lines) == 1000
    assert [line.customers for line in shown.lines] == [1, 2, 0, 4]
    assert [line.value for line in shown.lines] == [60_000, 33_000, 0, 7_000]


def test_both_sides_are_drawn_on_one_scale(company: Company) -> None:
    shown = drawn(scheme_table(SYSTEM, "value_pyramid"), by="revenue", before=None, language="en")
    scale = {
        round(width / share, 1)
        for line in shown.lines
        for width, share in (
            (line.people_width, line.people_share),
            (line.value_width, line.value_share or 0),
        )
        if share > 0.1
    }
    assert max(scale) - min(scale) < 0.5


def test_profit_is_another_value(company: Company) -> None:
    shown = drawn(scheme_table(SYSTEM, "value_pyramid"), by="profit", before=None, language="en")
    assert [line.value for line in shown.lines] == [30_000, 16_500, 0, 3_500]


@pytest.mark.slow
def test_every_figure_opens_an_equal_list(company: Company, boss: Client) -> None:
    html = page(boss, "/segments/")
    cells = re.findall(r'href="(/customers/\?cell=[^"]+)"[^>]*>([\d,]+)<', html)
    assert {int(n) for _url, n in cells} == {1, 2, 0, 4}
    for url, n in cells:
        assert len(shown_names(page(boss, url))) == int(n), url


def test_the_page_asks_a_pinned_number_of_queries(
    company: Company, boss: Client, django_assert_max_num_queries: Any
) -> None:
    page(boss, "/segments/")
    with django_assert_max_num_queries(PAGE_QUERIES):
        page(boss, "/segments/")


def test_who_is_outside_is_counted_and_listed(company: Company, boss: Client) -> None:
    assert "3 customers are outside" in page(boss, "/segments/")
    assert shown_names(page(boss, "/segments/value_pyramid/people")) == ["Fay", "Ida", "Jon"]


# ── Moves ───────────────────────────────────────────────────────────────────


def test_what_went_in_equals_what_came_out(company: Company) -> None:
    counted = history.moves(SYSTEM, "value_pyramid", EARLIER, TODAY)
    assert counted == {
        ("gold", "platinum"): 1,
        ("gold", "gold"): 1,
        ("iron", "lead"): 1,
        ("lead", "lead"): 2,
        ("", "lead"): 1,
        ("lead", ""): 1,
        ("lead", "gold"): 1,
    }
    table = scheme_table(SYSTEM, "value_pyramid")
    lines = drawn(table, by="revenue", before=None, language="en").lines
    rank = ranks(table.definition)
    shown = move_table(lines, counted, earlier=EARLIER, people_url="/p", ranks=rank)
    rows = sum(row.total.customers for row in shown.rows)
    assert rows == sum(total.customers for total in shown.totals) == shown.whole == 8
    for row in shown.rows:
        assert sum(move.customers for move in row.moves) == row.total.customers
    assert (shown.same, shown.better, shown.worse) == (3, 2, 2)


@pytest.mark.slow
def test_every_move_opens_its_list(company: Company, boss: Client) -> None:
    html = page(boss, "/segments/")
    links = re.findall(r'href="(/segments/value_pyramid/people\?[^"]+)">([\d,]+)<', html)
    assert len(links) > 10
    for url, n in links:
        assert len(shown_names(page(boss, url.replace("&amp;", "&")))) == int(n), url


def test_columns_of_the_matrix_are_the_cells_of_today(company: Company, boss: Client) -> None:
    url = f"/segments/value_pyramid/people?earlier={EARLIER}&went=lead"
    assert shown_names(page(boss, url)) == ["Cai", "Dee", "Eva", "Hal"]


def test_a_day_that_was_not_refreshed_is_not_found(company: Company, boss: Client) -> None:
    url = "/segments/value_pyramid/people?earlier=2020-01-01"
    assert boss.get(url).status_code == 404


def test_a_scheme_younger_than_the_earlier_day_has_no_moves(company: Company, boss: Client) -> None:
    Scheme.objects.update(is_on=True)
    assert history.days_of("rfm", before=TODAY) == []
    assert history.counts_on(SYSTEM, "rfm", EARLIER) == {}
    assert boss.get("/segments/rfm/").status_code == 200


# ── Other teams ─────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_team_sees_its_own_moves_only(company: Company, northerner: Client) -> None:
    html = page(northerner, "/segments/")
    assert "1 customer is outside" in html  # Fay
    url = f"/segments/value_pyramid/people?earlier={EARLIER}&went=gold"
    assert shown_names(page(northerner, url)) == ["Bo"]
    assert "Gil" not in page(northerner, f"/segments/value_pyramid/people?earlier={EARLIER}")


def test_an_export_holds_the_cell_and_is_logged(company: Company, northerner: Client) -> None:
    company.customers["Dee"].name = "=1+1"
    company.customers["Dee"].save()
    answer: Any = northerner.post(
        "/segments/value_pyramid/export", {"cell": "lead"}, headers=ENGLISH
    )
    lines = b"".join(answer).decode().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["Cai", "'=1+1", "Eva"]
    entry = AccessEntry.objects.get()
    assert (entry.action, entry.rows, entry.reason) == ("export", 3, "value_pyramid:lead")


def test_who_may_not_export_is_refused(company: Company, someone_elsewhere: Client) -> None:
    answer = someone_elsewhere.post("/segments/value_pyramid/export", {"cell": "lead"})
    assert answer.status_code == 403
    assert not AccessEntry.objects.exists()


# ── Any scheme ──────────────────────────────────────────────────────────────


def axis(measure: str, *, ascending: bool = False) -> dict[str, Any]:
    return {
        "measure": measure, "cut": "absolute", "at": [100], "name_zh": measure, "name_en": measure,
        "bands_zh": ["低", "高"], "bands_en": ["low", "high"], "ascending": ascending,
    }  # fmt: skip


def scheme_of(*axes: dict[str, Any]) -> Any:
    cells = [
        {"code": f"c{n}", "name_zh": f"格{n}", "name_en": f"Cell {n}", "color": "h1",
         "bands": [[n >> place & 1] for place in range(len(axes))]}
        for n in range(2 ** len(axes))
    ]  # fmt: skip
    return definition({"axes": list(axes), "cells": cells})


def test_the_best_bands_stand_first() -> None:
    rising, falling = scheme_of(axis("revenue_12m"), axis("lateness")).axes
    assert best_first(rising) == [1, 0]  # much revenue is good
    assert best_first(falling) in ([0, 1], [1, 0])


def test_three_axes_are_one_matrix_for_each_band_of_the_first() -> None:
    scheme = scheme_of(axis("revenue_12m"), axis("margin_12m"), axis("orders_12m"))
    assert len(matrices(scheme.axes, {}, "en")) == 2
    assert [m.caption for m in matrices(scheme.axes, {}, "en")] == [
        "revenue_12m high (≥ ¥1)",
        "revenue_12m low (< ¥1)",
    ]


def test_being_high_on_every_axis_ranks_highest() -> None:
    scheme = scheme_of(axis("revenue_12m"), axis("margin_12m"))
    rank = ranks(scheme)
    assert rank["c3"] > rank["c1"] == rank["c2"] > rank["c0"]


@pytest.mark.slow
def test_every_shipped_scheme_has_a_page_and_a_definition(company: Company, boss: Client) -> None:
    Scheme.objects.update(is_on=True)
    for scheme in Scheme.objects.exclude(code="value_pyramid"):
        assert boss.get(f"/segments/{scheme.code}/definition").status_code == 200
    assert "Version" in page(boss, "/segments/value_pyramid/definition")


def test_an_unknown_scheme_is_not_found(company: Company, boss: Client) -> None:
    assert boss.get("/segments/nothing/").status_code == 404


# ── Cells chosen together ───────────────────────────────────────────────────


def test_cells_chosen_together_open_one_list_of_their_sum(company: Company, boss: Client) -> None:
    url = "/segments/value_pyramid/chosen?cell=platinum&cell=gold&to=list"
    address = boss.get(url).headers["Location"]
    assert address == "/customers/?cell=value_pyramid:platinum,value_pyramid:gold"
    assert sorted(shown_names(page(boss, address))) == ["Ana", "Bo", "Gil"]


def test_cells_chosen_together_begin_a_segment(company: Company, boss: Client) -> None:
    url = "/segments/value_pyramid/chosen?cell=platinum&cell=gold&to=segment"
    html = page(boss, boss.get(url).headers["Location"])
    assert re.findall(r'name="r.0.in" value="(\w+)" checked', html) == ["platinum", "gold"]


def test_cells_chosen_together_become_the_audience_of_a_campaign(
    company: Company, boss: Client
) -> None:
    url = "/segments/value_pyramid/chosen?cell=platinum&cell=gold&to=audience"
    address = boss.get(url).headers["Location"]
    given = boss.get(address).context["form"]
    assert given["audience"].value() == "cell=value_pyramid:platinum,value_pyramid:gold"
    boss.post(address, {**given.initial, "name": "Spring"}, headers=ENGLISH)
    made = Campaign.objects.get()
    assert made.audience_name == "Value pyramid: Platinum, Value pyramid: Gold"
    found = matching(SYSTEM, selection_from(dict(parse_qsl(made.audience))))
    assert sorted(found.values_list("name", flat=True)) == ["Ana", "Bo", "Gil"]


@pytest.mark.slow
def test_count_list_and_export_of_a_cell_are_equal_and_cells_sum_to_the_population(
    company: Company, boss: Client
) -> None:
    table = scheme_table(SYSTEM, "value_pyramid")
    assert sum(row.customers for row in table.rows) == table.population == 7
    for row in table.rows:
        listed = shown_names(page(boss, f"/customers/?cell=value_pyramid:{row.cell.code}"))
        answer = boss.post("/segments/value_pyramid/export", {"cell": row.cell.code})
        lines = b"".join(answer.streaming_content).decode().strip().splitlines()
        assert len(listed) == len(lines) - 1 == row.customers
