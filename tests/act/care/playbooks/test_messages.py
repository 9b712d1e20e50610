"""Messages of playbooks: sent by themselves, held back when the run ends, known to the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.act.outreach.ways import Kept
from weixi.act.care.models import Ask
from weixi.act.care.playbooks.actions import publish, save_draft, stop_run
from weixi.act.care.playbooks.advancing import advance
from weixi.act.care.playbooks.models import Effect, Playbook, Run
from weixi.act.interventions.models import Intervention
from weixi.act.outreach.models import Message, Template, Touch
from weixi.act.outreach.sending import Sender
from weixi.collect.customers.actions import add_identity
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Channel
from weixi.core.actor import SYSTEM

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 11, 20)
MAIL = {"code": "mail", "kind": "message", "channel": "email", "template": "hello",
        "zh": "写信", "en": "Write"}  # fmt: skip
CALL_LATER = [{"code": "pause", "kind": "wait", "days": 9},
              {"code": "call", "kind": "task", "zh": "打电话", "en": "Call"}]  # fmt: skip
EMAIL_COST = 7


@pytest.fixture(autouse=True)
def sender(db, settings):
    settings.EMAIL_URL = "smtp://localhost:2525"
    create_shipped_channels()
    Channel.objects.filter(code="email").update(unit_cost=EMAIL_COST)
    Template.objects.create(
        code="hello", channel="email", language="zh", purpose="care", name="Hello", subject="您好",
        body="您好", state="approved", written_at=NOON, written_by="x",
    )  # fmt: skip


def playbook(*, steps=(MAIL,), **more):
    Playbook.objects.create(code="own", name_zh="自己的", name_en="Own", changed_at=NOON)
    stored = {"trigger": {"kind": "event", "event": "first_purchase"}, "steps": list(steps), **more}
    save_draft(code="own", stored=stored, by=SYSTEM, at=NOON)
    publish(code="own", at_publish="finish", by=SYSTEM, at=NOON)
    Playbook.objects.update(is_on=True)


@pytest.fixture
def buyer(customer, order):
    """Somebody with an e-mail address who bought for the first time today."""
    who = customer()
    add_identity(who.pk, "email", "ana@example.com", by=SYSTEM, at=NOON)
    order(who, DAY)
    return who


def go(at=NOON):
    return advance(day=DAY + timedelta(days=(at - NOON).days), at=at)


def sent(at):
    Sender({"email": Kept()}, clock=lambda: at, worker="w").drain()


def test_a_message_is_sent_by_itself_where_a_sender_is_set_up(buyer):
    playbook()
    go()
    go()
    assert Ask.objects.count() == 0
    assert [message.customer for message in Message.objects.all()] == [buyer]
    assert Run.objects.get().state == "done"


def test_a_message_that_the_policy_refuses_is_kept_with_its_reason(customer, order):
    playbook()
    order(customer(), DAY)
    go()
    assert (Message.objects.get().state, Effect.objects.get().note) == ("refused", "no_address")


def test_a_message_that_waits_is_held_back_when_its_run_ends_early(buyer, order):
    playbook(steps=[MAIL, *CALL_LATER], stop=[{"since_start": "purchase"}])
    go()
    assert Message.objects.get().state == "waiting"
    order(buyer, DAY + timedelta(days=1))  # before the worker got to it
    go(NOON + timedelta(days=2))
    assert (Run.objects.get().state, Message.objects.get().state) == ("ended_early", "cancelled")
    assert Touch.objects.get().state == "released"
    sent(NOON + timedelta(days=3))
    assert Message.objects.get().state == "cancelled"


def test_a_message_of_a_run_that_a_person_stops_is_held_back(buyer):
    playbook(steps=[MAIL, *CALL_LATER])
    go()
    stop_run(run_id=Run.objects.get().pk, reason="rang us", by=SYSTEM, at=NOON)
    assert Message.objects.get().state == "cancelled"


def test_a_message_that_has_left_stays_sent_when_its_run_ends_early(buyer, order):
    playbook(steps=[MAIL, *CALL_LATER], stop=[{"since_start": "purchase"}])
    go()
    sent(NOON)
    order(buyer, DAY + timedelta(days=1))
    go(NOON + timedelta(days=2))
    assert (Run.objects.get().state, Message.objects.get().state) == ("ended_early", "sent")


def test_the_ledger_knows_who_was_written_to_and_what_it_cost_once(buyer):
    playbook(held_out=0, goal={"until": {"since_start": "purchase"}, "days": 30, "share": 0.3})
    go()
    assert Intervention.objects.get().first_contact_at is None
    sent(NOON)
    for minutes in (20, 40):
        go(NOON + timedelta(minutes=minutes))
    row = Intervention.objects.get()
    assert (row.first_contact_at, row.cost) == (NOON, EMAIL_COST)


def test_a_message_that_was_refused_is_no_contact(customer, order):
    playbook(held_out=0)
    order(customer(), DAY)
    go()
    go(NOON + timedelta(minutes=20))
    row = Intervention.objects.get()
    assert (row.first_contact_at, row.cost) == (None, 0)
    assert Effect.objects.get().is_settled
