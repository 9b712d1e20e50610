"""Dates that come again: birthdays by both calendars, anniversaries, festivals. Pure.

Lunar dates come from the library lunar_python; here is only what is agreed about them: who was
born in a leap month keeps the day in the plain month of years without it, who was born on the
30th keeps the 29th where the month is short.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from lunar_python import LunarYear, Solar

OLDEST_YEARS = 120


class Festival(NamedTuple):
    """`month`, `day`: of the lunar calendar where `is_lunar`; day 0 = the last of the month."""

    name_zh: str
    name_en: str
    month: int
    day: int
    is_lunar: bool


FESTIVALS = {
    "new_year": Festival("元旦", "New Year's Day", 1, 1, False),
    "new_year_eve": Festival("除夕", "Lunar New Year's Eve", 12, 0, True),
    "spring_festival": Festival("春节", "Spring Festival", 1, 1, True),
    "lantern": Festival("元宵节", "Lantern Festival", 1, 15, True),
    "womens_day": Festival("妇女节", "Women's Day", 3, 8, False),
    "labour_day": Festival("劳动节", "Labour Day", 5, 1, False),
    "dragon_boat": Festival("端午节", "Dragon Boat Festival", 5, 5, True),
    "qixi": Festival("七夕", "Qixi", 7, 7, True),
    "mid_autumn": Festival("中秋节", "Mid-Autumn Festival", 8, 15, True),
    "double_ninth": Festival("重阳节", "Double Ninth", 9, 9, True),
    "teachers_day": Festival("教师节", "Teachers' Day", 9, 10, False),
    "national_day": Festival("国庆节", "National Day", 10, 1, False),
}


class LunarDay(NamedTuple):
    """`month` is negative for a leap month, as the library has it."""

    year: int
    month: int
    day: int


class Month(NamedTuple):
    number: int  # negative: a leap month
    first: date
    days: int


@lru_cache(maxsize=512)
def _months(year: int) -> tuple[Month, ...]:
    """In order. The library reckons a whole year from the moon each time it is asked anything."""
    found = []
    for month in LunarYear.fromYear(year).getMonthsInYear():
        first = Solar.fromJulianDay(month.getFirstJulianDay())
        day = date(first.getYear(), first.getMonth(), first.getDay())
        found.append(Month(month.getMonth(), day, month.getDayCount()))
    return tuple(found)


def _month(year: int, number: int) -> Month | None:
    return next((month for month in _months(year) if month.number == number), None)


def lunar_of(day: date) -> LunarDay:
    """
    >>> lunar_of(date(2026, 2, 17))
    LunarDay(year=2026, month=1, day=1)
    """
    year = day.year if day >= _months(day.year)[0].first else day.year - 1
    month = [month for month in _months(year) if month.first <= day][-1]
    return LunarDay(year, month.number, (day - month.first).days + 1)


def solar_of(year: int, month: int, day: int) -> date:
    """The day on which a lunar day is kept in a lunar year; day 0 = the last of the month.

    >>> solar_of(2026, 8, 15)
    datetime.date(2026, 9, 25)
    """
    found = _month(year, month) or _month(year, abs(month))  # not every year has the leap month
    assert found is not None
    return found.first + timedelta(days=min(day or found.days, found.days) - 1)


def festival_day(code: str, year: int) -> date:
    """The day of a festival in a year; a lunar one belongs to its lunar year.

    >>> festival_day("new_year_eve", 2025)
    datetime.date(2026, 2, 16)
    """
    festival = FESTIVALS[code]
    if festival.is_lunar:
        return solar_of(year, festival.month, festival.day)
    return date(year, festival.month, festival.day)


def festivals_on(day: date) -> list[tuple[str, int]]:
    """(code, year it belongs to) of every festival of a day."""
    return [
        (code, year)
        for code, festival in FESTIVALS.items()
        for year in ((day.year - 1, day.year) if festival.is_lunar else (day.year,))
        if festival_day(code, year) == day
    ]


def kept_on(born: date, year: int) -> date:
    """The solar day in a year; 29 February is kept on the 28th in common years."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def solar_origins(day: date) -> list[date]:
    """Every earlier date whose yearly return is kept on `day`."""
    last_of_february = (day.month, day.day) == (2, 28)
    origins = []
    for year in range(day.year - OLDEST_YEARS, day.year + 1):
        for month_day in ((day.month, day.day), *(((2, 29),) if last_of_february else ())):
            origin = _date_or_none(year, *month_day)
            if origin is not None and kept_on(origin, day.year) == day:
                origins.append(origin)
    return origins


def lunar_origins(day: date, born: range) -> list[date]:
    """Every date of a lunar year in `born` whose lunar birthday is kept on `day`.

    >>> date(1990, 9, 25) in lunar_origins(date(2026, 9, 20), range(1990, 1991))
    False
    """
    return sorted(set(_lunar_origins(day, born)))  # both are the 7th of the 8th month


def _lunar_origins(day: date, born: range) -> Iterator[date]:
    now = lunar_of(day)
    for year in born:
        for month in {now.month, abs(now.month), -abs(now.month)}:
            for day_of_month in {now.day, *((30,) if now.day == 29 else ())}:
                origin = _solar_or_none(year, month, day_of_month)
                if origin is not None and lunar_birthday_in(origin, now.year) == day:
                    yield origin


def lunar_birthday_in(born: date, lunar_year: int) -> date:
    """
    >>> lunar_birthday_in(date(1990, 10, 3), 2026)   # the 15th of the 8th month
    datetime.date(2026, 9, 25)
    """
    _, month, day = lunar_of(born)
    return solar_of(lunar_year, month, day)


def _solar_or_none(year: int, month: int, day: int) -> date | None:
    found = _month(year, month)
    if found is None or day > found.days:
        return None
    return solar_of(year, month, day)


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_between(first: date, last: date) -> Iterator[date]:
    """Both ends included."""
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)
