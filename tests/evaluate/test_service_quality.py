"""Service quality by dimension, team, touchpoint and quarter: three customers by hand."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.core.actor import SYSTEM
from weixi.core.clock import now
from weixi.evaluate.service import pairs_behind, service_quality

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
FIGURE = re.compile(r'<a class="wx-fig" href="([^"]+)">(\d+)</a>')


@pytest.fixture
def until() -> Any:
    return now()


@pytest.fixture
def company(customer: Any, team: Any, until: Any) -> None:
    """North: Ana was called 5 days before she answered, 20 days ago; Bo answered 200 days ago, the
    newest contact 40 days before. South: Cy wrote a letter and called after; no team: Di."""
    create_shipped_channels()
    north, south = team("north"), team("south")
    ana, bo = customer("Ana", team=north), customer("Bo", team=north)
    cy, di = customer("Cy", team=south), customer("Di")
    contact(ana, until, 25, "phone")
    contact(bo, until, 240, "phone")
    contact(cy, until, 12, "letter")
    contact(cy, until, 5, "phone")
    pairs(ana, until, 20, reliability=(5, 4), empathy=(4, 4))
    pairs(bo, until, 200, reliability=(5, 5))
    pairs(cy, until, 10, reliability=(4, 5))
    pairs(di, until, 363, reliability=(4, 2))
    pairs(di, until, 365, reliability=(4, 1))  # a year of 364 days: too old
    pairs(di, until, 30, reliability=(0, 1))  # nothing was expected: no pair


def contact(who: Any, until: Any, ago: int, channel: str) -> None:
    Contact.objects.create(
        number=f"{who.name}{ago}", customer=who, channel=Channel.objects.get(code=channel),
        direction="in", purpose="service", at=until - timedelta(ago),
    )  # fmt: skip


def pairs(who: Any, until: Any, ago: int, **dimensions: tuple[float, float]) -> None:
    for name, (expected, perceived) in dimensions.items():
        Answer.objects.create(
            number=f"{who.name}{ago}{name}", customer=who, survey="care", question="q",
            at=until - timedelta(ago), dimension=name, expected=expected, perceived=perceived,
        )  # fmt: skip


def told(lines: Any, name: str = "reliability") -> dict[Any, tuple[int, float | None]]:
    return {
        line.name or line.key: (line.dimensions[name].n, line.dimensions[name].c) for line in lines
    }


def test_c_is_what_was_perceived_over_what_was_expected(company: None, until: Any) -> None:
    whole = service_quality(SYSTEM, until=until).whole
    assert (whole.whole.n, whole.whole.c) == (5, 20 / 22)
    reliability = whole.dimensions["reliability"]
    assert (reliability.n, reliability.c, reliability.gap) == (4, 16 / 18, -2 / 4)
    assert (whole.dimensions["empathy"].n, whole.dimensions["empathy"].c) == (1, 1.0)
    assert whole.dimensions["empathy"].interval is None
    assert whole.dimensions["assurance"].c is None


def test_teams_touchpoints_and_quarters_share_out_the_same_pairs(company: None, until: Any) -> None:
    found = service_quality(SYSTEM, until=until)
    assert told(found.teams) == {"North": (2, 9 / 10), "South": (1, 5 / 4), 0: (1, 1 / 2)}
    assert told(found.touchpoints) == {
        "phone": (1, 4 / 5),
        "letter": (1, 5 / 4),
        "none": (2, 7 / 9),
    }
    # days 363, then 200, then none, then 20 and 10
    assert [line.dimensions["reliability"].n for line in found.quarters] == [1, 1, 0, 2]
    for lines in (found.teams, found.touchpoints, found.quarters):
        assert sum(line.whole.n for line in lines) == found.whole.whole.n


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Cy", "Ana", "Ana", "Bo", "Di"]),
        ({"dimension": "empathy"}, ["Ana"]),
        ({"team": 0}, ["Di"]),
        ({"touchpoint": "letter"}, ["Cy"]),
        ({"quarter": 0, "dimension": "reliability"}, ["Cy", "Ana"]),
    ],
)
def test_a_figure_is_the_list_it_opens(company: None, until: Any, asked: Any, names: Any) -> None:
    page, count = pairs_behind(SYSTEM, until=until, **asked)
    assert [row.customer for row in page.rows] == names
    assert count == len(names)


def test_the_page_shows_figures_that_open_as_many_answers(
    company: None, signed_in: Callable[..., Client]
) -> None:
    boss = signed_in("analyst")
    page = boss.get("/reports/service/", headers=ENGLISH).content.decode()
    figures = [(unescape(url), int(n)) for url, n in FIGURE.findall(page)]
    assert len(figures) == 1 + 5 + 3 + 3
    for url, n in figures:
        assert len(re.findall("data-row", boss.get(url).content.decode())) == n, url


def test_a_supervisor_sees_the_own_team_alone(
    company: None, signed_in: Callable[..., Client], team: Any
) -> None:
    page = signed_in("supervisor", team=team("south")).get("/reports/service/", headers=ENGLISH)
    assert "South" in page.content.decode()
    assert "North" not in page.content.decode()


@pytest.mark.parametrize("asked", ["dimension=x", "quarter=4", "quarter=x", "team=-1"])
def test_what_cannot_be_asked_is_not_found(signed_in: Callable[..., Client], asked: str) -> None:
    assert signed_in("analyst").get(f"/reports/service/answers?{asked}").status_code == 404


def test_without_answers_the_page_says_what_would_tell_it(signed_in: Callable[..., Client]) -> None:
    page = signed_in("analyst").get("/reports/service/", headers=ENGLISH).content.decode()
    assert "No answers in 12 months" in page
