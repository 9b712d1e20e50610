"""Orders change: lines anew, days, and who was faster."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.orders import queries
from weixi.collect.orders.actions import NewLine, NewOrder, change_order, create_order, mark_paid
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, NotAllowed
from weixi.core.journal import entries_of

LATER = NOON + timedelta(hours=1)
TEA = NewLine(quantity_e3=2_000, unit_price_e4=100_000, product_number="P1", product_name="茶")


@pytest.fixture
def chief(actor: Callable[..., Actor], team: Any) -> Actor:
    return actor("supervisor", team=team("north"))


@pytest.fixture
def number(chief: Actor, customer: Any, team: Any) -> str:
    who = customer("林晓燕", team=team("north"))
    return create_order(NewOrder(who.pk, NOON, [TEA]), by=chief, at=NOON).number


def test_new_lines_replace_the_old_ones_and_the_sum_follows(chief: Actor, number: str) -> None:
    lines = [TEA, TEA, replace(TEA, quantity_e3=-1_000, unit_cost_e4=50_000)]
    change_order(number, lines=lines, due_on=date(2026, 12, 1), seen=NOON, by=chief, at=LATER)
    card = queries.order(chief, number)
    # 2 × 20.00 + 20.00 − 10.00 = 30.00; the cost known is that of the returned piece, −5.00
    assert (card.amount, card.cost, card.due_on) == (3_000, -500, date(2026, 12, 1))
    assert [line.kind for line in card.line_rows] == ["sale", "sale", "return"]


def test_the_slower_of_two_changers_changes_nothing(chief: Actor, number: str) -> None:
    change_order(number, due_on=date(2026, 12, 1), seen=NOON, by=chief, at=LATER)
    with pytest.raises(Conflict):
        change_order(number, lines=[TEA, TEA], seen=NOON, by=chief, at=LATER)
    assert queries.order(chief, number).lines == 1


def test_another_team_neither_sees_nor_pays_it(number: str, actor: Any, team: Any) -> None:
    stranger = actor("supervisor", team=team("south"))
    with pytest.raises(Missing):
        mark_paid(number, paid_on=NOON.date(), by=stranger, at=NOON)
    assert queries.find_by_number(stranger, number) == []
    with pytest.raises(NotAllowed):
        mark_paid(number, paid_on=NOON.date(), by=actor("agent", team=team("north")), at=NOON)


def test_every_change_is_in_the_journal(chief: Actor, number: str) -> None:
    mark_paid(number, paid_on=date(2026, 11, 25), by=chief, at=LATER)
    customer_id = queries.get(chief, number).customer_id
    assert customer_id is not None
    newest = entries_of(customer_id)[0]
    assert (newest.kind, newest.facts["paid_on"]) == ("order.paid", [None, "2026-11-25"])
    assert [hit.number for hit in queries.find_by_number(chief, f" {number} ")] == [number]
