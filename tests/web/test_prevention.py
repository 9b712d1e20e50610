"""What is done against losses, on the page: written down, changed, ended, and its effect in words.

Figures are of 2026-11-20; measures begin on 2026-08-22, ninety days before.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.act.warnings.lake import DAY, written
from tests.moments import NOON
from weixi.act.warnings.models import Loss, Prevention
from weixi.act.warnings.rules import Unclear, unclear, windows_of
from weixi.core.models import JournalEntry, Run

EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
START = DAY - timedelta(days=90)
NEW = "/warnings/losses/prevention"


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    Run.objects.create(
        as_of=DAY, engine="duckdb", state="done", started_at=NOON, finished_at=NOON,
        lease_until=NOON,
    )  # fmt: skip
    written({})
    return signed_in("admin")


@pytest.fixture
def lost(customer: Callable[..., Any]) -> Callable[..., None]:
    def make(n: int, day: date, cause: str = "ours") -> None:
        for _ in range(n):
            Loss.objects.create(
                customer=customer(), noticed_on=day, last_bought_on=date(2025, 1, 1), cause=cause,
                kind="active", value=1_000,
            )  # fmt: skip

    return make


def measure(**changed: Any) -> Prevention:
    told = {"cause": "ours", "title": "Call back", "started_on": START, "by_name": "Mu", "at": NOON}
    return Prevention.objects.create(**told | changed)


def shown(browser: Client) -> str:
    text = re.sub(r"\s+", " ", browser.get("/warnings/losses/", **EN).content.decode())
    return text[text.index("prevention-title") : text.index('id="list"')]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def test_fewer_losses_than_before_are_told_with_the_interval(
    boss: Client, lost: Callable[..., None]
) -> None:
    # 16 in 90 days and 4 in 90: 5.3 and 1.3 in 30 days; 4 of 20 lies between 0.0573 and 0.4366
    lost(7, DAY - timedelta(days=400))  # noticed by the first refresh: gone long before
    lost(16, START - timedelta(days=1))
    lost(4, START)
    lost(9, START, "competition")  # of another cause
    measure()
    text = words(shown(boss))
    assert "before 5.3 (16 in 90 days) · since 1.3 (4 in 90 days)" in text
    assert "0.25 times as many as before (95% interval 0.06 to 0.77)" in text
    assert ": fewer, more than chance" in text


def test_each_count_opens_its_list(boss: Client, lost: Callable[..., None]) -> None:
    lost(1, DAY - timedelta(days=400))
    lost(3, START - timedelta(days=90))
    lost(2, START - timedelta(days=1))
    lost(4, START)
    measure()
    figures = re.findall(r'href="(/warnings/losses/\?[^"]*)"[^>]*>(\d+)<', shown(boss))
    assert [count for _url, count in figures] == ["5", "4"]
    for url, count in figures:
        rows = boss.get(url.replace("&amp;", "&"), **EN).content.decode()
        assert len(re.findall(r"<th scope=\"row\"><a", rows)) == int(count)


def test_a_day_that_cannot_be_read_is_named(boss: Client) -> None:
    answer = boss.get("/warnings/losses/?from=soon", **EN)
    assert answer.status_code == 422
    assert "from: a day is written as 2026-11-20." in answer.content.decode()


def test_few_losses_tell_nothing_yet(boss: Client, lost: Callable[..., None]) -> None:
    lost(1, DAY - timedelta(days=400))
    lost(5, START - timedelta(days=1))
    lost(4, START)
    measure()
    assert "9 losses of this cause in both periods, at least 10 tell" in words(shown(boss))


def test_a_few_weeks_tell_nothing_yet(boss: Client, lost: Callable[..., None]) -> None:
    lost(1, DAY - timedelta(days=400))
    measure(started_on=DAY - timedelta(days=59))
    assert "59 days since it began, at least 60 tell" in words(shown(boss))


def test_losses_that_nobody_counted_before_it_tell_nothing(
    boss: Client, lost: Callable[..., None]
) -> None:
    lost(30, START - timedelta(days=41))  # the first refresh; counted from the day after
    measure()
    assert "losses were counted for 40 days before it, at least 60 tell" in words(shown(boss))


def test_what_began_before_losses_were_counted_has_no_false_zero(
    boss: Client, lost: Callable[..., None]
) -> None:
    lost(30, DAY)  # the first refresh is of today
    measure()
    text = words(shown(boss))
    assert "before it: not counted · since it: not counted yet" in text
    assert "losses were counted for 0 days before it" in text


def test_windows_are_of_equal_length_a_year_at_most_and_stop_at_the_end() -> None:
    long_ago = date(2020, 1, 1)
    year = windows_of(date(2025, 1, 1), ended=None, newest=DAY, counted_from=long_ago)
    assert (year.days_before, year.days_since) == (365, 365)
    ended = windows_of(START, ended=START + timedelta(70), newest=DAY, counted_from=long_ago)
    assert (ended.days_before, ended.days_since) == (70, 70)
    ahead = windows_of(DAY + timedelta(9), ended=None, newest=DAY, counted_from=long_ago)
    assert (ahead.days_before, ahead.days_since) == (0, 0)
    assert unclear(ahead, 99) == Unclear.EARLY
    assert unclear(ended, 10) is None
    assert unclear(ended, 9) == Unclear.FEW


def test_a_measure_is_written_down_changed_and_ended(boss: Client) -> None:
    given = {"cause": "ours", "title": "Call back", "started_on": "2026-08-22", "note": ""}
    boss.post(NEW, given)
    made = Prevention.objects.get()
    changed = {**given, "cause": "competition", "title": "Match prices"}
    assert boss.post(f"{NEW}/{made.pk}", changed).status_code == 302
    made.refresh_from_db()
    assert (made.cause, made.title, made.ended_on) == ("competition", "Match prices", None)
    facts = JournalEntry.objects.get(kind="prevention.changed").facts
    assert (facts["before"]["title"], facts["after"]["title"]) == ("Call back", "Match prices")
    assert boss.post(f"{NEW}/{made.pk}/end", {"ended_on": "2026-10-01"}).status_code == 302
    made.refresh_from_db()
    assert made.ended_on == date(2026, 10, 1)
    boss.post(f"{NEW}/{made.pk}", {**changed, "ended_on": ""})  # it goes on after all
    made.refresh_from_db()
    assert made.ended_on is None


@pytest.mark.parametrize("place", ["", "/end"])
def test_it_cannot_end_before_it_began(place: str, boss: Client) -> None:
    made = measure()
    told = {"cause": "ours", "title": "x", "started_on": str(START), "ended_on": "2026-08-21"}
    answer = boss.post(f"{NEW}/{made.pk}{place}", told, **EN)
    assert answer.status_code == 422
    assert "Ended on: not before 2026-08-22, the day it began" in answer.content.decode()
    made.refresh_from_db()
    assert made.ended_on is None


def test_a_measure_that_is_not_there(boss: Client) -> None:
    assert boss.get(f"{NEW}/404").status_code == 404
    assert boss.post(f"{NEW}/404/end", {"ended_on": "2026-10-01"}).status_code == 404
