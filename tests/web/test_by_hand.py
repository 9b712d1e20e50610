"""Messages that a person sends: on today's list and on their own page, within the caps."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from weixi.act.outreach import actions
from weixi.act.outreach.models import Message, Template
from weixi.collect.customers.actions import add_identity
from weixi.collect.touchpoints.actions import create_shipped_channels, record_contact
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import SYSTEM
from weixi.core.clock import now

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def written(customer: Any) -> Any:
    """written("Ana") → a letter to her that is due."""
    create_shipped_channels()
    Template.objects.create(
        code="hello", channel="letter", language="zh", purpose="care", name="Hello", subject="您好",
        body="您好", state="approved", written_at=now(), written_by="x",
    )  # fmt: skip

    def make(name: str) -> Message:
        from_before, who = now() - timedelta(minutes=5), customer(name)
        add_identity(who.pk, "address", "苏州市平江路 1 号", by=SYSTEM, at=from_before)
        return actions.enqueue(
            source=actions.Source("manual", name), customer_id=who.pk, channel="letter",
            purpose="care", template="hello", variables={}, not_before=from_before, by=SYSTEM,
            at=from_before,
        )  # fmt: skip

    return make


@pytest.fixture
def me(signed_in: Any) -> Client:
    return signed_in("admin")


def test_today_says_how_many_wait_and_leads_to_as_many(me: Client, written: Any) -> None:
    assert "sent by hand" not in me.get("/", headers=ENGLISH).text
    for name in ("Ana", "Ben"):
        written(name)
    page = me.get("/", headers=ENGLISH).text
    assert "2 messages to send by hand" in page
    assert page.count("Mark as sent") == 2
    assert 'href="/outreach/by-hand"' in page
    assert len(me.get("/outreach/by-hand").context["rows"]) == 2


def test_a_channel_without_a_machine_waits_for_hands_too(me: Client, written: Any) -> None:
    message = written("Ana")
    Message.objects.update(channel="club")
    assert "Club and events" in me.get("/outreach/by-hand", headers=ENGLISH).text
    assert me.post(f"/outreach/by-hand/{message.pk}/done", {}).status_code == 302
    message.refresh_from_db()
    assert message.state == "sent"


def test_of_many_today_shows_the_first_three(me: Client, written: Any) -> None:
    for n in range(5):
        written(f"Customer {n}")
    page = me.get("/", headers=ENGLISH).text
    assert "5 messages to send by hand" in page
    assert page.count("Mark as sent") == 3


def test_marked_on_today_one_stays_on_today(me: Client, written: Any) -> None:
    message = written("Ana")
    answer = me.post(f"/outreach/by-hand/{message.pk}/done", {"to": "today"})
    assert answer["Location"] == "/"


@pytest.mark.slow
def test_who_may_not_write_to_customers_is_not_told(signed_in: Any, written: Any) -> None:
    written("Ana")
    supervisor, agent = signed_in("supervisor"), signed_in("agent")
    for client in (supervisor, agent):  # she belongs to no team of theirs
        assert "sent by hand" not in client.get("/", headers=ENGLISH).text


def test_what_was_posted_is_a_contact_and_waits_no_more(me: Client, written: Any) -> None:
    message = written("Ana")
    me.post(f"/outreach/by-hand/{message.pk}/done")
    message.refresh_from_db()
    assert message.state == "sent"
    contact = Contact.objects.get()
    assert (contact.channel.code, contact.direction, contact.note) == ("letter", "out", "Hello")
    assert me.post(f"/outreach/by-hand/{message.pk}/done").status_code == 409
    assert Contact.objects.count() == 1


def test_a_cap_that_was_used_up_meanwhile_holds_for_hands_too(me: Client, written: Any) -> None:
    """One letter in thirty days: somebody of another department was first."""
    message = written("Ana")
    record_contact(customer_id=message.customer_id, channel="letter", direction="out",
                   purpose="care", by=SYSTEM, at=now())  # fmt: skip
    assert me.post(f"/outreach/by-hand/{message.pk}/done").status_code == 422
    message.refresh_from_db()
    assert message.state == "waiting"
