"""Working time by hand: forty moments with the day and minute they are due."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.collect.calendar.rules import (
    BusinessCalendar,
    DayKind,
    Interval,
    SpecialDay,
    read_intervals,
)
from weixi.collect.calendar.shipped import shipped_calendar
from weixi.core.errors import Sentence

SHANGHAI = shipped_calendar("Asia/Shanghai")  # Monday to Friday 09:00–18:00, holidays known
LUNCH = BusinessCalendar(
    week=(read_intervals("09:00-12:00, 13:30-18:00"),) * 5 + (read_intervals("10:00-12:00"), ()),
    exceptions=SHANGHAI.exceptions,
)
NIGHT = BusinessCalendar(  # open through Friday night, and around the clock on Saturday
    week=((),) * 4 + (read_intervals("22:00-24:00"), read_intervals("00:00-24:00"), ()),
)
BERLIN = BusinessCalendar(week=(read_intervals("00:00-24:00"),) * 7, zone="Europe/Berlin")
BERLIN_SMALL_HOURS = BusinessCalendar(week=(read_intervals("01:00-04:00"),) * 7, zone=BERLIN.zone)
OWN_DAYS = BusinessCalendar(
    week=SHANGHAI.week,
    exceptions={
        date(2026, 11, 27): SpecialDay(DayKind.CLOSED, name="company outing"),
        date(2026, 11, 28): SpecialDay(DayKind.OPEN, read_intervals("10:00-11:00, 14:00-15:00")),
    },
)

CASES = [
    # within one day
    (SHANGHAI, "2026-11-23 09:00", 0, "2026-11-23 09:00"),
    (SHANGHAI, "2026-11-23 09:00", 30, "2026-11-23 09:30"),
    (SHANGHAI, "2026-11-23 17:30", 30, "2026-11-23 18:00"),
    (SHANGHAI, "2026-11-23 08:10", 30, "2026-11-23 09:30"),
    (SHANGHAI, "2026-11-23 18:00", 1, "2026-11-24 09:01"),
    (SHANGHAI, "2026-11-23 23:59", 540, "2026-11-24 18:00"),
    (SHANGHAI, "2026-11-23 09:00", 541, "2026-11-24 09:01"),
    # weekends
    (SHANGHAI, "2026-11-20 17:45", 30, "2026-11-23 09:15"),
    (SHANGHAI, "2026-11-21 12:00", 30, "2026-11-23 09:30"),
    (SHANGHAI, "2026-11-22 23:00", 5, "2026-11-23 09:05"),
    (SHANGHAI, "2026-11-20 09:00", 2700, "2026-11-26 18:00"),
    # make-up days and holidays of 2026
    (SHANGHAI, "2026-02-13 17:50", 30, "2026-02-14 09:20"),  # Saturday worked before the festival
    (SHANGHAI, "2026-02-14 17:50", 30, "2026-02-24 09:20"),  # 15–23 February closed
    (SHANGHAI, "2026-02-16 10:00", 60, "2026-02-24 10:00"),
    (SHANGHAI, "2026-02-27 17:59", 2, "2026-02-28 09:01"),
    (SHANGHAI, "2026-10-09 17:45", 30, "2026-10-10 09:15"),
    (SHANGHAI, "2026-09-30 17:30", 60, "2026-10-08 09:30"),
    (SHANGHAI, "2026-09-18 17:50", 20, "2026-09-20 09:10"),  # Sunday worked, Saturday not
    (SHANGHAI, "2026-09-24 18:00", 1, "2026-09-28 09:01"),  # mid-autumn Friday and a weekend
    (SHANGHAI, "2026-05-08 17:50", 30, "2026-05-09 09:20"),
    (SHANGHAI, "2026-04-30 17:00", 120, "2026-05-06 10:00"),
    (SHANGHAI, "2025-12-31 17:30", 60, "2026-01-04 09:30"),
    (SHANGHAI, "2026-06-18 17:30", 60, "2026-06-22 09:30"),
    # a year nobody knows: plain weekdays
    (SHANGHAI, "2026-12-31 17:30", 60, "2027-01-01 09:30"),
    (SHANGHAI, "2027-02-05 17:30", 60, "2027-02-08 09:30"),
    # lunch
    (LUNCH, "2026-11-23 11:50", 20, "2026-11-23 13:40"),
    (LUNCH, "2026-11-23 12:00", 1, "2026-11-23 13:31"),
    (LUNCH, "2026-11-23 12:40", 30, "2026-11-23 14:00"),
    (LUNCH, "2026-11-23 11:00", 60, "2026-11-23 12:00"),
    (LUNCH, "2026-11-20 17:45", 30, "2026-11-21 10:15"),  # its Saturday is 10–12
    (LUNCH, "2026-11-21 11:50", 20, "2026-11-23 09:10"),
    (LUNCH, "2026-02-14 11:50", 20, "2026-02-14 13:40"),  # a make-up Saturday has Monday's hours
    # own closures and openings
    (OWN_DAYS, "2026-11-26 17:30", 60, "2026-11-28 10:30"),
    (OWN_DAYS, "2026-11-28 10:50", 20, "2026-11-28 14:10"),
    (OWN_DAYS, "2026-11-28 14:50", 20, "2026-11-30 09:10"),
    # nights
    (NIGHT, "2026-11-27 23:50", 20, "2026-11-28 00:10"),
    (NIGHT, "2026-11-29 00:00", 1, "2026-12-04 22:01"),
    # clock changes in Berlin: 29 March 2026 loses an hour, 25 October has one twice
    (BERLIN, "2026-03-29 01:30", 60, "2026-03-29 03:30"),
    (BERLIN, "2026-10-25 01:30", 120, "2026-10-25 02:30"),
    (BERLIN_SMALL_HOURS, "2026-03-29 00:00", 150, "2026-03-30 01:30"),  # that night has 2 hours
    (BERLIN_SMALL_HOURS, "2026-10-25 00:00", 240, "2026-10-25 04:00"),  # and that one 4
]


def moment(calendar, text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(calendar.zone))


def test_there_are_forty_cases():
    assert len(CASES) >= 40


@pytest.mark.parametrize(("calendar", "start", "minutes", "expected"), CASES)
def test_when_minutes_of_working_time_are_over(calendar, start, minutes, expected):
    found = calendar.due(moment(calendar, start), minutes)
    assert found.strftime("%Y-%m-%d %H:%M") == expected


@pytest.mark.parametrize(("calendar", "start", "minutes", "expected"), CASES)
def test_and_as_much_lies_between_the_two(calendar, start, minutes, expected):
    end = calendar.due(moment(calendar, start), minutes)
    assert calendar.elapsed(moment(calendar, start), end) == minutes


CALENDARS = st.sampled_from([SHANGHAI, LUNCH, NIGHT, BERLIN, BERLIN_SMALL_HOURS, OWN_DAYS])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 20_000))
def test_due_and_elapsed_are_inverse(calendar, start, minutes):
    assert calendar.elapsed(start, calendar.due(start, minutes)) == minutes


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(CALENDARS, MOMENTS, MOMENTS)
def test_what_elapsed_is_due_no_later_than_it_was(calendar, one, other):
    start, end = sorted((one, other))
    due = calendar.due(start, calendar.elapsed(start, end))
    assert due <= end
    assert calendar.elapsed(due, end) == 0


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 5_000), st.integers(0, 5_000))
def test_minutes_add_up(calendar, start, first, second):
    assert calendar.due(calendar.due(start, first), second) == calendar.due(start, first + second)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 5_000))
def test_work_is_due_while_the_company_is_open_or_as_it_closes(calendar, start, minutes):
    due = calendar.due(start, minutes + 1)
    assert calendar.is_open(due - timedelta(seconds=1))


def test_backwards_is_negative():
    start = moment(SHANGHAI, "2026-11-23 09:00")
    assert SHANGHAI.elapsed(start + timedelta(hours=1), start) == -60


def test_another_zone_gets_its_own_time_back():
    start = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert SHANGHAI.due(start, 30) == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert SHANGHAI.due(start, 30).tzinfo is UTC


def test_a_year_that_was_not_looked_up_is_assumed_unless_somebody_entered_the_day():
    assert not SHANGHAI.is_assumed(date(2026, 12, 31))
    assert SHANGHAI.is_assumed(date(2027, 1, 1))
    assert OWN_DAYS.is_assumed(date(2026, 11, 26))
    assert not OWN_DAYS.is_assumed(date(2026, 11, 27))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("22:00-06:00", "22:00–06:00 ends before it begins"),
        ("09:00-09:00", "ends before it begins"),
        ("09:00-13:00, 12:00-18:00", "overlap"),
        ("9 to 5", "like 09:00-18:00"),
        ("09:60-18:00", "like 09:00-18:00"),
        ("09:00-25:00", "between 00:00 and 24:00"),
        (", ".join(f"{h:02d}:00-{h:02d}:30" for h in range(7)), "at most 6"),
    ],
)
def test_hours_that_cannot_be(text, sentence):
    with pytest.raises(Sentence, match=sentence):
        read_intervals(text)


def test_hours_are_put_in_order_and_full_width_signs_are_read():
    assert read_intervals("13:30–18，9：00-12:00") == (Interval(540, 720), Interval(810, 1080))


def test_a_week_without_hours_is_refused():
    with pytest.raises(Sentence, match="At least one weekday"):
        BusinessCalendar(week=((),) * 7)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(Sentence, match="time zone"):
        SHANGHAI.due(datetime(2026, 11, 23, 9), 1)
