"""/u/TOKEN: opening it changes nothing, the button and the mail program's request do."""

import pytest
from django.test import Client

from tests.act.outreach.conftest import channels, reachable_customer, template  # noqa: F401
from tests.moments import NOON
from weixi.act.outreach.actions import Source, enqueue
from weixi.act.outreach.queries import may_contact
from weixi.act.outreach.unsubscribing import link_for, token_of
from weixi.collect.customers.models import Consent
from weixi.core.actor import COMMAND_LINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(reachable_customer, template):  # noqa: F811
    """(address, customer) of a message of care to somebody."""
    template()
    ana = reachable_customer()
    message = enqueue(
        source=Source("manual", 1), customer_id=ana.pk, channel="email", purpose="care",
        template="hello", variables={}, not_before=NOON, by=COMMAND_LINE, at=NOON,
    )  # fmt: skip
    assert link_for(message).endswith(f"/u/{token_of(message)}")
    return f"/u/{token_of(message)}", ana


def allowed(who, channel, purpose="care"):
    return may_contact(who.pk, channel=channel, purpose=purpose, at=NOON).is_allowed


def test_a_scanner_that_opens_the_link_changes_nothing(link, a_stranger):
    before = Consent.objects.count()
    for method in (a_stranger.get, a_stranger.head):
        assert method(link[0]).status_code == 200
    assert Consent.objects.count() == before


def test_the_mail_programs_one_click_needs_no_cookie_and_no_token_of_a_form(link):
    address, ana = link
    program = Client(enforce_csrf_checks=True)
    response = program.post(address, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not allowed(ana, "email")
    assert not allowed(ana, "email", "sale")
    assert allowed(ana, "phone")  # another channel
    assert allowed(ana, "email", "service")


def test_twice_is_as_once(link, a_stranger):
    address, ana = link
    for _ in range(2):
        assert a_stranger.post(address).status_code == 200
    assert not allowed(ana, "email")


def test_no_contact_at_all_stops_everything(link, a_stranger):
    address, ana = link
    a_stranger.post(address, {"what": "all"})
    assert not allowed(ana, "phone", "service")


def test_the_page_tells_nothing_about_the_customer(link, a_stranger):
    text = a_stranger.get(link[0]).content.decode()
    assert "Ana" not in text
    assert "example.com" not in text


@pytest.mark.parametrize("token", ["1", "1.x", "x" * 300, "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_link_that_we_did_not_make_is_not_found(token, a_stranger):
    assert a_stranger.post(f"/u/{token}").status_code == 404
