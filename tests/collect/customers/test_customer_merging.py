"""Two records become one and come apart exactly as they were."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.customers import queries
from weixi.collect.customers.actions import (
    NewCustomer,
    add_identity,
    change_customer,
    create_customer,
    merge,
    unmerge,
)
from weixi.collect.customers.actions.merging import following
from weixi.collect.customers.models import Customer, DuplicatePair, Identity
from weixi.collect.customers.search import search
from weixi.collect.orders.models import Order
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


@pytest.fixture
def pair(admin: Actor, order: Any) -> tuple[Customer, Customer]:
    keep = create_customer(
        NewCustomer("林晓燕", identities=[("phone", "13800002046")]), by=admin, at=NOON
    )
    other = create_customer(
        NewCustomer(
            "林小燕",
            city="杭州",
            birthday=date(1990, 5, 1),
            identities=[("phone", "13800002046"), ("phone", "13900001111"), ("email", "l@x.cn")],
        ),
        by=admin,
        at=NOON,
    )
    for customer in (keep, other):
        order(customer, date(2026, 10, 1))
    DuplicatePair.objects.create(first=keep, second=other, found_at=NOON)
    return keep, other


def picture() -> list[Any]:
    """All rows that a merge touches, without the times of change."""
    untimed = [f.attname for f in Customer._meta.concrete_fields]
    for name in ("changed_at", "edited_at"):
        untimed.remove(name)
    return [
        list(Customer.objects.order_by("pk").values(*untimed)),
        list(Identity.objects.order_by("pk").values()),
        list(Order.objects.order_by("pk").values()),
        list(DuplicatePair.objects.order_by("pk").values()),
    ]


def test_everything_of_the_other_is_with_the_kept_one(admin: Actor, pair: Any) -> None:
    keep, other = pair
    merge(keep.pk, other.pk, take=["name"], by=admin, at=LATER)
    card = queries.card(admin, keep.pk)
    assert (card.name, card.city, card.birthday) == ("林小燕", "杭州", date(1990, 5, 1))
    assert [i.masked for i in card.identities] == ["l***@x.cn", "138****2046", "139****1111"]
    assert Order.objects.filter(customer=keep).count() == 2
    assert queries.card(admin, other.pk).merged_into == keep.pk
    assert queries.destination(other.pk) == keep.pk
    assert [hit.customer_id for hit in search(admin, "林小燕")] == [keep.pk]
    assert DuplicatePair.objects.get().state == "merged"


def test_taking_apart_gives_back_exactly_what_was(admin: Actor, pair: Any) -> None:
    before = picture()
    merge(pair[0].pk, pair[1].pk, take=["name"], by=admin, at=LATER)
    assert picture() != before
    unmerge(pair[1].pk, by=admin, at=LATER)
    assert picture() == before
    assert [hit.customer_id for hit in search(admin, "林小燕")] == [pair[1].pk]


def test_what_was_added_or_changed_since_stays_with_the_kept_one(admin: Actor, pair: Any) -> None:
    keep, other = pair
    merge(keep.pk, other.pk, by=admin, at=LATER)
    add_identity(keep.pk, "email", "new@x.cn", by=admin, at=LATER)
    seen = queries.card(admin, keep.pk).changed_at
    change_customer(keep.pk, {"city": "宁波"}, seen=seen, by=admin, at=LATER)
    unmerge(other.pk, by=admin, at=LATER)
    card = queries.card(admin, keep.pk)
    assert (card.city, card.birthday) == ("宁波", None)
    assert [i.masked for i in card.identities] == ["n***@x.cn", "138****2046"]


def test_a_chain_of_merges_leads_to_its_end_and_comes_apart_from_there(
    admin: Actor, pair: Any, customer: Any
) -> None:
    keep, other = pair
    third = customer("林燕")
    merge(keep.pk, other.pk, by=admin, at=LATER)
    merge(third.pk, keep.pk, by=admin, at=LATER)
    assert queries.destination(other.pk) == third.pk
    with pytest.raises(RuleBroken, match="itself merged"):
        unmerge(other.pk, by=admin, at=LATER)
    unmerge(keep.pk, by=admin, at=LATER)
    unmerge(other.pk, by=admin, at=LATER)
    assert queries.card(admin, other.pk).city == "杭州"


def test_both_must_be_within_reach(actor: Any, team: Any, customer: Any) -> None:
    manager = actor("manager", team=team("north"))
    mine, theirs = customer("A", team=team("north")), customer("B", team=team("south"))
    with pytest.raises(Missing):
        merge(mine.pk, theirs.pk, by=manager, at=LATER)
    with pytest.raises(RuleBroken, match="itself"):
        merge(mine.pk, mine.pk, by=manager, at=LATER)
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_all_facts_of_a_customer_follow_it() -> None:
    names = {model._meta.label for model, _ in following()}
    assert names >= {
        "customers.Consent",
        "customers.ContactPerson",
        "customers.Identity",
        "orders.Order",
        "touchpoints.Contact",
    }
