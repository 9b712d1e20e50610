"""Quiet hours on the customer's wall clock, over midnight and through the changes of clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_quiet(at: datetime, start: time, end: time, zone: ZoneInfo) -> bool:
    """Whether the wall clock shows `start` or later and is before `end`; equal: never."""
    shown = at.astimezone(zone).time()
    if start <= end:
        return start <= shown < end
    return shown >= start or shown < end


def end_of_quiet(at: datetime, start: time, end: time, zone: ZoneInfo) -> datetime:
    """The first moment after `at` at which the wall clock shows `end` and it is not quiet.

    An hour that comes twice in autumn is quiet both times; an end that spring skips comes at the
    moment after the gap.
    """
    day = at.astimezone(zone).date()
    for days in range(4):
        wall = datetime.combine(day + timedelta(days=days), end, tzinfo=zone)
        for fold in (0, 1):
            moment = wall.replace(fold=fold).astimezone(UTC)
            if moment > at and not is_quiet(moment, start, end, zone):
                return moment
    raise AssertionError("every day has an end of its quiet hours")
