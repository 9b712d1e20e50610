"""Reads about calls. A call belongs to the person whose telephone rings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from weixi.collect.customers.models import ContactPerson, Customer, Identity
from weixi.collect.customers.queries import reachable_ids
from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.vault import unseal
from weixi.staff.models import User

from .models import Call, Extension
from .rules import CallState

NUMBER, NOTE = "phone", "call_note"
SHOWN_FOR = timedelta(hours=8)  # a call nobody dealt with leaves the screen
MATCHES_MOST = 10


@dataclass(frozen=True)
class CallRow:
    """`matches`: customers with this number within reach; `others`: how many beyond it."""

    id: int
    at: datetime
    masked: str
    is_hidden: bool
    customer_id: int | None
    matches: list[tuple[int, str, str]]
    others: int
    note: str
    is_small: bool


@dataclass(frozen=True)
class ExtensionRow:
    id: int
    number: str
    user_id: int
    person: str


def current(actor: Actor, *, at: datetime) -> tuple[CallRow | None, int]:
    """The oldest call that waits for its note, and how many more."""
    rows = list(_waiting(actor, at).order_by("at", "pk")[:20])
    return (_row(actor, rows[0]), len(rows) - 1) if rows else (None, 0)


def waiting_count(actor: Actor, *, at: datetime) -> int:
    return _waiting(actor, at).count()


def mine(actor: Actor, call_id: int) -> Call:
    """Missing when it is not there or rang somewhere else."""
    found = Call.objects.filter(pk=call_id, user_id=actor.user_id or 0).first()
    if found is None:
        raise Missing("call")
    return found


def number_of(actor: Actor, call_id: int) -> str:
    """In full: to put it into a new customer's form."""
    actor.need("customers.edit")
    sealed = mine(actor, call_id).number_sealed
    return unseal(NUMBER, sealed) if sealed else ""


def newest_id() -> int:
    return Call.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def arrived_after(last: int) -> list[tuple[int, int]]:
    """(call, person) of calls told since, for the stream of events."""
    rows = Call.objects.filter(pk__gt=last, state=CallState.RINGING).order_by("pk")
    return list(rows.values_list("pk", "user_id")[:500])


def extensions() -> list[ExtensionRow]:
    rows = Extension.objects.select_related("user")
    return [ExtensionRow(r.pk, r.number, r.user_id, str(r.user)) for r in rows]


def has_extension(user_id: int) -> bool:
    return Extension.objects.filter(user=user_id).exists()


def people() -> list[tuple[int, str]]:
    return [(u.pk, str(u)) for u in User.objects.filter(is_active=True).order_by("name", "pk")]


def customers_with(fingerprint: str) -> list[int]:
    """Everybody known by this number, also people at business customers; none merged away."""
    if not fingerprint:
        return []
    own = Identity.objects.filter(fingerprint=fingerprint, kind="phone").values("customer")
    people = ContactPerson.objects.filter(phone_fingerprint=fingerprint).values("customer")
    rows = Customer.objects.filter(Q(pk__in=own) | Q(pk__in=people), merged_into=None)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MATCHES_MOST])


def _waiting(actor: Actor, at: datetime) -> QuerySet[Call]:
    return Call.objects.filter(
        user_id=actor.user_id or 0, state=CallState.RINGING, at__gt=at - SHOWN_FOR
    )


def _row(actor: Actor, call: Call) -> CallRow:
    ids = customers_with(call.fingerprint)
    if call.customer_id and call.customer_id not in ids:
        ids.append(call.customer_id)
    within = reachable_ids(actor, ids) if actor.may("customers.view") else set()
    names = Customer.objects.filter(pk__in=within).order_by("pk")
    matches = [(row.pk, row.name, row.number) for row in names]
    only = matches[0][0] if len(ids) == 1 and matches else None
    return CallRow(
        id=call.pk,
        at=call.at,
        masked=call.masked,
        is_hidden=not call.number_sealed,
        customer_id=call.customer_id if call.customer_id in within else only,
        matches=matches,
        others=len(ids) - len(matches),
        note=unseal(NOTE, call.note_sealed) if call.note_sealed else "",
        is_small=call.is_small,
    )
