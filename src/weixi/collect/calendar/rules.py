"""Working time: when a company is open, and how much of it lies between two moments. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from weixi.core.errors import Sentence

DAY_MINUTES = 1_440
MOST_INTERVALS = 6
MOST_MINUTES = 5_000_000  # more than nine years around the clock
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class DayKind(StrEnum):
    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, order=True)
class Interval:
    """From `start` to `end`, both minutes since midnight of one day; `end` is not in it."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{clock_text(self.start)}–{clock_text(self.end)}"


@dataclass(frozen=True)
class SpecialDay:
    """A day unlike others of its weekday. Open without intervals: the hours of a usual day."""

    kind: DayKind
    intervals: tuple[Interval, ...] = ()
    name: str = ""


Week = tuple[tuple[Interval, ...], ...]


@dataclass(frozen=True)
class BusinessCalendar:
    """Hours of the seven weekdays (Monday first) and dated exceptions, in the zone's own time.

    `verified_through`: until then somebody looked up the holidays; later days count by their
    weekday unless an exception says otherwise, and `is_assumed` tells so. None: nobody looked.
    """

    week: Week
    exceptions: Mapping[date, SpecialDay] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    verified_through: date | None = None

    def __post_init__(self) -> None:
        if not any(self.week):
            raise Sentence("At least one weekday needs hours.")

    def due(self, start: datetime, minutes: int) -> datetime:
        """The first moment at which `minutes` of working time have passed since `start`."""
        _check_aware(start)
        if not 0 <= minutes <= MOST_MINUTES:
            raise Sentence("Working minutes are 0 to %(most)s.", most=MOST_MINUTES)
        left = timedelta(minutes=minutes)
        if not left:
            return start
        for opens, closes in self._spans_from(start):
            if closes - opens >= left:
                return (opens + left).astimezone(start.tzinfo)
            left -= closes - opens
        raise AssertionError("weekdays with hours come again and again")

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two moments; negative when `end` is the earlier one."""
        _check_aware(start)
        _check_aware(end)
        if end < start:
            return -self.elapsed(end, start)
        passed = timedelta()
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            passed += min(closes, end) - opens
        return passed // timedelta(minutes=1)

    def is_open(self, at: datetime) -> bool:
        _check_aware(at)
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return any(opens <= at < closes for opens, closes in self.spans(day))

    def is_workday(self, day: date) -> bool:
        return bool(self.intervals(day))

    def is_assumed(self, day: date) -> bool:
        """True when only the weekday speaks for this day: its holidays are not known yet."""
        is_known = self.verified_through is not None and day <= self.verified_through
        return not is_known and day not in self.exceptions

    def intervals(self, day: date) -> tuple[Interval, ...]:
        exception = self.exceptions.get(day)
        if exception is None:
            return self.week[day.weekday()]
        if exception.kind == DayKind.CLOSED:
            return ()
        return exception.intervals or self.usual_hours

    @property
    def usual_hours(self) -> tuple[Interval, ...]:
        """Of the first weekday that has hours: what a make-up day is worked by."""
        return next(hours for hours in self.week if hours)

    def minutes_of(self, day: date) -> int:
        return sum(i.end - i.start for i in self.intervals(day))

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The day's working time as moments in UTC, in order. A clock change moves their length."""
        zone = ZoneInfo(self.zone)
        pairs = [
            (_moment(day, i.start, zone), _moment(day, i.end, zone)) for i in self.intervals(day)
        ]
        return [(opens, closes) for opens, closes in pairs if opens < closes]

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(ZoneInfo(self.zone)).date()
        start = start.astimezone(UTC)
        while day < date.max:
            for opens, closes in self.spans(day):
                if closes > start:
                    yield max(opens, start), closes
            day += timedelta(days=1)


def read_intervals(text: str) -> tuple[Interval, ...]:
    """From "09:00-12:00, 13:30-18:00"; empty text: closed. Raises Sentence with what is wrong."""
    parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",")]
    return checked_intervals([_interval(part) for part in parts if part])


def checked_intervals(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """In order; none is empty, crosses midnight or overlaps another."""
    if len(intervals) > MOST_INTERVALS:
        raise Sentence("A day has at most %(most)s spans of hours.", most=MOST_INTERVALS)
    ordered = tuple(sorted(intervals))
    for one in ordered:
        if not 0 <= one.start < DAY_MINUTES or not 0 < one.end <= DAY_MINUTES:
            raise Sentence("Hours lie between 00:00 and 24:00.")
        if one.end <= one.start:
            raise Sentence(
                "%(span)s ends before it begins. Hours over midnight are two spans: until 24:00, "
                "and from 00:00 on the next day.",
                span=one,
            )
    for one, following in pairwise(ordered):
        if following.start < one.end:
            raise Sentence("%(one)s and %(other)s overlap.", one=one, other=following)
    return ordered


def clock_text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def written(intervals: Sequence[Interval]) -> str:
    return ", ".join(str(one).replace("–", "-") for one in intervals)


def _interval(text: str) -> Interval:
    ends = text.replace("–", "-").replace("—", "-").replace("~", "-").split("-")
    if len(ends) != 2:
        raise Sentence("Hours are written like 09:00-18:00; this is “%(found)s”.", found=text[:20])
    return Interval(_minutes(ends[0], text), _minutes(ends[1], text))


def _minutes(text: str, whole: str) -> int:
    hours, _, rest = text.strip().replace("：", ":").partition(":")
    if not (hours.isascii() and hours.isdigit() and len(hours) <= 2):
        raise Sentence("Hours are written like 09:00-18:00; this is “%(found)s”.", found=whole[:20])
    if rest and not (rest.isascii() and rest.isdigit() and len(rest) == 2 and int(rest) < 60):
        raise Sentence("Hours are written like 09:00-18:00; this is “%(found)s”.", found=whole[:20])
    return int(hours) * 60 + int(rest or 0)


def _check_aware(at: datetime) -> None:
    if at.utcoffset() is None:
        raise Sentence("A moment needs its time zone.")


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """In UTC. A time that a clock change skips is the moment of the change; one that comes twice
    is its first coming: so later wall times never lie before earlier ones."""
    if minutes == DAY_MINUTES:
        day, minutes = day + timedelta(days=1), 0
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    earliest = wall.replace(fold=1).astimezone(UTC)
    steps = range(int((moment - earliest) / timedelta(minutes=1)) + 1)
    before = earliest.astimezone(zone).utcoffset()
    changed = bisect_left(
        steps, True,
        key=lambda n: (earliest + timedelta(minutes=n)).astimezone(zone).utcoffset() != before,
    )  # fmt: skip
    return earliest + timedelta(minutes=changed)
