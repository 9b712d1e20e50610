"""The card of a caller in Chromium: it comes by itself, steals nothing and loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from weixi.act.membership.models import Privilege
from weixi.collect.calls import actions
from weixi.collect.calls.models import Call
from weixi.collect.customers.actions import add_identity, exclude
from weixi.collect.customers.models import Customer
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.approved import create_shipped_checklist
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import SYSTEM
from weixi.core.clock import now

MOBILE = "13800002046"
PAGES = ("/customers/", "/", "/promises/", "/complaints/", "/reports/")


@pytest.fixture
def desk(
    transactional_db: None, person: Any, customer: Any, signed_in_page: Callable[..., Page]
) -> Page:
    """Somebody with the extension 801 looks at the list of customers; Ana has the number."""
    create_shipped_channels()
    create_shipped_checklist()
    ana = customer("Ana")
    add_identity(ana.pk, "phone", MOBILE, by=SYSTEM, at=now())
    user = person("admin")
    actions.set_extension("801", user.pk, by=SYSTEM, at=now())
    page = signed_in_page(user=user, language="en")
    page.goto("/customers/")
    expect(page.locator("#calls")).to_be_attached()
    page.wait_for_load_state("networkidle")
    return page


def ring(event: str = "e1", number: str = MOBILE) -> None:
    actions.ring(event=event, number=number, extension="801", at=now(), by=SYSTEM)


def card(page: Page) -> Any:
    return page.locator("#call-card")


def test_it_comes_by_itself_and_leaves_the_field_one_types_in_alone(desk: Page) -> None:
    desk.goto("/customers/new")
    field = desk.locator('main input[name="name"]')
    field.focus()
    ring()
    expect(card(desk)).to_be_visible(timeout=10_000)
    expect(card(desk).locator("h2")).to_have_text("Ana")
    expect(field).to_be_focused()
    expect(desk.locator("#calls")).to_have_attribute("aria-live", "assertive")


def test_the_note_is_still_there_after_five_pages_and_becomes_a_contact(desk: Page) -> None:
    ring()
    expect(card(desk)).to_be_visible(timeout=10_000)
    desk.fill("#call-note", "wants the blue one")
    for address in PAGES:
        desk.goto(address)
        expect(desk.locator("#call-note")).to_have_value("wants the blue one")
    desk.get_by_role("button", name="Save call").click()
    expect(card(desk)).to_have_count(0)
    assert Contact.objects.get().note == "wants the blue one"


def test_escape_folds_it_and_it_stays_folded_on_the_next_page(desk: Page) -> None:
    ring()
    expect(card(desk)).to_be_visible(timeout=10_000)
    desk.keyboard.press("Escape")
    expect(card(desk).locator("[data-call-fold]")).to_have_attribute("aria-expanded", "false")
    expect(desk.locator("#call-note")).to_be_hidden()
    desk.wait_for_load_state("networkidle")
    desk.goto("/promises/")
    expect(card(desk).locator("[data-call-fold]")).to_have_attribute("aria-expanded", "false")
    card(desk).locator("[data-call-fold]").click()
    expect(desk.locator("#call-note")).to_be_visible()


def test_an_event_told_twice_is_one_card_and_a_second_call_waits(desk: Page) -> None:
    ring("e1")
    ring("e1")
    expect(card(desk)).to_be_visible(timeout=10_000)
    assert Call.objects.count() == 1
    ring("e2", "13900001111")
    expect(desk.locator("#calls-waiting")).to_have_text("1 more call waits", timeout=10_000)
    expect(card(desk)).to_have_count(1)
    desk.get_by_role("button", name="No note").click()
    expect(card(desk).locator("h2")).to_contain_text("139")


def test_somebody_unknown_becomes_a_customer_with_one_field(desk: Page) -> None:
    ring("e1", "13900001111")
    expect(card(desk)).to_be_visible(timeout=10_000)
    expect(card(desk)).to_contain_text("Nobody here has this number.")
    desk.fill("#call-name", "Ben")
    desk.get_by_role("button", name="Create customer").click()
    expect(card(desk).locator("h2")).to_have_text("Ben")
    assert Customer.objects.filter(name="Ben").exists()


def test_it_says_what_is_due_to_the_caller_and_what_never_to_offer(
    desk: Page, no_violations: Callable[[Page], None]
) -> None:
    ana = Customer.objects.get(name="Ana")
    Privilege.objects.create(name="Free delivery", customer=ana, made_by="x", made_at=now())
    exclude(ana.pk, kind="word", value="peanut", reason="allergy", by=SYSTEM, at=now())
    ring()
    expect(card(desk)).to_contain_text("Free delivery", timeout=10_000)
    expect(card(desk)).to_contain_text("peanut")
    expect(card(desk)).not_to_contain_text("allergy")
    no_violations(desk)
