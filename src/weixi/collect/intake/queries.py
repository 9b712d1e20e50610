"""Imports for the pages: the newest, one, its rejected rows and the file of them."""

import socket
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.processes import is_gone

from .models import ImportBatch, RejectedRow
from .reasons import read


def newest_imports(actor: Actor) -> QuerySet[ImportBatch]:
    """Own imports; everybody's for those who see all customers."""
    actor.need("imports.run")
    batches = ImportBatch.objects.order_by("-started_at", "-pk")
    return batches if actor.reach == "all" else batches.filter(actor_id=actor.user_id)


def batch_of(batch_id: int, actor: Actor) -> ImportBatch:
    """Raises Missing when it is not there or somebody else's."""
    batch = newest_imports(actor).filter(pk=batch_id).first()
    if batch is None:
        raise Missing("import")
    return batch


def rejected_rows(batch_id: int, actor: Actor, *, limit: int) -> list[RejectedRow]:
    """The first ones; the file holds them all. Values are masked, reasons in words."""
    rows = RejectedRow.objects.filter(batch=batch_of(batch_id, actor)).order_by("line", "pk")
    found = list(rows[:limit])
    for row in found:
        row.reason = read(row.reason)
    return found


def kept_at_undo(batch: ImportBatch, *, limit: int) -> list[dict[str, str]]:
    """Rows that an undo left as they were, with the reason in words."""
    return [{**row, "reason": read(row["reason"])} for row in batch.kept_at_undo[:limit]]


def rejects_file(batch_id: int, actor: Actor) -> Path | None:
    """The rows to repair, unmasked: for the person who ran the import, nobody else."""
    batch = batch_of(batch_id, actor)
    path = Path(settings.VAR) / "imports" / f"{batch.pk}-rejects.csv"
    return path if batch.actor_id == actor.user_id and path.exists() else None


def is_running(batch: ImportBatch) -> bool:
    """False for one whose process is gone; a process on another machine is believed to live."""
    if batch.state != ImportBatch.State.RUNNING:
        return False
    host, _colon, process = batch.worker.rpartition(":")
    if host != socket.gethostname() or not process.isdigit():
        return bool(process)
    return not is_gone(int(process))
