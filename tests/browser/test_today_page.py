"""Today's list in Chromium: by keyboard alone, with the panel, without script, for two at once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import looking
from tests.desk import Desk, set_up
from weixi.act.care.models import Task
from weixi.collect.touchpoints.models import Contact
from weixi.core.models import AccessEntry

MOST_KEYS = 30


@pytest.fixture
def desk(transactional_db: None, team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order, people=12)


@pytest.fixture
def today(desk: Desk, signed_in_page: Callable[..., Page]) -> Page:
    page = signed_in_page(user=desk.me, language="en")
    page.goto("/")
    expect(page.locator("#panel h2")).to_have_text("林晓燕")
    return page


def current(page: Page) -> str:
    return page.locator('[data-row][aria-current="true"] .name').inner_text()


def test_ten_tasks_are_done_by_keyboard_in_thirty_presses(today: Page, desk: Desk) -> None:
    pressed = 0
    for done in range(1, 11):
        today.keyboard.press("e")
        expect(today.locator("dialog[data-picks] input:checked")).to_be_focused()
        today.keyboard.press("Enter")
        pressed += 2
        expect(today.locator("#queue-title")).to_have_text(f"To contact {12 - done}")
        expect(today.locator("dialog[open]")).to_have_count(0)
        expect(today.locator('[data-row][aria-current="true"]')).to_be_focused()
    assert pressed <= MOST_KEYS
    assert Contact.objects.count() == 10
    assert current(today) == "王四"


def test_a_digit_chooses_the_outcome_and_z_takes_it_back(today: Page, desk: Desk) -> None:
    today.keyboard.press("e")
    expect(today.locator("dialog[data-picks] input:checked")).to_be_focused()
    today.keyboard.press("3")
    today.keyboard.press("Enter")
    expect(today.locator("#wx-toasts")).to_contain_text("Not reached")
    expect(today.locator("#queue-title")).to_have_text("To contact 11")
    assert Task.objects.get(pk=desk.tasks[0].pk).outcome == "not_reached"
    today.keyboard.press("z")
    expect(today.locator("#queue-title")).to_have_text("To contact 12")
    expect(today.locator('[data-row][aria-current="true"] .name')).to_have_text("林晓燕")
    assert Contact.objects.count() == 0


def test_j_and_k_move_and_the_panel_follows(today: Page) -> None:
    for key in ("j", "ArrowDown", "k"):
        today.keyboard.press(key)
    assert current(today) == "单雄信"
    expect(today.locator("#panel h2")).to_have_text("单雄信")
    today.keyboard.press("Enter")
    today.wait_for_url("**/customers/*")
    expect(today.locator(".wx-head h2")).to_have_text("单雄信")
    today.keyboard.press("Alt+ArrowDown")
    expect(today.locator(".wx-head h2")).to_have_text("曾国藩")
    today.keyboard.press("Alt+ArrowUp")
    expect(today.locator(".wx-head h2")).to_have_text("单雄信")


def test_h_puts_off_with_a_reason_and_says_what_is_missing(today: Page, desk: Desk) -> None:
    today.keyboard.press("h")
    expect(today.locator("dialog[data-picks]")).to_be_visible()
    today.keyboard.press("4")
    today.keyboard.press("Enter")
    expect(today.locator(".wx-summary")).to_be_focused()
    expect(today.locator(".wx-summary")).to_contain_text("Say in a few words")
    today.locator("dialog input[name=words]").fill("on a journey")
    today.locator("dialog input[name=words]").press("Enter")
    expect(today.locator("#queue-title")).to_have_text("To contact 11")
    assert Task.objects.get(pk=desk.tasks[0].pk).postpone_reason == "on a journey"


def test_letters_typed_into_a_field_are_only_letters(today: Page, desk: Desk) -> None:
    today.locator("#panel-note").click()
    today.keyboard.type("jkehz?")
    expect(today.locator("#panel-note")).to_have_value("jkehz?")
    expect(today.locator("dialog[open]")).to_have_count(0)
    assert current(today) == "林晓燕"


def test_the_panel_records_once_however_often_its_button_is_pressed(
    today: Page, desk: Desk
) -> None:
    today.locator("#panel").get_by_label("Follow up").check()
    today.locator("#panel-note").fill("wants an offer")
    today.context.set_offline(True)
    today.locator("#panel").get_by_role("button", name="Record the contact").click()
    expect(today.locator("[data-toast]")).to_contain_text("What you typed is kept")
    today.context.set_offline(False)
    today.complaints.clear()  # type: ignore[attr-defined]  # the refused connection is logged
    button = today.locator("#panel").get_by_role("button", name="Record the contact")
    button.evaluate("button => { for (let i = 0; i < 3; i += 1) button.click(); }")
    expect(today.locator("#queue-title")).to_have_text("To contact 11")
    made = Contact.objects.get()
    assert (made.outcome, made.note) == ("follow_up", "wants an offer")
    expect(today.locator("#panel h2")).to_have_text("单雄信")


def test_a_number_is_shown_for_thirty_seconds_and_nowhere_else(today: Page, desk: Desk) -> None:
    """P-02, U-11: not in the title, the address or the page before it is asked for; then logged."""
    today.clock.install()
    today.reload()
    number = today.locator(f"#identity-{desk.phone.pk}")
    expect(number).to_contain_text("138****2046")
    assert "13800002046" not in today.content() + today.title() + today.url
    number.get_by_role("button").click()
    today.get_by_role("button", name="Call the customer back").click()
    today.get_by_role("button", name="Show it").click()
    expect(number).to_contain_text("13800002046")
    expect(today.locator("dialog[open]")).to_have_count(0)
    assert "13800002046" not in today.title() + today.url
    [entry] = AccessEntry.objects.all()
    assert (entry.customer_id, entry.action) == (desk.customers[0].pk, "reveal")
    assert entry.reason == "Call the customer back"
    today.clock.run_for(29_000)
    expect(number).to_contain_text("13800002046")
    today.clock.run_for(2_000)
    expect(number).to_contain_text("138****2046")
    assert "13800002046" not in today.content()


def test_a_second_person_is_told_who_holds_the_task(
    today: Page, desk: Desk, signed_in_page: Callable[..., Page], person: Callable[..., Any]
) -> None:
    Task.objects.filter(pk=desk.tasks[0].pk).update(owner=None)
    today.keyboard.press("e")
    expect(today.locator("dialog[data-picks]")).to_be_visible()
    other = signed_in_page("manager", team=desk.team, language="en")
    other.goto("/")
    expect(other.locator("[data-row]").first).to_contain_text(f"{desk.me} is on it")
    other.keyboard.press("e")
    expect(other.locator("#wx-toasts")).to_contain_text(f"{desk.me} is working on this")
    other.complaints.clear()  # type: ignore[attr-defined]  # the refused request itself
    today.keyboard.press("Escape")
    expect(today.locator("dialog[open]")).to_have_count(0)
    other.reload()
    other.keyboard.press("e")
    expect(other.locator("dialog[data-picks]")).to_be_visible()


def test_the_last_one_done_leaves_the_sentence_that_all_is_done(today: Page) -> None:
    Task.objects.exclude(customer__name="林晓燕").delete()
    today.reload()
    today.keyboard.press("e")
    expect(today.locator("dialog[data-picks] input:checked")).to_be_focused()
    today.keyboard.press("Enter")
    expect(today.locator("#today-list")).to_contain_text("All care of today is done")
    expect(today.locator("#today-list")).not_to_contain_text("No list yet")


def test_everything_works_without_script(desk: Desk, browser: Browser, live_server: Any) -> None:
    with looking.context(browser, live_server.url, user=desk.me, language="en") as made:
        state = made.storage_state()
        plain = browser.new_context(
            java_script_enabled=False, base_url=live_server.url, storage_state=state
        )
        page = plain.new_page()
        page.goto("/")
        page.locator("[data-row]").first.get_by_role("button", name="Done").click()
        page.get_by_label("Not reached").check()
        page.locator("dialog").get_by_role("button", name="Record").click()
        expect(page.locator("#queue-title")).to_have_text("To contact 11")
        plain.close()
    assert Contact.objects.get().outcome == "not_reached"
