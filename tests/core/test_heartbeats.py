"""Signs of life: of each worker, and of the timetable by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models.functions import Now

from weixi.core import checkup, heartbeats
from weixi.core.checkup import OK, WARNING
from weixi.core.models import Heartbeat
from weixi.core.working import Worker

AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
LONG_AGO = timedelta(minutes=2)


def beats(kind):
    return list(Heartbeat.objects.filter(kind=kind).values_list("name", flat=True))


def of_timetable():
    return {one.check: one.state for one in checkup.findings()}.get("timetable")


@pytest.fixture
def worker(db):
    return lambda doing="": heartbeats.beat("one", "worker", started_at=AT, doing=doing)


@pytest.fixture
def timetable(db):
    heartbeats.beat(heartbeats.TIMETABLE, "scheduler", started_at=AT)
    return lambda: Heartbeat.objects.filter(kind="scheduler").update(beat_at=Now() - LONG_AGO)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_looks_at_the_timetable_says_so_and_leaves_nothing_of_its_own():
    Worker({}, lambda: AT, ZoneInfo("Asia/Shanghai")).run(until_empty=True)
    assert beats("scheduler") == ["timetable"]
    assert beats("worker") == []


def test_a_timetable_that_nobody_looks_at_is_told_although_a_worker_lives(
    worker, timetable, settings
):
    Path(settings.VAR).mkdir(parents=True)
    assert of_timetable() is None  # no worker: said by the other finding
    worker()
    assert of_timetable() == OK
    timetable()
    assert of_timetable() == WARNING
    worker("refresh 7")
    assert of_timetable() == OK


@pytest.mark.parametrize(
    ("doing", "is_old", "words"),
    [("", False, "Alive"), ("", True, "Silent"), ("refresh 7", True, "Waits for a job")],
)
def test_the_page_shows_the_timetable_beside_the_workers(
    signed_in, worker, timetable, doing, is_old, words
):
    worker(doing)
    if is_old:
        timetable()
    page = signed_in("admin").get("/settings/system", headers={"Accept-Language": "en"})
    row = page.text[page.text.index("looked at by whichever worker is free") :]
    assert words in row[: row.index("</tr>")]
    assert page.context["alive"] == 1
