"""One pass of the pipeline: claimed so that two cannot mix, kept alive by its lease."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from .errors import Conflict
from .models import Run
from .prepared import prepared
from .processes import is_gone

LEASE = timedelta(minutes=30)


@dataclass(frozen=True)
class RunContext:
    """What a stage is given: the day, the engine, and where its columns are written.

    A stage's `compute` writes Parquet under `file(...)` and touches no table; its `publish`
    writes tables and is called for all stages in one transaction.
    """

    run_id: int
    as_of: date
    engine: str

    def file(self, table: str) -> Path:
        """LAKE/table/as_of=DAY/part-0.parquet, its folder made."""
        file = lake_file(table, self.as_of)
        file.parent.mkdir(parents=True, exist_ok=True)
        return file


def lake_folder(table: str) -> Path:
    return Path(settings.LAKE) / table


def lake_file(table: str, as_of: date) -> Path:
    """Where a table of a day lies, whether it is there or not."""
    return lake_folder(table) / f"as_of={as_of.isoformat()}" / "part-0.parquet"


def write_table(table: pa.Table, file: Path, *, row_group_size: int | None = None) -> None:
    """Whole or not at all: a killed run leaves no half file where pages read. Only words are often
    the same: a dictionary of numbers takes as long as all the rest."""
    beside = file.with_suffix(".writing")
    words = [one.name for one in table.schema if pa.types.is_string(one.type)]
    pq.write_table(table, beside, row_group_size=row_group_size, use_dictionary=words)
    beside.replace(file)


def read_table(file: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """One file: what Arrow has for folders of files takes a fifth of a second to load."""
    with pq.ParquetFile(file) as table:
        return table.read(None if columns is None else list(columns))


def rows_in(file: Path) -> int:
    return int(pq.read_metadata(file).num_rows)


@contextmanager
def claimed_run(*, as_of: date, engine: str, at: datetime) -> Iterator[Run]:
    """Raises Conflict while another run is active; one whose holder died or whose lease ran out
    is given up."""
    _give_up_the_dead(at)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                as_of=as_of,
                engine=engine,
                started_at=at,
                lease_until=at + LEASE,
                holder=f"{socket.gethostname()}:{os.getpid()}",
            )
    except IntegrityError:
        raise Conflict("Another refresh is running. Wait until it has finished.") from None
    try:
        yield run
    except BaseException as problem:
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, problem=str(problem)[:2000])
        raise


def _give_up_the_dead(at: datetime) -> None:
    for run in Run.objects.filter(state=Run.State.ACTIVE):
        if run.lease_until < at or _is_dead(run.holder):
            Run.objects.filter(pk=run.pk, state=Run.State.ACTIVE).update(
                state=Run.State.FAILED, problem="stopped midway", finished_at=at
            )


def is_running(at: datetime) -> bool:
    """Whether a run is at work on the figures at this moment."""
    active = Run.objects.filter(state=Run.State.ACTIVE, lease_until__gt=at)
    return not all(_is_dead(run.holder) for run in active)


def _is_dead(holder: str) -> bool:
    """Whether the process is known to be gone: only the machine it ran on can tell."""
    host, _, process = holder.rpartition(":")
    return host == socket.gethostname() and is_gone(int(process))


def finish(run: Run, *, at: datetime, customers: int, stages: list[dict[str, Any]]) -> None:
    """Inside the publishing transaction: the run is done together with what it published.

    Raises Conflict when the run was given up meanwhile: another may have published.
    """
    mine = Run.objects.filter(pk=run.pk, state=Run.State.ACTIVE)
    if not mine.update(state=Run.State.DONE, finished_at=at, customers=customers, stages=stages):
        raise Conflict("This refresh took too long and was given up. Start it again.")
    run.refresh_from_db()


def refreshed_days() -> list[date]:
    """Days whose columns are whole in the lake, the newest first."""
    days = Run.objects.filter(state=Run.State.DONE).values_list("as_of", flat=True).distinct()
    return [day for day in days.order_by("-as_of") if lake_file("cells", day).exists()]


def newest_run() -> Run | None:
    """The run whose figures the pages show."""
    return next(iter(_newest_done()), None)


@prepared
def _newest_done() -> "QuerySet[Run]":
    return Run.objects.filter(state=Run.State.DONE).order_by("-as_of", "-id")[:1]


def recent_runs(limit: int = 20) -> list[Run]:
    return list(Run.objects.order_by("-id")[:limit])
