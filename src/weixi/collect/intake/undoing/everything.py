"""Undo of one import over all tables, from those that refer to those that are referred to."""

from weixi.collect.intake.models import ImportBatch

from .contacts import undo_contacts
from .customers import undo_customers
from .facts import undo_facts
from .orders import undo_orders
from .undone import Undone


def restore(batch: ImportBatch) -> Undone:
    """Every part of it is a transaction of its own and may be done again after a crash."""
    undone = Undone(batch.pk)
    undo_orders(batch, undone)
    undo_contacts(batch, undone)
    undo_facts(batch, undone)
    undo_customers(batch, undone)
    return undone
