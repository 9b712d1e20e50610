"""Undo for contacts."""

from collections.abc import Sequence

from django.db import transaction

from weixi.collect.intake import bulk
from weixi.collect.intake.before import changed_later, imaged_ids, put_back
from weixi.collect.intake.models import ImportBatch
from weixi.collect.intake.reasons import reason as _
from weixi.collect.touchpoints.models import Contact

from .holding import edited_since, needed_elsewhere
from .undone import Undone, chunks


def undo_contacts(batch: ImportBatch, undone: Undone) -> None:
    made = set(Contact.objects.filter(import_id=batch.pk).values_list("pk", flat=True))
    for ids in chunks(made | imaged_ids(batch.pk, Contact)):
        with transaction.atomic():
            bulk.take_lock()
            _undo(batch, ids, undone)


def _undo(batch: ImportBatch, ids: Sequence[int], undone: Undone) -> None:
    edited = edited_since(Contact, ids, after=batch.started_at)
    later = changed_later(batch.pk, Contact, ids) - edited
    needed = needed_elsewhere(Contact, ids, batch_id=batch.pk) - edited - later
    _list(undone, edited, _("edited since"))
    _list(undone, later | needed, _("changed by a later import"))
    free = [id_ for id_ in ids if id_ not in edited | later | needed]
    undone.restored += put_back(batch.pk, Contact, free)
    removed, _tables = Contact.objects.filter(pk__in=free, import_id=batch.pk).delete()
    undone.removed += removed


def _list(undone: Undone, ids: set[int], reason: str) -> None:
    numbers = Contact.objects.filter(pk__in=ids).order_by("pk").values_list("number", flat=True)
    undone.keep(Contact, [(number, reason) for number in numbers])
