"""Writes about promises: made, kept, broken, taken back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked
from weixi.staff.permissions import reachable

from .actions import record_contact
from .models import Contact, Promise
from .rules import PromiseState, settled_state

LONGEST = 300
FARTHEST = timedelta(days=3_660)


@transaction.atomic
def make_promise(
    *,
    customer_id: int,
    what: str,
    due_at: datetime,
    by: Actor,
    at: datetime,
    contact_id: int | None = None,
) -> Promise:
    """What `by` promised the customer until `due_at`; with a contact, or alone."""
    by.need("contacts.edit")
    customer = get(by, customer_id)
    if customer.merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Use that one."))
    if not at < due_at < at + FARTHEST:
        raise RuleBroken(_("A promise is due in the future, within ten years."))
    if contact_id and not Contact.objects.filter(pk=contact_id, customer=customer).exists():
        raise Missing("contact")
    made = Promise.objects.create(
        customer=customer,
        contact_id=contact_id,
        what=checked(what, what=_("Promise"), at_most=LONGEST, need=True),
        made_at=at,
        due_at=due_at,
        made_by_id=by.user_id,
        made_by_name=by.name[:80],
    )
    _note("promise.made", made, by=by, at=at, due=due_at.isoformat())
    return made


@transaction.atomic
def record_with_promise(
    *, promise: str = "", promise_due: datetime | None = None, by: Actor, at: datetime, **told: Any
) -> Contact:
    """A contact and, if one was given in it, the promise: both or neither."""
    made = record_contact(by=by, at=at, **told)
    if promise and promise_due:
        make_promise(
            customer_id=made.customer_id,
            what=promise,
            due_at=promise_due,
            contact_id=made.pk,
            by=by,
            at=at,
        )
    return made


@transaction.atomic
def keep_promise(promise_id: int, *, by: Actor, at: datetime, more: str = "") -> Promise:
    """Done now: kept, or late when its time has passed. `more`: what was done beyond it."""
    found = _open(promise_id, by)
    state = settled_state(found.due_at, at)
    more = checked(more, what=_("What was done beyond it"), at_most=LONGEST)
    return _settle(found, "promise.kept", by=by, at=at, state=state, more=more)


@transaction.atomic
def break_promise(promise_id: int, *, reason: str, by: Actor, at: datetime) -> Promise:
    """It will not be kept. The reason is needed: the customer hears it too."""
    found = _open(promise_id, by)
    reason = checked(reason, what=_("Reason"), at_most=LONGEST, need=True)
    state = PromiseState.BROKEN
    return _settle(found, "promise.broken", by=by, at=at, state=state, reason=reason)


@transaction.atomic
def reopen_promise(promise_id: int, *, by: Actor, at: datetime) -> Promise:
    """Settled by mistake."""
    found = _mine(promise_id, by)
    if found.state == PromiseState.OPEN:
        raise Conflict(_("This promise is open already."))
    _note("promise.reopened", found, by=by, at=at, before=found.state)
    found.state, found.settled_at, found.more, found.reason = PromiseState.OPEN, None, "", ""
    found.save(update_fields=["state", "settled_at", "more", "reason"])
    return found


def _settle(
    found: Promise, event: str, *, by: Actor, at: datetime, state: PromiseState, **words: str
) -> Promise:
    found.state, found.settled_at = state, at
    for name, text in words.items():
        setattr(found, name, text)
    found.save(update_fields=["state", "settled_at", *words])
    _note(event, found, by=by, at=at, state=str(state), **words)
    return found


def _mine(promise_id: int, by: Actor) -> Promise:
    by.need("contacts.edit")
    rows = Promise.objects.select_for_update(of=("self",)).filter(reachable(by, "customer__"))
    found = rows.filter(pk=promise_id).first()
    if found is None:
        raise Missing("promise")
    return found


def _open(promise_id: int, by: Actor) -> Promise:
    found = _mine(promise_id, by)
    if found.state != PromiseState.OPEN:
        raise Conflict(_("This promise is settled already."))
    return found


def _note(event: str, promise: Promise, *, by: Actor, at: datetime, **facts: str) -> None:
    named = {"promise": promise.pk, "what": promise.what, **facts}
    record(event, by=by, at=at, customer_id=promise.customer_id, **named)
