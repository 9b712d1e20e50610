"""Trial and import of a staged file as jobs of a worker: the page may be left and found again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from weixi.core.actor import Actor
from weixi.core.errors import NotAllowed
from weixi.core.jobs import Held, enqueue
from weixi.core.models import Job
from weixi.staff.queries import actor_of_id

from .running import Progress
from .staging import Draft, draft_of, forget_rows, save
from .trying import take_in, try_out

TRY, TAKE = "intake.try", "intake.take"


def start_trial(draft: Draft, *, by: Actor, at: datetime) -> Draft:
    return _started(TRY, draft, by=by, at=at)


def start_import(draft: Draft, *, by: Actor, at: datetime) -> Draft:
    return _started(TAKE, draft, by=by, at=at)


def _started(name: str, draft: Draft, *, by: Actor, at: datetime) -> Draft:
    by.need("imports.run")
    job: Job = enqueue(name, {"token": draft.token}, by=by, at=at, max_attempts=2)
    return save(replace(draft, job_id=job.pk))


def run_trial(held: Held, at: datetime) -> None:
    by = _asker(held)
    draft = draft_of(held.payload["token"], by)
    try_out(draft, by=by, at=at, on_progress=_told(held))


def run_import(held: Held, at: datetime) -> None:
    """Run again after a stop, it takes the rest: rows that are in are found unchanged."""
    by = _asker(held)
    draft = draft_of(held.payload["token"], by)
    report = take_in(draft, by=by, at=at, on_progress=_told(held))
    forget_rows(replace(draft_of(draft.token, by), import_id=report.import_id))


def _told(held: Held) -> Callable[[Progress], None]:
    return lambda progress: held.progress(progress.done, progress.total)


def _asker(held: Held) -> Actor:
    """The rights of now, not of when the job was asked for."""
    by = actor_of_id(held.requested_by)
    if by is None:
        raise NotAllowed("imports.run")
    return by
