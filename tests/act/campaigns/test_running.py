"""Launch, sending, the stop button, and what became of it."""

from datetime import timedelta

import pytest

from tests.moments import NOON
from weixi.act.campaigns import actions, queries
from weixi.act.campaigns.models import Campaign, Member
from weixi.act.campaigns.rules import CampaignState, ReachStep
from weixi.act.interventions.models import Intervention
from weixi.act.interventions.queries import counts_of
from weixi.act.outreach.models import Message
from weixi.collect.customers.models import Consent
from weixi.core.errors import Conflict, NotAllowed, RuleBroken

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def launched(approved, chief):
    def make(**changes):
        campaign = actions.launch(approved(**changes).pk, by=chief, at=NOON)
        actions.put_in_outbox(campaign.pk, by=chief, at=NOON)
        return Campaign.objects.get()

    return make


def sent(state="sent"):
    Message.objects.filter(state="waiting").update(state=state, handed_at=LATER, ended_at=LATER)


def test_arms_are_written_before_anything_is_in_the_outbox(approved, chief):
    campaign = actions.launch(approved().pk, by=chief, at=NOON)

    arms = dict(Intervention.objects.values_list("customer_id", "arm"))
    steps = dict(
        Member.objects.filter(step__in=("receives", "held_out")).values_list("customer_id", "step")
    )
    assert {
        pk: "held_out" if step == "held_out" else "treated" for pk, step in steps.items()
    } == arms
    assert not Message.objects.exists()
    assert campaign.state == CampaignState.RUNNING


def test_messages_go_to_those_who_receive_and_to_nobody_held_out(launched, chief):
    campaign = launched()

    received = set(queries.members(chief, campaign.pk, ReachStep.RECEIVES))
    assert set(Message.objects.values_list("customer_id", flat=True)) == received
    assert 0 < len(received) < 7


def test_putting_into_the_outbox_twice_sends_nothing_twice(launched, chief):
    campaign = launched()
    count = Message.objects.count()
    Campaign.objects.update(enqueued_at=None)  # killed before it was written down

    actions.put_in_outbox(campaign.pk, by=chief, at=NOON)

    assert Message.objects.count() == count


def test_who_opts_out_after_the_approval_falls_out_of_the_launch(approved, chief, audience):
    campaign = approved(held_out_e4=0, why_no_control="x")
    Consent.objects.create(customer=audience["n0"], purpose="contact", granted=False, at=NOON)

    actions.launch(campaign.pk, by=chief, at=NOON)
    actions.put_in_outbox(campaign.pk, by=chief, at=NOON)

    assert Member.objects.get(customer=audience["n0"]).step == ReachStep.OPTED_OUT
    assert not Message.objects.filter(customer=audience["n0"]).exists()


def test_nobody_comes_in_that_nobody_approved(approved, chief, reachable_customer):
    campaign = approved()
    reachable_customer("late")

    actions.launch(campaign.pk, by=chief, at=NOON)

    assert not Member.objects.filter(customer__name="late").exists()


def test_the_stop_button_holds_back_what_has_not_left(launched, chief):
    campaign = launched()
    count = Message.objects.count()
    first = Message.objects.first()
    Message.objects.filter(pk=first.pk).update(state="sent", handed_at=LATER)

    held_back = actions.stop(campaign.pk, reason="wrong price", by=chief, at=LATER)

    assert held_back == count - 1
    assert not Message.objects.filter(state="waiting").exists()
    assert Campaign.objects.get().state == CampaignState.STOPPED
    with pytest.raises(Conflict):
        actions.stop(campaign.pk, reason="again", by=chief, at=LATER)


def test_stopping_needs_a_reason(launched, chief):
    with pytest.raises(RuleBroken):
        actions.stop(launched().pk, reason=" ", by=chief, at=LATER)

    assert Campaign.objects.get().state == CampaignState.RUNNING


def test_what_was_sent_is_written_to_the_ledger_and_the_campaign_ends(launched, chief):
    campaign = launched()
    count = Message.objects.count()
    sent()

    actions.advance(at=LATER)
    actions.advance(at=LATER)

    ledger = counts_of("campaign", campaign.pk)
    unit = next(line.channel.unit_cost for line in queries.channel_lines(chief, campaign))
    assert (ledger.contacted, ledger.deviations) == (count, 0)
    assert ledger.cost == unit * count
    assert Campaign.objects.get().state == CampaignState.ENDED


def test_what_became_of_them_adds_up_to_those_who_receive_it(launched, chief):
    campaign = launched()
    ids = list(Message.objects.values_list("pk", flat=True))
    for pk, state in zip(ids, ("sent", "bounced", "refused", "dead"), strict=False):
        Message.objects.filter(pk=pk).update(state=state, handed_at=LATER)

    found = queries.outcome(chief, campaign)

    assert sum(found.values()) == queries.members(chief, campaign.pk, ReachStep.RECEIVES).count()
    assert found["failed"] == 2
    assert all(n == queries.became(chief, campaign, name).count() for name, n in found.items())


def test_the_clock_launches_what_is_due_and_not_before(approved):
    approved()

    actions.advance(at=NOON + timedelta(minutes=59))
    assert Campaign.objects.get().state == CampaignState.APPROVED
    actions.advance(at=NOON + timedelta(minutes=60))
    assert Campaign.objects.get().enqueued_at is not None


def test_a_second_wave_waits_its_days_and_goes_by_the_same_channel(launched, template):
    template("reminder")
    lines = [
        {"wave": n, "channel": "email", "template": t} for n, t in ((1, "winter"), (2, "reminder"))
    ]

    launched(lines=lines, wave_days=5)

    by_step = {
        step: set(Message.objects.filter(touch__step=step).values_list("customer_id", flat=True))
        for step in ("wave-1", "wave-2")
    }
    assert by_step["wave-1"] == by_step["wave-2"] != set()
    second = Message.objects.filter(touch__step="wave-2").exclude(state="refused").first()
    assert second.not_before >= NOON + timedelta(days=5)


def test_who_was_in_another_campaign_a_short_time_ago_is_left_out(launched, designed, maker):
    launched()

    again = designed()

    counts = queries.counts_of(maker, [again.pk])[again.pk]
    assert counts["excluded"] == 7
    assert "receives" not in counts


def test_an_agent_neither_launches_nor_stops(approved, launched, actor):
    campaign = approved()

    with pytest.raises(NotAllowed):
        actions.launch(campaign.pk, by=actor("agent"), at=NOON)

    assert Campaign.objects.get().state == CampaignState.APPROVED
