"""Dates written year first, with or without a time; days and moments within what can be true."""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo

from weixi.collect.intake.reasons import reason as _

FIRST_YEAR = 1900
ISO_LENGTHS = frozenset((10, 16, 19))  # 2026-01-31, … 14:05, … 14:05:09
EXCEL_EPOCH = datetime(1899, 12, 30)
WRITTEN = re.compile(
    r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
SERIAL = re.compile(r"[1-7][0-9]{4}(\.[0-9]+)?")  # Excel's count of days: 1927 to 2119
DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*")


def _moment(text: str) -> datetime:
    """Without a zone unless one is written."""
    if len(text) in ISO_LENGTHS and text[4:5] == text[7:8] == "-" and text.isascii():
        with suppress(ValueError):  # the usual case, quickly; the rest finds the right sentence
            return datetime.fromisoformat(text)
    if (found := WRITTEN.fullmatch(text)) is None:
        text = " ".join(unicodedata.normalize("NFKC", text).split())
        found = WRITTEN.fullmatch(text)
    if found:
        return _built(text, *found.groups())
    if found := COMPACT.fullmatch(text):
        return _built(text, *found.groups(), None, None)
    if SERIAL.fullmatch(text):
        return EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86_400))
    raise ValueError(_no_date(text))


def _built(text: str, *parts: str | None) -> datetime:
    year, month, day, hour, minute, second, fraction, zone = parts
    y, m, d, hours, minutes, seconds = (
        int(part or 0) for part in (year, month, day, hour, minute, second)
    )
    micros = int((fraction or "").ljust(6, "0")[:6])
    try:
        moment = datetime(y, m, d, hours, minutes, seconds, micros)
    except ValueError:
        raise ValueError(_("There is no such day or time: %(text)s.") % {"text": text}) from None
    return moment if zone is None else moment.replace(tzinfo=_zone(zone))


def _zone(text: str) -> tzinfo:
    found = datetime.fromisoformat(f"2000-01-01T00:00:00{text}").tzinfo
    return found if found is not None else UTC


def _no_date(text: str) -> str:
    if DAY_FIRST.fullmatch(text):
        return _("Day and month could be mixed up here. Write the year first: 2026-01-31.")
    return _("This is no date. Write it like 2026-01-31, with a time like 2026-01-31 14:05.")


def day_between(first: date, last: date) -> Callable[[str], date]:
    """A check that gives a day within the two, both included."""

    def check(text: str) -> date:
        return _within(_moment(text).date(), first, last)

    return check


def day_of_years(years: range) -> Callable[[str], date]:
    """A check that gives a day of one of these years, past or to come."""

    def check(text: str) -> date:
        day = _moment(text).date()
        if day.year not in years:
            limits = {"first": years[0], "last": years[-1]}
            raise ValueError(_("A day between %(first)d and %(last)d is expected.") % limits)
        return day

    return check


def moment_until(last: date, zone: tzinfo) -> Callable[[str], datetime]:
    """A check that gives a moment in UTC; one without a zone is of the company's."""
    first = date(FIRST_YEAR, 1, 1)
    offsets: dict[str, timedelta] = {}  # of days of one offset within the bounds, as written

    def check(text: str) -> datetime:
        offset = offsets.get(text[:10])
        if offset is not None and len(text) in ISO_LENGTHS:  # the usual case, quickly
            with suppress(ValueError):
                return (datetime.fromisoformat(text) - offset).replace(tzinfo=UTC)
        moment = _moment(text)
        if moment.tzinfo is None:
            day = _within(moment.date(), first, last)
            if (same := _offset_all_day(day, zone)) is not None:
                offsets[day.isoformat()] = same
            return moment.replace(tzinfo=zone).astimezone(UTC)
        _within(moment.date(), first, last + timedelta(days=1))
        _within(moment.astimezone(zone).date(), first, last)
        return moment.astimezone(UTC)

    return check


def _offset_all_day(day: date, zone: tzinfo) -> timedelta | None:
    """The zone's distance from UTC; None on a day on which clocks are changed."""
    start = datetime(day.year, day.month, day.day)
    offsets = {zone.utcoffset(start + timedelta(hours=hour)) for hour in range(25)}
    return offsets.pop() if len(offsets) == 1 else None


def _within(day: date, first: date, last: date) -> date:
    if day > last:
        raise ValueError(_("The day lies in the future: %(day)s.") % {"day": day.isoformat()})
    if day < first:
        raise ValueError(
            _("The day lies before the year %(year)d: %(day)s.")
            % {"year": first.year, "day": day.isoformat()}
        )
    return day
