"""What people send: WeCom, letters, visits. Done when they say so, and asked about once more."""

import json
from datetime import timedelta

import pytest

from tests.moments import NOON
from weixi.act.outreach import actions, outbox
from weixi.act.outreach.actions import Refused, Source
from weixi.act.outreach.by_hand import mark_done
from weixi.act.outreach.letters import due_letters
from weixi.act.outreach.models import Touch
from weixi.act.outreach.robot import ADDRESS, tell_group
from weixi.act.outreach.visits import ics_of
from weixi.collect.customers.actions import add_identity, withdraw_consent
from weixi.collect.touchpoints.models import Contact
from weixi.core import outgoing
from weixi.core.actor import COMMAND_LINE
from weixi.core.errors import Conflict
from weixi.core.models import AccessEntry
from weixi.core.values import set_value

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_hand(reachable_customer, template):
    """by_hand("wecom") → a due message that a person sends."""

    def make(channel="wecom", kind="wechat", value="wx_ana", **fields):
        template(channel=channel, **fields)
        ana = reachable_customer()
        if kind:
            add_identity(ana.pk, kind, value, by=COMMAND_LINE, at=NOON)
        return actions.enqueue(
            source=Source("manual", 1), customer_id=ana.pk, channel=channel, purpose="care",
            template="hello", variables={}, not_before=NOON, by=COMMAND_LINE, at=NOON,
        )  # fmt: skip

    return make


def done(message):
    return mark_done(message_id=message.pk, by=COMMAND_LINE, at=NOON)


def test_a_wecom_message_is_done_when_its_user_says_so_and_only_once(by_hand):
    message = by_hand()
    assert [row.id for row in outbox.by_hand(COMMAND_LINE, at=NOON)] == [message.pk]
    done(message)
    assert outbox.by_hand(COMMAND_LINE, at=NOON) == []
    assert Touch.objects.get().contact == Contact.objects.get().pk
    with pytest.raises(Conflict):
        done(message)


def test_an_opt_out_meanwhile_stops_the_hand_too(by_hand):
    message = by_hand()
    withdraw_consent(message.customer_id, "care", source="x", by=COMMAND_LINE, at=NOON)
    with pytest.raises(Refused):
        done(message)
    assert Contact.objects.count() == 0


@pytest.mark.slow
def test_letters_are_printed_and_every_address_stands_in_the_access_log(by_hand):
    by_hand("letter", "address", "上海市南京路 1 号 $x #y [z]")
    pdf = due_letters(by=COMMAND_LINE, at=NOON)
    assert pdf.startswith(b"%PDF")
    assert AccessEntry.objects.get().field == "address"


def test_no_letter_no_paper(by_hand):
    by_hand()
    assert due_letters(by=COMMAND_LINE, at=NOON) == b""


def test_a_visit_is_an_entry_of_a_calendar(by_hand):
    message = by_hand("face", "", body="{name}; 您好, 请\n稍候" + "长" * 60)
    text = ics_of(COMMAND_LINE, message.pk, at=NOON).decode()
    unfolded = text.replace("\r\n ", "")
    assert "DTSTART:20261120T040000Z" in text
    assert "DTEND:20261120T050000Z" in text
    assert "DESCRIPTION:Ana\\; 您好\\, 请\\n稍候长" in unfolded
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_the_group_hears_how_many_wait_and_no_name(by_hand):
    by_hand()
    told = []

    def post(url, body, headers):
        told.append((url, json.loads(body)))
        return outgoing.Answer(200, b'{"errcode": 0}')

    assert tell_group(at=NOON, post=post) == 0  # no address yet
    set_value(ADDRESS, "https://qyapi.example.com/x", by=COMMAND_LINE, at=NOON)
    assert tell_group(at=NOON - timedelta(hours=1), post=post) == 0  # not due yet
    assert tell_group(at=NOON, post=post) == 1
    assert "1 条" in told[0][1]["text"]["content"]
    assert "Ana" not in str(told)
