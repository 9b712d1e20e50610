"""What the policy must know of customers, gathered for many at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Q, QuerySet

from weixi.collect.complaints.models import Complaint
from weixi.collect.complaints.rules import ComplaintOutcome
from weixi.collect.customers.models import Consent, Customer, Identity
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.collect.touchpoints.rules import Direction

from .models import Preference, Stopped, Touch
from .policy_rules import Policy
from .rules import Past, Person, Reason, TouchState

RESERVED_FOR = timedelta(hours=24)  # a slot that nobody used counts no longer

Consents = dict[tuple[str, str], tuple[bool, datetime]]


class Address(NamedTuple):
    """Where a channel reaches a customer. `sealed` and `fingerprint` empty: it needs none."""

    kind: str = ""
    sealed: str = ""
    fingerprint: str = ""
    problem: str = ""


def people(
    customer_ids: Collection[int],
    *,
    channel: str,
    policy: Policy,
    at: datetime,
    is_sending: bool = False,
    without: Collection[int] = (),
    found: dict[int, Address] | None = None,
) -> dict[int, Person]:
    """`is_sending`: booked messages of later do not stand in the way of the one that is going now.
    `without`: touches that are not counted, as the one that is asked about itself. `found`: their
    addresses, if known already."""
    ids = list(customer_ids)
    found = addresses(ids, channel) if found is None else found
    consents, touches = _consents(ids), _touches(ids, policy, at, is_sending, without)
    complaints = _complaining(ids)
    wishes = {row.customer_id: row for row in Preference.objects.filter(customer__in=ids)}
    return {
        id_: Person(
            zone=_zone(wishes.get(id_)),
            touches=touches[id_],
            consents=consents[id_],
            has_open_complaint=id_ in complaints,
            address=address.problem,
            quiet=_quiet(wishes.get(id_)),
            paused_until=wishes[id_].paused_until if id_ in wishes else None,
        )
        for id_, address in found.items()
    }


def addresses(customer_ids: Collection[int], channel: str) -> dict[int, Address]:
    """The primary one of the kind that the channel needs, else the oldest that works."""
    rows = Customer.objects.filter(pk__in=list(customer_ids)).values_list("pk", "merged_into_id")
    merged = dict(rows)
    row = Channel.objects.filter(code=channel).values_list("needs_identity", "is_on").first()
    if row is None or not row[1]:
        return dict.fromkeys(merged, Address(problem=Reason.CHANNEL_OFF))
    best = _best(list(merged), row[0]) if row[0] else {}
    otherwise = Address(problem=Reason.NO_ADDRESS if row[0] else "")
    return {
        id_: Address(problem=Reason.MERGED) if into else best.get(id_, otherwise)
        for id_, into in merged.items()
    }


def _best(ids: list[int], kind: str) -> dict[int, Address]:
    rows = Identity.objects.filter(customer__in=ids, kind=kind).order_by("-is_primary", "pk")
    found = list(rows.values_list("customer_id", "sealed", "fingerprint"))
    prints = {row[2] for row in found}
    stopped = set(
        Stopped.objects.filter(kind=kind, fingerprint__in=prints).values_list(
            "fingerprint", flat=True
        )
    )
    best: dict[int, Address] = {}
    for id_, sealed, fingerprint in found:
        problem = Reason.ADDRESS_BOUNCES if fingerprint in stopped else ""
        if id_ not in best or (best[id_].problem and not problem):
            best[id_] = Address(kind, sealed, fingerprint, problem)
    return best


def _consents(ids: list[int]) -> dict[int, Consents]:
    found: dict[int, Consents] = defaultdict(dict)
    rows = Consent.objects.filter(customer__in=ids).order_by("at", "pk")
    for row in rows.values_list("customer_id", "purpose", "channel", "granted", "at"):
        found[row[0]][row[1], row[2]] = (row[3], row[4])
    return found


def _complaining(ids: list[int]) -> set[int]:
    rows = Complaint.objects.filter(customer__in=ids, outcome=ComplaintOutcome.OPEN)
    return set(rows.values_list("customer_id", flat=True))


def _touches(
    ids: list[int], policy: Policy, at: datetime, is_sending: bool, without: Collection[int]
) -> dict[int, list[Past]]:
    """Recorded contacts, and touches that did not become one: nothing twice."""
    found: dict[int, list[Past]] = defaultdict(list)
    since = at - policy.longest
    # The direction is told apart here: SQLite would look through every contact of the company.
    went = Contact.objects.filter(customer__in=ids, at__gt=since)
    for id_, when, channel, purpose, direction in went.values_list(
        "customer_id", "at", "channel__code", "purpose", "direction"
    ):
        if direction == Direction.OUT:
            found[id_].append(Past(when, channel, purpose))
    for row in counted(at, is_sending).filter(customer__in=ids, at__gt=since).exclude(
        pk__in=list(without)
    ).values_list("customer_id", "at", "channel", "purpose"):  # fmt: skip
        found[row[0]].append(Past(*row[1:]))
    return found


def counted(at: datetime, is_sending: bool = False) -> QuerySet[Touch]:
    """Touches that count beside the recorded contacts."""
    booked = Q(state=TouchState.RESERVED)
    by_hand = booked & Q(message=None, at__gt=at - RESERVED_FOR)
    waiting = booked & Q(message__isnull=False)
    counting = Q(state=TouchState.DONE) | by_hand
    return Touch.objects.filter(counting if is_sending else counting | waiting, contact=None)


def _zone(wish: Preference | None) -> ZoneInfo:
    try:
        return ZoneInfo((wish and wish.time_zone) or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def _quiet(wish: Preference | None) -> tuple | None:
    if wish is None or wish.quiet_from is None or wish.quiet_until is None:
        return None
    return wish.quiet_from, wish.quiet_until
