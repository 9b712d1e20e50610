"""Undo for complaints, answers, points, costs and recommendations."""

from collections.abc import Sequence

from django.db import models, transaction

from weixi.collect.complaints.models import Complaint
from weixi.collect.costs.models import CareCost
from weixi.collect.intake import bulk
from weixi.collect.intake.before import changed_later, imaged_ids, put_back
from weixi.collect.intake.models import ImportBatch
from weixi.collect.intake.reasons import reason as _
from weixi.collect.points.models import PointsEntry
from weixi.collect.referrals.models import Referral
from weixi.collect.surveys.models import Answer

from .holding import edited_since, needed_elsewhere
from .undone import Undone, chunks

TABLES: tuple[type[models.Model], ...] = (PointsEntry, Answer, Complaint, CareCost, Referral)


def undo_facts(batch: ImportBatch, undone: Undone) -> None:
    for model in TABLES:
        made = model._base_manager.filter(import_id=batch.pk).values_list("pk", flat=True)
        for ids in chunks(set(made) | imaged_ids(batch.pk, model)):
            with transaction.atomic():
                bulk.take_lock()
                _undo(model, batch, ids, undone)


def _undo(
    model: type[models.Model], batch: ImportBatch, ids: Sequence[int], undone: Undone
) -> None:
    edited = edited_since(model, ids, after=batch.started_at) if _is_edited(model) else set()
    later = changed_later(batch.pk, model, ids) - edited
    needed = needed_elsewhere(model, ids, batch_id=batch.pk) - edited - later
    used = _used_since(ids) if model is PointsEntry else set()
    _list(undone, model, edited, _("edited since"))
    _list(undone, model, later | needed, _("changed by a later import"))
    _list(undone, model, used - later - needed, _("its points may have been used since"))
    free = [id_ for id_ in ids if id_ not in edited | later | needed | used]
    undone.restored += put_back(batch.pk, model, free)
    gone = model._base_manager.filter(pk__in=free, import_id=batch.pk)
    removed, _tables = gone.delete()
    undone.removed += removed


def _is_edited(model: type[models.Model]) -> bool:
    return any(field.name == "edited_at" for field in model._meta.concrete_fields)


def _used_since(ids: Sequence[int]) -> set[int]:
    """Entries of customers from whom a person here has taken points: their balance counted."""
    takers = PointsEntry.objects.filter(import_id=None, points__lt=0).values("customer")
    rows = PointsEntry.objects.filter(pk__in=ids, customer__in=takers)
    return set(rows.values_list("pk", flat=True))


def _list(undone: Undone, model: type[models.Model], ids: set[int], reason: str) -> None:
    rows = model._base_manager.filter(pk__in=ids).order_by("pk")
    undone.keep(model, [(number, reason) for number in rows.values_list("number", flat=True)])
