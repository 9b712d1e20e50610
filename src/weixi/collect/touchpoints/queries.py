"""Reads about channels and contacts. Contacts are cut by the actor's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page, page_of
from weixi.core.prepared import prepared
from weixi.staff.permissions import reachable

from .models import Channel, Contact
from .rules import Direction, Purpose

NEWEST = Keyset(("-at", "-id"), "contacts")


@dataclass(frozen=True)
class ChannelRow:
    """Levels as in T1: cost 1 to 3, the others 1 to 5. Costs in minor units."""

    code: str
    name: str
    icon: str
    cost_level: int
    speed: int
    richness: int
    interaction: int
    unit_cost: int
    minute_cost: int
    needs_identity: str
    note: str
    is_live: bool


@dataclass(frozen=True)
class ContactRow:
    """`cost` in minor units: what was written down, else reckoned from the channel."""

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer: str
    at: datetime
    channel: str
    channel_name: str
    channel_icon: str
    direction: str
    purpose: str
    minutes: float | None
    cost: int
    staff: str
    outcome: str
    feeling: str
    checklist: list[str]
    note: str


def channels(*, all_of_them: bool = False) -> list[ChannelRow]:
    """The channels in use, in their order, names in the reader's language."""
    rows = Channel.objects.all() if all_of_them else Channel.objects.filter(is_on=True)
    return [
        ChannelRow(
            code=row.code,
            name=_name(row),
            icon=row.icon,
            cost_level=row.cost_level,
            speed=row.speed,
            richness=row.richness,
            interaction=row.interaction,
            unit_cost=row.unit_cost,
            minute_cost=row.minute_cost,
            needs_identity=row.needs_identity,
            note=_note(row),
            is_live=row.is_live,
        )
        for row in rows
    ]


class ChannelNames(dict[str, str]):
    """Code → name in the reader's language, of channels out of use too. Any other word says that
    it is none of the table; no word says nothing."""

    def __missing__(self, word: str) -> str:
        return _("“{word}” (not in the table of channels)").format(word=word) if word else ""


def channel_names() -> ChannelNames:
    return ChannelNames((row.code, _name(row)) for row in Channel.objects.all())


def refuse_unknown_channel(code: str) -> None:
    """For who tells a channel now and can look it up; a file may bring a word of old."""
    known = channel_names()
    if code and code not in known:
        raise RuleBroken(
            _("There is no channel “{code}” in the table of channels: {known}.").format(
                code=code[:20], known=", ".join(known)
            )
        )


def contacts_of(
    actor: Actor, customer_id: int, *, cursor: str = "", limit: int = LIMIT
) -> Page[ContactRow]:
    """A customer's contacts, the newest first; empty when the customer is out of reach."""
    actor.need("customers.view")
    if not cursor:
        found = _newest_of(actor, customer_id, most=limit + 1)
        return page_of(found, NEWEST, limit=limit, render=_rendered)
    rows = _reached(actor).filter(customer_id=customer_id)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


@prepared
def _newest_of(actor: Actor, customer_id: int, *, most: int) -> QuerySet[Contact]:
    rows = _within(actor).filter(customer_id=customer_id)
    return rows.order_by(*NEWEST.columns)[:most]


def count_of(actor: Actor, customer_id: int) -> int:
    return Contact.objects.filter(reachable(actor, "customer__"), customer_id=customer_id).count()


def listing(
    actor: Actor,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str = "",
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[ContactRow]:
    """Contacts of all customers within reach in [since, until), the newest first."""
    rows = _reached(actor)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    if channel:
        rows = rows.filter(channel__code=channel)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def outgoing(
    actor: Actor,
    *,
    since: datetime,
    staff_id: int | None = None,
    sells: bool | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[ContactRow]:
    """Contacts that went out since then, of one colleague or of all; `sells`: for sale or not."""
    rows = _reached(actor).filter(direction=Direction.OUT, at__gte=since)
    if staff_id is not None:
        rows = rows.filter(staff=staff_id)
    if sells is not None:
        rows = rows.filter(purpose=Purpose.SALE) if sells else rows.exclude(purpose=Purpose.SALE)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def contact(actor: Actor, contact_id: int) -> ContactRow:
    row = _reached(actor).filter(pk=contact_id).first()
    if row is None:
        raise Missing("contact")
    return _row(row)


def _reached(actor: Actor) -> QuerySet[Contact]:
    actor.need("customers.view")
    return _within(actor)


def _within(actor: Actor) -> QuerySet[Contact]:
    rows = Contact.objects.filter(reachable(actor, "customer__"))
    return rows.select_related("channel", "customer", "staff")


def _rendered(rows: Sequence[Contact]) -> list[ContactRow]:
    return [_row(row) for row in rows]


def _row(row: Contact) -> ContactRow:
    return ContactRow(
        id=row.pk,
        number=row.number,
        customer_id=row.customer_id,
        customer_number=row.customer.number,
        customer=row.customer.name,
        at=row.at,
        channel=row.channel.code,
        channel_name=_name(row.channel),
        channel_icon=row.channel.icon,
        direction=row.direction,
        purpose=row.purpose,
        minutes=None if row.minutes is None else float(row.minutes),
        cost=_cost(row),
        staff=str(row.staff) if row.staff else row.staff_name,
        outcome=row.outcome,
        feeling=row.feeling,
        checklist=row.checklist,
        note=row.note,
    )


def _cost(row: Contact) -> int:
    if row.cost is not None:
        return row.cost
    return row.channel.unit_cost + round(row.channel.minute_cost * float(row.minutes or 0))


def _name(channel: Channel) -> str:
    return channel.name_zh if (get_language() or "").startswith("zh") else channel.name_en


def _note(channel: Channel) -> str:
    return channel.note_zh if (get_language() or "").startswith("zh") else channel.note_en
