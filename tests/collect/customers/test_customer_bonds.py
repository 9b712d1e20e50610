"""What keeps a customer, and when its loyalty is fragile; ratings with their evidence."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.complaints.actions import record_complaint
from weixi.collect.customers.actions import (
    NewBond,
    add_bond,
    change_bond,
    export_person,
    merge,
    remove_bond,
    set_credit_limit,
    set_rating,
    unmerge,
)
from weixi.collect.customers.bonds import (
    bond,
    bonds_of,
    credit_limit_on,
    credit_limits_of,
    newest_ratings,
    ratings_of,
)
from weixi.collect.customers.models import Bond, CreditLimit, Rating
from weixi.collect.customers.rules import BondKind, rests_on_barriers
from weixi.collect.points.actions import record_points_entry
from weixi.collect.surveys.actions import NewAnswer, record_answer
from weixi.core.actor import Actor
from weixi.core.errors import Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of

TODAY = date(2026, 11, 20)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


@pytest.fixture
def ana(customer: Any, a_team: Any) -> Any:
    return customer("Ana", team=a_team)


def contract(**values: Any) -> NewBond:
    return NewBond(**({
        "kind": "contractual", "description": "年度供货合同", "value": 500_000,
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31),
    } | values))  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "fragile"),
    [
        ([], False),
        (["economic"], True),
        (["contractual", "technical", "economic"], True),
        (["contractual", "emotional"], False),
        (["technical", "benefit"], False),
        (["emotional"], False),
        (["benefit"], False),
    ],
)
def test_loyalty_on_barriers_alone_is_fragile(kinds: list[str], fragile: bool) -> None:
    assert rests_on_barriers(kinds) is fragile


def test_a_contract_counts_down_and_then_holds_no_more(admin: Actor, ana: Any) -> None:
    add_bond(ana.pk, contract(), by=admin, at=NOON)
    found = bonds_of(admin, ana.pk, as_of=TODAY)
    [row] = found.rows
    assert (row.is_in_force, row.days_left, row.is_barrier) == (True, 41, True)
    assert found.is_fragile
    last = bonds_of(admin, ana.pk, as_of=date(2026, 12, 31))
    assert (last.rows[0].days_left, last.is_fragile) == (0, True)
    for day in (date(2027, 1, 1), date(2025, 12, 31)):
        gone = bonds_of(admin, ana.pk, as_of=day)
        assert (gone.rows[0].is_in_force, gone.rows[0].days_left) == (False, None)
        assert not gone.is_fragile


def test_a_bond_without_a_first_day_holds_from_the_day_it_was_recorded_on(
    admin: Actor, ana: Any
) -> None:
    made = add_bond(ana.pk, NewBond("economic", "3,260 points"), by=admin, at=NOON)
    change_bond(made.pk, NewBond("economic", "3,300 points"), by=admin, at=LATER)
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)]
    held = [bonds_of(admin, ana.pk, as_of=day).rows[0].is_in_force for day in days]
    assert held == [False, True, True]


def test_a_bond_of_feeling_makes_it_firm(admin: Actor, ana: Any) -> None:
    add_bond(ana.pk, contract(), by=admin, at=NOON)
    warm = add_bond(ana.pk, NewBond("emotional", "老板和我们认识二十年"), by=admin, at=NOON)
    assert not bonds_of(admin, ana.pk, as_of=TODAY).is_fragile
    remove_bond(warm.pk, by=admin, at=LATER)
    assert bonds_of(admin, ana.pk, as_of=TODAY).is_fragile
    kinds = [entry.kind for entry in entries_of(ana.pk)]
    assert kinds == ["bond.removed", "bond.added", "bond.added"]


def test_a_change_says_what_was_before(admin: Actor, ana: Any) -> None:
    made = add_bond(ana.pk, contract(), by=admin, at=NOON)
    change_bond(made.pk, contract(ends_on=date(2027, 12, 31)), by=admin, at=LATER)
    row = bond(admin, made.pk, as_of=TODAY)
    assert (row.ends_on, row.recorded_at) == (date(2027, 12, 31), NOON)
    fields = entries_of(ana.pk)[0].facts["fields"]
    assert fields == {"ends_on": ["2026-12-31", "2027-12-31"]}
    ana.refresh_from_db()
    assert ana.edited_at == LATER


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "magic"}, {"description": " "}, {"value": -1}, {"value": 10**14},
        {"ends_on": date(2025, 1, 1)}, {"ends_on": date(9999, 1, 1)},
        {"starts_on": None, "ends_on": None}, {"description": "x" * 201},
    ],
)  # fmt: skip
def test_a_wrong_bond_is_refused(admin: Actor, ana: Any, wrong: Any) -> None:
    with pytest.raises(RuleBroken):
        add_bond(ana.pk, contract(**wrong), by=admin, at=NOON)
    assert not Bond.objects.exists()


def test_bonds_elsewhere_are_not_there(
    admin: Actor, ana: Any, actor: Callable[..., Actor], team: Any
) -> None:
    made = add_bond(ana.pk, contract(), by=admin, at=NOON)
    other = actor("manager", team=team("south"))
    for attempt in (
        lambda: bonds_of(other, ana.pk, as_of=TODAY),
        lambda: bond(other, made.pk, as_of=TODAY),
        lambda: change_bond(made.pk, contract(), by=other, at=LATER),
        lambda: remove_bond(made.pk, by=other, at=LATER),
        lambda: add_bond(ana.pk, contract(), by=other, at=LATER),
        lambda: ratings_of(other, ana.pk),
        lambda: set_rating(ana.pk, kind="size", score=1, evidence="?", by=other, at=LATER),
    ):
        with pytest.raises(Missing):
            attempt()
    with pytest.raises(NotAllowed):
        add_bond(ana.pk, contract(), by=actor("analyst"), at=LATER)


def test_the_newest_rating_of_a_kind_counts_and_the_older_stay(admin: Actor, ana: Any) -> None:
    for score, at in ((60, NOON), (75, LATER)):
        set_rating(ana.pk, kind="credit", score=score, evidence="去年三次逾期", by=admin, at=at)
    set_rating(ana.pk, kind="size", score=40, evidence="两家门店", by=admin, at=NOON)
    newest = newest_ratings(admin, ana.pk)
    assert {kind: row.score for kind, row in newest.items()} == {"credit": 75, "size": 40}
    assert [row.score for row in ratings_of(admin, ana.pk) if row.kind == "credit"] == [75, 60]
    assert newest["credit"].rated_by == admin.name


@pytest.mark.parametrize(
    "wrong", [{"kind": "beauty"}, {"score": -1}, {"score": 101}, {"evidence": " "}]
)
def test_a_rating_needs_a_score_and_its_evidence(admin: Actor, ana: Any, wrong: Any) -> None:
    told: dict[str, Any] = {"kind": "credit", "score": 50, "evidence": "付款记录"} | wrong
    with pytest.raises(RuleBroken):
        set_rating(ana.pk, **told, by=admin, at=NOON)
    assert not Rating.objects.exists()


def test_of_credit_limits_the_newest_that_holds_counts(admin: Actor, ana: Any) -> None:
    today = NOON.date()
    for amount, days in ((1_000, -40), (2_000, -10), (9_000, 5)):
        since = today + timedelta(days)
        set_credit_limit(ana.pk, amount=amount, since=since, note="合同", by=admin, at=NOON)
    counted = credit_limit_on(admin, ana.pk, as_of=today)
    assert counted is not None
    assert (counted.amount, counted.since, counted.source) == (
        2_000, today - timedelta(10), admin.name,
    )  # fmt: skip
    assert [row.amount for row in credit_limits_of(admin, ana.pk)] == [9_000, 2_000, 1_000]
    assert credit_limit_on(admin, ana.pk, as_of=today - timedelta(41)) is None


@pytest.mark.parametrize(
    "wrong", [{"amount": -1}, {"amount": 10**13 + 1}, {"since": date(1949, 1, 1)},
              {"note": "长" * 201}],
)  # fmt: skip
def test_a_credit_limit_out_of_bounds_is_refused(admin: Actor, ana: Any, wrong: Any) -> None:
    told: dict[str, Any] = {"amount": 50} | wrong
    with pytest.raises(RuleBroken):
        set_credit_limit(ana.pk, **told, by=admin, at=NOON)
    assert not CreditLimit.objects.exists()


def _facts_of(admin: Actor, who: Any) -> None:
    add_bond(who.pk, contract(), by=admin, at=NOON)
    set_rating(who.pk, kind="size", score=40, evidence="两家门店", by=admin, at=NOON)
    set_credit_limit(who.pk, amount=5_000_000, by=admin, at=NOON)
    record_complaint(customer_id=who.pk, description="晚了", by=admin, at=NOON)
    record_points_entry(customer_id=who.pk, kind="earn", points=5, by=admin, at=NOON)
    record_answer(who.pk, NewAnswer("s", "nps", score=Decimal(9)), by=admin, at=NOON)


FACTS = ("bonds", "ratings", "credit_limits", "complaints", "points_entries", "answers")


def test_all_facts_follow_a_merge_and_come_back(admin: Actor, ana: Any, customer: Any) -> None:
    other = customer("Anna", team=ana.team)
    _facts_of(admin, ana)
    _facts_of(admin, other)
    merge(ana.pk, other.pk, by=admin, at=NOON)
    assert [getattr(ana, name).count() for name in FACTS] == [2] * 6
    unmerge(other.pk, by=admin, at=LATER)
    assert [getattr(who, name).count() for who in (ana, other) for name in FACTS] == [1] * 12


def test_all_facts_are_told_to_the_person(admin: Actor, ana: Any) -> None:
    _facts_of(admin, ana)
    tables = export_person(ana.pk, reason="本人要求", by=admin, at=LATER)["tables"]
    assert {
        "customers.Bond", "customers.Rating", "customers.CreditLimit", "complaints.Complaint",
        "points.PointsEntry",
        "surveys.Answer",
    } <= set(tables)  # fmt: skip


def test_every_kind_is_a_barrier_or_a_bond_of_feeling() -> None:
    assert sorted(BondKind) == ["benefit", "contractual", "economic", "emotional", "technical"]
