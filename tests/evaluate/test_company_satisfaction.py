"""NPS, CSAT and CES of the company: nine customers by hand."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.core.actor import SYSTEM
from weixi.evaluate.rules import Mark
from weixi.evaluate.satisfaction import (
    Cut,
    customers_behind,
    months_before,
    satisfaction,
)

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
FIGURE = re.compile(r'<a class="wx-fig" href="(/customers/[^"]+)">([\d,]+)</a>')
UNTIL = datetime(2026, 11, 20, 4, tzinfo=UTC)
# customer → team, cell, [(days ago, question, score)]
PEOPLE = {
    "A": ("north", "gold", [(10, "nps", 10), (10, "csat", 5), (10, "ces", 6)]),
    "B": ("north", "gold", [(20, "nps", 9), (20, "csat", 4)]),
    "C": ("north", "iron", [(30, "nps", 9), (200, "nps", 2), (30, "ces", 2)]),
    "D": ("south", "iron", [(40, "nps", 8), (41, "nps", 10)]),
    "E": ("south", "iron", [(100, "nps", 6), (100, "csat", 3)]),
    "F": ("south", "", [(150, "nps", 0), (150, "csat", 1), (150, "ces", 1)]),
    "G": ("", "", [(363, "nps", 10)]),
    "H": ("", "", [(365, "nps", 0)]),  # a period of 364 days: too old
    "I": ("", "", [(5, "choice_time", 10)]),  # another question
}


@pytest.fixture
def clock() -> Iterator[None]:
    """Pages look from now."""
    with time_machine.travel(UNTIL, tick=False):
        yield


@pytest.fixture
def company(customer: Any, team: Any) -> dict[str, Any]:
    create_shipped_channels()
    create_shipped_schemes(at=UNTIL)
    scheme = Scheme.objects.get(code="value_pyramid")
    teams = {name: team(name) for name in ("north", "south")}
    return {
        name: _made(customer(name, team=teams.get(of)), scheme, cell, told)
        for name, (of, cell, told) in PEOPLE.items()
    }


def _made(who: Any, scheme: Scheme, cell: str, told: Any) -> Any:
    if cell:
        Membership.objects.create(customer=who, scheme=scheme, cell=cell, since=UNTIL.date())
    for ago, question, score in told:
        Answer.objects.create(
            number=f"{who.name}{ago}{question}", customer=who, survey="care", question=question,
            at=UNTIL - timedelta(ago), score=score,
        )  # fmt: skip
    if who.name in "ABC":  # C after it had answered
        Contact.objects.create(
            number=who.name, customer=who, channel=Channel.objects.get(code="phone"),
            direction="in", purpose="service", at=UNTIL - timedelta(25),
        )  # fmt: skip
    return who


def found(days: int = 364) -> Any:
    return satisfaction(SYSTEM, until=UNTIL, days=days, scheme="value_pyramid")


def counts(lines: Any, question: str = "nps") -> dict[Any, int]:
    return {line.name or line.key: line.scores[question].n for line in lines}


def test_each_customer_counts_once_with_its_newest_answer(company: Any) -> None:
    """NPS of A 10, B 9, C 9, D 8, E 6, F 0, G 10: four promoters, two detractors of seven."""
    whole = found().whole.scores
    nps, csat, ces = whole["nps"], whole["csat"], whole["ces"]
    assert nps.marks == {Mark.HIGH: 4, Mark.MIDDLE: 1, Mark.LOW: 2}
    assert nps.value == pytest.approx(100 * (4 - 2) / 7)
    # adjusted: 4.75 and 2.75 of 10; 20 ± 195.996 × sqrt((0.75 - 0.04) / 10)
    assert nps.interval == pytest.approx((-32.22, 72.22), abs=0.01)
    assert (csat.n, csat.value) == (4, 0.5)  # 5, 4 of 5, 4, 3, 1
    assert csat.interval == pytest.approx((0.1500, 0.8500), abs=0.0001)  # Wilson: 2 of 4
    assert (ces.n, ces.value) == (3, 3.0)  # 6, 2, 1
    # s = sqrt((9 + 1 + 4) / 2) = 2.6458; 3 ± 4.3027 × 2.6458 / sqrt(3)
    assert ces.interval == pytest.approx((-3.5725, 9.5725), abs=0.0001)


def test_a_shorter_period_counts_less(company: Any) -> None:
    assert {days: found(days).whole.scores["nps"].n for days in (91, 182, 364)} == {
        91: 4, 182: 6, 364: 7,
    }  # fmt: skip


def test_teams_cells_and_touchpoints_share_out_the_same_customers(company: Any) -> None:
    told = found()
    assert counts(told.teams) == {"North": 3, "South": 3, 0: 1}
    assert counts(told.cells) == {"gold": 2, "iron": 3, "": 2}
    assert counts(told.touchpoints) == {"none": 5, "phone": 2}
    north = next(line for line in told.teams if line.name == "North")
    assert (north.scores["nps"].value, north.scores["ces"].value) == (100, 4)


def test_a_customer_counts_in_each_month_it_answered_in(company: Any) -> None:
    """20 November less 10 and 20 days (the 10th and, at noon in Shanghai, 31 October), …"""
    by_month = {f"{line.key:%Y-%m}": line.scores["nps"].n for line in found().months}
    assert len(by_month) == 12
    assert {month: n for month, n in by_month.items() if n} == {
        "2026-11": 1, "2026-10": 3, "2026-08": 1, "2026-06": 1, "2026-05": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cut", "names"),
    [
        ({}, "ABCDEFG"),
        ({"mark": "high"}, "ABCG"),
        ({"mark": "low", "days": 182}, "EF"),
        ({"team": 0}, "G"),
        ({"touch": "phone"}, "AB"),
        ({"cell": ("value_pyramid", "iron")}, "CDE"),
        ({"cell": ("value_pyramid", "")}, "FG"),
        ({"month": 10}, "BCD"),
    ],
)
def test_a_figure_is_the_customers_it_opens(company: Any, cut: Any, names: str) -> None:
    if "month" in cut:
        cut = {"month": next(m for m in months_before(UNTIL) if m.month == cut["month"])}
    ids = customers_behind(SYSTEM, Cut("nps", UNTIL, **cut))
    assert {one["customer_id"] for one in ids} == {company[name].pk for name in names}


def test_every_count_of_the_page_opens_as_many_customers(
    company: Any, signed_in: Callable[..., Client], clock: None
) -> None:
    boss = signed_in("analyst")
    page = boss.get("/reports/satisfaction/", headers=ENGLISH).content.decode()
    figures = [(unescape(url), int(n)) for url, n in FIGURE.findall(page)]
    # three questions with three marks each; months 5 nps, 4 csat, 3 ces; teams 3 + 2 + 2,
    # cells 3 + 3 + 3 and touchpoints 2 + 2 + 2
    assert len(figures) == 12 + 12 + 7 + 9 + 6
    for url, n in figures:
        rows = len(re.findall(r"<tr[^>]*data-row", boss.get(url).content.decode()))
        assert rows == n, url


def test_under_the_least_number_of_customers_the_page_says_too_few(
    company: Any, signed_in: Callable[..., Client], clock: None
) -> None:
    boss = signed_in("admin")
    text = boss.get("/reports/satisfaction/", headers=ENGLISH).content.decode()
    assert "Fewer than 10 customers answered: no figure." in text
    assert "+29" not in text
    form = thresholds_of(boss) | {"evaluate.least_answers": "4"}
    assert boss.post("/settings/thresholds", form).status_code == 302
    text = boss.get("/reports/satisfaction/", headers=ENGLISH).content.decode()
    assert "+29" in text  # 100 × 2 / 7
    assert "95% interval −32 … +72" in text
    assert "50%" in text
    assert "Fewer than 4 customers answered: no figure." in text  # three told of effort


def thresholds_of(browser: Client) -> dict[str, str]:
    html = browser.get("/settings/thresholds").content.decode()
    fields = re.findall(r'<input class="form-control"[^>]* name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in fields}


@pytest.mark.parametrize("wrong", ["days=90", "days=x", "scheme=nothing"])
def test_a_cut_that_cannot_be_meant_is_refused(
    company: Any, signed_in: Callable[..., Client], wrong: str
) -> None:
    assert signed_in("admin").get(f"/reports/satisfaction/?{wrong}").status_code == 422


@pytest.mark.parametrize(
    "wrong",
    ["answered=why", "answered=nps:top", "answered=nps&answered_month=1999-01",
     "answered=nps&answered_team=x", "answered=nps&answered_days=1"],
)  # fmt: skip
def test_a_list_that_cannot_be_meant_is_refused(
    signed_in: Callable[..., Client], wrong: str
) -> None:
    answer = signed_in("admin").get(f"/customers/?{wrong}")
    assert answer.status_code == 422


def test_of_the_page_only_the_customers_within_reach_count(
    company: Any, signed_in: Callable[..., Client], team: Any, clock: None
) -> None:
    boss = signed_in("supervisor", team=team("north"))
    page = boss.get("/reports/satisfaction/", headers=ENGLISH).content.decode()
    assert FIGURE.findall(page)[0][1] == "3"
