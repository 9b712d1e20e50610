"""Record what a customer cost beside contacts. Rows are added, never changed or removed."""

import secrets
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get as get_customer
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.money import full
from weixi.core.text import checked

from .models import CareCost
from .rules import COST_MOST, NOTE_LENGTH, CostKind


@transaction.atomic
def record_cost(
    customer_id: int, *, kind: str, amount: int, day: date | None = None, note: str = "",
    by: Actor, at: datetime,
) -> CareCost:  # fmt: skip
    """`amount` in minor units; below zero it takes back. `day`: today when not told."""
    by.need("customers.edit")
    if get_customer(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Change that one."))
    day = day or timezone.localdate(at)
    _check(kind, amount, day, at)
    made = CareCost.objects.create(
        number=f"W{at:%y%m%d}-{secrets.token_hex(5)}", customer_id=customer_id, day=day, kind=kind,
        amount=amount, note=checked(note, what=_("Note"), at_most=NOTE_LENGTH),
        recorded_by=by.name[:80],
    )  # fmt: skip
    record("cost.recorded", by=by, at=at, customer_id=customer_id, cost=made.pk, of=str(kind),
           amount=full(amount, settings.CURRENCY))  # fmt: skip
    return made


def note_cost(
    customer_id: int, *, number: str, kind: CostKind, amount: int, note: str, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """What another action spent; that action judges who may, and writes the journal.

    `number` tells the same spending again, which changes nothing.
    """
    CareCost.objects.get_or_create(
        number=number,
        defaults={
            "customer_id": customer_id, "day": timezone.localdate(at), "kind": kind.value,
            "amount": amount, "note": note[:NOTE_LENGTH], "recorded_by": by.name[:80],
        },
    )  # fmt: skip


def _check(kind: str, amount: int, day: date, at: datetime) -> None:
    if kind not in set(CostKind):
        raise RuleBroken(_("Unknown kind of cost: %(kind)s.") % {"kind": kind[:40]})
    if amount == 0 or abs(amount) > COST_MOST:
        raise RuleBroken(_("A cost is not zero and at most a billion."))
    if day > timezone.localdate(at):
        raise RuleBroken(_("The day of a cost does not lie in the future."))
    if day.year < 1950:
        raise RuleBroken(_("The day of a cost is not before 1950."))
