"""What a customer cost beside contacts: recorded, taken back, and told on its page."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from tests.moments import NOON
from weixi.act.membership import actions as membership
from weixi.collect.costs.actions import record_cost
from weixi.collect.costs.models import CareCost
from weixi.collect.costs.queries import costs_of
from weixi.collect.customers.actions import merge, unmerge
from weixi.core.actor import SYSTEM
from weixi.core.errors import Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def ana(customer, a_team):
    return customer("Ana", team=a_team)


def amounts(who):
    rows = CareCost.objects.filter(customer=who).order_by("pk")
    return list(rows.values_list("kind", "amount", "day"))


def test_a_cost_stands_and_a_row_below_zero_takes_it_back(ana):
    record_cost(ana.pk, kind="gift", amount=3_000, note="cake", by=SYSTEM, at=NOON)
    record_cost(ana.pk, kind="gift", amount=-3_000, day=DAY, by=SYSTEM, at=NOON)
    rows = costs_of(SYSTEM, ana.pk).rows
    assert [(row.amount, row.note, row.day) for row in rows] == [
        (-3_000, "", DAY), (3_000, "cake", DAY),
    ]  # fmt: skip
    assert [entry.facts["amount"] for entry in entries_of(ana.pk)] == ["−¥30.00", "¥30.00"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "magic"}, "Unknown kind of cost: magic."),
        ({"amount": 0}, "A cost is not zero and at most a billion."),
        ({"amount": 10**11 + 1}, "A cost is not zero and at most a billion."),
        ({"day": DAY + timedelta(days=1)}, "The day of a cost does not lie in the future."),
        ({"day": date(1949, 1, 1)}, "The day of a cost is not before 1950."),
        ({"note": "x" * 121}, "Note has at most 120 characters, this has 121."),
    ],
)
def test_a_wrong_cost_is_refused_with_the_reason(ana, wrong, sentence):
    with pytest.raises(RuleBroken) as no:
        record_cost(ana.pk, **{"kind": "gift", "amount": 5} | wrong, by=SYSTEM, at=NOON)
    assert str(no.value) == sentence
    assert not CareCost.objects.exists()


def test_costs_elsewhere_are_not_there(ana, actor, team):
    other = actor("manager", team=team("south"))
    record_cost(ana.pk, kind="gift", amount=5, by=SYSTEM, at=NOON)
    assert costs_of(other, ana.pk).rows == []
    with pytest.raises(Missing):
        record_cost(ana.pk, kind="gift", amount=5, by=other, at=NOON)
    with pytest.raises(NotAllowed):
        record_cost(ana.pk, kind="gift", amount=5, by=actor("analyst"), at=NOON)


def test_a_surprise_is_a_cost_on_its_day_and_one_taken_back_is_none_from_then_on(ana):
    membership.set_budget(month=DAY, amount=10_000, by=SYSTEM, at=NOON)
    given = membership.give_surprise(
        ana.pk, what="cake", reason="broke her glasses", amount=2_500, by=SYSTEM, at=NOON
    )
    assert amounts(ana) == [("gift", 2_500, DAY)]
    later = NOON + timedelta(days=2)
    membership.take_back_surprise(given.pk, reason="not given", by=SYSTEM, at=later)
    assert amounts(ana) == [("gift", 2_500, DAY), ("gift", -2_500, DAY + timedelta(days=2))]


def test_a_surprise_that_was_refused_costs_nothing(ana):
    membership.set_budget(month=DAY, amount=1_000, by=SYSTEM, at=NOON)
    with pytest.raises(RuleBroken):
        membership.give_surprise(
            ana.pk, what="cake", reason="why not", amount=2_500, by=SYSTEM, at=NOON
        )
    assert amounts(ana) == []


def test_costs_follow_a_merge_and_go_back(ana, customer):
    other = customer("Anna")
    record_cost(other.pk, kind="delivery", amount=800, by=SYSTEM, at=NOON)
    merge(ana.pk, other.pk, by=SYSTEM, at=NOON)
    assert [amount for _kind, amount, _day in amounts(ana)] == [800]
    unmerge(other.pk, by=SYSTEM, at=NOON)
    assert (amounts(ana), len(amounts(other))) == ([], 1)


def test_the_dialog_records_it_in_whole_money_and_names_what_is_wrong(ana, signed_in):
    client = signed_in("admin")
    told = {"kind": "compensation", "amount": "12.50", "day": "2026-11-01", "note": "late parcel"}
    wrong = client.post(f"/customers/{ana.pk}/costs/new", told | {"amount": "0"}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "A cost is not zero and at most a billion." in wrong.content.decode()
    assert client.post(f"/customers/{ana.pk}/costs/new", told).status_code == 302
    assert amounts(ana) == [("compensation", 1_250, date(2026, 11, 1))]
