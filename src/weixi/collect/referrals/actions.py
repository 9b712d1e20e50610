"""Who recommended us to whom: recorded, changed and removed by people."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.collect.customers.queries import get as get_customer
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import Referral
from .queries import referral


@dataclass(frozen=True)
class NewReferral:
    """To the customer `recommended_id`, or to a person by `name` who is none yet."""

    day: date
    recommended_id: int | None = None
    name: str = ""
    source: str = ""


@transaction.atomic
def add_referral(customer_id: int, new: NewReferral, *, by: Actor, at: datetime) -> Referral:
    by.need("customers.edit")
    if get_customer(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Change that one."))
    values = _checked(customer_id, new, by, at)
    made = Referral.objects.create(
        number=f"T{at:%y%m%d}-{secrets.token_hex(5)}", customer_id=customer_id,
        recorded_by=by.name[:80], **values,
    )  # fmt: skip
    _done("referral.added", made, by, at)
    return made


@transaction.atomic
def change_referral(referral_id: int, new: NewReferral, *, by: Actor, at: datetime) -> Referral:
    """All values are written as given: the person named has become a customer, for one."""
    by.need("customers.edit")
    row = _reached(by, referral_id)
    for name, value in _checked(row.customer_id, new, by, at).items():
        setattr(row, name, value)
    row.save()
    _done("referral.changed", row, by, at)
    return row


@transaction.atomic
def remove_referral(referral_id: int, *, by: Actor, at: datetime) -> None:
    """It was recorded by mistake."""
    by.need("customers.edit")
    row = _reached(by, referral_id)
    _done("referral.removed", row, by, at)
    row.delete()


def _checked(customer_id: int, new: NewReferral, by: Actor, at: datetime) -> dict[str, Any]:
    name = checked(new.name, what=pgettext("person", "Name"), at_most=80)
    if new.recommended_id is None and not name:
        raise RuleBroken(_("Say to whom: the number of a customer, or a name."))
    if new.recommended_id is not None:
        other = get_customer(by, new.recommended_id)
        if customer_id in (other.pk, other.merged_into_id):
            raise RuleBroken(_("Nobody recommends us to themselves."))
        if other.merged_into_id:
            raise RuleBroken(_("This customer was merged into another one. Use that one."))
    if new.day > timezone.localdate(at) or new.day.year < 1950:
        raise RuleBroken(_("The day of a recommendation lies between 1950 and today."))
    source = checked(new.source, what=_("How we know"), at_most=60)
    return {
        "recommended_id": new.recommended_id, "name": name, "day": new.day, "source": source,
    }  # fmt: skip


def _reached(by: Actor, referral_id: int) -> Referral:
    row = Referral.objects.filter(pk=referral(by, referral_id).id).first()
    if row is None:
        raise Missing("referral")
    return row


def _done(kind: str, row: Referral, by: Actor, at: datetime) -> None:
    record(kind, by=by, at=at, customer_id=row.customer_id, referral=row.pk,
           recommended=row.recommended_id, day=row.day.isoformat())  # fmt: skip
