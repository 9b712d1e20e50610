"""Who recommended us to whom: recorded, changed, merged, and told on both pages."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from tests.moments import NOON
from weixi.collect.customers.actions import merge, unmerge
from weixi.collect.referrals.actions import (
    NewReferral,
    add_referral,
    change_referral,
    remove_referral,
)
from weixi.collect.referrals.models import Referral
from weixi.collect.referrals.queries import referrals_of
from weixi.core.actor import SYSTEM
from weixi.core.errors import Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 1)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def ana(customer, a_team):
    return customer("Ana", team=a_team)


@pytest.fixture
def bo(customer, a_team):
    return customer("Bo", team=a_team)


def add(who, **values):
    return add_referral(who.pk, NewReferral(**{"day": DAY} | values), by=SYSTEM, at=NOON)


def made(who):
    return [(row.other_id, row.name, row.day) for row in referrals_of(SYSTEM, who.pk).made]


def test_a_recommendation_stands_with_who_made_it_and_with_who_came_by_it(ana, bo):
    add(ana, recommended_id=bo.pk, source="a card")
    assert made(ana) == [(bo.pk, "Bo", DAY)]
    [row] = referrals_of(SYSTEM, bo.pk).through
    assert (row.other_id, row.name, row.source) == (ana.pk, "Ana", "a card")


def test_somebody_named_becomes_a_customer_later(ana, bo):
    row = add(ana, name="a friend")
    assert made(ana) == [(None, "a friend", DAY)]
    change_referral(row.pk, NewReferral(DAY, bo.pk, "a friend"), by=SYSTEM, at=NOON)
    assert made(ana) == [(bo.pk, "Bo", DAY)]
    remove_referral(row.pk, by=SYSTEM, at=NOON)
    assert made(ana) == []
    kinds = [entry.kind for entry in entries_of(ana.pk)]
    assert kinds == ["referral.removed", "referral.changed", "referral.added"]


def test_a_wrong_recommendation_is_refused_with_the_reason(ana, bo, customer):
    gone = customer("Old")
    merge(ana.pk, gone.pk, by=SYSTEM, at=NOON)
    for wrong, sentence in (
        ({}, "Say to whom: the number of a customer, or a name."),
        ({"recommended_id": ana.pk}, "Nobody recommends us to themselves."),
        ({"recommended_id": gone.pk}, "Nobody recommends us to themselves."),
        ({"name": "x", "day": date(2026, 11, 21)},
         "The day of a recommendation lies between 1950 and today."),
        ({"name": "x" * 81}, "Name has at most 80 characters, this has 81."),
    ):  # fmt: skip
        with pytest.raises(RuleBroken) as no:
            add(ana, **wrong)
        assert str(no.value) == sentence
    assert not Referral.objects.exists()


def test_what_lies_out_of_reach_is_neither_named_nor_touched(ana, customer, actor, team):
    south = team("south")
    far = customer("Secret", team=south)
    row = add(ana, recommended_id=far.pk)
    near, other = actor("manager", team=ana.team), actor("manager", team=south)
    [shown] = referrals_of(near, ana.pk).made
    assert (shown.other_id, shown.other_number, shown.name) == (None, "", "")
    [seen] = referrals_of(other, far.pk).through
    assert (seen.other_id, seen.name) == (None, "")
    assert referrals_of(other, ana.pk).made == []
    for attempt in (
        lambda: add_referral(ana.pk, NewReferral(DAY, name="x"), by=other, at=NOON),
        lambda: add_referral(ana.pk, NewReferral(DAY, far.pk), by=near, at=NOON),
        lambda: remove_referral(row.pk, by=other, at=NOON),
    ):
        with pytest.raises(Missing):
            attempt()
    with pytest.raises(NotAllowed):
        add_referral(ana.pk, NewReferral(DAY, name="x"), by=actor("analyst"), at=NOON)


def test_both_ends_follow_a_merge_and_go_back(ana, bo, customer):
    twin, friend = customer("Anna"), customer("Cy")
    add(twin, recommended_id=bo.pk)
    add(friend, recommended_id=twin.pk, day=DAY - timedelta(days=9))
    merge(ana.pk, twin.pk, by=SYSTEM, at=NOON)
    found = referrals_of(SYSTEM, ana.pk)
    assert ([row.name for row in found.made], [row.name for row in found.through]) == (
        ["Bo"], ["Cy"],
    )  # fmt: skip
    unmerge(twin.pk, by=SYSTEM, at=NOON)
    found = referrals_of(SYSTEM, twin.pk)
    assert ([row.name for row in found.made], [row.name for row in found.through]) == (
        ["Bo"], ["Cy"],
    )  # fmt: skip
    assert referrals_of(SYSTEM, ana.pk).made == []


def test_the_dialog_finds_the_other_by_number_and_says_when_there_is_none(ana, bo, signed_in):
    client, address = signed_in("admin"), f"/customers/{ana.pk}/referrals/new"
    told = {"number": "nobody", "name": "", "day": "2026-11-01", "source": ""}
    wrong = client.post(address, told, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "There is no customer of this number among those you may see" in wrong.content.decode()
    assert client.post(address, told | {"number": bo.number}).status_code == 302
    assert made(ana) == [(bo.pk, "Bo", DAY)]
    page = client.get(f"/customers/{bo.pk}/standing", headers=ENGLISH).content.decode()
    assert "Came by the recommendation of" in page
    assert f'href="/customers/{ana.pk}"' in page
