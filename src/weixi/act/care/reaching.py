"""Who may be contacted, and by which channel: by consent and stored identities."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from weixi.collect.customers.models import Consent, Customer, Identity
from weixi.collect.touchpoints.models import Channel
from weixi.core.among import among

from .plan import Candidate
from .rules import suggested_channel
from .thresholds import CHANNELS, wished_channels

EVERY_CHANNEL = ""
REFUSED = ("marketing", "care", "contact")  # contact: of any kind


@dataclass(frozen=True)
class Refusals:
    """Customers who may not be sold to, may not be contacted, and channels refused by customer."""

    no_selling: frozenset[int] = frozenset()
    no_contact: frozenset[int] = frozenset()
    channels: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def __or__(self, other: "Refusals") -> "Refusals":
        """Of more customers."""
        return Refusals(
            self.no_selling | other.no_selling,
            self.no_contact | other.no_contact,
            {**self.channels, **other.channels},
        )


@dataclass
class Reach:
    """Of some customers: what they are, how they can be reached, and what they refused."""

    table: Mapping[str, Any]  # channels by reason and type of customer
    needs: Mapping[str, str]
    types: dict[int, str] = field(default_factory=dict)
    identities: dict[int, set[str]] = field(default_factory=dict)
    refused: Refusals = field(default_factory=Refusals)

    def read(self, ids: Collection[int]) -> None:
        self.refused |= refusals(ids)
        self.types |= Customer.objects.filter(pk__in=among(ids)).values_list("pk", "type")
        kinds = Identity.objects.filter(customer__in=among(ids))
        for pk, kind in kinds.values_list("customer_id", "kind"):
            self.identities.setdefault(pk, set()).add(kind)

    def channel(self, customer_id: int, kind: str, named: str = "") -> str:
        """To suggest for a reason; `named`: the one that was asked for."""
        wished = wished_channels(self.table, kind, self.types.get(customer_id, ""))
        return suggested_channel(
            [named, *wished] if named else wished,
            needs=self.needs,
            identities=self.identities.get(customer_id, ()),
            refused=self.refused.channels.get(customer_id, frozenset()),
        )

    def channel_of(self, candidate: Candidate) -> str:
        leading = candidate.signals[0]
        named = str(leading.facts.get("channel", ""))
        return self.channel(candidate.customer_id, leading.kind, named)


def reach(values: Mapping[str, Any]) -> Reach:
    """Of nobody yet."""
    on = Channel.objects.filter(is_on=True)
    return Reach(values[CHANNELS], dict(on.values_list("code", "needs_identity")))


def refusals(ids: Collection[int] | None = None) -> Refusals:
    """What was withdrawn and not granted again since; None: of all customers."""
    again = Consent.objects.filter(
        customer=OuterRef("customer"),
        purpose=OuterRef("purpose"),
        channel=OuterRef("channel"),
        granted=True,
    ).filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    some = Consent.objects.all()
    some = some if ids is None else some.filter(customer__in=among(ids))
    rows = some.filter(~Exists(again), granted=False, purpose__in=REFUSED)
    no_selling, no_contact = set(), set()
    channels: dict[int, set[str]] = {}
    for customer, purpose, channel in rows.values_list("customer_id", "purpose", "channel"):
        if channel != EVERY_CHANNEL:
            channels.setdefault(customer, set()).add(channel)
        elif purpose == "marketing":
            no_selling.add(customer)
        else:
            no_contact.add(customer)
    frozen = {customer: frozenset(codes) for customer, codes in channels.items()}
    return Refusals(frozenset(no_selling), frozenset(no_contact), frozen)
