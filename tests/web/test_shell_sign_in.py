"""Signing in and out, and how long a session lasts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.moments import NOON
from weixi.core.actor import SYSTEM
from weixi.core.values import set_value
from weixi.web.account.views import DEMO_ACCOUNTS

WRONG = "User name and password do not belong together."


@pytest.fixture(autouse=True)
def in_english(client: Client) -> None:
    cache.clear()
    client.cookies["wx-language"] = "en"


def sign_in(client: Client, name: str, password: str = "secret", **more: Any) -> Any:
    return client.post("/sign-in", {"username": name, "password": password, **more})


def test_signing_in_opens_the_first_page_and_changes_the_session_key(
    client: Client, person: Callable[..., Any]
) -> None:
    user = person("auditor")
    client.get("/sign-in")
    client.post("/theme", {"theme": "dark"})
    before = client.session.session_key
    answer = sign_in(client, user.username)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/")
    assert client.session.session_key != before


def test_a_wrong_password_is_said_without_telling_which_part(
    client: Client, person: Callable[..., Any]
) -> None:
    user = person("agent")
    for name in (user.username, "nobody"):
        answer = sign_in(client, name, "wrong")
        assert answer.status_code == 422
        assert WRONG in answer.content.decode()


def test_an_empty_form_names_its_fields(client: Client, db: None) -> None:
    html = sign_in(client, "", "").content.decode()
    assert "User name: enter a value" in html
    assert "Password: enter a value" in html
    assert "<title>Error: Sign in" in html


@pytest.mark.slow
def test_ten_wrong_passwords_lock_for_three_minutes(
    client: Client, person: Callable[..., Any]
) -> None:
    user = person("agent")
    answers = [sign_in(client, user.username, "wrong").status_code for _ in range(11)]
    assert answers[-1] == 429
    answer = sign_in(client, user.username)
    assert (answer.status_code, answer["Retry-After"]) == (429, "180")
    assert "Wait 3 minutes" in answer.content.decode()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_the_way_back_stays_on_this_host(
    client: Client, person: Callable[..., Any], address: str
) -> None:
    answer = sign_in(client, person("auditor").username, next=address)
    assert answer["Location"] == "/settings/"


def test_the_way_back_is_kept(client: Client, person: Callable[..., Any]) -> None:
    assert 'value="/settings/own"' in client.get("/sign-in?next=/settings/own").content.decode()
    answer = sign_in(client, person("auditor").username, next="/settings/own")
    assert answer["Location"] == "/settings/own"


def test_signing_out_is_a_post_and_ends_the_session(signed_in: Callable[..., Client]) -> None:
    client = signed_in("agent")
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/settings/own").status_code == 302


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pauses", "status"), [([29] * 20, 200), ([31], 302), ([29] * 24 + [29], 302)]
)
def test_a_session_ends_after_30_idle_minutes_or_12_hours(
    client: Client, person: Callable[..., Any], pauses: list[int], status: int
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("agent").username)
        for minutes in pauses:
            clock.shift(timedelta(minutes=minutes))
            answer = client.get("/settings/own")
        assert answer.status_code == status


def test_language_and_theme_are_the_persons_and_travel_with_them(
    client: Client, person: Callable[..., Any]
) -> None:
    user = person("agent")
    user.language, user.theme = "zh-hans", "dark"
    user.save()
    sign_in(client, user.username)
    html = client.get("/settings/own").content.decode()
    assert '<html lang="zh-CN" data-bs-theme="dark">' in html
    client.post("/language", {"language": "en"})
    client.post("/theme", {"theme": "light"})
    user.refresh_from_db()
    assert (user.language, user.theme) == ("en", "light")
    html = client.get("/settings/own").content.decode()
    assert '<html lang="en" data-bs-theme="light">' in html


def test_a_stranger_gets_chinese_unless_the_browser_asks_otherwise(db: None) -> None:
    assert 'lang="zh-CN"' in Client().get("/sign-in").content.decode()
    english = Client().get("/sign-in", headers={"Accept-Language": "en-GB,en"}).content.decode()
    assert 'lang="en"' in english


def test_nonsense_is_no_language_and_no_theme(client: Client, db: None) -> None:
    client.post("/theme", {"theme": "pink"})
    client.post("/language", {"language": "tlh"})
    assert '<html lang="en">' in client.get("/sign-in").content.decode()


def test_own_settings_are_saved_and_checked(signed_in: Callable[..., Client]) -> None:
    client = signed_in("agent")
    values = {"language": "en", "theme": "", "daily_capacity": "12"}
    assert client.post("/settings/own", values).status_code == 302
    user = client.user  # type: ignore[attr-defined]
    user.refresh_from_db()
    assert (user.daily_capacity, user.has_single_keys, user.language) == (12, False, "en")
    assert 'data-keys="off"' in client.get("/settings/own").content.decode()
    wrong = client.post("/settings/own", values | {"daily_capacity": "900"})
    assert wrong.status_code == 422
    assert "Care tasks a day: at most 200" in wrong.content.decode()


def test_nobody_sets_their_own_role(signed_in: Callable[..., Client]) -> None:
    client = signed_in("agent")
    client.post("/settings/own", {"daily_capacity": "9", "role": "1", "is_superuser": "on"})
    user = client.user  # type: ignore[attr-defined]
    user.refresh_from_db()
    assert (user.role.code, user.is_superuser, user.daily_capacity) == ("agent", False, 9)


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(
    client: Client, person: Callable[..., Any]
) -> None:
    user = person("agent")
    sign_in(client, user.username)
    elsewhere = Client()
    sign_in(elsewhere, user.username)
    new = {"old": "wrong", "new": "a long new password"}
    assert client.post("/settings/own/password", new).status_code == 422
    short = client.post("/settings/own/password", {"old": "secret", "new": "12345678"})
    assert short.status_code == 422
    assert client.post("/settings/own/password", new | {"old": "secret"}).status_code == 302
    assert client.get("/settings/own").status_code == 200
    assert elsewhere.get("/settings/own").status_code == 302


def test_the_demo_accounts_show_only_where_the_setting_names_them(client: Client, db: None) -> None:
    assert "Demo company" not in client.get("/sign-in").content.decode()
    accounts = [{"username": "lin", "password": "demo-only", "role": "Agent"}]
    set_value(DEMO_ACCOUNTS, accounts, by=SYSTEM, at=NOON)
    assert "<code>lin</code> / <code>demo-only</code>" in client.get("/sign-in").content.decode()


def test_a_wrong_present_password_is_said_at_its_field_and_tried_five_times_an_hour(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("agent")
    given = {"old": "wrong", "new": "correct horse battery"}
    for _try in range(5):
        answer = client.post("/settings/own/password", given)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.content.decode()
    answer = client.post("/settings/own/password", given | {"old": "secret"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3_600
    assert "correct horse" not in answer.content.decode()
