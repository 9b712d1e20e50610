"""Days that come again. Lunar dates were checked against the printed calendars of those years."""

from datetime import date, timedelta

import pytest
from lunar_python import Solar

from weixi.act.care.playbooks.expiring import months_before
from weixi.act.care.playbooks.occasions import (
    festival_day,
    festivals_on,
    kept_on,
    lunar_birthday_in,
    lunar_of,
    lunar_origins,
    solar_of,
    solar_origins,
)


@pytest.mark.parametrize(
    ("code", "year", "day"),
    [
        ("spring_festival", 2024, date(2024, 2, 10)),
        ("spring_festival", 2025, date(2025, 1, 29)),
        ("spring_festival", 2026, date(2026, 2, 17)),
        ("spring_festival", 2027, date(2027, 2, 6)),
        ("new_year_eve", 2025, date(2026, 2, 16)),
        ("lantern", 2026, date(2026, 3, 3)),
        ("dragon_boat", 2025, date(2025, 5, 31)),
        ("dragon_boat", 2026, date(2026, 6, 19)),
        ("qixi", 2026, date(2026, 8, 19)),
        ("mid_autumn", 2025, date(2025, 10, 6)),
        ("mid_autumn", 2026, date(2026, 9, 25)),
        ("double_ninth", 2026, date(2026, 10, 18)),
        ("national_day", 2026, date(2026, 10, 1)),
    ],
)
def test_festivals_fall_on_the_days_of_the_calendar(code, year, day):
    assert festival_day(code, year) == day
    assert (code, year) in festivals_on(day)


def test_an_ordinary_day_has_no_festival():
    assert festivals_on(date(2026, 11, 20)) == []


def test_the_29th_of_february_is_kept_on_the_28th_in_common_years():
    assert kept_on(date(1988, 2, 29), 2026) == date(2026, 2, 28)
    assert kept_on(date(1988, 2, 29), 2028) == date(2028, 2, 29)
    assert {date(1988, 2, 29), date(1990, 2, 28)} <= set(solar_origins(date(2026, 2, 28)))
    assert date(1988, 2, 29) not in solar_origins(date(2028, 2, 28))
    assert date(1988, 2, 29) in solar_origins(date(2028, 2, 29))


def test_a_lunar_birthday_falls_on_another_solar_day_every_year():
    born = date(1990, 10, 3)  # the 15th of the 8th month
    assert [lunar_birthday_in(born, year) for year in (2025, 2026)] == [
        date(2025, 10, 6), date(2026, 9, 25),
    ]  # fmt: skip


def test_who_was_born_in_a_leap_month_keeps_the_plain_month_in_other_years():
    born = date(2025, 8, 1)  # the 8th of the second 6th month of 2025
    assert lunar_of(born).month == -6
    assert lunar_birthday_in(born, 2025) == born
    assert lunar_birthday_in(born, 2026) == date(2026, 7, 21)


def test_the_30th_is_kept_on_the_29th_where_the_month_is_short():
    born = date(2024, 2, 9)  # the 30th of the 12th month of 2023
    assert lunar_of(born)[1:] == (12, 30)
    assert lunar_of(lunar_birthday_in(born, 2024))[1:] == (12, 29)  # that year's last day


@pytest.mark.slow
def test_lunar_days_are_those_of_the_library_and_lead_back():
    for days in range(0, 58_000, 397):  # 1900 to 2058
        day = date(1900, 1, 31) + timedelta(days=days)
        asked = Solar.fromYmd(day.year, day.month, day.day).getLunar()
        assert lunar_of(day) == (asked.getYear(), asked.getMonth(), asked.getDay())
        assert solar_of(*lunar_of(day)) == day


@pytest.mark.slow
def test_every_lunar_birthday_is_found_on_exactly_one_day_of_its_year():
    for born in (date(1990, 10, 3), date(2025, 8, 1), date(2024, 2, 9), date(1985, 1, 1)):
        kept = {lunar_birthday_in(born, year) for year in (2025, 2026, 2027)}
        for around in kept:
            near = [around + timedelta(days=n) for n in (-1, 0, 1)]
            assert [born in lunar_origins(day, range(1984, 2026)) for day in near] == [
                False,
                True,
                False,
            ]


def test_months_back_end_with_the_month():
    assert months_before(date(2026, 5, 31), 3) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 12) == date(2025, 1, 15)
    assert months_before(date(2026, 12, 31), 1) == date(2026, 11, 30)
