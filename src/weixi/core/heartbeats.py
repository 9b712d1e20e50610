"""Signs of life of workers, told by the database's clock."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from .models import Heartbeat

ALIVE = timedelta(seconds=30)
TIMETABLE = "timetable"  # one for all workers: whoever looked at it last
FORGET = timedelta(days=1)


def beat(name: str, kind: str, *, started_at: datetime, doing: str = "") -> None:
    Heartbeat.objects.update_or_create(
        name=name,
        defaults={"kind": kind, "started_at": started_at, "beat_at": Now(), "doing": doing[:120]},
    )


def gone(name: str) -> None:
    """A worker that stopped in good order leaves no trace."""
    Heartbeat.objects.filter(name=name).delete()


def alive(kind: str = "worker") -> QuerySet[Heartbeat]:
    return Heartbeat.objects.filter(kind=kind, beat_at__gte=Now() - ALIVE)


def is_busy() -> bool:
    """Whether a living worker is at a job: meanwhile it does not look at the timetable."""
    return alive().exclude(doing="").exists()


def all_beats() -> QuerySet[Heartbeat]:
    return Heartbeat.objects.order_by("kind", "name")


def forget_old(*, at: datetime) -> int:
    return Heartbeat.objects.filter(beat_at__lt=at - FORGET).delete()[0]


def is_any_alive() -> bool:
    """False also for a database that has no tables yet."""
    return Heartbeat._meta.db_table in connection.introspection.table_names() and alive().exists()
