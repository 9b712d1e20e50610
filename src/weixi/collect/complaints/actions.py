"""Writes about complaints: heard, answered, settled, opened again."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get as get_customer
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from . import queries
from .models import Complaint
from .rules import CLOSED, ComplaintOutcome, Severity

DESCRIPTION_LENGTH = 10_000
CLOCKS_DIFFER = timedelta(minutes=5)
YEARS_BACK = 50


@transaction.atomic
def record_complaint(
    *,
    customer_id: int,
    description: str,
    severity: str = Severity.MEDIUM,
    channel: str = "",
    order_number: str = "",
    received_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Complaint:
    """A complaint that a customer made. `received_at` None: just now."""
    by.need("complaints.edit")
    if get_customer(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Use that one."))
    if severity not in set(Severity):
        raise RuleBroken(_("Unknown severity: %(word)s.") % {"word": severity[:40]})
    complaint = Complaint.objects.create(
        number=f"T{at:%y%m%d}-{secrets.token_hex(4)}",
        customer_id=customer_id,
        received_at=_checked_time(received_at or at, at),
        channel=checked(channel, what=_("Channel"), at_most=20),
        description=_description(description),
        severity=severity,
        order_number=checked(order_number, what=_("Order number"), at_most=64),
        edited_at=at,
    )
    _journal("complaint.recorded", complaint, by, at, severity=severity, channel=channel)
    return complaint


@transaction.atomic
def reply_complaint(
    complaint_id: int, *, replied_at: datetime | None = None, by: Actor, at: datetime
) -> Complaint:
    """The first reply to the customer; it stands, later ones are contacts."""
    by.need("complaints.edit")
    complaint = queries.get(by, complaint_id)
    moment = _after_receipt(complaint, replied_at, at)
    free = Complaint.objects.filter(
        pk=complaint_id, first_reply_at=None, outcome=ComplaintOutcome.OPEN
    )
    if not free.update(first_reply_at=moment, edited_at=at):
        raise Conflict(_("This complaint was replied to or closed already."))
    _journal("complaint.replied", complaint, by, at)
    return queries.get(by, complaint_id)


@transaction.atomic
def resolve_complaint(
    complaint_id: int,
    *,
    outcome: str = ComplaintOutcome.RESOLVED,
    resolved_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Complaint:
    """Close it: resolved (at a moment), unresolved, or withdrawn by the customer."""
    by.need("complaints.edit")
    if outcome not in CLOSED:
        raise RuleBroken(_("Unknown outcome: %(outcome)s.") % {"outcome": outcome[:40]})
    complaint = queries.get(by, complaint_id)
    moment = None
    if outcome == ComplaintOutcome.RESOLVED:
        moment = _after_receipt(complaint, resolved_at, at)
    still = Complaint.objects.filter(pk=complaint_id, outcome=ComplaintOutcome.OPEN)
    if not still.update(outcome=outcome, resolved_at=moment, edited_at=at):
        raise Conflict(_("This complaint is closed already."))
    _journal("complaint.closed", complaint, by, at, outcome=str(outcome))
    return queries.get(by, complaint_id)


@transaction.atomic
def reopen_complaint(complaint_id: int, *, reason: str, by: Actor, at: datetime) -> Complaint:
    """The customer is not content after all. How it was closed before stays in the journal."""
    by.need("complaints.edit")
    complaint = queries.get(by, complaint_id)
    reason = checked(reason, what=_("Reason"), at_most=300, need=True)
    closed = Complaint.objects.filter(pk=complaint_id).exclude(outcome=ComplaintOutcome.OPEN)
    if not closed.update(outcome=ComplaintOutcome.OPEN, resolved_at=None, edited_at=at):
        raise Conflict(_("This complaint is open already."))
    before = complaint.resolved_at and complaint.resolved_at.isoformat()
    facts = {"reason": reason, "outcome": complaint.outcome, "resolved_at": before}
    _journal("complaint.reopened", complaint, by, at, **facts)
    return queries.get(by, complaint_id)


def _description(text: str) -> str:
    return checked(text, what=_("Description"), at_most=DESCRIPTION_LENGTH, need=True, lines=True)


def _checked_time(moment: datetime, at: datetime) -> datetime:
    if moment > at + CLOCKS_DIFFER:
        raise RuleBroken(_("A complaint cannot lie in the future."))
    if moment.year < timezone.localdate(at).year - YEARS_BACK:
        raise RuleBroken(_("This complaint lies too far back."))
    return moment


def _after_receipt(complaint: Complaint, moment: datetime | None, at: datetime) -> datetime:
    if moment is None:
        return at
    if moment < complaint.received_at:
        raise RuleBroken(_("A complaint is answered after it was received."))
    return _checked_time(moment, at)


def _journal(kind: str, complaint: Complaint, by: Actor, at: datetime, **facts: object) -> None:
    named = {"complaint": complaint.pk, "number": complaint.number, **facts}
    record(kind, by=by, at=at, customer_id=complaint.customer_id, **named)
