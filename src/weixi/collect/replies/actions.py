"""Targets of replies, and words of customers that need none."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.complaints.models import Complaint
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.collect.touchpoints.rules import Direction
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked
from weixi.staff.models import Team
from weixi.staff.permissions import reachable

from .models import NoReply, ReplyTarget
from .rules import MINUTES_MOST, Source

REASON_LENGTH = 200


@transaction.atomic
def set_target(
    *, minutes: int, by: Actor, at: datetime, channel: str = "", team_id: int | None = None
) -> ReplyTarget:
    """For a channel, a team, both or (neither) everybody."""
    by.need("settings.manage")
    if not 1 <= minutes <= MINUTES_MOST:
        raise RuleBroken(_("A reply target is 1 to %(most)s minutes.") % {"most": MINUTES_MOST})
    if channel and not Channel.objects.filter(code=channel).exists():
        raise RuleBroken(_("Unknown channel: %(channel)s.") % {"channel": channel[:40]})
    team = Team.objects.filter(pk=team_id).first() if team_id else None
    if team_id and team is None:
        raise Missing("team")
    row, _new = ReplyTarget.objects.update_or_create(
        channel=channel, team=team, defaults={"minutes": minutes}
    )
    record("reply_target.set", by=by, at=at, channel=channel, team=team_id, minutes=minutes)
    return row


@transaction.atomic
def remove_target(target_id: int, *, by: Actor, at: datetime) -> None:
    by.need("settings.manage")
    row = ReplyTarget.objects.filter(pk=target_id).first()
    if row is None:
        raise Missing("reply target")
    record("reply_target.removed", by=by, at=at, channel=row.channel, team=row.team_id)
    row.delete()


@transaction.atomic
def needs_no_reply(source: str, reference: int, *, reason: str, by: Actor, at: datetime) -> NoReply:
    """Its clock is cancelled; who said so and why is kept."""
    by.need("contacts.edit")
    customer = _customer_of(source, reference, by)
    reason = checked(reason, what=_("Reason"), at_most=REASON_LENGTH, need=True)
    if NoReply.objects.filter(source=source, reference=reference).exists():
        raise Conflict(_("Somebody said already that this needs no reply."))
    made = NoReply.objects.create(
        customer_id=customer,
        source=source,
        reference=reference,
        reason=reason,
        by_id=by.user_id,
        by_name=by.name[:80],
        at=at,
    )
    facts = {"source": source, "reference": reference, "reason": reason}
    record("reply.cancelled", by=by, at=at, customer_id=customer, **facts)
    return made


@transaction.atomic
def needs_reply_after_all(source: str, reference: int, *, by: Actor, at: datetime) -> None:
    by.need("contacts.edit")
    customer = _customer_of(source, reference, by)
    if not NoReply.objects.filter(source=source, reference=reference).delete()[0]:
        raise Conflict(_("This waits for a reply already."))
    record("reply.wanted", by=by, at=at, customer_id=customer, source=source, reference=reference)


def _customer_of(source: str, reference: int, by: Actor) -> int:
    found: int | None = None
    if source == Source.CONTACT:
        rows = Contact.objects.filter(reachable(by, "customer__"), direction=Direction.IN)
        found = rows.filter(pk=reference).values_list("customer_id", flat=True).first()
    elif source == Source.COMPLAINT and by.may("complaints.view"):
        complaints = Complaint.objects.filter(reachable(by, "customer__"), pk=reference)
        found = complaints.values_list("customer_id", flat=True).first()
    if found is None:
        raise Missing("reply")
    return found
