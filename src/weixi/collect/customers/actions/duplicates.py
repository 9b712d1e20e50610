"""Before a customer is made: does one like it exist?"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from weixi.collect.customers.models import ContactPerson, Customer, Identity
from weixi.collect.customers.queries import Row, rows_of
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.vault import fingerprint

from .identities import checked_identity

WARNINGS_MOST = 20
TELLING = frozenset({"phone", "email", "wechat", "card", "id_number"})  # an address is shared


@dataclass(frozen=True)
class DuplicateWarning:
    """`customer` None: one exists beyond the actor's reach, and that is all that is said.

    `reasons`: "phone", "email", …, "name and birthday".
    """

    customer: Row | None
    reasons: tuple[str, ...]


def duplicate_warnings(
    *, name: str, birthday: date | None, identities: Sequence[tuple[str, str]], by: Actor
) -> list[DuplicateWarning]:
    """Customers that look like the one about to be made. Values that are wrong are passed over."""
    by.need("customers.edit")
    reasons = _by_identity(identities)
    if birthday is not None:
        same = Customer.objects.filter(name=name.strip(), birthday=birthday, merged_into=None)
        for pk in same.values_list("pk", flat=True)[:WARNINGS_MOST]:
            reasons.setdefault(pk, []).append("name and birthday")
    shown = rows_of(by, reasons)
    found = [
        DuplicateWarning(shown.get(pk), tuple(sorted(set(why)))) for pk, why in reasons.items()
    ]
    return sorted(found, key=lambda w: (w.customer is None, -len(w.reasons)))[:WARNINGS_MOST]


def _by_identity(identities: Sequence[tuple[str, str]]) -> dict[int, list[str]]:
    prints: dict[str, str] = {}
    for kind, text in identities:
        if kind in TELLING:
            with suppress(RuleBroken):
                prints[fingerprint(kind, checked_identity(kind, text))] = kind
    reasons: dict[int, list[str]] = {}
    rows = Identity.objects.filter(fingerprint__in=prints, customer__merged_into=None)
    for pk, kind in rows.values_list("customer_id", "kind")[:100]:
        reasons.setdefault(pk, []).append(kind)
    people = ContactPerson.objects.filter(
        phone_fingerprint__in=prints, customer__merged_into=None
    ).exclude(phone_fingerprint="")
    for pk in people.values_list("customer_id", flat=True)[:100]:
        reasons.setdefault(pk, []).append("phone")
    return reasons
