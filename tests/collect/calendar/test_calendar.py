"""The table of the calendar: shipped, changed, and what it warns of."""

from datetime import UTC, date, datetime

import holidays
import pytest

from tests.moments import NOON
from weixi.collect.calendar import actions, queries
from weixi.collect.calendar.models import Calendar, CalendarDay
from weixi.collect.calendar.words import findings
from weixi.core.actor import SYSTEM
from weixi.core.checkup import OK, WARNING
from weixi.core.errors import Missing, NotAllowed, RuleBroken
from weixi.core.models import JournalEntry

pytestmark = pytest.mark.django_db
BY = {"by": SYSTEM, "at": NOON}


def test_without_a_table_the_shipped_days_hold():
    assert queries.business_calendar().is_workday(date(2026, 2, 14))
    assert not queries.business_calendar().is_workday(date(2026, 2, 17))


def test_making_it_twice_adds_nothing():
    assert actions.create_shipped_calendar() > 300
    assert actions.create_shipped_calendar() == 0
    assert Calendar.objects.get().verified_through == date(2026, 12, 31)


@pytest.mark.slow
def test_every_statutory_holiday_of_another_source_is_closed():
    actions.create_shipped_calendar()
    calendar = queries.business_calendar()
    other = holidays.country_holidays("CN", years=range(2015, 2027))
    assert [day for day in other if calendar.is_workday(day)] == []


def test_a_day_that_a_person_entered_survives_a_newer_package():
    actions.create_shipped_calendar()
    actions.set_day(date(2026, 10, 10), kind="closed", name="outing", **BY)
    Calendar.objects.update(verified_through=date(2025, 12, 31))
    actions.create_shipped_calendar()
    assert not queries.business_calendar().is_workday(date(2026, 10, 10))


def test_a_change_is_seen_at_once_and_stands_in_the_journal():
    actions.create_shipped_calendar()
    assert queries.business_calendar().is_workday(date(2026, 11, 27))
    actions.set_day(date(2026, 11, 27), kind="closed", name="outing", **BY)
    assert not queries.business_calendar().is_workday(date(2026, 11, 27))
    actions.remove_day(date(2026, 11, 27), **BY)
    assert queries.business_calendar().is_workday(date(2026, 11, 27))
    assert list(JournalEntry.objects.order_by("id").values_list("kind", flat=True)) == [
        "calendar.day_set", "calendar.day_removed",
    ]  # fmt: skip


def test_a_new_week_moves_what_is_due():
    week = ["09:00-12:00, 13:00-17:00"] * 5 + ["", ""]
    actions.set_week(week, zone="Asia/Shanghai", **BY)
    start = datetime(2026, 11, 23, 3, 50, tzinfo=UTC)  # 11:50 in Shanghai
    assert queries.business_calendar().due(start, 20) == datetime(2026, 11, 23, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "zone", "sentence"),
    [
        ([""] * 7, "Asia/Shanghai", "At least one weekday"),
        (["22:00-06:00"] + [""] * 6, "Asia/Shanghai", "ends before it begins"),
        (["09:00-18:00"] * 7, "Peking", "not a time zone"),
        (["09:00-18:00"] * 6, "Asia/Shanghai", "seven days"),
    ],
)
def test_a_week_that_cannot_be(week, zone, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        actions.set_week(week, zone=zone, **BY)


def test_days_far_away_or_unknown_are_refused():
    with pytest.raises(RuleBroken, match="between 2000 and 2100"):
        actions.set_day(date(1999, 1, 1), kind="closed", **BY)
    with pytest.raises(RuleBroken, match="closed"):
        actions.set_day(date(2026, 1, 1), kind="half", **BY)
    with pytest.raises(Missing):
        actions.remove_day(date(2026, 11, 27), **BY)


def test_only_who_manages_settings_may_change_it(actor):
    with pytest.raises(NotAllowed):
        actions.set_day(date(2026, 11, 27), kind="closed", by=actor("agent"), at=NOON)
    assert not CalendarDay.objects.exists()


def test_the_month_of_february_2026():
    february = queries.year(2026)[1]
    assert (february.workdays, february.hours, february.blanks) == (16, 144.0, 6)
    assert [row.day.day for row in february.days if not row.is_workday and row.is_exception] == [
        15, 16, 17, 18, 19, 20, 21, 22, 23,
    ]  # fmt: skip


def test_the_doctor_warns_a_month_before_the_known_days_end():
    assert next(findings(date(2026, 11, 30))).state == OK
    found = next(findings(date(2026, 12, 2)))
    assert found.state == WARNING
    assert "2026-12-31" in found.found
    actions.set_verified_through(date(2027, 12, 31), **BY)
    assert next(findings(date(2026, 12, 2))).state == OK


def test_what_is_due_in_an_unknown_year_says_so():
    known = queries.due_with_note(datetime(2026, 11, 23, 2, tzinfo=UTC), 30)
    unknown = queries.due_with_note(datetime(2026, 12, 31, 9, 45, tzinfo=UTC), 30)
    assert (known[1], unknown[1]) == (False, True)
    assert unknown[0] == datetime(2027, 1, 1, 1, 15, tzinfo=UTC)
