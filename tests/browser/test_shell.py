"""The frame in a real browser: looks, keys, manners."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import PAGES
from tests.moments import NOON
from weixi.classify.actions import create_shipped_schemes
from weixi.collect.touchpoints.actions import create_shipped_channels

Opener = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_open_dialogs_and_menus_are_too(
    theme: str, signed_in_page: Opener, no_violations: Check
) -> None:
    page = signed_in_page("admin", theme=theme)
    page.goto("/settings/components")
    page.keyboard.press("?")
    expect(page.locator("#wx-keys-help")).to_be_visible()
    no_violations(page)
    page.keyboard.press("Escape")
    page.locator(".wx-me").click()
    expect(page.locator("#wx-person")).to_be_visible()
    no_violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="删除分层").first.click()
    no_violations(page)


def test_the_bottom_bar_opens_all_areas(signed_in_page: Opener, no_violations: Check) -> None:
    page = signed_in_page("admin", width=360)
    page.goto("/settings/")
    page.get_by_role("button", name="更多").click()
    expect(page.locator("#wx-more").get_by_role("link", name="设置")).to_be_visible()
    no_violations(page)


def test_pages_without_data_are_open_to_everybodys_senses(
    signed_in_page: Opener, no_violations: Check
) -> None:
    """The empty states, in the room of a window of 1280 pixels at 400 % zoom; the rest of the
    pages, in both languages and themes, in test_every_page.py."""
    create_shipped_schemes(at=NOON)
    create_shipped_channels()
    page = signed_in_page("admin", width=320)
    empty = [shot for shot in PAGES if shot.role == "admin" and "{" not in shot.address + shot.over]
    for shot in empty:
        if not (shot.over or shot.opens):
            page.goto(shot.address)
            no_violations(page)
    assert len(empty) > 40


def test_printed_pages_are_the_page_alone_and_say_who_and_when(signed_in_page: Opener) -> None:
    """U-13: no navigation, dark on white also in the dark theme, who printed it and when."""
    page = signed_in_page("admin", theme="dark", language="en")
    page.goto("/settings/components")
    page.emulate_media(media="print")
    for part in (".wx-rail", ".wx-search", ".wx-me"):
        expect(page.locator(part).first).to_be_hidden()
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    ink, paper = page.locator(".wx-card").first.evaluate(colours)
    assert paper == "rgb(255, 255, 255)"
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 0x60
    printed = page.locator(".wx-printed")
    expect(printed).to_be_visible()
    expect(printed).to_contain_text(str(page.user))  # type: ignore[attr-defined]
    expect(printed).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"))


def test_who_wants_less_motion_sees_none(signed_in_page: Opener) -> None:
    """U-06: the pages of these tests ask for reduced motion."""
    page = signed_in_page("admin")
    page.goto("/settings/components")
    moving = """els => els.filter(e => { const s = getComputedStyle(e); const long = t =>
        t.split(",").some(x => parseFloat(x) > 0.011);
        return long(s.transitionDuration) || (s.animationName !== "none" &&
        long(s.animationDuration)); }).map(e => e.outerHTML.slice(0, 80))"""
    assert page.eval_on_selector_all("body *", moving) == []


def test_a_dialog_returns_the_focus(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/components")
    opener = page.get_by_role("button", name="删除分层").first
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sample-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_rows_are_walked_by_letters_and_arrows(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/components")
    rows = page.locator("[data-list] [data-row]")
    for key, place in (("j", 1), ("ArrowDown", 2), ("j", 2), ("k", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_have_attribute("aria-current", "true")
        expect(rows.nth(place)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#list$"))


def test_letters_do_nothing_while_typing_or_composing(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/components")
    current = page.locator('[data-row][aria-current="true"]')
    first = current.text_content()
    page.locator("#id_ok-phone").click()
    page.keyboard.type("jjk?")
    expect(page.locator("#id_ok-phone")).to_have_value("jjk?")
    assert current.text_content() == first
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'j', isComposing: true, bubbles: true}))"
    )
    assert current.text_content() == first


def test_letters_can_be_switched_off(signed_in_page: Opener, person: Callable[..., Any]) -> None:
    user = person("admin")
    user.has_single_keys = False
    user.save()
    page = signed_in_page(user=user)
    page.goto("/settings/components")
    rows = page.locator("[data-list] [data-row]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")


def test_a_matrix_is_walked_by_arrows(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/components")
    cells = page.locator('[role="grid"] a')
    cells.nth(0).focus()
    for key, place in (("ArrowRight", 1), ("ArrowDown", 3), ("ArrowLeft", 2), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(cells.nth(place)).to_be_focused()


def test_the_theme_changes_without_a_reload_and_stays(signed_in_page: Opener) -> None:
    page = signed_in_page("admin", theme="light")
    page.goto("/settings/")
    page.evaluate("window.kept = true")
    with page.expect_response(lambda answer: answer.url.endswith("/theme")):
        page.locator("[data-theme-form] button").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate("window.kept") is True
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.user.refresh_from_db()  # type: ignore[attr-defined]
    assert page.user.theme == "dark"  # type: ignore[attr-defined]


def test_the_language_changes_for_the_person(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/")
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_signing_in_works_without_script(browser: Any, live_server: Any, person: Any) -> None:
    user = person("auditor")
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/sign-in?next=/settings/system")
    page.fill("#id_username", user.username)
    page.fill("#id_password", "secret")
    page.click("form button.btn-primary")
    expect(page).to_have_url(re.compile("/settings/system$"))
    context.close()


def test_a_wrong_password_puts_the_focus_on_the_summary(signed_in_page: Opener) -> None:
    page = signed_in_page("", language="en")
    page.goto("/sign-in")
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".wx-summary")).to_be_focused()
    expect(page).to_have_title("Error: Sign in · Weixi")
    expect(page.locator("#id_username")).to_have_value("nobody")


def test_a_form_is_sent_once(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/own")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    page.evaluate(
        "() => { const f = document.querySelector('form[data-once]');"
        " const b = f.querySelector('button'); b.click(); b.click(); b.click(); }"
    )
    expect(page.locator("[data-toast]")).to_contain_text("个人设置已保存")
    assert len(sent) == 1


def test_a_lost_connection_is_said_and_can_be_tried_again(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/system")
    page.complaints.clear()  # type: ignore[attr-defined]
    page.evaluate(
        "document.getElementById('main').insertAdjacentHTML('beforeend', `<form hx-post='/theme'"
        " hx-swap='none'><input name='theme' value='dark'><button>x</button></form>`);"
        "htmx.process(document.getElementById('main'))"
    )
    page.context.set_offline(True)
    expect(page.locator("#wx-offline")).to_be_visible()
    page.get_by_role("button", name="x", exact=True).click()
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("内容已保留")
    expect(page.locator("#main input[name=theme]")).to_have_value("dark")
    page.context.set_offline(False)
    with page.expect_response(lambda answer: answer.url.endswith("/theme")) as answer:
        toast.get_by_role("button", name="重试").click()
    assert answer.value.status == 204
    page.complaints.clear()  # type: ignore[attr-defined]  # the refused connection is logged


def test_a_toast_with_undo_goes_after_ten_seconds(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.clock.install()
    page.goto("/settings/")
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('wx:toast',"
        " {detail: {text: 'done', undo: '/theme', level: 'ok'}}))"
    )
    toast = page.locator("[data-toast]")
    page.clock.run_for(9_000)
    expect(toast).to_be_visible()
    page.clock.run_for(2_000)
    expect(toast).to_have_count(0)


def test_z_undoes(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/")
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('wx:toast',"
        " {detail: {text: 'done', undo: '/theme?undo', level: 'ok'}}))"
    )
    with page.expect_request("**/theme?undo") as sent:
        page.keyboard.press("z")
    assert sent.value.method == "POST"
    expect(page.locator("[data-toast]")).to_have_count(0)


def test_a_session_that_ended_keeps_the_text_and_works_again(
    signed_in_page: Opener, client: Any
) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/own")
    page.evaluate(
        "document.getElementById('main').insertAdjacentHTML('beforeend', `<form id='late'"
        " hx-post='/settings/own/password' hx-swap='none'><input name='old' value='typed'>"
        "<button>x</button></form>`); htmx.process(document.getElementById('main'))"
    )
    page.context.clear_cookies(name="wx-session")
    page.get_by_role("button", name="x", exact=True).click()
    expect(page.locator("[data-toast]")).to_contain_text("登录已过期")
    expect(page.locator("#late input")).to_have_value("typed")
    page.complaints.clear()  # type: ignore[attr-defined]


def test_nothing_is_kept_in_the_browsers_storage(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    for address in ("/settings/", "/settings/components", "/settings/system"):
        page.goto(address)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert names <= {"wx-session", "wx-csrf", "wx-language", "wx-theme"}


def test_states_are_told_without_colour(signed_in_page: Opener) -> None:
    """U-04: every chip has a word, every bar and line a label."""
    page = signed_in_page("admin")
    page.goto("/settings/components")
    mute = "els => els.filter(e => !e.textContent.trim()).length"
    assert page.eval_on_selector_all(".wx-chip, .wx-tag", mute) == 0
    unnamed = "els => els.filter(e => !e.getAttribute('aria-label')).length"
    assert page.eval_on_selector_all(".wx-bar, .wx-spark, .wx-unk", unnamed) == 0


def test_targets_are_at_least_24_pixels(signed_in_page: Opener) -> None:
    page = signed_in_page("admin")
    page.goto("/settings/components")
    small = page.eval_on_selector_all(
        "button, .wx-nav, .btn, input, select",
        "els => els.map(e => e.closest('.wx-options label') ?? e)"
        ".filter(e => e.checkVisibility() && (e.offsetHeight < 24 || e.offsetWidth < 24))"
        ".map(e => e.outerHTML.slice(0, 80))",
    )
    assert small == []


COLOURS = """() => [...document.querySelectorAll("body *")].map((e) => {
  const s = getComputedStyle(e);
  return [e.tagName, s.color, s.backgroundColor, s.borderColor, s.fill, s.stroke].join();
})"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_looks_the_same_chosen_or_by_the_device(theme: str, signed_in_page: Opener) -> None:
    page = signed_in_page("admin", theme=theme)
    page.goto("/settings/components")
    chosen = page.evaluate(COLOURS)
    page.evaluate("delete document.documentElement.dataset.bsTheme")
    assert page.evaluate(COLOURS) == chosen
