"""Undo for customers with their identities, consents and own fields."""

from collections.abc import Sequence

from django.db import transaction

from weixi.collect.customers import search
from weixi.collect.customers.duplicates import drop_wrong
from weixi.collect.customers.models import (
    Bond,
    Consent,
    CreditLimit,
    Customer,
    CustomField,
    DuplicatePair,
    Identity,
    SearchEntry,
)
from weixi.collect.intake import bulk
from weixi.collect.intake.before import changed_later, imaged_ids, put_back
from weixi.collect.intake.models import ImportBatch, ImportedBefore
from weixi.collect.intake.reasons import reason as _

from .holding import edited_since, needed_elsewhere
from .undone import Undone, chunks

STATED = (
    Identity,
    Consent,
    Bond,
    CreditLimit,
)  # rows of its own that an import makes for a customer
CHANGED = (Identity, Bond)  # those of them that it changes, too
OWN = (DuplicatePair, SearchEntry, *STATED)


def undo_customers(batch: ImportBatch, undone: Undone) -> None:
    for ids in chunks(_customers_of(batch.pk)):
        with transaction.atomic():
            bulk.take_lock()
            _undo(batch, ids, undone)
    with transaction.atomic():
        _undo_custom_fields(batch.pk, undone)


def _customers_of(batch_id: int) -> set[int]:
    made = set(Customer.objects.filter(import_id=batch_id).values_list("pk", flat=True))
    for model in STATED:
        rows = model._base_manager.filter(import_id=batch_id)
        made |= set(rows.values_list("customer_id", flat=True).distinct())
    for model in CHANGED:
        for ids in chunks(imaged_ids(batch_id, model)):
            rows = model._base_manager.filter(pk__in=ids)
            made |= set(rows.values_list("customer_id", flat=True))
    return made | imaged_ids(batch_id, Customer)


def _undo(batch: ImportBatch, ids: Sequence[int], undone: Undone) -> None:
    edited = edited_since(Customer, ids, after=batch.started_at)
    later = _touched_later(batch.pk, ids) - edited
    made = set(Customer.objects.filter(pk__in=ids, import_id=batch.pk).values_list("pk", flat=True))
    needed = needed_elsewhere(Customer, sorted(made), batch_id=batch.pk, apart_from=OWN)
    needed -= edited | later
    _list(undone, edited, _("edited since"))
    _list(undone, later, _("changed by a later import"))
    _list(undone, needed, _("has orders, contacts or other records"))
    free = [id_ for id_ in ids if id_ not in edited | later | needed]
    _put_back(batch.pk, free, undone)
    gone = made.intersection(free)
    search.forget(gone)
    undone.removed += len(gone)
    Customer.objects.filter(pk__in=gone).delete()
    left = [id_ for id_ in free if id_ not in gone]
    search.reindex(left)
    drop_wrong(left, found_at=batch.started_at)


def _put_back(batch_id: int, ids: Sequence[int], undone: Undone) -> None:
    for model in STATED:
        model._base_manager.filter(customer__in=ids, import_id=batch_id).delete()
    for model in CHANGED:
        held = model._base_manager.filter(customer__in=ids).values_list("pk", flat=True)
        for part in chunks(set(held)):
            put_back(batch_id, model, part)
    undone.restored += put_back(batch_id, Customer, ids)


def _touched_later(batch_id: int, ids: Sequence[int]) -> set[int]:
    found = changed_later(batch_id, Customer, ids)
    for model in STATED:
        rows = model._base_manager.filter(customer__in=ids)
        found |= set(rows.filter(import_id__gt=batch_id).values_list("customer_id", flat=True))
    for model in CHANGED:
        rows = model._base_manager.filter(customer__in=ids)
        for part in chunks(set(rows.values_list("pk", flat=True))):
            moved = model._base_manager.filter(pk__in=changed_later(batch_id, model, part))
            found |= set(moved.values_list("customer_id", flat=True))
    return found


def _list(undone: Undone, ids: set[int], reason: str) -> None:
    numbers = Customer.objects.filter(pk__in=ids).order_by("pk").values_list("number", flat=True)
    undone.keep(Customer, [(number, reason) for number in numbers])


def _undo_custom_fields(batch_id: int, undone: Undone) -> None:
    for field in CustomField.objects.filter(pk__in=imaged_ids(batch_id, CustomField)):
        if Customer.objects.filter(custom__has_key=field.code).exists():
            undone.keep(CustomField, [(field.code, _("still in use"))])
        else:
            field.delete()
    table = CustomField._meta.db_table
    ImportedBefore.objects.filter(batch_id=batch_id, table=table).delete()
