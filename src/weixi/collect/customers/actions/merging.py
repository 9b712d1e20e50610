"""Two records of one customer become one, and apart again exactly as they were.

Rows of every model that says `follows_customer = True` move to the kept customer, unless it has
such a row already (of rows with a unique key). Rows of a model that says `is_computed = True` go:
the next run computes them anew; one that says `is_of_everybody = True` has a row for each customer
of whom anything is computed. Cells stay until that run, which writes the move out of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from weixi.collect.customers import search
from weixi.collect.customers.models import Customer, DuplicatePair, Identity
from weixi.collect.customers.queries import get
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import entries_of, record
from weixi.core.models import JournalEntry

FILLED = ("birthday", "city", "industry", "source", "note", "owner_id", "team_id")
CHUNK = 500  # customers asked for at once
TAKEN = ("name", "type", *FILLED)


@transaction.atomic
def merge(
    keep_id: int, other_id: int, *, take: Iterable[str] = (), by: Actor, at: datetime
) -> Customer:
    """`other` lives on in `keep`; its number leads there. `take`: fields that other knows better.

    Empty fields of `keep` are filled from `other` in any case.
    """
    by.need("customers.edit")
    keep, other = _pair(keep_id, other_id, by)
    dropped, demoted = _make_room(keep, other)
    moved = dict(_moved(keep, other))
    forget_computed([other.pk])
    before, after = _filled(keep, other, frozenset(take))
    Customer.objects.filter(pk=keep.pk).update(**after, changed_at=at, edited_at=at)
    Customer.objects.filter(pk=other.pk).update(merged_into=keep, changed_at=at, edited_at=at)
    pairs = _close_pairs(keep, other)
    search.reindex([keep.pk, other.pk])
    facts = {
        "other": other.pk,
        "other_number": other.number,
        "moved": moved,
        "dropped": dropped,
        "demoted": demoted,
        "before": _plain(before),
        "after": _plain(after),
        "pairs": pairs,
    }
    record("customer.merged", by=by, at=at, customer_id=keep.pk, **facts)
    record("customer.merged_away", by=by, at=at, customer_id=other.pk, keep=keep.pk)
    return get(by, keep.pk)


@transaction.atomic
def unmerge(other_id: int, *, by: Actor, at: datetime) -> Customer:
    """What came from `other` goes back to it. Fields of the kept one that a person has changed
    since stay as they are now."""
    by.need("customers.edit")
    other = get(by, other_id)
    if other.merged_into_id is None:
        raise RuleBroken(_("This customer is not merged into another one."))
    keep = get(by, other.merged_into_id)
    if keep.merged_into_id is not None:
        raise RuleBroken(_("The kept customer was itself merged. Take that apart first."))
    facts = _merge_entry(keep.pk, other.pk).facts
    Customer.objects.filter(pk=other.pk).update(merged_into=None, changed_at=at, edited_at=at)
    _move_back(facts["moved"], keep, other)
    Identity.objects.bulk_create(_identities_again(facts["dropped"]))
    Identity.objects.filter(pk__in=facts["demoted"]).update(is_primary=True)
    back = _fields_back(keep, facts)
    Customer.objects.filter(pk=keep.pk).update(**back, changed_at=at, edited_at=at)
    for pk, state in facts["pairs"]:
        DuplicatePair.objects.filter(pk=pk).update(state=state)
    search.reindex([keep.pk, other.pk])
    record("customer.unmerged", by=by, at=at, customer_id=keep.pk, other=other.pk)
    record("customer.unmerged", by=by, at=at, customer_id=other.pk, keep=keep.pk)
    return get(by, other.pk)


def following() -> Iterator[tuple[type[models.Model], str]]:
    """Each model whose rows belong to a customer and go where it goes, with its key's name."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        model: Any = relation.related_model
        if getattr(model, "follows_customer", False):
            yield model, relation.field.name


def forget_computed(customer_ids: Sequence[int] | None = None) -> None:
    """What was computed of these customers; None: of all that are merged or gone, also while a run
    was computing. Asked by number: a join over tables that were filled this moment, and of which
    PostgreSQL has no statistics yet, takes minutes."""
    if customer_ids is None:
        merged = Customer.objects.exclude(merged_into=None).values_list("pk", flat=True)
        customer_ids = sorted({*merged, *_gone()})
    for start in range(0, len(customer_ids), CHUNK):
        _forget(customer_ids[start : start + CHUNK])


def _gone() -> set[int]:
    """Customers of whom something is computed though an import was undone: no key is checked."""
    there = Customer.objects.filter(pk=OuterRef("customer_id"))
    whole = [model for model in _computed() if getattr(model, "is_of_everybody", False)]
    rows = (model._default_manager.filter(~Exists(there)) for model in whole)
    return {pk for found in rows for pk in found.values_list("customer_id", flat=True)}


def _forget(customer_ids: Sequence[int]) -> None:
    for model in _computed():
        model._default_manager.filter(customer__in=customer_ids).delete()


def _computed() -> Iterator[Any]:
    for relation in Customer._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if relation.auto_created and getattr(model, "is_computed", False):
            yield model


def _pair(keep_id: int, other_id: int, by: Actor) -> tuple[Customer, Customer]:
    if keep_id == other_id:
        raise RuleBroken(_("A customer cannot be merged with itself."))
    list(Customer.objects.select_for_update().filter(pk__in=[keep_id, other_id]).order_by("pk"))
    keep, other = get(by, keep_id), get(by, other_id)
    if keep.merged_into_id or other.merged_into_id:
        raise RuleBroken(_("One of the two is already merged into another customer."))
    return keep, other


def _make_room(keep: Customer, other: Customer) -> tuple[list[dict[str, Any]], list[int]]:
    """Identities that both have are dropped from `other`; its primary ones step back.

    Returns the dropped rows whole (sealed) and the ids of those that stepped back.
    """
    has = set(Identity.objects.filter(customer=keep).values_list("kind", "fingerprint"))
    theirs = Identity.objects.filter(customer=other)
    double = [row for row in theirs if (row.kind, row.fingerprint) in has]
    dropped = [_plain(_columns(row)) for row in double]
    theirs.filter(pk__in=[row.pk for row in double]).delete()
    kinds = {kind for kind, _print in has}
    stepping = theirs.filter(is_primary=True, kind__in=kinds)
    demoted = list(stepping.values_list("pk", flat=True))
    stepping.update(is_primary=False)
    return dropped, demoted


def _moved(keep: Customer, other: Customer) -> Iterator[tuple[str, list[int]]]:
    """The rows that went over, by what they are called in the journal."""
    for model, key in following():
        rows = _without_doubles(model, key, model._default_manager.filter(**{key: other}), keep)
        ids = list(rows.values_list("pk", flat=True))
        if ids:
            model._default_manager.filter(pk__in=ids).update(**{key: keep})
            yield _called(model, key), ids


def _called(model: type[models.Model], key: str) -> str:
    """A model may have two keys to a customer: who recommended, and who was."""
    return model._meta.label if key == "customer" else f"{model._meta.label}.{key}"


def _without_doubles(
    model: type[models.Model], key: str, rows: QuerySet[Any], to: Customer
) -> QuerySet[Any]:
    """Rows that `to` can take over: none that a unique key allows it only once and it has."""
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and key in rule.fields:
            same = {name: OuterRef(name) for name in rule.fields if name != key}
            held = model._default_manager.filter(rule.condition or Q(), **same, **{key: to})
            rows = rows.exclude((rule.condition or Q()) & Exists(held))
    return rows


def _filled(
    keep: Customer, other: Customer, take: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values of `keep` that change: as they were, and as they become."""
    unknown = take - set(TAKEN)
    if unknown:
        raise RuleBroken(_("Unknown field: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    after = {
        name: getattr(other, name)
        for name in TAKEN
        if getattr(other, name) not in (None, "")
        and (name in take or (name in FILLED and getattr(keep, name) in (None, "")))
    }
    after["custom"] = other.custom | keep.custom
    after = {name: value for name, value in after.items() if value != getattr(keep, name)}
    if "team_id" in after and "owner_id" not in after:
        del after["team_id"]  # a team follows its owner
    after["origins"] = keep.origins | {
        name: other.origins.get(name, other.origins.get("*", [other.number, ""])) for name in after
    }
    return {name: getattr(keep, name) for name in after}, after


def _close_pairs(keep: Customer, other: Customer) -> list[tuple[int, str]]:
    both = [keep.pk, other.pk]
    pairs = DuplicatePair.objects.filter(first__in=both, second__in=both)
    states = list(pairs.values_list("pk", "state"))
    pairs.update(state=DuplicatePair.State.MERGED)
    return states


def _merge_entry(keep_id: int, other_id: int) -> JournalEntry:
    for entry in entries_of(keep_id).filter(kind="customer.merged"):
        if entry.facts["other"] == other_id:
            return entry
    raise RuleBroken(_("What the merge moved is not recorded."))


def _move_back(moved: dict[str, list[int]], keep: Customer, other: Customer) -> None:
    for model, key in following():
        ids = moved.get(_called(model, key), [])
        rows = model._default_manager.filter(pk__in=ids, **{key: keep})
        back = list(_without_doubles(model, key, rows, other).values_list("pk", flat=True))
        model._default_manager.filter(pk__in=back).update(**{key: other})


def _identities_again(dropped: list[dict[str, Any]]) -> list[Identity]:
    days = [row | {"since": row["since"] and date.fromisoformat(row["since"])} for row in dropped]
    return [Identity(**row) for row in days]


def _fields_back(keep: Customer, facts: dict[str, Any]) -> dict[str, Any]:
    now = _plain({name: getattr(keep, name) for name in facts["after"]})
    back = {
        name: facts["before"][name] for name, value in facts["after"].items() if now[name] == value
    }
    if back.get("birthday"):
        back["birthday"] = date.fromisoformat(back["birthday"])
    return back


def _columns(row: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
