"""When named jobs are due: cron lines in the company's time zone, no doubles, one catch-up."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from croniter import croniter
from django.db import transaction

from .actor import SYSTEM
from .jobs import enqueue
from .models import ScheduleEntry


class Timed(NamedTuple):
    """A job of the timetable: the name of its handler and minute hour day month weekday."""

    name: str
    cron: str


def install(timed: tuple[Timed, ...], *, at: datetime, zone: ZoneInfo) -> None:
    """Make the entries that are missing and follow a changed line; what a person switched off
    stays off."""
    for entry in timed:
        row, _ = ScheduleEntry.objects.get_or_create(
            name=entry.name,
            defaults={"cron": entry.cron, "next_at": next_time(entry.cron, at, zone)},
        )
        if row.cron != entry.cron:
            row.cron, row.next_at = entry.cron, next_time(entry.cron, at, zone)
            row.save(update_fields=["cron", "next_at"])


def tick(*, at: datetime, zone: ZoneInfo) -> list[str]:
    """Put what is due in the queue and return the names. Any number of schedulers may tick.

    Downtime is caught up once: the next time is counted from now. A clock that went ahead and
    came back is forgiven: the earlier time holds again, and the key keeps its job from doubling.
    """
    queued = []
    for row in ScheduleEntry.objects.filter(is_on=True):
        following = next_time(row.cron, at, zone)
        if row.next_at is not None and row.next_at <= at:
            queued += _queue(row, following, at)
        elif row.next_at != following:
            _move(row, following)
    return queued


@transaction.atomic
def _queue(row: ScheduleEntry, following: datetime, at: datetime) -> list[str]:
    if row.next_at is None or not _move(row, following):
        return []  # another scheduler was first
    due = row.next_at.astimezone(UTC)
    enqueue(
        row.name, {"due": due.isoformat()}, key=f"{row.name}@{due:%Y-%m-%dT%H:%M}", by=SYSTEM, at=at
    )
    ScheduleEntry.objects.filter(pk=row.pk).update(last_at=at)
    return [row.name]


def _move(row: ScheduleEntry, following: datetime) -> int:
    return ScheduleEntry.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=following)


def next_time(cron: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after `after` at which the wall clock of `zone` shows what `cron` says.

    A time that the change to summer time skips counts as the moment after the gap; one that
    comes twice in autumn counts once, the first time.
    """
    times = croniter(cron, after.astimezone(zone).replace(tzinfo=None))
    while True:
        moment = times.get_next(datetime).replace(tzinfo=zone).astimezone(UTC)
        if moment > after:
            return moment


def entries() -> list[ScheduleEntry]:
    return list(ScheduleEntry.objects.order_by("name"))
