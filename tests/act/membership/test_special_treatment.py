"""What a tier or a person gets, and surprises within a budget."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from tests.moments import NOON
from weixi.act.membership import actions, queries
from weixi.act.membership.models import Privilege, Surprise, SurpriseBudget
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.core.actor import SYSTEM
from weixi.core.errors import Missing, NotAllowed, RuleBroken

pytestmark = pytest.mark.django_db
DAY = NOON.date()
NOVEMBER = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def gold(customer, a_team):
    create_shipped_schemes(at=NOON)
    scheme = Scheme.objects.get(code="value_pyramid")
    found = customer("Ana", team=a_team)
    Membership.objects.create(customer=found, scheme=scheme, cell="gold", since=DAY)
    return found


def budget(amount=10_000, **more):
    return actions.set_budget(month=DAY, amount=amount, by=SYSTEM, at=NOON, **more)


def give(who, amount, by=SYSTEM, **more):
    return actions.give_surprise(
        who.pk, what="cake", reason="broke her glasses", amount=amount, by=by, at=NOON, **more
    )


def test_a_customer_gets_what_its_tier_and_it_itself_are_promised(gold, customer):
    for name, more in (
        ("Free delivery", {"cell": "value_pyramid:gold"}),
        ("Airport lounge", {"cell": "value_pyramid:platinum"}),
        ("Her own cup", {"customer_id": gold.pk}),
        ("Someone else's", {"customer_id": customer("Bo").pk}),
    ):
        actions.add_privilege(name=name, by=SYSTEM, at=NOON, **more)

    found = queries.treatment_of(SYSTEM, gold.pk, day=DAY)

    assert [one.name for one in found.privileges] == ["Free delivery", "Her own cup"]


def test_what_is_over_or_switched_off_is_not_given(gold):
    over = actions.add_privilege(name="A", cell="value_pyramid:gold", until=DAY, by=SYSTEM, at=NOON)
    actions.switch_privilege(over.pk, is_on=True, by=SYSTEM, at=NOON)
    off = actions.add_privilege(name="B", cell="value_pyramid:gold", by=SYSTEM, at=NOON)
    actions.switch_privilege(off.pk, is_on=False, by=SYSTEM, at=NOON)

    assert len(queries.treatment_of(SYSTEM, gold.pk, day=DAY).privileges) == 1
    assert not queries.treatment_of(SYSTEM, gold.pk, day=DAY + timedelta(days=1)).privileges
    assert Privilege.objects.count() == 2


def test_a_promised_contact_person_that_nobody_is_counts_as_missing(gold):
    actions.add_privilege(
        name="Own contact", kind="contact_person", cell="value_pyramid:gold", by=SYSTEM, at=NOON
    )

    (row,) = queries.privileges(SYSTEM, day=DAY)

    assert (row.customers, row.without) == (1, 1)
    assert list(queries.holders(SYSTEM, row.privilege.pk)) == [gold]
    assert queries.treatment_of(SYSTEM, gold.pk, day=DAY).has_contact


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "for a tier or for one customer"),
        ({"cell": "value_pyramid:diamond"}, "no such tier"),
        ({"cell": "value_pyramid:gold", "until": DAY - timedelta(days=1)}, "in the past"),
        ({"cell": "value_pyramid:gold", "kind": "crown"}, "what kind"),
    ],
)
def test_a_privilege_that_cannot_be_meant_is_refused(gold, more, told):
    with pytest.raises(RuleBroken, match=told):
        actions.add_privilege(name="A", by=SYSTEM, at=NOON, **more)


def test_surprises_are_refused_beyond_the_budget_and_told_what_is_left(gold):
    budget(10_000)
    give(gold, 7_000)

    with pytest.raises(RuleBroken, match=r"¥30\.00 are left of this month's budget of ¥100\.00"):
        give(gold, 3_001)

    assert give(gold, 3_000).amount == 3_000
    (row,) = queries.budgets(SYSTEM, month=DAY)
    assert (row.spent, row.left, row.count) == (10_000, 0, 2)


def test_the_budget_of_the_own_team_goes_first(gold, a_team, customer):
    budget(50_000)
    own = budget(1_000, team_id=a_team.pk)

    assert give(gold, 1_000).budget == own
    with pytest.raises(RuleBroken):
        give(gold, 1)
    assert give(customer("Bo"), 2_000).budget.team is None


def test_without_a_budget_nothing_is_given(gold):
    with pytest.raises(RuleBroken, match="No budget for surprises"):
        give(gold, 1)


def test_what_was_taken_back_is_free_again_and_stays_in_the_ledger(gold):
    budget(1_000)
    made = give(gold, 1_000)

    actions.take_back_surprise(made.pk, reason="she was away", by=SYSTEM, at=NOON)

    assert give(gold, 1_000)
    assert Surprise.objects.count() == 2
    with pytest.raises(RuleBroken, match="already"):
        actions.take_back_surprise(made.pk, reason="again", by=SYSTEM, at=NOON)


def test_an_agent_surprises_own_customers_and_sets_nothing(gold, person, actor, customer, a_team):
    budget()
    agent = actor("agent", team=a_team)

    with pytest.raises(Missing):
        give(gold, 100, by=agent)
    with pytest.raises(NotAllowed):
        actions.set_budget(month=DAY, amount=1, by=agent, at=NOON)
    with pytest.raises(NotAllowed):
        give(gold, 100, by=actor("marketer"))


def test_a_supervisor_sets_the_budget_of_the_own_team_only(actor, a_team, team):
    chief = actor("supervisor", team=a_team)

    actions.set_budget(month=DAY, amount=500, team_id=a_team.pk, by=chief, at=NOON)

    assert SurpriseBudget.objects.get().month == NOVEMBER
    for other in (None, team("south").pk):
        with pytest.raises(RuleBroken, match="own team only"):
            actions.set_budget(month=DAY, amount=500, team_id=other, by=chief, at=NOON)
