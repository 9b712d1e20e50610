"""Where a person is signed in: seen by themselves, ended by themselves or by an admin."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from tests.moments import NOON
from weixi.core.models import JournalEntry
from weixi.staff.models import Session
from weixi.web.account.devices import device_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
PAGE = "/settings/own/sessions"


@pytest.fixture(autouse=True)
def clock(db: None) -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def device(person: Callable[..., Any]) -> Callable[..., Client]:
    """device(WINDOWS) → a browser signed in as one and the same agent."""
    user = person("agent")

    def make(name: str, **more: Any) -> Client:
        client = Client(headers={"User-Agent": name, "Accept-Language": "en"})
        who = more.get("user", user)
        told = {"username": who.username, "password": "secret"}
        assert client.post("/sign-in", told).status_code == 302
        client.user = who  # type: ignore[attr-defined]
        return client

    return make


def handles(client: Client) -> list[str]:
    return re.findall(r'name="session" value="(\w+)"', client.get(PAGE).content.decode())


def test_a_session_is_listed_with_device_and_when_it_was_seen(device: Any, clock: Any) -> None:
    device(PHONE)
    clock.shift(300)
    html = device(WINDOWS).get(PAGE).content.decode()
    assert "2 sessions" in html
    assert html.index("Chrome on Windows") < html.index("Safari on iPhone")  # this one on top
    assert "This session" in html
    assert "5 minutes ago" in html


def test_one_session_is_ended_and_the_others_stay(device: Any) -> None:
    desk, phone, third = device(WINDOWS), device(PHONE), device("curl/8")
    (one,) = [h for h in handles(desk) if h not in handles(phone)]
    assert one  # the phone's own: a page does not offer to end the session that it is in
    assert desk.post(f"{PAGE}/end", {"session": one}).status_code == 302
    assert phone.get("/settings/own").status_code == 302
    assert desk.get("/settings/own").status_code == third.get("/settings/own").status_code == 200


def test_all_others_are_ended_at_once(device: Any) -> None:
    desk, others = device(WINDOWS), [device(PHONE), device("curl/8")]
    desk.post(f"{PAGE}/end-others")
    assert [client.get("/settings/own").status_code for client in others] == [302, 302]
    assert desk.get(PAGE).status_code == 200
    assert JournalEntry.objects.get(kind="user.sessions_ended").facts["sessions"] == 2


def test_nobody_ends_the_session_of_a_colleague_by_its_handle(
    device: Any, person: Callable[..., Any]
) -> None:
    stranger = person("agent")
    theirs, also_theirs = device(WINDOWS, user=stranger), device(PHONE, user=stranger)
    (handle,) = handles(theirs)
    assert device(WINDOWS).post(f"{PAGE}/end", {"session": handle}).status_code == 404
    assert also_theirs.get("/settings/own").status_code == 200


def test_the_key_that_opens_a_session_stands_on_no_page(device: Any) -> None:
    desk = device(WINDOWS)
    device(PHONE)
    html = desk.get(PAGE).content.decode()
    assert not any(key in html for key in Session.objects.values_list("session_key", flat=True))


def test_a_session_that_is_too_old_is_not_listed(device: Any, clock: Any) -> None:
    device(PHONE)
    clock.shift(31 * 60)
    assert "1 session<" in device(WINDOWS).get(PAGE).content.decode()


def test_a_new_password_leaves_only_the_session_it_was_set_in(device: Any) -> None:
    desk, phone = device(WINDOWS), device(PHONE)
    told = {"old": "secret", "new": "a long new password"}
    desk.post("/settings/own/password", told)
    assert phone.get("/settings/own").status_code == 302
    assert "1 session<" in desk.get(PAGE).content.decode()


def test_an_admin_ends_all_sessions_of_a_person(device: Any, signed_in: Any) -> None:
    desk, boss = device(WINDOWS), signed_in("admin")
    address = f"/settings/people/{desk.user.pk}"
    page = boss.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "Signed in at 1 place now." in page
    assert boss.post(f"{address}/sessions").status_code == 302
    assert desk.get("/settings/own").status_code == 302
    entry = JournalEntry.objects.get(kind="user.sessions_ended")
    assert (entry.actor_id, entry.facts["user"]) == (boss.user.pk, desk.user.pk)


def test_who_is_deactivated_has_no_session_left(device: Any, signed_in: Any) -> None:
    user, boss = device(WINDOWS).user, signed_in("admin")
    told = {"name": user.name, "role": "agent", "team": "", "capacity": 20, "sure": "yes"}
    boss.post(f"/settings/people/{user.pk}", told)
    assert not Session.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (WINDOWS, "Chrome on Windows"),
        (WINDOWS + " Edg/140.0", "Edge on Windows"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0 Chrome/130", "WeChat on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Firefox/143.0", "Firefox on macOS"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
    ],
)
def test_a_device_is_named_in_words(text: str, name: str) -> None:
    with translation.override("en"):
        assert device_name(text) == name
