"""Manners that every page has: nothing typed is lost, back is the same place, large and stark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk import Desk, set_up
from weixi.collect.customers import actions
from weixi.collect.customers.models import Customer

PEOPLE = 12


@pytest.fixture
def desk(transactional_db: None, team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order, people=PEOPLE)


@pytest.fixture
def page(desk: Desk, signed_in_page: Callable[..., Page]) -> Page:
    return signed_in_page(user=desk.me, language="en")


def test_what_was_typed_outlives_a_lost_connection_and_our_fault(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto("/customers/new")
    page.get_by_label("Name", exact=True).fill("周敏")
    note = page.get_by_label("Note")
    note.fill("asked about\nthe blue bottle")
    page.context.set_offline(True)
    page.get_by_role("button", name="Create").click()
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("What you typed is kept")
    expect(page.locator("#wx-offline")).to_be_visible()
    expect(note).to_have_value("asked about\nthe blue bottle")
    page.context.set_offline(False)
    monkeypatch.setattr(actions, "create_customer", _broken)
    toast.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sorry, this did not work")
    expect(page.locator(".wx-kept")).to_contain_text("the blue bottle")
    monkeypatch.undo()
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url("**/customers/*")
    expect(page.locator(".wx-head h2")).to_have_text("周敏")
    assert Customer.objects.get(name="周敏").note == "asked about\nthe blue bottle"
    page.complaints.clear()  # type: ignore[attr-defined]  # the refused connection is logged


def _broken(*_args: Any, **_kwargs: Any) -> None:
    raise ZeroDivisionError


def test_back_finds_the_same_place_and_row(page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 500})
    current = page.locator('[data-row][aria-current="true"] [data-open]')
    page.goto("/customers/?order=oldest")
    ninth = page.locator("[data-row] [data-open]").nth(8)
    name = ninth.inner_text()
    ninth.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 0
    ninth.click()
    page.wait_for_url("**/customers/*from=*")
    page.go_back()
    expect(current).to_have_text(name)
    expect(page.locator('[data-row][aria-current="true"]')).to_be_focused()
    assert page.evaluate("scrollY") == place
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*from=*")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    tenth = page.locator(".wx-head h2").inner_text()
    page.locator(".wx-sub a").click()
    expect(current).to_have_text(tenth)
    expect(current).to_be_in_viewport()
