"""What keeps a customer with us (C8): recorded, changed and removed by people."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Bond
from weixi.collect.customers.queries import get
from weixi.collect.customers.rules import BOND_YEARS, BondKind
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .records import touch

VALUE_MOST = 10**13  # minor units


@dataclass(frozen=True)
class NewBond:
    """`value`: what leaving would cost the customer, in minor units; None: not known."""

    kind: str
    description: str
    value: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@transaction.atomic
def add_bond(customer_id: int, new: NewBond, *, by: Actor, at: datetime) -> Bond:
    by.need("customers.edit")
    if get(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Change that one."))
    values = _checked(new)
    bond = Bond.objects.create(
        customer_id=customer_id, source=by.name[:60], recorded_at=at, **values
    )
    _done("bond.added", bond, by, at, of=bond.kind)
    return bond


@transaction.atomic
def change_bond(bond_id: int, new: NewBond, *, by: Actor, at: datetime) -> Bond:
    """All values are written as given. Since when it is known stays: the journal tells who
    changed it."""
    by.need("customers.edit")
    bond, values = _reached(by, bond_id), _checked(new)
    before = {name: _plain(getattr(bond, name)) for name in values}
    for name, value in values.items():
        setattr(bond, name, value)
    bond.source = by.name[:60]
    bond.save()
    changed = {
        name: [before[name], _plain(value)]
        for name, value in values.items()
        if before[name] != _plain(value)
    }
    _done("bond.changed", bond, by, at, fields=changed)
    return bond


@transaction.atomic
def remove_bond(bond_id: int, *, by: Actor, at: datetime) -> None:
    """It was recorded by mistake. A bond that ended gets its last day instead."""
    by.need("customers.edit")
    bond = _reached(by, bond_id)
    _done("bond.removed", bond, by, at, of=bond.kind, description=bond.description)
    bond.delete()


def _checked(new: NewBond) -> dict[str, Any]:
    if new.kind not in set(BondKind):
        raise RuleBroken(_("Unknown kind of bond: %(kind)s.") % {"kind": new.kind[:40]})
    if new.value is not None and not 0 <= new.value <= VALUE_MOST:
        raise RuleBroken(_("The value of a bond is not negative and below a hundred billion."))
    if any(day and day.year not in BOND_YEARS for day in (new.starts_on, new.ends_on)):
        raise RuleBroken(_("A bond holds between 1950 and 2199."))
    if new.starts_on and new.ends_on and new.ends_on < new.starts_on:
        raise RuleBroken(_("A bond ends after it begins."))
    if new.kind == BondKind.CONTRACTUAL and new.ends_on is None and new.starts_on is None:
        raise RuleBroken(_("A contract needs its first or its last day."))
    text = checked(new.description, what=_("Description"), at_most=200, need=True)
    return {**asdict(new), "description": text}


def _reached(by: Actor, bond_id: int) -> Bond:
    bond = Bond.objects.filter(pk=bond_id).first()
    if bond is None:
        raise Missing("bond")
    get(by, bond.customer_id)
    return bond


def _done(kind: str, bond: Bond, by: Actor, at: datetime, **facts: Any) -> None:
    touch(bond.customer_id, at=at)
    record(kind, by=by, at=at, customer_id=bond.customer_id, bond=bond.pk, **facts)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
