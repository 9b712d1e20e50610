"""Reads about customers. Every one is cut by the actor's reach and needs customers.view."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Page, count_up_to, keyset_page
from weixi.core.prepared import prepared
from weixi.core.vault import fingerprint, tail_fingerprint
from weixi.staff.permissions import reachable

from .filters import ORDERS, Filters, filtered
from .models import Consent, ContactPerson, Customer, CustomField, DuplicatePair, Identity
from .rules import SEARCHED_BY_TAIL, normal

REDIRECTS_MOST = 20


@dataclass(frozen=True)
class IdentityRow:
    """A way to reach or know the customer, masked; `id` is what reveal_identity takes."""

    id: int
    kind: str
    masked: str
    label: str
    is_primary: bool
    source: str
    since: date | None


@dataclass(frozen=True)
class OwnedIdentity(IdentityRow):
    customer_id: int


@dataclass(frozen=True)
class PersonRow:
    id: int
    name: str
    position: str
    decision_role: str
    phone: str  # masked
    note: str


@dataclass(frozen=True)
class ConsentRow:
    """The newest word of a purpose on a channel (channel empty: every channel)."""

    purpose: str
    channel: str
    granted: bool
    at: datetime
    source: str
    evidence: str


@dataclass(frozen=True)
class CustomValue:
    code: str
    label: str
    kind: str
    value: Any


@dataclass(frozen=True)
class Row:
    """A customer in a list. `phone` is masked."""

    id: int
    number: str
    name: str
    type: str
    city: str
    industry: str
    source: str
    birthday: date | None
    owner_id: int | None
    owner: str
    team: str
    phone: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Card(Row):
    """All that is known of one customer, ready to render. `changed_at` goes back with a change.

    `origins`: field → (where it came from, ISO date). `merged_into`: the customer this one was
    merged into; doors redirect there.
    """

    note: str
    identities: Sequence[IdentityRow]
    people: Sequence[PersonRow]
    consents: Sequence[ConsentRow]
    custom: Sequence[CustomValue]
    origins: dict[str, Any]
    merged_into: int | None


def get(actor: Actor, customer_id: int) -> Customer:
    """Raises Missing, the same for "not there" and "not yours". May be a merged customer."""
    actor.need("customers.view")
    found = _reached(actor, customer_id)
    if not found:
        raise Missing("customer")
    return found[0]


def by_number(actor: Actor, number: str) -> Customer:
    """As get, by the company's own customer number."""
    actor.need("customers.view")
    rows = Customer.objects.select_related("owner", "team").filter(reachable(actor))
    customer = rows.filter(number=number).first()
    if customer is None:
        raise Missing("customer")
    return customer


def destination(customer_id: int) -> int:
    """The customer that a merged one lives on in; itself when it was not merged."""
    for _ in range(REDIRECTS_MOST):
        onward = Customer.objects.filter(pk=customer_id).values_list("merged_into", flat=True)
        following = onward.first()
        if following is None:
            return customer_id
        customer_id = following
    return customer_id


def card(actor: Actor, customer_id: int) -> Card:
    customer = get(actor, customer_id)
    identities = _identities(customer_id)
    return Card(
        **vars(_row(customer, {customer.pk: _shown_phone(identities)})),
        note=customer.note,
        identities=identities,
        people=_people(customer_id),
        consents=_consents(customer_id),
        custom=custom_values(customer.custom),
        origins=customer.origins,
        merged_into=customer.merged_into_id,
    )


def listing(
    actor: Actor,
    filters: Filters | None = None,
    *,
    order: str = "newest",
    cursor: str = "",
    limit: int = LIMIT,
    within: "QuerySet[Any] | None" = None,
) -> Page[Row]:
    """One page. `within`: customer ids (a subquery) that an upper stage selected."""
    rows = matching(actor, filters, within=within).select_related("owner", "team")
    return keyset_page(rows, ORDERS[order], cursor=cursor, limit=limit, render=_rendered)


def matching(
    actor: Actor, filters: Filters | None = None, *, within: "QuerySet[Any] | None" = None
) -> QuerySet[Customer]:
    """The customers a list is made of: for counting, bulk actions and export. No merged ones."""
    actor.need("customers.view")
    rows = filtered(Customer.objects.filter(reachable(actor), merged_into=None), filters, actor)
    return rows if within is None else rows.filter(pk__in=within)


def count(
    actor: Actor, filters: Filters | None = None, *, within: "QuerySet[Any] | None" = None
) -> tuple[int, bool]:
    """How many, counted up to 1,000; True when there are more."""
    return count_up_to(matching(actor, filters, within=within))


def rows_of(actor: Actor, customer_ids: Iterable[int]) -> dict[int, Row]:
    """Rows of these customers, of those within reach; for lists that an upper stage ordered."""
    actor.need("customers.view")
    rows = Customer.objects.select_related("owner", "team").filter(
        reachable(actor), pk__in=list(customer_ids)
    )
    rows = rows.defer("custom", "origins", "note")
    return {row.id: row for row in _rendered(list(rows))}


def all_ids(actor: Actor) -> list[int]:
    """Every customer the actor reaches who was not merged away, oldest first."""
    rows = Customer.objects.filter(reachable(actor), merged_into=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def reachable_ids(actor: Actor, customer_ids: Iterable[int]) -> set[int]:
    """Of these customers, the ones the actor reaches."""
    rows = Customer.objects.filter(reachable(actor), pk__in=list(customer_ids))
    return set(rows.values_list("pk", flat=True))


def find_by_identity(actor: Actor, kind: str, text: str) -> list[Row]:
    """Customers with exactly this phone, e-mail, card …; ValueError when it cannot be one."""
    print_ = fingerprint(kind, normal(kind, text))
    return _having(actor, Identity.objects.filter(fingerprint=print_, kind=kind))


def find_by_tail(actor: Actor, tail4: str) -> list[Row]:
    """Customers whose phone, card or identity number ends with these four."""
    tails = [tail_fingerprint(kind, tail4.upper()) for kind in SEARCHED_BY_TAIL]
    return _having(actor, Identity.objects.filter(tail__in=tails))


def identity(actor: Actor, identity_id: int) -> OwnedIdentity:
    """One way to reach a customer, masked; Missing when it or its customer is out of reach."""
    actor.need("customers.view")
    row = Identity.objects.filter(reachable(actor, "customer__"), pk=identity_id).first()
    if row is None:
        raise Missing("identity")
    return OwnedIdentity(
        row.pk, row.kind, row.masked, row.label, row.is_primary, row.source, row.since,
        row.customer_id,
    )  # fmt: skip


def person(actor: Actor, person_id: int) -> ContactPerson:
    """Somebody at a business; Missing when the customer is out of reach."""
    actor.need("customers.view")
    row = ContactPerson.objects.filter(reachable(actor, "customer__"), pk=person_id).first()
    if row is None:
        raise Missing("person")
    return row


def lookalikes_of(actor: Actor, customer_id: int) -> list[Row]:
    """Other customers within reach with the same phone, e-mail, account, card or identity number,
    or found alike before and not decided yet."""
    ids = set(_with_same_contact_data(customer_id))
    for first, second in _open_pairs(customer_id):
        ids |= {first, second} - {customer_id}
    if not ids:
        return []
    rows = Customer.objects.select_related("owner", "team").filter(
        reachable(actor), pk__in=ids, merged_into=None
    )
    return _rendered(list(rows.order_by("pk")))


@prepared
def custom_fields() -> QuerySet[CustomField]:
    return CustomField.objects.all()


def custom_values(values: dict[str, Any]) -> list[CustomValue]:
    """The company's own fields with their labels in the language of the reader."""
    name = "name_zh" if (get_language() or "").startswith("zh") else "name_en"
    return [
        CustomValue(f.code, getattr(f, name), f.kind, values.get(f.code)) for f in custom_fields()
    ]


def _having(actor: Actor, identities: QuerySet[Identity]) -> list[Row]:
    ids = identities.order_by("customer_id").values_list("customer_id", flat=True)
    page = listing(actor, within=ids, limit=50)
    return list(page.rows)


def _rendered(customers: Sequence[Customer]) -> list[Row]:
    phones = main_phones([customer.pk for customer in customers])
    return [_row(customer, phones) for customer in customers]


def main_phones(customer_ids: Sequence[int]) -> dict[int, str]:
    """Masked: the primary phone of each customer, else its first."""
    phones = Identity.objects.filter(customer__in=customer_ids, kind="phone")
    return dict(phones.order_by("is_primary", "-pk").values_list("customer_id", "masked"))


def _row(customer: Customer, phones: dict[int, str]) -> Row:
    return Row(
        id=customer.pk,
        number=customer.number,
        name=customer.name,
        type=customer.type,
        city=customer.city,
        industry=customer.industry,
        source=customer.source,
        birthday=customer.birthday,
        owner_id=customer.owner_id,
        owner=str(customer.owner) if customer.owner else "",
        team=str(customer.team) if customer.team else "",
        phone=phones.get(customer.pk, ""),
        created_at=customer.created_at,
        changed_at=customer.changed_at,
    )


def _identities(customer_id: int) -> list[IdentityRow]:
    return [IdentityRow(*row) for row in _identity_rows(customer_id)]


def _shown_phone(identities: Sequence[IdentityRow]) -> str:
    return next((row.masked for row in identities if row.kind == "phone"), "")


def _people(customer_id: int) -> list[PersonRow]:
    return [PersonRow(*row) for row in _person_rows(customer_id)]


def _consents(customer_id: int) -> list[ConsentRow]:
    newest = {(row.purpose, row.channel): row for row in _consent_rows(customer_id)}
    return [
        ConsentRow(r.purpose, r.channel, r.granted, r.at, r.source, r.evidence)
        for _, r in sorted(newest.items())
    ]


def is_any_customer() -> bool:
    return Customer.objects.exists()


def numbers_of(customer_ids: Iterable[int]) -> dict[int, str]:
    """Customer numbers for logs, which name nobody."""
    return dict(Customer.objects.filter(pk__in=set(customer_ids)).values_list("pk", "number"))


def id_of_number(number: str) -> int | None:
    return Customer.objects.filter(number=number).values_list("pk", flat=True).first()


def numbers_of_all() -> dict[int, str]:
    """Every customer's number by id, also of those merged into another."""
    return dict(Customer.objects.order_by("pk").values_list("pk", "number").iterator(20_000))


# ── Queries of the customer page ────────────────────────────────────────────


@prepared
def _reached(actor: Actor, customer_id: int) -> QuerySet[Customer]:
    rows = Customer.objects.select_related("owner", "team").filter(reachable(actor))
    return rows.filter(pk=customer_id)


@prepared
def _identity_rows(customer_id: int) -> QuerySet[Identity, tuple[Any, ...]]:
    rows = Identity.objects.filter(customer_id=customer_id).order_by("kind", "-is_primary", "pk")
    return rows.values_list("pk", "kind", "masked", "label", "is_primary", "source", "since")


@prepared
def _person_rows(customer_id: int) -> QuerySet[ContactPerson, tuple[Any, ...]]:
    rows = ContactPerson.objects.filter(customer_id=customer_id).order_by("pk")
    return rows.values_list("pk", "name", "position", "decision_role", "phone_masked", "note")


@prepared
def _consent_rows(customer_id: int) -> QuerySet[Consent]:
    return Consent.objects.filter(customer_id=customer_id).order_by("at", "pk")


@prepared
def _with_same_contact_data(customer_id: int) -> QuerySet[Identity, int]:
    own = Identity.objects.filter(customer_id=customer_id).exclude(kind="address")
    same = Identity.objects.filter(fingerprint__in=own.values("fingerprint"))
    return same.exclude(customer_id=customer_id).values_list("customer_id", flat=True)[:20]


@prepared
def _open_pairs(customer_id: int) -> QuerySet[DuplicatePair, tuple[int, int]]:
    pairs = DuplicatePair.objects.filter(
        Q(first=customer_id) | Q(second=customer_id), state=DuplicatePair.State.OPEN
    )
    return pairs.values_list("first_id", "second_id")
