"""Signing in with a second factor, as a person does it: set up, codes kept, out, in again."""

import re
import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

LOOKS = [("en", "light", 1366), ("zh-hans", "dark", 360), ("en", "dark", 360)]


def sign_in(page: Page, user: Any) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", "secret")
    page.press("[name=password]", "Enter")


def next_code(secret: str) -> str:
    """Not the one that was taken; half a minute ahead is still taken."""
    return pyotp.TOTP(secret).at(int(time.time()), counter_offset=1)


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_the_second_factor_from_setting_up_to_the_next_sign_in(
    signed_in_page: Callable[..., Page],
    person: Callable[..., Any],
    no_violations: Callable[[Page], None],
    language: str,
    theme: str,
    width: int,
) -> None:
    page, user = signed_in_page("", language=language, theme=theme, width=width), person("admin")
    sign_in(page, user)
    picture = page.locator(".acc-picture img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100  # the policy lets it through
    no_violations(page)
    secret = page.locator("#factor-key").inner_text().replace(" ", "")

    page.fill("[name=passcode]", "000000")
    page.press("[name=passcode]", "Enter")
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    no_violations(page)
    page.fill("[name=passcode]", pyotp.TOTP(secret).now())
    page.press("[name=passcode]", "Enter")
    expect(page.locator(".acc-codes code")).to_have_count(10)
    no_violations(page)

    page.locator(".btn-primary").click()
    page.goto("/settings/own/second-factor")
    expect(page.locator(".acc-picture")).to_have_count(0)
    no_violations(page)
    page.context.clear_cookies(name="wx-session")
    sign_in(page, user)
    expect(page).to_have_url(re.compile("/sign-in/code$"))
    assert page.evaluate("document.activeElement.name") == "passcode"
    no_violations(page)
    page.keyboard.type(next_code(secret))
    page.keyboard.press("Enter")
    expect(page.locator("main#main")).to_be_visible()
    expect(page).not_to_have_url(re.compile("sign-in"))


def test_a_forgotten_session_is_ended_from_another_device(
    signed_in_page: Callable[..., Page], no_violations: Callable[[Page], None]
) -> None:
    desk = signed_in_page("agent", language="en")
    phone = signed_in_page(user=desk.user, language="en", width=360)  # type: ignore[attr-defined]
    phone.goto("/settings/own/sessions")
    no_violations(phone)
    desk.goto("/settings/own/sessions")
    expect(desk.locator("tbody tr")).to_have_count(2)
    desk.get_by_role("button", name="End all other sessions").click()
    expect(desk.locator("tbody tr")).to_have_count(1)
    no_violations(desk)
    phone.reload()
    expect(phone.locator("[name=password]")).to_be_visible()
