"""Phones, e-mails, accounts, cards and addresses: stored sealed, revealed with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer, Identity
from weixi.collect.customers.queries import get
from weixi.collect.customers.rules import SEARCHED_BY_TAIL, IdentityKind, normal
from weixi.core import vault
from weixi.core.access import log_access
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken, Sentence
from weixi.core.journal import record
from weixi.core.masking import masked
from weixi.core.text import checked, told
from weixi.core.values import declare, value_of

REASON_NEEDED = declare("contact_data.reason_needed", True)  # whether a reveal must say why
REASON_LENGTH = 200
IDENTITIES_MOST = 50  # a customer


@transaction.atomic
def add_identity(
    customer_id: int, kind: str, text: str, *, label: str = "", by: Actor, at: datetime
) -> Identity:
    by.need("customers.edit")
    get(by, customer_id)
    label = checked(label, what=_("Label"), at_most=40)
    identity = store_identity(customer_id, kind, text, label=label, source=by.name, at=at)
    _touch(customer_id, at)
    _journal("identity.added", identity, by, at)
    return identity


@transaction.atomic
def remove_identity(identity_id: int, *, by: Actor, at: datetime) -> None:
    by.need("customers.edit")
    identity = _reached(by, identity_id)
    _journal("identity.removed", identity, by, at)
    identity.delete()
    _touch(identity.customer_id, at)


@transaction.atomic
def set_primary(identity_id: int, *, by: Actor, at: datetime) -> None:
    """The one of its kind that is shown and used first."""
    by.need("customers.edit")
    identity = _reached(by, identity_id)
    same = Identity.objects.filter(customer_id=identity.customer_id, kind=identity.kind)
    same.exclude(pk=identity_id).update(is_primary=False)
    same.filter(pk=identity_id).update(is_primary=True)
    _touch(identity.customer_id, at)
    _journal("identity.primary", identity, by, at)


@transaction.atomic
def reveal_identity(identity_id: int, *, reason: str, by: Actor, at: datetime) -> str:
    """The whole value, once; who saw it, whose, when and why goes into the access log."""
    by.need("contact_data.reveal")
    identity = _reached(by, identity_id)
    reason = checked(reason, what=_("Reason"), at_most=REASON_LENGTH)
    if not reason and value_of(REASON_NEEDED):
        raise RuleBroken(_("Say why you need to see it."))
    log_access(
        by=by,
        at=at,
        field=identity.kind,
        action="reveal",
        customer_id=identity.customer_id,
        reason=reason,
    )
    return vault.unseal(identity.kind, identity.sealed)


def store_identity(
    customer_id: int, kind: str, text: str, *, label: str, source: str, at: datetime
) -> Identity:
    """Sealed, hashed and masked; the first of its kind is the primary one."""
    value = checked_identity(kind, text)
    print_ = vault.fingerprint(kind, value)
    same_kind = Identity.objects.filter(customer_id=customer_id, kind=kind)
    if same_kind.filter(fingerprint=print_).exists():
        raise RuleBroken(_("The customer has this one already."))
    if Identity.objects.filter(customer_id=customer_id).count() >= IDENTITIES_MOST:
        raise RuleBroken(_("A customer has at most %(most)s of these.") % {"most": IDENTITIES_MOST})
    return Identity.objects.create(
        customer_id=customer_id,
        kind=kind,
        sealed=vault.seal(kind, value),
        fingerprint=print_,
        tail=vault.tail_fingerprint(kind, value) if kind in SEARCHED_BY_TAIL else "",
        masked=masked(kind, value),
        label=label,
        is_primary=not same_kind.exists(),
        source=source[:60],
        since=at.date(),
    )


def checked_identity(kind: str, text: str) -> str:
    """The normal form, or a sentence saying what is wrong."""
    if kind not in set(IdentityKind):
        raise RuleBroken(_("Unknown kind of contact data: %(kind)s.") % {"kind": kind})
    text = checked(text, what=_("Contact data"), at_most=400, need=True)
    try:
        return normal(kind, text)
    except Sentence as problem:
        raise RuleBroken(told(problem)) from None


def _reached(by: Actor, identity_id: int) -> Identity:
    identity = Identity.objects.filter(pk=identity_id).first()
    if identity is None:
        raise Missing("identity")
    get(by, identity.customer_id)
    return identity


def _touch(customer_id: int, at: datetime) -> None:
    Customer.objects.filter(pk=customer_id).update(changed_at=at, edited_at=at)


def _journal(kind: str, identity: Identity, by: Actor, at: datetime) -> None:
    record(
        kind,
        by=by,
        at=at,
        customer_id=identity.customer_id,
        identity=identity.pk,
        of_kind=identity.kind,
        masked=identity.masked,
    )
