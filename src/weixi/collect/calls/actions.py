"""Calls: told by the telephone system, written up by who took them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.actions import NewCustomer, add_identity, create_customer
from weixi.collect.customers.queries import get
from weixi.collect.touchpoints.models import Contact
from weixi.collect.touchpoints.promising import record_with_promise
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken, Sentence
from weixi.core.journal import record
from weixi.core.masking import masked
from weixi.core.text import checked, told
from weixi.core.vault import fingerprint, seal, unseal
from weixi.staff.models import User

from . import queries
from .models import Call, Extension
from .queries import NOTE, NUMBER
from .rules import CallState, caller_number

EVENT_LENGTH, EXTENSION_LENGTH, NOTE_LENGTH = 64, 20, 4_000


def ring(*, event: str, number: str, extension: str, at: datetime, by: Actor) -> tuple[Call, bool]:
    """A call comes in; True when it is new. The same event again changes nothing."""
    by.need("calls.tell")
    event = checked(event, what=_("Number of the event"), at_most=EVENT_LENGTH, need=True)
    found = Call.objects.filter(event=event).first()
    if found is not None:
        return found, False
    desk = Extension.objects.filter(number=extension.strip()).select_related("user").first()
    if desk is None or not desk.user.is_active:
        raise RuleBroken(
            _("No person has the extension %(extension)s.") % {"extension": extension[:20]}
        )
    caller = _caller(number)
    try:
        with transaction.atomic():
            return _kept(event, caller, desk, at, by), True
    except IntegrityError:  # told twice at the same moment
        return Call.objects.get(event=event), False


def _kept(event: str, caller: str, desk: Extension, at: datetime, by: Actor) -> Call:
    made = Call.objects.create(
        event=event,
        at=at,
        number_sealed=seal(NUMBER, caller) if caller else "",
        fingerprint=fingerprint("phone", caller) if caller else "",
        masked=masked("phone", caller) if caller else "",
        extension=desk.number,
        user_id=desk.user_id,
    )
    record("call.came", by=by, at=at, call=made.pk, extension=desk.number, person=desk.user_id)
    return made


def _caller(number: str) -> str:
    try:
        return caller_number(number)
    except Sentence as no:
        raise RuleBroken(told(no)) from no


def keep_draft(call_id: int, *, note: str, is_small: bool | None = None, by: Actor) -> None:
    """What was typed so far, sealed; nothing of it stays in the browser."""
    call = _ringing(call_id, by)
    note = checked(note, what=_("Note"), at_most=NOTE_LENGTH, lines=True)
    call.note_sealed = seal(NOTE, note) if note else ""
    if is_small is not None:
        call.is_small = is_small
    call.save(update_fields=["note_sealed", "is_small"])


def choose(call_id: int, customer_id: int, *, by: Actor) -> None:
    """Several customers have this number: it is this one."""
    get(by, customer_id)
    call = _ringing(call_id, by)
    call.customer_id = customer_id
    call.save(update_fields=["customer"])


@transaction.atomic
def new_customer(call_id: int, *, name: str, by: Actor, at: datetime) -> int:
    """Nobody has this number: a new customer with it."""
    call = _ringing(call_id, by)
    made = create_customer(NewCustomer(name=name, source="call"), by=by, at=at)
    if call.number_sealed:
        add_identity(made.pk, "phone", unseal(NUMBER, call.number_sealed), by=by, at=at)
    call.customer_id = made.pk
    call.save(update_fields=["customer"])
    return made.pk


@transaction.atomic
def save(
    call_id: int,
    *,
    customer_id: int,
    purpose: str,
    outcome: str,
    note: str,
    by: Actor,
    at: datetime,
    feeling: str = "",
    checklist: Sequence[str] = (),
    promise: str = "",
    promise_due: datetime | None = None,
) -> Contact:
    """The note becomes a contact of the customer, once."""
    call = _ringing(call_id, by, lock=True)
    made = record_with_promise(
        customer_id=customer_id,
        channel="phone",
        direction="in",
        purpose=purpose,
        outcome=outcome,
        note=note,
        feeling=feeling,
        checklist=checklist,
        happened_at=call.at,
        promise=promise,
        promise_due=promise_due,
        by=by,
        at=at,
    )
    call.customer_id, call.contact, call.note_sealed = customer_id, made, ""
    call.state, call.closed_at = CallState.SAVED, at
    call.save()
    return made


def dismiss(call_id: int, *, by: Actor, at: datetime) -> None:
    """Nothing to write down: a wrong number."""
    call = _ringing(call_id, by)
    call.state, call.closed_at, call.note_sealed = CallState.DISMISSED, at, ""
    call.save(update_fields=["state", "closed_at", "note_sealed"])


@transaction.atomic
def set_extension(number: str, user_id: int, *, by: Actor, at: datetime) -> Extension:
    """A telephone stands on one desk; the number again moves it."""
    by.need("settings.manage")
    number = checked(number, what=_("Extension"), at_most=EXTENSION_LENGTH, need=True)
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise Missing("person")
    before = set(Extension.objects.filter(number=number).values_list("user_id", flat=True))
    row, _new = Extension.objects.update_or_create(number=number, defaults={"user_id": user_id})
    _mark(before | {user_id})
    record("extension.set", by=by, at=at, extension=number, person=user_id)
    return row


@transaction.atomic
def remove_extension(extension_id: int, *, by: Actor, at: datetime) -> None:
    by.need("settings.manage")
    row = Extension.objects.filter(pk=extension_id).first()
    if row is None:
        raise Missing("extension")
    record("extension.removed", by=by, at=at, extension=row.number, person=row.user_id)
    row.delete()
    _mark({row.user_id})


def _mark(user_ids: set[int]) -> None:
    """Pages of people without a telephone do not listen for calls."""
    for user_id in user_ids:
        has_one = Extension.objects.filter(user=user_id).exists()
        User.objects.filter(pk=user_id).update(has_telephone=has_one)


def _ringing(call_id: int, by: Actor, *, lock: bool = False) -> Call:
    call = queries.mine(by, call_id)
    if lock:
        call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if call.state != CallState.RINGING:
        raise Conflict(_("This call is dealt with already."))
    return call
