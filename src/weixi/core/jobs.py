"""Background work in a table: leases, fencing, retries, progress and cancelling (J-06).

A job is held under a lease that its worker keeps renewing. Whoever takes a job raises its fence;
every later write of a holder carries the fence it was given, so a worker that was thought dead
and wakes up again changes nothing. Leases are told by the database's clock, never by a worker's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now

from .actor import Actor
from .errors import Conflict, NotAllowed, RuleBroken
from .models import Job

LEASE_SECONDS = 60.0
BACK_OFF_SECONDS = (5, 30, 120, 600, 3_600)  # before the 2nd, 3rd … attempt
REPORT_SECONDS = 1.0
KEPT_DAYS = 30
OVER = (Job.State.DONE, Job.State.DEAD, Job.State.CANCELLED)


class LeaseLost(Exception):
    """Somebody else holds the job now, or it was taken back: nothing may be written for it."""


class Cancelled(Exception):
    """A person asked to cancel the job."""


class Stopping(Exception):
    """The worker is asked to stop; the job goes back to the queue."""


@dataclass
class Held:
    """A job in the hands of a worker. Handlers get it, read `payload`, report and finish."""

    job_id: int
    name: str
    payload: dict[str, Any]
    fence: int
    requested_by: int | None = None
    lease_seconds: float = LEASE_SECONDS
    is_stopping: Any = field(default=lambda: False)
    is_finished: bool = False
    _reported_at: float = 0.0

    def progress(self, done: int, total: int | None = None) -> None:
        """Shows how far the job is, at most once a second; ends it when that was asked for."""
        if self.is_stopping():
            raise Stopping
        if monotonic() - self._reported_at < REPORT_SECONDS and done != total:
            return
        self._reported_at = monotonic()
        self._write(done=done, total=total, lease_until=_after(self.lease_seconds))
        if Job.objects.filter(pk=self.job_id, cancel_requested=True).exists():
            raise Cancelled

    def renew(self) -> None:
        self._write(lease_until=_after(self.lease_seconds))

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """One transaction for the job's effects and its end: both happen, or neither."""
        with transaction.atomic():
            self._write(state=Job.State.DONE, finished_at=Now(), lease_until=None, problem="")
            yield
        self.is_finished = True

    def _write(self, **values: Any) -> None:
        held = Job.objects.filter(pk=self.job_id, fence=self.fence, state=Job.State.RUNNING)
        if not held.update(**values):
            raise LeaseLost(f"job {self.job_id}, fence {self.fence}")


def enqueue(
    name: str,
    payload: dict[str, Any] | None = None,
    *,
    by: Actor,
    at: datetime,
    key: str | None = None,
    run_after: datetime | None = None,
    max_attempts: int = len(BACK_OFF_SECONDS),
) -> Job:
    """Put a job in the queue, in the caller's transaction. The same key is the same job."""
    job = Job(
        name=name,
        payload=payload or {},
        key=key,
        run_after=run_after or at,
        created_at=at,
        max_attempts=max_attempts,
        requested_by=by.user_id,
    )
    if key is None:
        job.save()
        return job
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.get(key=key)


def claim(worker: str, *, lease_seconds: float = LEASE_SECONDS) -> Held | None:
    """The next job that is due, now held by `worker`; None when there is none."""
    if not _due().exists():  # without the write lock that SQLite takes for a transaction
        return None
    with transaction.atomic():
        job = _unlocked(_due()).order_by("run_after", "pk").first()
        if job is None or not _take(job, worker, lease_seconds):
            return None
    return Held(
        job.pk, job.name, job.payload, job.fence + 1, job.requested_by, lease_seconds=lease_seconds
    )


def _due() -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.WAITING, run_after__lte=Now())


def _unlocked(jobs: QuerySet[Job]) -> QuerySet[Job]:
    if connection.features.has_select_for_update_skip_locked:
        return jobs.select_for_update(skip_locked=True)
    return jobs  # SQLite: the transaction is IMMEDIATE, nobody else writes


def _take(job: Job, worker: str, lease_seconds: float) -> int:
    return Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.WAITING).update(
        state=Job.State.RUNNING,
        fence=F("fence") + 1,
        attempts=F("attempts") + 1,
        worker=worker,
        lease_until=_after(lease_seconds),
        problem="",
    )


def complete(held: Held) -> None:
    with held.finishing():
        pass


def fail(held: Held, problem: Exception) -> None:
    """Try again later; a business "no" and the last attempt are final."""
    job = Job.objects.get(pk=held.job_id)
    is_no = isinstance(problem, RuleBroken | NotAllowed) and not isinstance(problem, Conflict)
    is_final = is_no or job.attempts >= job.max_attempts
    text = str(problem)[:2000] or type(problem).__name__
    if is_final:
        held._write(state=Job.State.DEAD, finished_at=Now(), lease_until=None, problem=text)
        return
    pause = BACK_OFF_SECONDS[min(job.attempts, len(BACK_OFF_SECONDS)) - 1]
    held._write(state=Job.State.WAITING, run_after=_after(pause), lease_until=None, problem=text)


def give_back(held: Held) -> None:
    """The worker stops: the attempt does not count."""
    held._write(
        state=Job.State.WAITING, run_after=Now(), lease_until=None, attempts=F("attempts") - 1
    )


def end_cancelled(held: Held) -> None:
    held._write(state=Job.State.CANCELLED, finished_at=Now(), lease_until=None)


def reap() -> int:
    """Jobs whose holder stopped renewing: back to the queue, or dead when out of attempts."""
    lapsed = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=Now())
    if not lapsed.exists():
        return 0
    problem = "The worker stopped midway."
    dead = lapsed.filter(attempts__gte=F("max_attempts")).update(
        state=Job.State.DEAD, finished_at=Now(), lease_until=None, problem=problem
    )
    return dead + lapsed.update(
        state=Job.State.WAITING, run_after=Now(), lease_until=None, problem=problem
    )


@transaction.atomic
def cancel(job_id: int, *, by: Actor) -> None:
    """At once while it waits; a running job ends at its next report. Its requester may, too."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or job.requested_by is None or job.requested_by != by.user_id:
        by.need("system.view")
    Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, finished_at=Now()
    )
    Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(cancel_requested=True)


@transaction.atomic
def revive(job_id: int, *, by: Actor) -> int:
    """Put a dead job back in the queue with all its attempts."""
    by.need("system.view")
    return Job.objects.filter(pk=job_id, state=Job.State.DEAD).update(
        state=Job.State.WAITING, attempts=0, run_after=Now(), finished_at=None
    )


def forget_old(*, at: datetime) -> int:
    """Jobs that were over a month ago; a dead one stays until somebody looked."""
    old = Q(state__in=(Job.State.DONE, Job.State.CANCELLED))
    return Job.objects.filter(old, finished_at__lt=at - timedelta(days=KEPT_DAYS)).delete()[0]


def job_of(job_id: int) -> Job | None:
    return Job.objects.filter(pk=job_id).first()


def newest_jobs() -> QuerySet[Job]:
    return Job.objects.order_by("-pk")


def counts() -> dict[str, int]:
    """How many jobs are in each state; every state is there."""
    return {state.value: Job.objects.filter(state=state).count() for state in Job.State}


def _after(seconds: float) -> ExpressionWrapper:
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())
