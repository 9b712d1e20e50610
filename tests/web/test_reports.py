"""Dashboard, cohorts, models: figures by hand, equal lists, what changed, other teams, age."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from tests.web.company import EARLIER, TODAY, Company, found
from weixi.core.actor import SYSTEM
from weixi.core.models import Run
from weixi.evaluate import figures
from weixi.evaluate.models import Cohort
from weixi.predict.models import ModelCard, Score
from weixi.web.reports.cards import verdict
from weixi.web.reports.notes import note_text
from weixi.web.reports.tiles import news, tiles

ENGLISH = {"Accept-Language": "en"}
PAGE_QUERIES = 18
NEXT_MORNING = datetime(2026, 11, 21, 1, tzinfo=UTC)


@pytest.fixture
def company(customer: Any, team: Any) -> Company:
    return found(customer, team)


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    return signed_in("admin")


def page(client: Client, url: str) -> str:
    return client.get(url, headers=ENGLISH).content.decode()


def shown_names(html: str) -> list[str]:
    return sorted(re.findall(r"data-open href=\"[^\"]*\">([^<]+)<", html))


# ── Figures ─────────────────────────────────────────────────────────────────


def test_the_figures_are_those_counted_by_hand(company: Company) -> None:
    counted = figures.counts(SYSTEM)
    assert counted is not None
    assert counted.customers == {
        "all": 10, "active": 7, "repeated": 4, "before": 7, "kept": 6, "lost": 1, "new": 1,
        "at_risk": 3,
    }  # fmt: skip
    assert counted.share("repeated", "active") == 4 / 7
    assert (counted.revenue, counted.at_stake) == (100_000, 300)


def test_a_past_day_is_counted_by_the_same_conditions(company: Company) -> None:
    today, again = figures.counts(SYSTEM), figures.counts_on(SYSTEM, TODAY)
    assert today is not None
    assert again is not None
    assert (again.customers, again.revenue, again.at_stake) == (
        today.customers,
        today.revenue,
        today.at_stake,
    )


def test_a_day_that_is_not_there_has_no_figures(company: Company) -> None:
    assert figures.counts_on(SYSTEM, date(2020, 1, 1)) is None


@pytest.mark.slow
def test_every_tile_opens_an_equal_list(company: Company, boss: Client) -> None:
    counted = figures.counts(SYSTEM)
    assert counted is not None
    for name, n in counted.customers.items():
        html = page(boss, f"/reports/customers?figure={name}")
        assert len(shown_names(html)) == n, name
    assert shown_names(page(boss, "/reports/customers?figure=at_risk")) == ["Cai", "Dee", "Gil"]
    assert boss.get("/reports/customers?figure=nonsense").status_code == 404


def test_a_team_counts_and_lists_its_own(company: Company, signed_in: Any, team: Any) -> None:
    client = signed_in("supervisor", team=team("north"))
    assert shown_names(page(client, "/reports/customers?figure=at_risk")) == ["Cai", "Dee"]
    html = page(client, "/reports/")
    assert "3 of 5" in html  # repeated of active
    assert "Gil" not in html


def test_an_agent_has_no_reports(company: Company, someone_elsewhere: Client) -> None:
    for address in ("/reports/", "/reports/cohorts/", "/reports/models/"):
        assert someone_elsewhere.get(address).status_code == 403


# ── What changed ────────────────────────────────────────────────────────────


def test_what_changed_says_direction_size_and_whether_it_is_better(company: Company) -> None:
    now, then = figures.counts(SYSTEM), figures.counts_on(SYSTEM, EARLIER)
    assert now is not None
    assert then is not None
    then = figures.Counts(EARLIER, {**then.customers, "new": 3, "lost": 0}, 80_000, 600)
    told = news(tiles(now, then, care=0, care_before=0), EARLIER)
    by_way = {one.way for one in told}
    ways = {one.url.partition("=")[2]: (one.rises, one.way) for one in told}
    assert ways["at_risk"] == (False, "better")  # the arrow goes down where the figure does
    assert ways["lost"] == (True, "worse")
    assert by_way == {"better", "worse"}
    texts = " ".join(one.text for one in told)
    assert "50.0%" in texts  # value at risk halved
    assert "25.0%" in texts  # revenue rose by a quarter


def test_where_no_model_tells_a_risk_the_value_at_risk_is_unknown_and_not_nothing(
    company: Company, boss: Client
) -> None:
    Score.objects.update(churn_risk=None)
    now = figures.counts(SYSTEM)
    assert now is not None
    assert now.at_stake is None
    tile = next(one for one in tiles(now, None, care=0, care_before=0) if one.code == "at_risk")
    assert (tile.value, tile.figure, tile.change) == ("—", "", None)
    assert "figure=at_risk" not in boss.get("/reports/").content.decode()


def test_without_an_earlier_day_nothing_is_made_up(company: Company) -> None:
    now = figures.counts(SYSTEM)
    assert now is not None
    assert {tile.change for tile in tiles(now, None, care=1, care_before=1)} == {None, 0}


@time_machine.travel(NEXT_MORNING + timedelta(days=2), tick=False)
def test_old_figures_are_flagged(company: Company, signed_in: Any) -> None:
    assert "older than a day" in page(signed_in("admin"), "/reports/")


@time_machine.travel(NEXT_MORNING, tick=False)
def test_last_nights_figures_are_not(company: Company, signed_in: Any) -> None:
    Run.objects.update(finished_at=NEXT_MORNING - timedelta(hours=5))
    assert "older than a day" not in page(signed_in("admin"), "/reports/")


def test_the_dashboard_asks_a_pinned_number_of_queries(
    company: Company, boss: Client, django_assert_max_num_queries: Any
) -> None:
    page(boss, "/reports/")
    with django_assert_max_num_queries(PAGE_QUERIES):
        page(boss, "/reports/")


def test_before_the_first_refresh_the_pages_say_so(db: None, boss: Client) -> None:
    assert "No figures yet" in page(boss, "/reports/")
    assert "No cohorts yet" in page(boss, "/reports/cohorts/")
    assert "No model was fitted yet" in page(boss, "/reports/models/")


# ── Cohorts ─────────────────────────────────────────────────────────────────


def test_months_that_have_not_ended_are_hatched(company: Company, boss: Client) -> None:
    for later, active in ((0, 10), (1, 4), (2, 3)):
        Cohort.objects.create(
            as_of=TODAY, cohort=date(2026, 9, 1), months_later=later, active=active, revenue=1
        )
    html = page(boss, "/reports/cohorts/")
    open_cells = re.findall(r'<td class="open"><a href="([^"]+)"[^>]*aria-label="([^"]+)"', html)
    assert open_cells == [
        (
            "/customers/?cohort=2026-09&amp;later=2",
            "2026-09, month 2: 3 customers, 30.0% (month not ended)",
        )
    ]
    assert "40.0%" in html
    assert "At least one day with sales" in html or "at least one day with sales" in html


# ── Models ──────────────────────────────────────────────────────────────────


def card(name: str, brier: float, *, is_used: bool = False) -> ModelCard:
    calibration = [{"predicted": 0.2, "actual": 0.25, "n": 50}]
    figures = {"brier": brier, "auc": 0.8, "average_precision": 0.7, "lift_10": 1.3, "n": 100,
               "calibration": calibration, "calibration_error": 0.05, "total_predicted": 110,
               "total_actual": 100}  # fmt: skip
    return ModelCard.objects.create(
        name=name, as_of=TODAY, horizon_days=60, is_used=is_used, why="best_on_held_out_time",
        figures=figures, params={"r": 1.0}, standard_errors={"r": 0.1}, customers=100,
    )  # fmt: skip


def test_the_model_in_use_stands_beside_the_simple_rule(db: None, boss: Client) -> None:
    card("mbgnbd", 0.09, is_used=True)
    card("recency_rule", 0.10)
    html = page(boss, "/reports/models/")
    assert "MBG/NBD predicts: its error is 10.0% smaller than the simple rule" in html
    assert "Yardstick" in html
    assert html.count('class="dot"') == 2  # one point, one in the legend


def test_too_little_data_is_said_in_plain_words(db: None, boss: Client) -> None:
    ModelCard.objects.create(
        name="recency_rule", as_of=TODAY, horizon_days=60, why="too_few_customers"
    )
    html = page(boss, "/reports/models/")
    assert "Fewer than 500 customers with purchases" in html
    assert "Risks are shown as unknown" in html


def test_nothing_is_said_without_cards() -> None:
    assert verdict([]) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The data do not tell the dropout (s, beta)"),
        ("zh-hans", "现有数据无法确定流失速度（s, beta）"),
    ],
)
def test_the_doubts_of_a_fit_are_told_in_the_language_of_the_page(language: str, said: str) -> None:
    with override(language):
        assert note_text("dropout not identified (s, beta)") == said
        assert note_text("something new") == "something new"
