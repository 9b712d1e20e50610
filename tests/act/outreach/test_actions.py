"""Booking slots and filling the outbox: once, by the policy, with a reason when not."""

from datetime import datetime, time, timedelta

import pytest
from django.utils.translation import override

from tests.moments import NOON
from weixi.act.outreach import actions, queries
from weixi.act.outreach.actions import Refused, Source
from weixi.act.outreach.models import Message, Touch
from weixi.act.outreach.wishes import set_wish
from weixi.collect.complaints.actions import record_complaint
from weixi.collect.customers.actions import merge, withdraw_consent
from weixi.collect.touchpoints.actions import record_contact
from weixi.core.actor import COMMAND_LINE
from weixi.core.errors import NotAllowed, RuleBroken
from weixi.core.journal import entries_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def booked(who, number=1, *, channel="phone", purpose="care", at=NOON, by=COMMAND_LINE, **more):
    return actions.reserve(
        customer_id=who.pk, channel=channel, purpose=purpose, at=at,
        source=Source("task", number), by=by, **more,
    )  # fmt: skip


def written(who, number=1, *, template="hello", at=NOON, not_before=NOON, purpose="care"):
    return actions.enqueue(
        source=Source("campaign", number), customer_id=who.pk, channel="email", purpose=purpose,
        template=template, variables={}, not_before=not_before, by=COMMAND_LINE, at=at,
    )  # fmt: skip


def verdict(who, channel="phone", purpose="care", at=NOON):
    return queries.may_contact(who.pk, channel=channel, purpose=purpose, at=at)


def test_a_booked_slot_counts_before_anybody_called(reachable_customer):
    ana = reachable_customer()
    booked(ana, 1)
    booked(ana, 2, at=NOON + timedelta(hours=1))
    with pytest.raises(Refused) as no:
        booked(ana, 3, at=NOON + timedelta(hours=2))
    assert no.value.verdict.until == NOON + 7 * DAY


def test_the_same_source_books_once(reachable_customer):
    ana = reachable_customer()
    assert booked(ana).pk == booked(ana).pk
    assert Touch.objects.count() == 1


def test_a_booked_call_that_was_recorded_counts_once(reachable_customer):
    """Two calls a week are allowed: one booked and made leaves one."""
    ana = reachable_customer()
    booked(ana)
    call = record_contact(
        customer_id=ana.pk, channel="phone", direction="out", purpose="care", at=NOON,
        by=COMMAND_LINE,
    )  # fmt: skip
    actions.fulfil(source=Source("task", 1), customer_id=ana.pk, contact_id=call.pk, at=NOON)
    assert verdict(ana, at=NOON + timedelta(hours=1)).is_allowed


def test_contacts_of_every_department_count_and_incoming_ones_do_not(reachable_customer):
    ana = reachable_customer()
    for channel, direction in (("face", "out"), ("letter", "out"), ("phone", "in")):
        record_contact(
            customer_id=ana.pk, channel=channel, direction=direction, purpose="care", at=NOON,
            by=COMMAND_LINE,
        )  # fmt: skip
    assert verdict(ana).is_allowed
    booked(ana)
    assert verdict(ana, "email").reason == "cap_reached"


def test_a_slot_that_nobody_used_lapses_after_a_day(reachable_customer):
    ana = reachable_customer()
    booked(ana, 1)
    booked(ana, 2)
    assert not verdict(ana, at=NOON + timedelta(hours=23)).is_allowed
    assert verdict(ana, at=NOON + timedelta(hours=24)).is_allowed


def test_a_released_slot_is_free_again(reachable_customer):
    ana = reachable_customer()
    booked(ana, 1)
    booked(ana, 2)
    actions.release(source=Source("task", 2), customer_id=ana.pk)
    assert verdict(ana).is_allowed


def test_going_against_the_policy_needs_the_right_and_a_reason_and_is_logged(
    reachable_customer, actor
):
    ana = reachable_customer()
    record_complaint(customer_id=ana.pk, description="leaks", by=COMMAND_LINE, at=NOON)
    with pytest.raises(Refused, match="投诉未结"):
        booked(ana, purpose="sale")
    with pytest.raises(NotAllowed):
        booked(ana, purpose="sale", by=actor("analyst"), override_reason="asked for it")
    assert booked(ana, purpose="sale", override_reason="asked for it").override == "asked for it"
    assert entries_of(ana.pk).filter(kind="policy.overridden").get().facts["why_not"] == (
        "open_complaint"
    )


def test_nobody_overrides_do_not_contact(reachable_customer):
    ana = reachable_customer()
    withdraw_consent(ana.pk, "contact", source="phone", by=COMMAND_LINE, at=NOON)
    with pytest.raises(Refused):
        booked(ana, purpose="service", override_reason="important")


def test_a_no_of_the_merged_record_holds_for_the_kept_one(reachable_customer):
    ana, double = reachable_customer(), reachable_customer()
    withdraw_consent(double.pk, "contact", source="phone", by=COMMAND_LINE, at=NOON)
    merge(ana.pk, double.pk, by=COMMAND_LINE, at=NOON)
    assert verdict(ana).reason == "do_not_contact"


def test_a_message_is_written_once(reachable_customer, template):
    template()
    ana = reachable_customer()
    assert written(ana).pk == written(ana).pk
    assert Message.objects.get().variables == {"name": "Ana"}


def test_a_message_at_night_waits_for_the_morning(reachable_customer, template):
    template()
    night = NOON.replace(hour=15)  # 23:00 in Shanghai
    message = written(reachable_customer(), not_before=night, at=night)
    assert (message.state, message.problem) == ("waiting", "quiet_hours")
    assert message.not_before == datetime.fromisoformat(f"{NOON + DAY:%Y-%m-%d}T00:00+00:00")


def test_a_message_that_the_policy_refuses_is_kept_with_its_reason(reachable_customer, template):
    template(purpose="sale")
    ana = reachable_customer()
    record_complaint(customer_id=ana.pk, description="leaks", by=COMMAND_LINE, at=NOON)
    message = written(ana, purpose="sale")
    assert (message.state, message.problem) == ("refused", "open_complaint")
    assert verdict(ana, "email").is_allowed  # it uses no slot


def test_a_campaign_counts_what_became_of_each(reachable_customer, customer, template):
    template()
    people = [reachable_customer(), reachable_customer(), customer("without address")]
    ids = [one.pk for one in people]
    done = [
        actions.enqueue_many(
            source=Source("campaign", 7), customer_ids=ids, channel="email", purpose="care",
            template="hello", variables={}, not_before=NOON, by=COMMAND_LINE, at=NOON,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert (done[0].waiting, done[0].refused) == (2, {"no_address": 1})
    assert (done[1].waiting, done[1].already) == (0, 3)
    counts = queries.outcome_counts("campaign", "7")
    assert (counts["waiting"], counts["refused"], counts["sent"]) == (2, 1, 0)
    refused = queries.customers_in_state("campaign", "7", "refused")
    assert [row["customer_id"] for row in refused] == [ids[2]]


def test_the_stop_button_leaves_nothing_waiting_and_frees_the_slots(reachable_customer, template):
    template()
    ana = reachable_customer()
    written(ana, 7)
    assert actions.cancel(source_kind="campaign", source_id="7", by=COMMAND_LINE, at=NOON) == 1
    assert Message.objects.get().state == "cancelled"
    assert Touch.objects.get().state == "released"


def test_without_an_approved_template_nothing_is_written(reachable_customer, template):
    template(state="draft")
    with pytest.raises(RuleBroken, match="hello"):
        written(reachable_customer())


def test_a_place_that_nothing_fills_stops_the_message(reachable_customer, template):
    template(body="{name}，您的{tier}…")
    assert written(reachable_customer()).problem == "missing:tier"


def test_the_wishes_of_one_customer_hold_for_everybody(reachable_customer):
    """A pause until 1 December, then quiet until ten o'clock in Berlin, which is 17:00 here."""
    ana, december = reachable_customer(), datetime.fromisoformat("2026-12-01T00:00+08:00")
    set_wish(
        ana.pk, time_zone="Europe/Berlin", quiet_from=time(20), quiet_until=time(10),
        paused_until=december, by=COMMAND_LINE, at=NOON,
    )  # fmt: skip
    said = verdict(ana)
    assert (said.reason, said.until) == ("paused", datetime.fromisoformat("2026-12-01T00:00+08:00"))
    assert verdict(ana, at=december + timedelta(hours=4)).until == datetime.fromisoformat(
        "2026-12-01T17:00+08:00"
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"time_zone": "Mars/Olympus"}, "Europe/Berlin"),
        ({"quiet_from": time(20)}, "免打扰"),
        ({"paused_until": NOON - DAY}, "暂停"),
    ],
)
def test_a_wish_that_cannot_be_is_explained(reachable_customer, wrong, said):
    values = {"time_zone": "", "quiet_from": None, "quiet_until": None, "paused_until": None}
    with override("zh-hans"), pytest.raises(RuleBroken, match=said):
        set_wish(reachable_customer().pk, **values | wrong, by=COMMAND_LINE, at=NOON)
