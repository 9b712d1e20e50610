"""Points: entries are added, balances are explained line by line and never fall below zero."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from tests.moments import NOON
from weixi.collect.points import queries
from weixi.collect.points.actions import record_points_entry
from weixi.collect.points.models import PointsEntry
from weixi.collect.points.rules import signed
from weixi.core.actor import Actor
from weixi.core.errors import Missing, NotAllowed, RuleBroken

HOUR = timedelta(hours=1)


@pytest.fixture
def chief(actor: Callable[..., Actor], a_team: Any) -> Actor:
    return actor("supervisor", team=a_team)


@pytest.fixture
def ana(customer: Any, a_team: Any) -> Any:
    return customer("Ana", team=a_team)


def add(chief: Actor, who: Any, kind: str, points: int, hours: int = 0) -> PointsEntry:
    at = NOON + hours * HOUR
    return record_points_entry(customer_id=who.pk, kind=kind, points=points, by=chief, at=at)


@pytest.mark.parametrize(
    ("kind", "points", "stored"),
    [
        ("earn", 5, 5), ("redeem", 5, -5), ("redeem", -5, -5), ("expire", 5, -5),
        ("expire", -5, -5), ("adjust", 5, 5), ("adjust", -5, -5),
    ],
)  # fmt: skip
def test_what_is_used_up_is_negative(kind: str, points: int, stored: int) -> None:
    assert signed(kind, points) == stored


@pytest.mark.parametrize(("kind", "points"), [("earn", -5), ("earn", 0), ("adjust", 10**9 + 1)])
def test_entries_that_mean_nothing_have_no_sign(kind: str, points: int) -> None:
    with pytest.raises(ValueError, match=r"entry|Earned"):
        signed(kind, points)


def test_every_line_carries_the_balance_after_it(chief: Actor, ana: Any) -> None:
    add(chief, ana, "earn", 300)
    add(chief, ana, "redeem", 100, 1)
    add(chief, ana, "earn", 50, 2)
    add(chief, ana, "expire", 200, 3)
    rows = queries.points_of(chief, ana.pk).rows
    assert [(row.points, row.balance) for row in rows] == [
        (-200, 50), (50, 250), (-100, 200), (300, 300),
    ]  # fmt: skip
    page = queries.points_of(chief, ana.pk, limit=2)
    second = queries.points_of(chief, ana.pk, limit=2, cursor=page.next)
    assert [row.balance for row in second.rows] == [200, 300]
    account = queries.account_of(chief, ana.pk)
    assert vars(account) == {
        "balance": 50, "earned": 350, "redeemed": 100, "expired": 200, "adjusted": 0,
    }  # fmt: skip
    assert queries.balance_of(chief, ana.pk) == 50


def test_entries_of_one_moment_keep_their_order(chief: Actor, ana: Any) -> None:
    for points in (10, 20, 30):
        add(chief, ana, "earn", points)
    assert [row.balance for row in queries.points_of(chief, ana.pk).rows] == [60, 30, 10]


def test_the_balance_never_falls_below_zero(chief: Actor, ana: Any) -> None:
    add(chief, ana, "earn", 100)
    for kind, points in (("redeem", 101), ("expire", 101), ("adjust", -101)):
        with pytest.raises(RuleBroken, match="100"):
            add(chief, ana, kind, points)
    add(chief, ana, "redeem", 100)
    assert queries.balance_of(chief, ana.pk) == 0
    assert PointsEntry.objects.count() == 2


def test_without_entries_the_account_is_empty(chief: Actor, ana: Any) -> None:
    assert queries.points_of(chief, ana.pk).rows == []
    assert queries.balance_of(chief, ana.pk) == 0


def test_unknown_kinds_and_merged_customers_are_refused(
    chief: Actor, ana: Any, customer: Any
) -> None:
    with pytest.raises(RuleBroken):
        add(chief, ana, "gift", 5)
    with pytest.raises(RuleBroken):
        add(chief, customer("Anna", team=ana.team, merged_into=ana), "earn", 5)


def test_points_elsewhere_are_not_there(
    chief: Actor, ana: Any, actor: Callable[..., Actor], team: Any
) -> None:
    made = add(chief, ana, "earn", 100)
    other = actor("supervisor", team=team("south"))
    assert queries.points_of(other, ana.pk).rows == []
    assert queries.balance_of(other, ana.pk) == 0
    with pytest.raises(Missing):
        queries.entry(other, made.pk)
    with pytest.raises(Missing):
        add(other, ana, "earn", 5)


def test_an_agent_sees_points_and_gives_none(
    chief: Actor, ana: Any, actor: Callable[..., Actor]
) -> None:
    add(chief, ana, "earn", 100)
    agent = actor("manager", team=ana.team)
    assert queries.balance_of(agent, ana.pk) == 100
    with pytest.raises(NotAllowed):
        add(agent, ana, "earn", 5)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_spend_the_same_points(chief: Actor, ana: Any) -> None:
    add(chief, ana, "earn", 100)
    start = Barrier(4)

    def spend(_place: int) -> str:
        start.wait(10)
        try:
            add(chief, ana, "redeem", 100)
        except RuleBroken:
            return "refused"
        finally:
            connections.close_all()
        return "spent"

    with ThreadPoolExecutor(4) as crowd:
        told = sorted(crowd.map(spend, range(4)))
    assert told == ["refused"] * 3 + ["spent"], connection.vendor
    assert queries.balance_of(chief, ana.pk) == 0
