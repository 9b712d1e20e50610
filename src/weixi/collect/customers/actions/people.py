"""People at business customers, and what a customer consented to."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Consent, ContactPerson, Customer
from weixi.collect.customers.queries import get
from weixi.collect.customers.rules import CustomerType, IdentityKind
from weixi.core import vault
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.masking import masked
from weixi.core.text import checked

from .identities import checked_identity

PURPOSES = ("marketing", "care", "service", "survey", "contact")  # contact: any at all


@transaction.atomic
def add_person(
    customer_id: int,
    *,
    name: str,
    position: str = "",
    decision_role: str = "",
    phone: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
) -> ContactPerson:
    """Somebody at a business customer. The phone is sealed and masked like any other."""
    by.need("customers.edit")
    if get(by, customer_id).type != CustomerType.BUSINESS:
        raise RuleBroken(_("Only business customers have contact persons."))
    person = ContactPerson(customer_id=customer_id)
    _fill(person, name, position, decision_role, note)
    _set_phone(person, phone)
    person.save()
    _done("person.added", person, by, at)
    return person


@transaction.atomic
def change_person(
    person_id: int,
    *,
    name: str,
    position: str = "",
    decision_role: str = "",
    phone: str | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> ContactPerson:
    """`phone` None leaves it as it is (the form shows it masked), empty removes it."""
    by.need("customers.edit")
    person = _reached(by, person_id)
    _fill(person, name, position, decision_role, note)
    if phone is not None:
        _set_phone(person, phone)
    person.save()
    _done("person.changed", person, by, at)
    return person


@transaction.atomic
def remove_person(person_id: int, *, by: Actor, at: datetime) -> None:
    by.need("customers.edit")
    person = _reached(by, person_id)
    _done("person.removed", person, by, at)
    person.delete()


def give_consent(
    customer_id: int,
    purpose: str,
    *,
    channel: str = "",
    source: str,
    evidence: str = "",
    by: Actor,
    at: datetime,
) -> Consent:
    """`channel` empty: every channel. The newest word of a purpose on a channel counts."""
    return _consent(customer_id, purpose, channel, True, source, evidence, by=by, at=at)


def withdraw_consent(
    customer_id: int,
    purpose: str,
    *,
    channel: str = "",
    source: str,
    evidence: str = "",
    by: Actor,
    at: datetime,
) -> Consent:
    return _consent(customer_id, purpose, channel, False, source, evidence, by=by, at=at)


@transaction.atomic
def _consent(
    customer_id: int,
    purpose: str,
    channel: str,
    granted: bool,
    source: str,
    evidence: str,
    *,
    by: Actor,
    at: datetime,
) -> Consent:
    by.need("customers.edit")
    get(by, customer_id)
    if purpose not in PURPOSES:
        raise RuleBroken(_("Unknown purpose: %(purpose)s.") % {"purpose": purpose})
    consent = Consent.objects.create(
        customer_id=customer_id,
        purpose=purpose,
        channel=checked(channel, what=_("Channel"), at_most=20),
        granted=granted,
        at=at,
        source=checked(source, what=_("Source"), at_most=60, need=True),
        evidence=checked(evidence, what=_("Evidence"), at_most=200),
    )
    kind = "consent.given" if granted else "consent.withdrawn"
    record(kind, by=by, at=at, customer_id=customer_id, purpose=purpose, channel=channel)
    return consent


def _fill(person: ContactPerson, name: str, position: str, role: str, note: str) -> None:
    person.name = checked(name, what=_("Name"), at_most=80, need=True)
    person.position = checked(position, what=_("Position"), at_most=80)
    person.note = checked(note, what=_("Note"), at_most=200)
    if role and role not in ContactPerson.DecisionRole.values:
        raise RuleBroken(_("Unknown part in decisions: %(role)s.") % {"role": role})
    person.decision_role = role


def _set_phone(person: ContactPerson, phone: str) -> None:
    if not phone.strip():
        person.phone_sealed = person.phone_fingerprint = person.phone_masked = ""
        return
    number = checked_identity(IdentityKind.PHONE, phone)
    person.phone_sealed = vault.seal("phone", number)
    person.phone_fingerprint = vault.fingerprint("phone", number)
    person.phone_masked = masked("phone", number)


def _reached(by: Actor, person_id: int) -> ContactPerson:
    person = ContactPerson.objects.filter(pk=person_id).first()
    if person is None:
        raise Missing("person")
    get(by, person.customer_id)
    return person


def _done(kind: str, person: ContactPerson, by: Actor, at: datetime) -> None:
    Customer.objects.filter(pk=person.customer_id).update(changed_at=at, edited_at=at)
    record(kind, by=by, at=at, customer_id=person.customer_id, person=person.pk)
