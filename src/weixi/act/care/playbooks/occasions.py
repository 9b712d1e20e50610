"""Dates that come again: birthdays by both calendars, anniversaries, festivals. Pure.

Lunar dates come from the library lunar_python; here is only what is agreed about them: who was
born in a leap month keeps the day in the plain month of years without it, who was born on the
30th keeps the 29th where the month is short.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from lunar_python import Lunar, LunarMonth, Solar

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


@lru_cache(maxsize=50_000)
def lunar_of(day: date) -> LunarDay:
    """
    >>> lunar_of(date(2026, 2, 17))
    LunarDay(year=2026, month=1, day=1)
    """
    found = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return LunarDay(found.getYear(), found.getMonth(), found.getDay())


@lru_cache(maxsize=50_000)
def solar_of(year: int, month: int, day: int) -> date:
    """The day on which a lunar day is kept in a lunar year.

    >>> solar_of(2026, 8, 15)
    datetime.date(2026, 9, 25)
    """
    found = LunarMonth.fromYm(year, month)
    if found is None:  # that year has no such leap month
        month = abs(month)
        found = LunarMonth.fromYm(year, month)
    kept = Lunar.fromYmd(year, month, min(day or 30, found.getDayCount())).getSolar()
    return date(kept.getYear(), kept.getMonth(), kept.getDay())


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


def lunar_origins(day: date) -> list[date]:
    """Every earlier date whose lunar birthday is kept on `day`.

    >>> date(1990, 9, 25) in lunar_origins(date(2026, 9, 20))   # both the 7th of the 8th month
    False
    """
    return sorted(set(_lunar_origins(day)))


def _lunar_origins(day: date) -> Iterator[date]:
    now = lunar_of(day)
    for year in range(now.year - OLDEST_YEARS, now.year + 1):
        for month in {now.month, abs(now.month), -abs(now.month)}:
            for day_of_month in {now.day, *((30,) if now.day == 29 else ())}:
                born = _solar_or_none(year, month, day_of_month)
                if born is not None and lunar_birthday_in(born, now.year) == day:
                    yield born


def lunar_birthday_in(born: date, lunar_year: int) -> date:
    """
    >>> lunar_birthday_in(date(1990, 10, 3), 2026)   # the 15th of the 8th month
    datetime.date(2026, 9, 25)
    """
    _, month, day = lunar_of(born)
    return solar_of(lunar_year, month, day)


def _solar_or_none(year: int, month: int, day: int) -> date | None:
    found = LunarMonth.fromYm(year, month)
    if found is None or day > found.getDayCount():
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
