"""Find a customer by whatever somebody types: part of a name, pinyin, initials, phone, number.

Names and numbers are in a full-text index; phones, cards and e-mails are found by keyed hash.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from weixi.core.actor import Actor
from weixi.core.vault import TAIL, fingerprint, tail_fingerprint
from weixi.staff.permissions import reachable

from .models import ContactPerson, Customer, Identity, SearchEntry
from .pinyin import COMPOUND_SURNAMES, is_chinese, name_readings, typed_forms, whole_forms
from .rules import SEARCHED_BY_TAIL, IdentityKind, normal

CANDIDATES = 300  # newest matches that are ranked; own customers and whole names come in any case
QUERY_MOST = 60
NAMES_KEPT = 20_000  # with their readings, which take long to find
BATCH = 2_000
EVERY = 2**31
WRITE = """
    INSERT INTO customers_searchentry (customer_id, name, readings, numbers)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (customer_id) DO UPDATE SET
        name = excluded.name, readings = excluded.readings, numbers = excluded.numbers
    WHERE customers_searchentry.name <> excluded.name
        OR customers_searchentry.readings <> excluded.readings
        OR customers_searchentry.numbers <> excluded.numbers
"""
ONE_LETTER_MATCHES = 2_000  # a single letter means a quarter of all customers
MATCHES = 10_000  # newest matches of one query that are looked at, so that one letter stays quick
ON_SQLITE = """
    SELECT rowid FROM customers_search WHERE customers_search MATCH %s ORDER BY rowid DESC LIMIT %s
"""
ON_POSTGRESQL = """
    SELECT customer_id FROM customers_searchentry WHERE words @@ to_tsquery('simple', %s)
    ORDER BY customer_id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Hit:
    """One row of the search palette. `matched`: name, pinyin, number, phone, card, …, tail."""

    customer_id: int
    number: str
    name: str
    type: str
    city: str
    phone: str  # masked
    owner: str
    is_own: bool
    matched: str


def search(actor: Actor, text: str, *, limit: int = 20, recent: Sequence[int] = ()) -> list[Hit]:
    """Customers within reach that `text` may mean, the likeliest first.

    Whole matches before beginnings before parts; then the actor's own customers, those in
    `recent` (ids the actor opened lately), then the newest changed.
    """
    actor.need("customers.view")
    text = text.strip()[:QUERY_MOST]
    by_identity = _by_identity(text)
    found = by_identity | _by_words(actor, text)
    if not found:
        return []
    rows = _within_reach(actor).filter(pk__in=found).values_list(*Candidate._fields)
    folded = _folded(text)
    ranked = sorted(
        map(Candidate._make, rows), key=lambda row: _rank(row, folded, actor, recent, by_identity)
    )
    return _hits([row.pk for row in ranked[:limit]], text, actor, by_identity)


def ids_matching(text: str) -> RawSQL | None:
    """The customers whose name or number holds `text`, for `pk__in`; None if nothing can match."""
    query = _match_query(_folded(text[:QUERY_MOST]))
    return _matching(query, EVERY) if query else None


def reindex(customer_ids: Iterable[int] | None = None) -> int:
    """Bring the index up to date for these customers, or for all; returns how many are in it."""
    rows = (
        Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", "name", "number")
    )
    if customer_ids is None:
        _forget_merged(Customer.objects.all())
        return sum(_write(batch) for batch in _batches(rows.iterator(chunk_size=BATCH)))
    written = 0
    for ids in _batches(iter(customer_ids)):
        _forget_merged(Customer.objects.filter(pk__in=ids))
        written += _write(list(rows.filter(pk__in=ids)))
    return written


def _forget_merged(customers: QuerySet[Customer]) -> None:
    """Asked in two steps: PostgreSQL joins two tables that were filled this moment row by row."""
    forget(customers.exclude(merged_into=None).values_list("pk", flat=True))


def forget(customer_ids: Iterable[int]) -> None:
    """Take customers out of the index, before they are deleted."""
    for ids in _batches(iter(customer_ids)):
        SearchEntry.objects.filter(pk__in=ids).delete()


def _write(rows: list[tuple[int, str, str]]) -> int:
    """Only rows that differ are written: an unchanged one costs the full-text index nothing."""
    entries = [
        (pk, _split(name), " ".join(typed_forms(name)), _number_words(number))
        for pk, name, number in rows
    ]
    if entries:
        with connection.cursor() as cursor:
            cursor.executemany(WRITE, entries)
    return len(entries)


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


# ── Words ───────────────────────────────────────────────────────────────────


def _folded(text: str) -> str:
    """Lower case, half width, accents of Latin letters gone."""
    if text.isascii():
        return text.casefold()
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in text if not unicodedata.combining(c))


def _word(character: str) -> str:
    """Characters that the engines' tokenizers are too old for are written by their number."""
    return character if ord(character) < 0x10000 else f"u{ord(character):x}"


def _split(name: str) -> str:
    return " ".join(" ".join(map(_word, run)) if cn else run for cn, run in _runs(_folded(name)))


def _runs(folded: str) -> list[tuple[bool, str]]:
    """Runs of Chinese characters and runs of other letters and digits: (is Chinese, run)."""
    runs: list[tuple[bool, str]] = []
    for word in re.findall(r"\w+", folded.replace("_", " ")):
        for chinese, run in groupby(word, is_chinese):
            runs.append((chinese, "".join(run)))
    return runs


def _number_words(number: str) -> str:
    words = re.findall(r"[^\W_]+", _folded(number))
    return " ".join(dict.fromkeys("".join(words[start:]) for start in range(len(words))))


def _match_query(folded: str, *, whole: bool = False) -> str:
    """The engine's query: Chinese runs as phrases, others as beginnings (or `whole` words)."""
    runs = _runs(folded)
    if runs and not any(chinese for chinese, _ in runs):
        runs = [(False, "".join(run for _, run in runs))]
    phrase, beginning, both = _SYNTAX[connection.vendor]
    parts = [
        phrase(list(map(_word, run))) if chinese else beginning(run, whole) for chinese, run in runs
    ]
    return both.join(parts)


_SYNTAX: dict[str, tuple[Callable[[list[str]], str], Callable[[str, bool], str], str]] = {
    "sqlite": (
        lambda words: f'"{" ".join(words)}"',
        lambda run, whole: f'"{run}"' + ("" if whole else "*"),
        " AND ",
    ),
    "postgresql": (
        lambda words: "(" + " <-> ".join(words) + ")",
        lambda run, whole: run + ("" if whole else ":*"),
        " & ",
    ),
}


def _matching(query: str, most: int = MATCHES) -> RawSQL:
    return RawSQL(ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL, [query, most])


# ── Candidates ──────────────────────────────────────────────────────────────


def _within_reach(actor: Actor) -> QuerySet[Customer]:
    return Customer.objects.filter(reachable(actor), merged_into=None)


def _by_words(actor: Actor, text: str) -> dict[int, str]:
    """Own customers, then whole names, then the newest that match; each capped."""
    folded = _folded(text)
    query = _match_query(folded)
    if not query:
        return {}
    is_letter = len(folded) == 1 and not _has_chinese(folded)
    matching = _matching(query, ONE_LETTER_MATCHES if is_letter else MATCHES)
    rows = _within_reach(actor).order_by("-pk").values_list("pk", flat=True)
    found = list(rows.filter(pk__in=matching)[:CANDIDATES])
    if len(found) == CANDIDATES and not is_letter:
        found += rows.filter(owner_id=actor.user_id, pk__in=matching)[:CANDIDATES]
        found += rows.filter(_whole(text, folded))[:CANDIDATES]
    return dict.fromkeys(found, "name" if _has_chinese(folded) else "pinyin")


def _whole(text: str, folded: str) -> Q:
    if _has_chinese(folded):
        return Q(name=text)
    return Q(pk__in=_matching(_match_query(folded, whole=True), CANDIDATES))


def _has_chinese(text: str) -> bool:
    return any(map(is_chinese, text))


def _by_identity(text: str) -> dict[int, str]:
    """Customers with exactly this phone, e-mail, card …, or with these last four digits."""
    if len(text) < TAIL or _has_chinese(text):
        return {}
    prints = {print_: kind for kind in IdentityKind if (print_ := _fingerprint(kind, text))}
    rows = Identity.objects.filter(fingerprint__in=prints).values_list("customer_id", "kind")
    found = dict(rows[:CANDIDATES])
    people = ContactPerson.objects.filter(phone_fingerprint__in=prints)
    found |= dict.fromkeys(people.values_list("customer_id", flat=True)[:CANDIDATES], "phone")
    return found | _by_tail(text) if re.fullmatch(r"[0-9Xx]{4}", text) else found


def _fingerprint(kind: IdentityKind, text: str) -> str:
    with suppress(ValueError):
        return fingerprint(kind, normal(kind, text))
    return ""


def _by_tail(text: str) -> dict[int, str]:
    tails = [tail_fingerprint(kind, text.upper()) for kind in SEARCHED_BY_TAIL]
    rows = Identity.objects.filter(tail__in=tails).order_by("-customer_id")
    return dict.fromkeys(rows.values_list("customer_id", flat=True)[:CANDIDATES], "tail")


# ── Order and answer ────────────────────────────────────────────────────────


class Candidate(NamedTuple):
    """What the order of the answers depends on."""

    pk: int
    name: str
    number: str
    owner_id: int | None
    changed_at: datetime


def _rank(
    row: Candidate, folded: str, actor: Actor, recent: Sequence[int], by_identity: dict[int, str]
) -> tuple[Any, ...]:
    likeness = -1 if row.pk in by_identity else _likeness(row, folded)
    opened = recent.index(row.pk) if row.pk in recent else len(recent)
    is_own = actor.user_id is not None and row.owner_id == actor.user_id
    return likeness, not is_own, opened, -row.changed_at.timestamp(), -row.pk


def _likeness(row: Candidate, folded: str) -> int:
    """0 the whole name, number or reading; 1 its beginning; 2 a part inside."""
    typed = _bare(folded)
    wholes = (_bare(_folded(row.number)), *_name_forms(row.name, read=not _has_chinese(typed)))
    if typed in wholes:
        return 0
    return 1 if any(whole.startswith(typed) for whole in wholes) else 2


@lru_cache(maxsize=NAMES_KEPT)
def _name_forms(name: str, *, read: bool) -> tuple[str, ...]:
    """The name as it may be typed; `read`: also as it is read."""
    written = _bare(_folded(name))
    if not read:
        return (written,)
    surname = 2 if name[:2] in COMPOUND_SURNAMES else 1
    return (written, *(f for s in name_readings(name) for f in whole_forms(s, surname)))


def _bare(folded: str) -> str:
    return re.sub(r"[\W_]+", "", folded)


def _hits(ids: Sequence[int], text: str, actor: Actor, by_identity: dict[int, str]) -> list[Hit]:
    phones = Identity.objects.filter(customer__in=ids, kind=IdentityKind.PHONE)
    masked = dict(phones.order_by("is_primary", "-pk").values_list("customer_id", "masked"))
    words = "name" if _has_chinese(text) else "pinyin"
    rows = Customer.objects.select_related("owner").in_bulk(ids)
    return [
        Hit(
            customer_id=row.pk,
            number=row.number,
            name=row.name,
            type=row.type,
            city=row.city,
            phone=masked.get(row.pk, ""),
            owner=str(row.owner) if row.owner else "",
            is_own=actor.user_id is not None and row.owner_id == actor.user_id,
            matched=by_identity.get(row.pk) or ("number" if row.number == text else words),
        )
        for row in (rows[pk] for pk in ids)
    ]
