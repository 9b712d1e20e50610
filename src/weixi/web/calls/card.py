"""What stands on the card of a caller: put together from every stage, in the order of need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.act.care.names import honorific
from weixi.act.membership.queries import Treatment, treatment_of
from weixi.classify.queries import UNRATED, places_of
from weixi.collect.calls.queries import CallRow
from weixi.collect.complaints.queries import open_complaints_of
from weixi.collect.customers import queries as customers
from weixi.collect.customers.exclusions import exclusions_of
from weixi.collect.points.queries import balance_of
from weixi.collect.touchpoints.promise_queries import promises_of
from weixi.collect.touchpoints.queries import contacts_of
from weixi.core.actor import Actor
from weixi.predict.queries import suggestions_of

CONTACTS_SHOWN = 3
HEAD_SCHEMES = ("value_pyramid", "lifecycle")
NO_SELLING = ("marketing", "contact")


@dataclass(frozen=True)
class CallerCard:
    customer: customers.Card
    greeting: str
    cells: list[str]
    complaints: list[Any]
    promises: list[Any]
    contacts: list[Any]
    points: int
    warnings: list[str]
    preferences: list[tuple[str, Any]]
    offers: list[Any]
    not_offers: list[Any]
    treatment: Treatment


def card_of(actor: Actor, customer_id: int, *, at: datetime) -> CallerCard:
    known = customers.card(actor, customer_id)
    may_complaints = actor.may("complaints.view")
    complaints = open_complaints_of(actor, customer_id) if may_complaints else []
    promises = [p for p in promises_of(actor, customer_id, at=at) if p.state == "open"]
    warnings = _warnings(known, complaints, promises)
    return CallerCard(
        customer=known,
        greeting=_greeting(known.name, at),
        cells=_cells(customer_id) if actor.may("segments.view") else [],
        complaints=complaints,
        promises=promises,
        contacts=list(contacts_of(actor, customer_id, limit=CONTACTS_SHOWN).rows),
        points=balance_of(actor, customer_id),
        warnings=warnings,
        preferences=[(own.label, own.value) for own in known.custom if own.value not in (None, "")],
        offers=[] if warnings else list(suggestions_of(customer_id)),
        not_offers=list(exclusions_of(actor, customer_id)),
        treatment=treatment_of(actor, customer_id, day=timezone.localdate(at)),
    )


def is_known(call: CallRow) -> bool:
    return bool(call.matches or call.others)


def _greeting(name: str, at: datetime) -> str:
    hour = timezone.localtime(at).hour
    called = honorific(name)
    if hour < 12:
        return _("Good morning, {name}").format(name=called)
    if hour < 18:
        return _("Good afternoon, {name}").format(name=called)
    return _("Good evening, {name}").format(name=called)


def _warnings(known: customers.Card, complaints: list[Any], promises: list[Any]) -> list[str]:
    """Why nothing may be sold now; and what we owe."""
    found = []
    if complaints:
        found.append(_("Do not promote: a complaint is open"))
    refused = [c for c in known.consents if not c.granted and c.purpose in NO_SELLING]
    if any(c.channel in ("", "phone") for c in refused):
        found.append(_("Do not promote: the customer does not want it"))
    if any(promise.is_overdue for promise in promises):
        found.append(_("A promise is overdue: speak of it first"))
    return found


def _cells(customer_id: int) -> list[str]:
    is_chinese = (get_language() or "").startswith("zh")
    found = {
        place.scheme: place.cell.name_zh if is_chinese else place.cell.name_en
        for place in places_of(customer_id)
        if place.cell.code != UNRATED.code
    }
    return [found[scheme] for scheme in HEAD_SCHEMES if scheme in found]
