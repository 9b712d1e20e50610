"""The channel advisor: what the source says of channels comes out of the weights."""

import pytest

from tests.moments import NOON
from weixi.collect.customers.actions import add_identity, withdraw_consent
from weixi.collect.touchpoints.actions import create_shipped_channels, record_contact
from weixi.collect.touchpoints.advice_rules import WEIGHTS, Aim
from weixi.collect.touchpoints.advising import TYPICAL_MINUTES, advice, set_weights, weights
from weixi.core.actor import SYSTEM
from weixi.core.errors import RuleBroken
from weixi.core.values import set_value

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def channels(db):
    create_shipped_channels()


def best(**case):
    return [one.channel.code for one in advice(SYSTEM, **case) if not one.barred]


@pytest.mark.parametrize(
    ("aim", "urgency", "first"),
    [
        ("consultation", "normal", "face"),  # very rich, strong interaction
        ("bond", "low", "face"),
        ("introduction", "normal", "email"),  # rich, fast and cheap
        ("apology", "high", "phone"),  # very fast, rather strong interaction
        ("notice", "normal", "sms"),
    ],
)
def test_the_first_channel_of_an_aim(aim, urgency, first):
    assert best(aim=aim, urgency=urgency)[0] == first


def test_urgency_moves_the_fast_ones_up():
    calm, urgent = best(aim="introduction"), best(aim="introduction", urgency="high")
    assert urgent.index("sms") < calm.index("sms")
    assert urgent.index("letter") >= calm.index("letter")


def test_a_budget_bars_with_the_reason():
    rows = {one.channel.code: one for one in advice(SYSTEM, aim="bond", budget=1_000)}
    assert rows["face"].barred == "over the budget"  # 50 ¥ and ten minutes at 1.50 ¥
    assert rows["face"].cost == 6_500
    assert rows["phone"].barred == "over the budget"  # 0.50 ¥ and ten minutes at 1 ¥: 10.50 ¥
    assert not rows["wecom"].barred


def test_how_long_a_contact_is_reckoned_is_a_setting():
    set_value(TYPICAL_MINUTES, 30, by=SYSTEM, at=NOON)
    rows = {one.channel.code: one for one in advice(SYSTEM, aim="bond")}
    assert rows["face"].cost == 9_500  # 50 ¥ and thirty minutes at 1.50 ¥


def test_consent_and_data_of_the_customer_bar(customer):
    ana = customer()
    add_identity(ana.pk, "email", "ana@example.com", by=SYSTEM, at=NOON)
    withdraw_consent(ana.pk, "care", channel="email", source="call", by=SYSTEM, at=NOON)
    rows = {one.channel.code: one.barred for one in
            advice(SYSTEM, aim="bond", customer_id=ana.pk)}  # fmt: skip
    assert rows["email"] == "the customer refused it"
    assert rows["phone"] == "no contact data for it"
    assert rows["face"] == ""
    notice = {one.channel.code: one.barred for one in
              advice(SYSTEM, aim="notice", customer_id=ana.pk)}  # fmt: skip
    assert notice["email"] == ""  # care was refused, service was not


def test_what_the_customer_uses_counts_and_is_said(customer):
    ana = customer()
    record_contact(customer_id=ana.pk, channel="website", direction="in", purpose="service",
                   by=SYSTEM, at=NOON)  # fmt: skip
    found = {one.channel.code: one for one in advice(SYSTEM, aim="inquiry", customer_id=ana.pk)}
    plain = {one.channel.code: one for one in advice(SYSTEM, aim="inquiry")}
    assert found["website"].fit == plain["website"].fit + 15
    assert found["website"].reasons[0] == "the customer uses it most"


def test_weights_are_data():
    told = {aim: {"speed": 0, "richness": 0, "interaction": 0, "cost": 1} for aim in WEIGHTS}
    set_weights(told, by=SYSTEM, at=NOON)
    assert weights()["bond"]["cost"] == 1
    assert best(aim="bond")[-3:] == ["phone", "face", "club"]


def test_weights_are_checked():
    with pytest.raises(RuleBroken, match="at least one"):
        set_weights({a: dict.fromkeys(("speed", "richness", "interaction", "cost"), 0)
                     for a in WEIGHTS}, by=SYSTEM, at=NOON)  # fmt: skip
    wrong = {str(aim): dict(WEIGHTS[aim]) for aim in Aim}
    wrong["bond"]["cost"] = 11
    with pytest.raises(RuleBroken, match="0 to 10"):
        set_weights(wrong, by=SYSTEM, at=NOON)


def test_unknown_words_are_refused():
    with pytest.raises(RuleBroken):
        advice(SYSTEM, aim="gossip")
