"""Quiet hours: over midnight, in the customer's zone, through both changes of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.act.outreach.quiet_rules import end_of_quiet, is_quiet

SHANGHAI, BERLIN, NEW_YORK = map(ZoneInfo, ("Asia/Shanghai", "Europe/Berlin", "America/New_York"))
NIGHT = (time(22), time(8))
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda m: time(m // 60, m % 60))
MOMENTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)
)  # fmt: skip


@pytest.mark.parametrize(
    ("wall", "quiet"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_the_night_goes_over_midnight(wall, quiet):
    at = datetime.fromisoformat(f"2026-11-21T{wall}").replace(tzinfo=SHANGHAI)
    assert is_quiet(at, *NIGHT, SHANGHAI) is quiet


def test_the_clock_is_the_customers():
    """14:30 in Shanghai is 01:30 in New York."""
    at = datetime(2026, 11, 21, 14, 30, tzinfo=SHANGHAI)
    assert not is_quiet(at, *NIGHT, SHANGHAI)
    assert is_quiet(at, *NIGHT, NEW_YORK)
    assert end_of_quiet(at, *NIGHT, NEW_YORK) == datetime(2026, 11, 21, 8, tzinfo=NEW_YORK)


def test_the_night_with_25_hours_ends_an_hour_later():
    """Berlin, 25 October 2026: 02:00–03:00 comes twice. From 23:00 to 08:00 are ten hours."""
    at = datetime(2026, 10, 24, 23, tzinfo=BERLIN)
    assert end_of_quiet(at, *NIGHT, BERLIN) - at.astimezone(UTC) == timedelta(hours=10)


def test_an_end_that_spring_skips_comes_after_the_gap():
    """Berlin, 29 March 2026: the clock goes from 02:00 to 03:00."""
    at = datetime(2026, 3, 29, 1, tzinfo=BERLIN)
    assert end_of_quiet(at, time(22), time(2, 30), BERLIN) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )


def test_a_quiet_hour_that_comes_twice_is_quiet_twice():
    """Berlin, 25 October: 02:30 to 02:45 is quiet in both rounds of the hour."""
    first = datetime(2026, 10, 25, 0, 35, tzinfo=UTC)
    assert is_quiet(first, time(2, 30), time(2, 45), BERLIN)
    assert is_quiet(first + timedelta(hours=1), time(2, 30), time(2, 45), BERLIN)


def test_equal_times_mean_no_quiet_hours():
    assert not is_quiet(datetime(2026, 1, 1, tzinfo=UTC), time(8), time(8), SHANGHAI)


@pytest.mark.slow
@UNHURRIED
@given(MOMENTS, MINUTES, MINUTES, st.sampled_from([SHANGHAI, BERLIN, NEW_YORK]))
def test_the_end_is_later_and_not_quiet(at, start, end, zone):
    if not is_quiet(at, start, end, zone):
        return
    until = end_of_quiet(at, start, end, zone)
    assert at < until <= at + timedelta(hours=25)
    assert not is_quiet(until, start, end, zone)
