"""The outbox: each message once, the policy asked again at the last moment, every answer kept."""

from datetime import timedelta

import pytest

from tests.act.outreach.ways import Kept
from tests.moments import NOON
from weixi.act.outreach import actions, claiming, queries
from weixi.act.outreach.actions import Source
from weixi.act.outreach.handing import Later, Refused, Unsure
from weixi.act.outreach.models import Message, Stopped, Touch
from weixi.act.outreach.sending import Sender
from weixi.collect.complaints.actions import record_complaint
from weixi.collect.customers.actions import withdraw_consent
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import COMMAND_LINE

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def written(reachable_customer, template):
    """written(ana) → a message to her that is due at noon."""
    template()
    template("offer", purpose="sale")

    def make(who=None, number=1, *, purpose="care", not_before=NOON):
        who = who or reachable_customer()
        return actions.enqueue(
            source=Source("campaign", number), customer_id=who.pk, channel="email",
            purpose=purpose, template="offer" if purpose == "sale" else "hello", variables={},
            not_before=not_before, by=COMMAND_LINE, at=NOON,
        )  # fmt: skip

    return make


def sender(way, at=NOON, **more):
    return Sender({"email": way}, clock=lambda: at, worker="w", **more)


def test_a_message_is_sent_once_and_stands_on_the_timeline(written):
    message, way = written(), Kept()
    sender(way).drain()
    sender(way).drain()
    message.refresh_from_db()
    contact = Contact.objects.get(customer=message.customer_id)
    assert way.ids == [message.identity]
    assert (message.state, message.attempts) == ("sent", 1)
    assert (contact.direction, contact.channel.code, contact.note) == ("out", "email", "hello")
    assert Touch.objects.get().contact == contact.pk


def test_what_was_sent_counts_once(written):
    """Two e-mails in seven days: one was sent, one is left."""
    ana = written().customer
    sender(Kept()).drain()
    assert queries.may_contact(ana.pk, channel="email", purpose="care", at=NOON + HOUR).is_allowed
    written(ana, 2)
    assert not queries.may_contact(
        ana.pk, channel="email", purpose="care", at=NOON + HOUR
    ).is_allowed


def test_it_is_not_due_before_its_time(written):
    written(not_before=NOON + HOUR)
    way = Kept()
    sender(way, NOON + HOUR - timedelta(seconds=1)).drain()
    assert way.parcels == []
    sender(way, NOON + HOUR).drain()
    assert len(way.parcels) == 1


def test_an_opt_out_between_writing_and_sending_is_kept(written):
    message, way = written(), Kept()
    withdraw_consent(
        message.customer_id, "care", channel="email", source="phone", by=COMMAND_LINE, at=NOON
    )
    sender(way).drain()
    message.refresh_from_db()
    assert way.parcels == []
    assert (message.state, message.problem) == ("refused", "opted_out")
    assert Touch.objects.get().state == "released"


def test_a_complaint_that_came_meanwhile_stops_marketing(written):
    message, way = written(purpose="sale"), Kept()
    record_complaint(customer_id=message.customer_id, description="leaks", by=COMMAND_LINE, at=NOON)
    sender(way).drain()
    assert way.parcels == []


def test_a_worker_that_is_late_waits_for_the_morning(written):
    message, way = written(), Kept()
    night = NOON + 11 * HOUR  # 23:00 in Shanghai
    sender(way, night).drain()
    message.refresh_from_db()
    assert (message.state, message.not_before) == ("waiting", NOON + 20 * HOUR)
    assert message.attempts == 0
    sender(way, NOON + 20 * HOUR).drain()
    assert len(way.parcels) == 1


@pytest.mark.slow
def test_a_server_that_is_away_is_tried_again_nine_times_and_then_somebody_sees_it(written):
    message, way = written(), Kept(lambda p: Later("SMTP 421"))
    at = NOON
    for _ in range(40):
        sender(way, at).drain()
        message.refresh_from_db()
        at = max(at, message.not_before)
    assert (message.state, message.attempts, message.problem) == ("dead", 10, "SMTP 421")
    assert len(set(way.ids)) == 1  # the same id at every attempt


def test_an_answer_that_was_lost_is_not_asked_for_again(written):
    message, way = written(), Kept(lambda p: Unsure("TimeoutError"))
    for hours in range(72):
        sender(way, NOON + hours * HOUR).drain()
    message.refresh_from_db()
    assert len(way.parcels) == 1
    assert message.state == "unknown"
    assert Touch.objects.get().state == "done"  # it counts, as if it had arrived


def test_an_address_that_nobody_has_is_used_no_more(written, reachable_customer):
    message, way = written(), Kept(lambda p: Refused("SMTP 550 5.1.1", is_address=True))
    sender(way).drain()
    message.refresh_from_db()
    assert message.state == "bounced"
    assert Stopped.objects.get().kind == "email"
    verdict = queries.may_contact(message.customer_id, channel="email", purpose="care", at=NOON)
    assert verdict.reason == "address_bounces"


def test_a_worker_that_died_before_marking_gives_its_messages_back(written):
    message = written()
    claiming.claim("dead", channels=["email"], at=NOON, size=10, lease_seconds=-1)
    way = Kept()
    sender(way).drain()
    assert way.ids == [message.identity]


def test_a_worker_that_died_after_marking_leaves_an_unknown_that_no_machine_repeats(written):
    message, way = written(), Kept()
    held = claiming.claim("dead", channels=["email"], at=NOON, size=10, lease_seconds=60)
    claiming.mark_sending(held, at=NOON, lease_seconds=-1)
    sender(way).drain()
    message.refresh_from_db()
    assert way.parcels == []
    assert message.state == "unknown"


def test_a_worker_that_wakes_up_late_hands_nothing_over(written):
    """Paused between marking and handing over, while its lease ran out."""
    written()
    held = claiming.claim("slow", channels=["email"], at=NOON, size=10, lease_seconds=60)
    claiming.mark_sending(held, at=NOON, lease_seconds=-1)
    claiming.reap(at=NOON)
    assert claiming.still_mine(held) == []


def test_two_messages_of_one_customer_are_decided_one_after_the_other(written, reachable_customer):
    """The cap of one text in seven days would let both pass if they were asked about together."""
    ana = reachable_customer()
    for number in (1, 2, 3):
        written(ana, number)
    way = Kept()
    Message.objects.update(not_before=NOON, state="waiting")
    sender(way).drain()
    assert len(way.parcels) == 2  # e-mails in seven days
    assert Message.objects.get(state="waiting").not_before == NOON + timedelta(days=7)


def test_stopping_ends_what_is_marked_and_gives_the_rest_back(written):
    for _ in range(5):
        written()
    way = Kept()
    stopping = sender(way, chunk=2, is_stopping=lambda: bool(way.parcels))
    stopping.drain()
    assert len(way.parcels) == 4
    assert Message.objects.filter(state="waiting").count() == 1


def test_the_stop_button_reaches_what_a_worker_already_holds(written):
    message, way = written(), Kept()
    held = claiming.claim("w", channels=["email"], at=NOON, size=10, lease_seconds=60)
    actions.cancel(source_kind="campaign", source_id="1", by=COMMAND_LINE, at=NOON)
    claiming.mark_sending(held, at=NOON, lease_seconds=60)
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert claiming.still_mine(held) == []
    assert way.parcels == []


def test_a_service_message_has_no_link_to_unsubscribe_and_care_has(written):
    written()
    way = Kept()
    sender(way).drain()
    assert way.parcels[0].unsubscribe.startswith("http://localhost:8000/u/")
    Message.objects.update(purpose="service", state="waiting")
    sender(way).drain()
    assert way.parcels[1].unsubscribe == ""
