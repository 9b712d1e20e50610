"""Take files in, stop an import, and undo one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record

from .kinds.registry import kind_of
from .models import ImportBatch
from .presets import preset_of
from .queries import batch_of, is_running
from .reasons import kept
from .running import Progress, Report, Run
from .sources import Request, open_sources, remember
from .undoing.everything import restore
from .undoing.undone import Undone

__all__ = ["Progress", "Report", "Request", "Undone", "import_files", "request_cancel", "undo"]
COUNTS = ("rows", "created", "updated", "unchanged", "rejected", "anonymous", "seconds")


def import_files(
    request: Request,
    *,
    by: Actor,
    at: datetime,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Read every file to its end first; then write, a batch of rows in each transaction.

    A file that cannot be read whole writes nothing (FileFault). Rows that are wrong go to the
    rejects file. Files of one call are one import.
    """
    by.need("imports.run")
    kind, preset = kind_of(request.kind), preset_of(request.preset, request.kind)
    sources = open_sources(request, kind, preset, by=by)
    _stop_the_dead(at)
    report = Run(request, kind, preset, sources, by=by, at=at, on_progress=on_progress).run()
    if not request.dry_run:
        remember(request, sources, at=at)
        record("import.finished", by=by, at=at, **_facts(report))
    return report


def _stop_the_dead(at: datetime) -> None:
    """Imports whose process was killed: what is in stays, and the same file brings the rest."""
    for batch in ImportBatch.objects.filter(state=ImportBatch.State.RUNNING):
        if not is_running(batch):
            ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.RUNNING).update(
                state=ImportBatch.State.STOPPED, finished_at=at
            )


def _facts(report: Report) -> dict[str, Any]:
    told = report.as_json()
    return {name: told[name] for name in (*COUNTS, "import_id", "state")} | {"of": report.kind}


def request_cancel(batch_id: int, *, by: Actor) -> None:
    """It stops after the rows it is at; those that are in stay."""
    batch = batch_of(batch_id, by)
    ImportBatch.objects.filter(pk=batch.pk).update(cancel_requested=True)


def undo(batch_id: int, *, by: Actor, at: datetime) -> Undone:
    """What the import created is gone and what it changed is as before, except rows that were
    edited since or that later imports changed: those are listed and left alone."""
    batch = batch_of(batch_id, by)
    if batch.state == ImportBatch.State.UNDONE:
        raise RuleBroken(_("The import %(id)d was undone already.") % {"id": batch_id})
    if is_running(batch):
        raise RuleBroken(_("The import %(id)d is still running. Stop it first.") % {"id": batch_id})
    undone = restore(batch)
    with transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(
            state=ImportBatch.State.UNDONE,
            undone_at=at,
            kept_at_undo=[{**row, "reason": kept(row["reason"])} for row in undone.kept],
        )
        record("import.undone", by=by, at=at, import_id=batch.pk, kept=undone.kept_rows)
    return undone
