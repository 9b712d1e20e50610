"""Customers that look like one person: the same phone, e-mail or card, or name and birthday."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from django.db.models import Q

from .models import Customer, DuplicatePair, Identity
from .rules import IdentityKind

TELLING = (IdentityKind.PHONE, IdentityKind.EMAIL, IdentityKind.CARD)
NAME_AND_BIRTHDAY = "name and birthday"
IDENTITY = ("kind", "fingerprint", "customer_id", "customer__merged_into_id")
PERSON = ("pk", "name", "birthday", "merged_into_id")
MOST_ALIKE = 20  # a phone that more customers share is a switchboard, not a person
PART = 300  # each customer brings several marks, and a query has its limit of them


class Sign(NamedTuple):
    """What two customers have in common: ("phone", its keyed hash)."""

    reason: str
    mark: str


def note_duplicates(customer_ids: Iterable[int], *, at: datetime) -> int:
    """Pairs of one of these customers with any other, as questions for a person.

    Pairs that somebody has decided about stay decided. Returns how many pairs are new.
    """
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    ids = sorted(customer_ids)
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        for sign, alike in _alike(part).items():
            if 1 < len(alike) <= MOST_ALIKE:
                for pair in combinations(sorted(alike), 2):
                    found[pair].add(sign.reason)
    return _written(found, at)


def _alike(ids: list[int]) -> dict[Sign, set[int]]:
    """For each sign that one of `ids` carries: all customers that carry it.

    Merged customers are left out here, not by the query: with that condition SQLite would rather
    go through all customers that are not merged, for every part.
    """
    alike: dict[Sign, set[int]] = defaultdict(set)
    identities = Identity.objects.filter(kind__in=TELLING)
    marks = set(identities.filter(customer__in=ids).values_list("fingerprint", flat=True))
    same = identities.filter(fingerprint__in=marks)
    for kind, mark, id_, merged in same.values_list(*IDENTITY):
        if merged is None:
            alike[Sign(kind, mark)].add(id_)
    born = set(Customer.objects.filter(pk__in=ids).values_list("name", "birthday"))
    named = Customer.objects.filter(name__in={name for name, birthday in born if birthday})
    for id_, name, birthday, merged in named.values_list(*PERSON):
        if merged is None and birthday and (name, birthday) in born:
            alike[Sign(NAME_AND_BIRTHDAY, f"{name}\0{birthday}")].add(id_)
    return alike


def _written(found: dict[tuple[int, int], set[str]], at: datetime) -> int:
    before = DuplicatePair.objects.count()
    DuplicatePair.objects.bulk_create(
        [
            DuplicatePair(first_id=first, second_id=second, reasons=sorted(reasons), found_at=at)
            for (first, second), reasons in found.items()
        ],
        ignore_conflicts=True,
        batch_size=PART,
    )
    return DuplicatePair.objects.count() - before


def drop_wrong(customer_ids: Iterable[int], *, found_at: datetime) -> int:
    """Open pairs of these customers that were found at that moment and are alike no longer."""
    ids = list(customer_ids)
    gone = 0
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        pairs = DuplicatePair.objects.filter(
            Q(first__in=part) | Q(second__in=part),
            state=DuplicatePair.State.OPEN,
            found_at=found_at,
        )
        alike = _alike(part)
        wrong = [
            pair.pk
            for pair in pairs
            if not any({pair.first_id, pair.second_id} <= ids_ for ids_ in alike.values())
        ]
        gone += DuplicatePair.objects.filter(pk__in=wrong).delete()[0]
    return gone
