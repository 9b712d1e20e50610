"""Customer list, customer page and search palette in Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk import Desk, set_up
from weixi.collect.customers.models import Customer


@pytest.fixture
def desk(transactional_db: None, team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order, people=12)


@pytest.fixture
def page(desk: Desk, signed_in_page: Callable[..., Page]) -> Page:
    return signed_in_page(user=desk.me, language="en")


def test_the_palette_opens_by_key_slash_and_button_and_finds_by_initials(
    page: Page, desk: Desk
) -> None:
    page.goto("/customers/")
    for opens in ("Control+k", "/"):
        page.keyboard.press(opens)
        expect(page.get_by_role("combobox", name="Search customers")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#wx-palette")).not_to_be_visible()
    page.locator("#wx-search").click()
    page.keyboard.type("zgf")
    first = page.locator("#wx-palette [role=option]").first
    expect(first).to_contain_text("曾国藩")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*")
    expect(page.locator(".wx-head h2")).to_have_text("曾国藩")


def test_the_palette_waits_while_an_input_method_composes(page: Page) -> None:
    page.goto("/customers/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "?q=" in request.url else None)
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search customers")
    expect(box).to_be_focused()
    compose = """(box, [kind, text, composing]) => {
        box.value = text;
        box.dispatchEvent(new CompositionEvent(kind, {data: text, bubbles: true}));
        box.dispatchEvent(new InputEvent("input", {isComposing: composing, bubbles: true}));
    }"""
    box.evaluate(compose, ["compositionstart", "z", True])
    box.evaluate(compose, ["compositionupdate", "zeng", True])
    page.wait_for_timeout(400)
    assert asked == []
    box.evaluate(compose, ["compositionend", "曾", False])
    expect(page.locator("#wx-palette [role=option]").first).to_contain_text("曾国藩")
    assert len(asked) == 1


def test_the_arrows_walk_the_results_and_tell_the_screen_reader(page: Page) -> None:
    page.goto("/customers/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search customers")
    expect(box).to_be_focused()
    page.keyboard.type("north")
    expect(page.locator("#wx-palette [role=option]")).to_have_count(12)
    page.keyboard.press("ArrowDown")
    second = page.locator("#wx-palette [role=option]").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(second.get_attribute("id")))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = page.locator("#wx-palette [role=option]").last
    expect(last).to_have_attribute("aria-selected", "true")


def test_rows_are_chosen_by_key_and_given_to_a_colleague_and_back(
    page: Page, desk: Desk, person: Callable[..., Any]
) -> None:
    other = person("manager", team=desk.team)
    page.goto("/customers/?order=oldest")
    page.locator("[data-row]").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Give to another owner").click()
    expect(page.locator("dialog[open]")).to_contain_text("Give 2 customers")
    page.get_by_label("New owner").select_option(label=str(other))
    page.locator("dialog[open]").get_by_role("button", name="Give", exact=True).click()
    expect(page.locator("#wx-toasts")).to_contain_text("2 customers have a new owner")
    assert Customer.objects.filter(owner=other).count() == 2
    page.locator("#wx-toasts [data-undo]").click()
    expect(page.locator("#wx-toasts")).to_contain_text("back with the former owner")
    assert not Customer.objects.filter(owner=other).exists()


def test_filters_stay_short_in_the_address_and_back_returns(page: Page) -> None:
    page.goto("/customers/")
    page.get_by_label("Name, pinyin or number").fill("lxy")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**/customers/?name=lxy")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.locator("[data-open]").click()
    page.wait_for_url("**/customers/*from=*")
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.get_by_label("Name, pinyin or number")).to_have_value("lxy")


def test_a_view_is_kept_and_opened_again(page: Page) -> None:
    page.goto("/customers/?cell=value_pyramid:gold")
    page.get_by_role("button", name="Keep this view").click()
    page.get_by_label("Name of the view").fill("Gold")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("#wx-toasts")).to_contain_text("The view “Gold” is kept")
    page.goto("/customers/")
    page.get_by_role("link", name="Gold", exact=True).click()
    expect(page.locator("[data-row]")).to_have_count(1)


def test_head_and_next_action_stand_in_the_first_screen(page: Page, desk: Desk) -> None:
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"/customers/{desk.customers[0].pk}")
    for part in (".wx-head", ".wx-action"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720
    assert not any("echarts" in url for url in requested)


def test_the_next_action_is_done_on_the_customers_own_page(page: Page, desk: Desk) -> None:
    page.goto(f"/customers/{desk.customers[0].pk}")
    page.keyboard.press("e")
    expect(page.locator("dialog[data-picks] input:checked")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#wx-toasts")).to_contain_text("Recorded")
    expect(page.locator(".wx-action")).to_contain_text("Nothing waits")


def test_a_contact_is_recorded_from_the_head_and_stands_in_the_timeline(
    page: Page, desk: Desk
) -> None:
    page.goto(f"/customers/{desk.customers[0].pk}")
    page.keyboard.press("c")
    page.get_by_label("Note").fill("asked about the bottle")
    page.locator("dialog[open]").get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#timeline")).to_contain_text("asked about the bottle")
    page.get_by_role("link", name="Contacts 1").click()
    expect(page.locator("#timeline .wx-tl li")).to_have_count(1)
