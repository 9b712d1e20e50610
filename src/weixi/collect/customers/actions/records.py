"""Create and change customers."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers import search
from weixi.collect.customers.models import Customer
from weixi.collect.customers.queries import get
from weixi.collect.customers.rules import CustomerType
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, RuleBroken
from weixi.core.journal import entries_of, record
from weixi.core.text import checked
from weixi.staff.queries import home_of

from .fields import checked_custom
from .identities import store_identity

LENGTHS = {"name": 120, "number": 64, "city": 60, "industry": 60, "source": 60, "note": 10_000}
CHANGEABLE = ("name", "type", "birthday", "city", "industry", "source", "note", "custom")
OLDEST_BIRTHDAY = date(1900, 1, 1)


@dataclass(frozen=True)
class NewCustomer:
    """What a form asks for. `number` empty: the system gives one. `identities`: (kind, text)."""

    name: str
    type: str = CustomerType.CONSUMER
    number: str = ""
    birthday: date | None = None
    city: str = ""
    industry: str = ""
    source: str = ""
    note: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)
    identities: Sequence[tuple[str, str]] = ()


@transaction.atomic
def create_customer(new: NewCustomer, *, by: Actor, at: datetime) -> Customer:
    """The creator becomes the owner. Ask duplicate_warnings first."""
    by.need("customers.edit")
    values = {name: getattr(new, name) for name in CHANGEABLE}
    values = checked_values(values, at=at, all_custom=True)
    owner_id, team_id = home_of(by.user_id)
    customer = Customer.objects.create(
        number=_free_number(new.number),
        **values,
        owner_id=owner_id,
        team_id=team_id,
        origins={"*": [by.name, at.date().isoformat()]},
        created_at=at,
        changed_at=at,
        edited_at=at,
    )
    if not new.number:
        customer.number = _own_number(customer.pk)
        customer.save(update_fields=["number"])
    for kind, text in new.identities:
        store_identity(customer.pk, kind, text, label="", source=by.name, at=at)
    search.reindex([customer.pk])
    record("customer.created", by=by, at=at, customer_id=customer.pk, number=customer.number)
    return customer


@transaction.atomic
def change_customer(
    customer_id: int, changes: Mapping[str, Any], *, seen: datetime, by: Actor, at: datetime
) -> Customer:
    """`seen`: the changed_at that the changer saw; Conflict names who was faster.

    `changes` holds only what changes; in "custom" too, where None empties a field.
    """
    by.need("customers.edit")
    customer = get(by, customer_id)
    _refuse_merged(customer)
    values = checked_values(changes, at=at, before=customer.custom)
    before = {name: getattr(customer, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return customer
    today = at.date().isoformat()
    origins = customer.origins | {name: [by.name, today] for name in changed}
    free = Customer.objects.filter(pk=customer_id, changed_at=seen)
    if not free.update(**changed, origins=origins, changed_at=at, edited_at=at):
        raise _conflict(customer_id)
    if "name" in changed:
        search.reindex([customer_id])
    facts = {name: [_plain(before[name]), _plain(value)] for name, value in changed.items()}
    record("customer.changed", by=by, at=at, customer_id=customer_id, fields=facts)
    return get(by, customer_id)


def touch(customer_id: int, *, at: datetime) -> None:
    """Something that belongs to the customer was changed by a person."""
    Customer.objects.filter(pk=customer_id).update(changed_at=at, edited_at=at)


def checked_values(
    given: Mapping[str, Any],
    *,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    all_custom: bool = False,
) -> dict[str, Any]:
    """The values of a form, each allowed and within its limits."""
    unknown = set(given) - set(CHANGEABLE)
    if unknown:
        raise RuleBroken(_("Unknown field: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    values = dict(given)
    for name in set(LENGTHS) & set(values):
        values[name] = _checked_text(name, values[name])
    if "type" in values and values["type"] not in set(CustomerType):
        raise RuleBroken(_("Unknown customer type: %(type)s.") % {"type": values["type"]})
    birthday = values.get("birthday")
    if birthday is not None and not OLDEST_BIRTHDAY <= birthday <= at.date():
        raise RuleBroken(_("A birthday lies between 1900 and today."))
    if "custom" in values:
        values["custom"] = checked_custom(values["custom"], before or {}, all_needed=all_custom)
    return values


def _checked_text(name: str, text: str) -> str:
    lines = name == "note"
    labels = {
        "name": _("Name"),
        "city": _("City"),
        "industry": _("Industry"),
        "source": _("Source"),
        "note": _("Note"),
    }
    return checked(text, what=labels[name], at_most=LENGTHS[name], need=name == "name", lines=lines)


def _free_number(wanted: str) -> str:
    if not wanted:
        return "new-" + secrets.token_hex(12)
    number = checked(wanted, what=_("Customer number"), at_most=LENGTHS["number"])
    if Customer.objects.filter(number=number).exists():
        raise RuleBroken(_("The customer number %(number)s is taken.") % {"number": number})
    return number


def _own_number(pk: int) -> str:
    number = f"W{pk:07d}"
    taken = Customer.objects.filter(number=number).exists()
    return f"{number}-{secrets.token_hex(2)}" if taken else number


def _refuse_merged(customer: Customer) -> None:
    if customer.merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Change that one."))


def _conflict(customer_id: int) -> Conflict:
    newest = entries_of(customer_id).first()
    who = newest.actor_name if newest else "?"
    return Conflict(
        _("%(who)s has changed this customer meanwhile. Load it again, then repeat your change.")
        % {"who": who}
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
