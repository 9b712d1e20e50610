"""Writes about contacts with customers."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer
from weixi.collect.customers.queries import get
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked
from weixi.staff.permissions import reachable

from .approved import checked_codes
from .models import Channel, Contact
from .rules import Direction, Feeling, Outcome, Purpose
from .shipped import SHIPPED_CHANNELS

NOTE_LENGTH = 4_000
MINUTES_MOST = Decimal(1_440)
COST_MOST = 10**12
CLOCKS_DIFFER = timedelta(minutes=5)


def create_shipped_channels() -> int:
    """Channels that exist are left as people changed them; returns how many were made."""
    made = 0
    for position, shipped in enumerate(SHIPPED_CHANNELS):
        values = shipped._asdict() | {"position": position}
        made += Channel.objects.get_or_create(code=values.pop("code"), defaults=values)[1]
    return made


@transaction.atomic
def record_contact(
    *,
    customer_id: int,
    channel: str,
    direction: str,
    purpose: str,
    at: datetime,
    by: Actor,
    happened_at: datetime | None = None,
    outcome: str = "",
    note: str = "",
    minutes: Decimal | float | None = None,
    cost: int | None = None,
    feeling: str = "",
    checklist: Sequence[str] = (),
) -> Contact:
    """A contact that took place, with whom `by` is. `cost` in minor units; None: the channel's."""
    customer = _customer(customer_id, by)
    _check_words(direction, purpose, outcome, feeling)
    contact = Contact.objects.create(
        number=f"K{at:%y%m%d}-{secrets.token_hex(5)}",
        customer=customer,
        at=_checked_time(happened_at or at, at),
        channel=_channel(channel),
        direction=direction,
        purpose=purpose,
        minutes=_checked_minutes(minutes),
        cost=_checked_cost(cost),
        staff_id=by.user_id,
        staff_name=by.name[:80],
        outcome=outcome,
        feeling=feeling,
        checklist=checked_codes(checklist),
        note=checked(note, what=_("Note"), at_most=NOTE_LENGTH, lines=True),
        edited_at=at,
    )
    facts = {"contact": contact.pk, "channel": channel, "purpose": purpose, "outcome": outcome}
    record("contact.recorded", by=by, at=at, customer_id=customer_id, **facts)
    return contact


def _customer(customer_id: int, by: Actor) -> Customer:
    by.need("contacts.edit")
    customer = get(by, customer_id)
    if customer.merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Use that one."))
    return customer


@transaction.atomic
def undo_contact(*, contact_id: int, by: Actor, at: datetime) -> None:
    """Take back a contact that `by` recorded by mistake; a supervisor may take back any."""
    by.need("contacts.edit")
    contact = Contact.objects.filter(reachable(by, "customer__"), pk=contact_id).first()
    if contact is None:
        raise Missing("contact")
    if contact.staff_id != by.user_id and not by.may("tasks.assign"):
        raise RuleBroken(_("Only who recorded a contact can take it back."))
    record(
        "contact.undone",
        by=by,
        at=at,
        customer_id=contact.customer_id,
        contact=contact.pk,
        number=contact.number,
    )
    contact.delete()


def _channel(code: str) -> Channel:
    channel = Channel.objects.filter(code=code, is_on=True).first()
    if channel is None:
        raise RuleBroken(_("Unknown channel: %(channel)s.") % {"channel": code[:40]})
    return channel


def _check_words(direction: str, purpose: str, outcome: str, feeling: str) -> None:
    if direction not in set(Direction):
        raise RuleBroken(_("A contact goes “in” or “out”."))
    if purpose not in set(Purpose):
        raise RuleBroken(_("Unknown purpose: %(purpose)s.") % {"purpose": purpose[:40]})
    if outcome and outcome not in set(Outcome):
        raise RuleBroken(_("Unknown outcome: %(outcome)s.") % {"outcome": outcome[:40]})
    if feeling and feeling not in set(Feeling):
        raise RuleBroken(_("Unknown feeling: %(feeling)s.") % {"feeling": feeling[:40]})


def _checked_time(happened_at: datetime, at: datetime) -> datetime:
    if happened_at > at + CLOCKS_DIFFER:
        raise RuleBroken(_("A contact cannot lie in the future."))
    if happened_at.year < timezone.localdate(at).year - 50:
        raise RuleBroken(_("This contact lies too far back."))
    return happened_at


def _checked_minutes(minutes: Decimal | float | None) -> Decimal | None:
    if minutes is None:
        return None
    exact = Decimal(str(minutes))
    if not exact.is_finite() or not 0 <= exact <= MINUTES_MOST:
        raise RuleBroken(_("A contact takes 0 to 1,440 minutes."))
    return exact.quantize(Decimal("0.1"))


def _checked_cost(cost: int | None) -> int | None:
    if cost is not None and not 0 <= cost <= COST_MOST:
        raise RuleBroken(_("A cost is not negative and below ten billion."))
    return cost
