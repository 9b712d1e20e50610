"""Arms: by chance, stored, stable, before the first contact."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.moments import NOON
from weixi.act.interventions import queries
from weixi.act.interventions.actions import HELD_OUT_SHARE, add_cost, assign, mark_contacted
from weixi.act.interventions.models import Intervention, Trial
from weixi.act.interventions.rules import Arm, arm_of, bucket_of
from weixi.core.actor import SYSTEM
from weixi.core.errors import RuleBroken
from weixi.core.models import JournalEntry
from weixi.core.values import set_value


@pytest.fixture
def sixty(customer):
    return [customer(f"N{n}").pk for n in range(60)]


def assigned(ids, *, source=7, share=0.5, **more):
    return assign(
        source_kind="campaign", source_id=source, customer_ids=ids, held_out_share=share,
        at=NOON, by=SYSTEM, **more,
    )  # fmt: skip


@pytest.mark.slow
def test_one_hundred_thousand_customers_fall_into_the_arms_by_the_share():
    held_out = sum(arm_of(bucket_of("salt", n), 2_000) is Arm.HELD_OUT for n in range(100_000))

    assert abs(held_out - 20_000) < 4 * (100_000 * 0.2 * 0.8) ** 0.5


def test_two_salts_draw_independently():
    both = sum(bucket_of("a", n) < 5_000 and bucket_of("b", n) < 5_000 for n in range(40_000))

    assert abs(both - 10_000) < 4 * (40_000 * 0.25 * 0.75) ** 0.5


def test_a_larger_share_keeps_everyone_who_was_held_out():
    small = {n for n in range(5_000) if arm_of(bucket_of("s", n), 1_000) is Arm.HELD_OUT}
    large = {n for n in range(5_000) if arm_of(bucket_of("s", n), 3_000) is Arm.HELD_OUT}

    assert small < large


@pytest.mark.django_db
def test_assigning_again_changes_nothing(sixty):
    first = assigned(sixty)
    salt = Trial.objects.get().salt

    again = assigned([*sixty, *sixty], share=0.0)

    assert again == first == queries.arms_of("campaign", 7)
    assert Trial.objects.get().salt == salt
    assert Intervention.objects.count() == 60
    assert JournalEntry.objects.filter(kind="interventions.assigned").count() == 1


@pytest.mark.django_db
def test_late_comers_are_assigned_beside_those_who_have_an_arm(sixty):
    first = assigned(sixty[:20])

    everyone = assigned(sixty)

    assert {pk: everyone[pk] for pk in sixty[:20]} == first
    assert len(everyone) == 60


@pytest.mark.django_db
def test_two_campaigns_hold_out_different_people(sixty):
    one, other = assigned(sixty, source=1), assigned(sixty, source=2)

    assert one != other


@pytest.mark.django_db
def test_without_a_share_the_one_of_the_settings_holds(sixty):
    set_value(HELD_OUT_SHARE, 0.9, by=SYSTEM, at=NOON)

    assigned(sixty, share=None)

    assert queries.counts_of("campaign", 7).expected_held_out == 0.9


@pytest.mark.django_db
def test_a_share_of_everybody_is_refused_and_nothing_is_written(sixty):
    with pytest.raises(RuleBroken):
        assigned(sixty, share=1.0)
    with pytest.raises(RuleBroken):
        assigned(sixty, window_days=0)

    assert not Trial.objects.exists()


@pytest.mark.django_db
def test_the_first_contact_is_marked_once_and_not_before_the_assignment(sixty):
    assigned(sixty, share=0)
    early, late = NOON - timedelta(hours=1), NOON + timedelta(hours=1)

    at_first = mark_contacted(source_kind="campaign", source_id=7, customer_ids=sixty[:2], at=early)
    again = mark_contacted(source_kind="campaign", source_id=7, customer_ids=sixty[:3], at=late)

    assert (at_first, again) == (2, 1)
    moments = Intervention.objects.filter(customer__in=sixty[:3]).order_by("customer_id")
    assert [row.first_contact_at for row in moments] == [NOON, NOON, late]
    with pytest.raises(IntegrityError), transaction.atomic():
        Intervention.objects.filter(customer=sixty[5]).update(first_contact_at=early)


@pytest.mark.django_db
def test_costs_add_up_and_a_customer_without_an_arm_costs_nothing(sixty):
    assigned(sixty[:2], share=0)
    where = {"source_kind": "campaign", "source_id": 7, "at": NOON}

    done = [add_cost(customer_id=pk, amount=640, **where) for pk in (sixty[0], sixty[0], sixty[9])]

    assert done == [1, 1, 0]
    assert queries.counts_of("campaign", 7).cost == 1_280
    with pytest.raises(RuleBroken):
        add_cost(customer_id=sixty[0], amount=-1, **where)


@pytest.mark.django_db
def test_a_held_out_customer_that_was_contacted_keeps_its_arm_and_is_counted(sixty):
    arms = assigned(sixty)
    held_out = next(pk for pk, arm in arms.items() if arm is Arm.HELD_OUT)

    mark_contacted(source_kind="campaign", source_id=7, customer_ids=[held_out], at=NOON)

    counts = queries.counts_of("campaign", 7)
    assert queries.arms_of("campaign", 7)[held_out] is Arm.HELD_OUT
    assert (counts.contacted, counts.deviations) == (0, 1)
    assert held_out in queries.customers_in("campaign", 7, Arm.HELD_OUT)


@pytest.mark.django_db
def test_the_page_of_thresholds_offers_the_share_held_out(signed_in):
    assert "interventions.held_out_share" in signed_in("admin").get("/settings/thresholds").text
