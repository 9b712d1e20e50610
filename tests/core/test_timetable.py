"""The timetable: no doubles, one catch-up, whatever the clock does (J-07)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from weixi.core import jobs, timetable
from weixi.core.actor import SYSTEM
from weixi.core.models import Job, ScheduleEntry
from weixi.core.timetable import Timed, next_time, tick

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHTLY = (Timed("refresh", "0 2 * * *"),)
EVENING = datetime(2026, 11, 20, 12, tzinfo=UTC)  # 20:00 in Shanghai
TWO_OCLOCK = datetime(2026, 11, 20, 18, tzinfo=UTC)  # 02:00 on the 21st in Shanghai
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture
def installed(db):
    timetable.install(NIGHTLY, at=EVENING, zone=SHANGHAI)


def tick_at(*moments):
    return [name for at in moments for name in tick(at=at, zone=SHANGHAI)]


def test_nothing_is_due_before_its_time(installed):
    assert tick_at(EVENING, TWO_OCLOCK - MINUTE) == []


def test_a_job_is_queued_once_when_due(installed):
    assert tick_at(TWO_OCLOCK, TWO_OCLOCK + MINUTE) == ["refresh"]
    assert Job.objects.get().payload == {"due": "2026-11-20T18:00:00+00:00"}


def test_a_week_of_downtime_is_caught_up_once(installed):
    assert tick_at(TWO_OCLOCK + 7 * DAY + MINUTE, TWO_OCLOCK + 7 * DAY + 2 * MINUTE) == ["refresh"]
    assert ScheduleEntry.objects.get().next_at == TWO_OCLOCK + 8 * DAY


def test_two_schedulers_queue_one_job(installed):
    seen_by_the_second = ScheduleEntry.objects.get()
    tick_at(TWO_OCLOCK)

    assert timetable._queue(seen_by_the_second, TWO_OCLOCK + DAY, TWO_OCLOCK) == []
    assert Job.objects.count() == 1


def test_a_clock_set_back_ten_minutes_queues_nothing_twice(installed):
    tick_at(TWO_OCLOCK, TWO_OCLOCK - 10 * MINUTE, TWO_OCLOCK, TWO_OCLOCK + MINUTE)

    assert Job.objects.count() == 1


def test_a_clock_that_went_a_day_ahead_and_came_back_loses_no_night(installed):
    tick_at(TWO_OCLOCK + DAY, TWO_OCLOCK - 10 * MINUTE, TWO_OCLOCK, TWO_OCLOCK + DAY)

    assert Job.objects.count() == 2  # the night before went with the jump, caught up once


def test_a_job_switched_off_stays_off(installed):
    ScheduleEntry.objects.update(is_on=False)
    timetable.install(NIGHTLY, at=EVENING, zone=SHANGHAI)

    assert tick_at(TWO_OCLOCK + DAY) == []


def test_a_changed_line_moves_the_next_time(installed):
    timetable.install((Timed("refresh", "30 4 * * *"),), at=EVENING, zone=SHANGHAI)

    assert ScheduleEntry.objects.get().next_at == TWO_OCLOCK + timedelta(hours=2, minutes=30)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        # 02:30 does not exist on 29 March 2026: the moment after the gap
        ("30 2 * * *", utc(2026, 3, 28, 23), utc(2026, 3, 29, 1, 30)),
        # 02:30 comes twice on 25 October 2026: the first counts …
        ("30 2 * * *", utc(2026, 10, 24, 23), utc(2026, 10, 25, 0, 30)),
        # … and the second does not
        ("30 2 * * *", utc(2026, 10, 25, 1), utc(2026, 10, 26, 1, 30)),
        ("0 3 29 2 *", utc(2026, 3, 1), utc(2028, 2, 29, 2)),
    ],
)  # fmt: skip
def test_wall_clock_times_survive_summer_time_and_leap_days(cron, after, expected):
    assert next_time(cron, after, BERLIN) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("jump", [-DAY, -timedelta(hours=1), timedelta(hours=1), DAY])
def test_a_jump_of_the_machines_clock_ends_no_lease(jump):
    jobs.enqueue("count", by=SYSTEM, at=timezone.now() - 2 * DAY)
    held = jobs.claim("first")

    with time_machine.travel(timezone.now() + jump):
        assert jobs.reap() == 0
        assert jobs.claim("second") is None
        jobs.complete(held)
