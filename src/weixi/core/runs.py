"""One pass of the pipeline: claimed so that two cannot mix, kept alive by its lease."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from .errors import Conflict
from .models import Run

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


@contextmanager
def claimed_run(*, as_of: date, engine: str, at: datetime) -> Iterator[Run]:
    """Raises Conflict while another run is active; a run whose lease ran out is given up."""
    Run.objects.filter(state=Run.State.ACTIVE, lease_until__lt=at).update(
        state=Run.State.FAILED, problem="stopped midway", finished_at=at
    )
    try:
        with transaction.atomic():
            run = Run.objects.create(
                as_of=as_of, engine=engine, started_at=at, lease_until=at + LEASE
            )
    except IntegrityError:
        raise Conflict("Another refresh is running. Wait until it has finished.") from None
    try:
        yield run
    except BaseException as problem:
        Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED, problem=str(problem)[:2000])
        raise


def finish(run: Run, *, at: datetime, customers: int, stages: list[dict[str, Any]]) -> None:
    """Inside the publishing transaction: the run is done together with what it published."""
    run.state, run.finished_at = Run.State.DONE, at
    run.customers, run.stages = customers, stages
    run.save(update_fields=["state", "finished_at", "customers", "stages"])


def newest_run() -> Run | None:
    """The run whose figures the pages show."""
    return Run.objects.filter(state=Run.State.DONE).order_by("-as_of", "-id").first()


def recent_runs(limit: int = 20) -> list[Run]:
    return list(Run.objects.order_by("-id")[:limit])
