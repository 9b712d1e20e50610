"""Writes about loyalty points. Entries are added, never changed or removed."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer
from weixi.collect.customers.queries import get as get_customer
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import PointsEntry
from .queries import balance_of
from .rules import EntryKind, signed


@transaction.atomic
def record_points_entry(
    *, customer_id: int, kind: str, points: int, reference: str = "", by: Actor, at: datetime
) -> PointsEntry:
    """Points earned, or used up (with either sign). The balance never falls below zero.

    A wrong entry is put right by another one that adjusts.
    """
    by.need("points.edit")
    get_customer(by, customer_id)
    # Two entries of one customer wait for each other: both would see the balance before.
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if customer.merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Use that one."))
    change = _signed(kind, points)
    balance = balance_of(by, customer_id)
    if change < 0 and balance + change < 0:
        raise RuleBroken(
            _("The balance is %(balance)s points; %(points)s are too many.")
            % {"balance": balance, "points": -change}
        )
    entry = PointsEntry.objects.create(
        number=f"P{at:%y%m%d}-{secrets.token_hex(5)}",
        customer_id=customer_id,
        at=at,
        kind=kind,
        points=change,
        reference=checked(reference, what=_("Reference"), at_most=80),
    )
    facts = {"entry": entry.pk, "of": str(kind), "points": change, "balance": balance + change}
    record("points.recorded", by=by, at=at, customer_id=customer_id, **facts)
    return entry


def _signed(kind: str, points: int) -> int:
    if kind not in set(EntryKind):
        raise RuleBroken(_("Unknown kind of entry: %(kind)s.") % {"kind": kind[:40]})
    try:
        return signed(kind, points)
    except ValueError as fault:
        raise RuleBroken(_(str(fault))) from None
