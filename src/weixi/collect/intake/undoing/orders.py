"""Undo for orders, their lines and the products they brought."""

from collections.abc import Sequence

from django.db import transaction

from weixi.collect.intake import bulk
from weixi.collect.intake.before import changed_later, imaged_ids, put_back
from weixi.collect.intake.kinds.order_writing import recompute
from weixi.collect.intake.models import ImportBatch
from weixi.collect.intake.reasons import reason as _
from weixi.collect.orders.models import Order, OrderLine, Product

from .holding import edited_since, needed_elsewhere
from .undone import Undone, chunks


def undo_orders(batch: ImportBatch, undone: Undone) -> None:
    for ids in chunks(_orders_of(batch.pk)):
        with transaction.atomic():
            bulk.take_lock()
            _undo(batch, ids, undone)
    for ids in chunks(_made(Product, batch.pk) | imaged_ids(batch.pk, Product)):
        with transaction.atomic():
            bulk.take_lock()
            _undo_products(batch, ids, undone)


def _orders_of(batch_id: int) -> set[int]:
    """Every order that the import made, changed or added lines to."""
    lines = OrderLine.objects.filter(import_id=batch_id)
    by_line = set(lines.values_list("order_id", flat=True).distinct())
    changed: set[int] = set()
    for ids in chunks(imaged_ids(batch_id, OrderLine)):
        changed |= set(OrderLine.objects.filter(pk__in=ids).values_list("order_id", flat=True))
    return _made(Order, batch_id) | imaged_ids(batch_id, Order) | by_line | changed


def _made(model: type[Order] | type[Product], batch_id: int) -> set[int]:
    return set(model._base_manager.filter(import_id=batch_id).values_list("pk", flat=True))


def _undo(batch: ImportBatch, ids: Sequence[int], undone: Undone) -> None:
    edited = edited_since(Order, ids, after=batch.started_at)
    later = _touched_later(batch.pk, ids) - edited
    _list(undone, edited, _("edited since"))
    _list(undone, later, _("changed by a later import or by hand"))
    free = [id_ for id_ in ids if id_ not in edited | later]
    lines = OrderLine.objects.filter(order__in=free)
    own = list(lines.filter(import_id=batch.pk).values_list("pk", flat=True))
    undone.removed += len(own)
    for part in chunks(own):
        OrderLine.objects.filter(pk__in=part)._raw_delete(using=OrderLine.objects.db)
    for part in chunks(set(lines.values_list("pk", flat=True)) & imaged_ids_in(batch.pk, free)):
        undone.restored += put_back(batch.pk, OrderLine, part)
    undone.restored += put_back(batch.pk, Order, free)
    made = Order.objects.filter(pk__in=free, import_id=batch.pk)
    made_ids = set(made.values_list("pk", flat=True))
    made._raw_delete(using=Order.objects.db)
    recompute([id_ for id_ in free if id_ not in made_ids])


def imaged_ids_in(batch_id: int, order_ids: Sequence[int]) -> set[int]:
    ids = list(OrderLine.objects.filter(order__in=order_ids).values_list("pk", flat=True))
    return imaged_ids(batch_id, OrderLine) & set(ids) if ids else set()


def _touched_later(batch_id: int, ids: Sequence[int]) -> set[int]:
    """Orders with lines of later imports, lines written by hand in orders the import made,
    or heads and lines that a later import changed."""
    lines = OrderLine.objects.filter(order__in=ids)
    by_line = set(lines.filter(import_id__gt=batch_id).values_list("order_id", flat=True))
    by_hand = lines.filter(order__import_id=batch_id).exclude(import_id=batch_id)
    by_hand = by_hand | lines.filter(order__import_id=batch_id, import_id=None)
    line_ids = list(lines.values_list("pk", flat=True))
    changed: set[int] = set()
    for part in chunks(line_ids):
        late = changed_later(batch_id, OrderLine, part)
        changed |= set(OrderLine.objects.filter(pk__in=late).values_list("order_id", flat=True))
    return (
        by_line
        | set(by_hand.values_list("order_id", flat=True))
        | changed
        | changed_later(batch_id, Order, ids)
        | needed_elsewhere(Order, ids, batch_id=batch_id, apart_from=(OrderLine,))
    )


def _list(undone: Undone, ids: set[int], reason: str) -> None:
    numbers = Order.objects.filter(pk__in=ids).order_by("pk").values_list("number", flat=True)
    undone.keep(Order, [(number, reason) for number in numbers])


def _undo_products(batch: ImportBatch, ids: Sequence[int], undone: Undone) -> None:
    """Products without lines go; no one edits products yet, so their words go back as they were."""
    later = changed_later(batch.pk, Product, ids)
    undone.restored += put_back(batch.pk, Product, [id_ for id_ in ids if id_ not in later])
    made = set(Product.objects.filter(pk__in=ids, import_id=batch.pk).values_list("pk", flat=True))
    needed = needed_elsewhere(Product, sorted(made), batch_id=batch.pk) | _in_lines(made)
    numbers = Product.objects.filter(pk__in=needed).values_list("number", flat=True)
    undone.keep(Product, [(number, _("still in use")) for number in numbers])
    Product.objects.filter(pk__in=made - needed).delete()


def _in_lines(ids: set[int]) -> set[int]:
    lines = OrderLine.objects.filter(product__in=ids)
    return set(lines.values_list("product_id", flat=True))
