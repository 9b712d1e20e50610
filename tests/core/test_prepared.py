"""Prepared queries give what Django's own give, cut to who asks."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count, QuerySet

from tests.moments import NOON
from weixi.collect.customers.models import Customer
from weixi.collect.orders.models import Order
from weixi.core.actor import Actor
from weixi.core.prepared import prepared
from weixi.staff.permissions import reachable

DAY = date(2000, 2, 29)


@prepared
def reached(actor: Actor, name: str) -> "QuerySet[Customer]":
    rows = Customer.objects.select_related("owner", "team").filter(reachable(actor), name=name)
    return rows.order_by("pk")


@prepared
def born(day: date) -> "QuerySet[Customer, str]":
    return Customer.objects.filter(birthday=day).values_list("name", flat=True)


@prepared
def ordered_since(at: datetime) -> "QuerySet[Order, tuple[str, datetime]]":
    return Order.objects.filter(ordered_at__gte=at).values_list("number", "ordered_at")


def test_rows_are_whole_with_what_is_joined(
    customer: Any, person: Any, team: Any, django_assert_num_queries: Any
) -> None:
    owner = person("agent", team=team())
    made = customer("林晓燕", owner=owner, team=owner.team, custom={"size": [1, 2]})
    everyone = Actor(None, "system", frozenset(), reach="all")
    reached(everyone, "林晓燕")
    with django_assert_num_queries(1):
        (found,) = reached(everyone, "林晓燕")
        assert (found, found.owner, found.team) == (made, owner, owner.team)
        assert found.custom == {"size": [1, 2]}
        assert found.created_at == made.created_at


def test_each_asker_has_their_own_rows(customer: Any, person: Any, team: Any) -> None:
    north, south = team("north"), team("south")
    me, other = person("agent", team=north), person("agent", team=south)
    mine = customer("王芳", owner=me, team=north)
    theirs = customer("王芳", owner=other, team=south)

    def asked(**reach: Any) -> list[Customer]:
        return reached(Actor(name="", permissions=frozenset(), **reach), "王芳")

    assert asked(user_id=me.pk, reach="own") == [mine]
    assert asked(user_id=other.pk, reach="own") == [theirs]
    assert asked(user_id=me.pk, team_id=north.pk, reach="team") == [mine]
    assert asked(user_id=me.pk, team_id=south.pk, reach="team") == [theirs]
    assert asked(user_id=me.pk, reach="all") == [mine, theirs]
    assert asked(user_id=None, reach="own") == []


def test_days_and_moments_are_compared_as_the_database_keeps_them(
    customer: Any, order: Any
) -> None:
    made = customer("陈静", birthday=DAY)
    assert born(DAY) == ["陈静"]
    assert born(DAY + timedelta(days=1)) == []
    number = order(made, NOON.date()).number
    [(found, at)] = ordered_since(NOON - timedelta(days=1))
    assert (found, at.tzinfo is not None) == (number, True)
    assert ordered_since(at) == [(number, at)]
    assert ordered_since(at + timedelta(seconds=1)) == []


def test_the_text_is_made_once_for_each_shape(customer: Any) -> None:
    built: list[int] = []

    @prepared
    def newest(name: str, *, most: int) -> "QuerySet[Customer]":
        built.append(most)
        return Customer.objects.filter(name=name).annotate(n=Count("pk")).order_by("-pk")[:most]

    first, second = customer("a"), customer("a")
    assert newest("a", most=1) == [second]
    assert newest("a", most=2) == [second, first]
    assert newest("b", most=2) == []
    assert newest("a", most=2)[0].n == 1  # type: ignore[attr-defined]
    assert built == [1, 2]


def test_rows_of_another_kind_are_refused() -> None:
    @prepared
    def as_dictionaries(name: str) -> "QuerySet[Customer, dict[str, Any]]":
        return Customer.objects.filter(name=name).values("pk")

    with pytest.raises(TypeError, match="Not prepared"):
        as_dictionaries("a")
