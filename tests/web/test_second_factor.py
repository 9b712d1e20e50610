"""The second factor at sign-in (S-14): set up, asked for, never taken twice, reset by an admin."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import time_machine
from django.test import Client

from tests.moments import NOON
from weixi.core.actor import SYSTEM
from weixi.core.models import JournalEntry
from weixi.core.values import set_value
from weixi.staff.models import RecoveryCode, SecondFactor
from weixi.staff.second_factor import CODES, IS_NEEDED
from weixi.web.calls.listening import _who

REFUSED = "The code is not right, or it was used already."
OWN = "/settings/own/second-factor"


@pytest.fixture(autouse=True)
def clock(client: Client) -> Any:
    client.cookies["wx-language"] = "en"
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def sign_in(client: Client, user: Any, **more: Any) -> Any:
    told = {"username": user.username, "password": "secret", **more}
    return client.post("/sign-in", told)


def secret_on(client: Client) -> str:
    """The key that the page shows to type in; the picture says the same."""
    html = client.get(OWN).content.decode()
    found = re.search(r'id="factor-key">([A-Z2-7 ]+)<', html)
    assert found is not None
    assert 'src="data:image/svg+xml' in html
    return found[1].replace(" ", "")


def code_of(secret: str, *, later: int = 0) -> str:
    """Of NOON and so many seconds."""
    return pyotp.TOTP(secret).at(int(NOON.timestamp()) + later)


@pytest.fixture
def enrolled(client: Client, person: Callable[..., Any], clock: Any) -> Any:
    """An admin with a second factor, signed out; `.secret`, `.codes`."""
    user = person("admin")
    sign_in(client, user)
    user.secret = secret_on(client)
    answer = client.post(f"{OWN}/confirm", {"passcode": code_of(user.secret)})
    user.codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", answer.content.decode())
    client.post("/sign-out")
    return user


def test_who_may_export_or_manage_sets_it_up_before_anything_else(
    client: Client, person: Callable[..., Any], monkeypatch: Any
) -> None:
    answer = sign_in(client, person("supervisor"), next="/customers/")
    assert answer["Location"] == OWN
    assert client.get("/customers/")["Location"] == OWN
    assert client.post("/settings/own", {})["Location"] == OWN
    held = client.get("/customers/", headers={"HX-Request": "true"})
    assert (held.status_code, held["HX-Redirect"]) == (401, OWN)
    monkeypatch.setattr("weixi.web.calls.listening.close_old_connections", lambda: None)
    assert _who(client.cookies.output(header="").encode()) is None
    wrong = client.post(f"{OWN}/confirm", {"passcode": "000000"})
    assert wrong.status_code == 422
    assert REFUSED in wrong.content.decode()
    right = client.post(f"{OWN}/confirm", {"passcode": code_of(secret_on(client))})
    assert 'href="/customers/"' in right.content.decode()
    assert client.get("/customers/").status_code == 200


@pytest.mark.parametrize("role", ["agent", "manager", "marketer", "analyst", "auditor"])
def test_other_roles_sign_in_without_one(
    client: Client, person: Callable[..., Any], role: str
) -> None:
    assert sign_in(client, person(role))["Location"] != OWN


def test_a_setting_says_whether_it_is_needed(
    client: Client, person: Callable[..., Any], signed_in: Any
) -> None:
    boss = signed_in("admin")
    assert boss.post("/settings/second-factor", {}).status_code == 302
    assert sign_in(client, person("admin"))["Location"] != OWN
    boss.post("/settings/second-factor", {"needed": "on"})
    assert sign_in(Client(), person("admin"))["Location"] == OWN
    facts = JournalEntry.objects.filter(kind="sign_in.second_factor_needed").order_by("id")
    assert [entry.facts["needed"] for entry in facts] == [False, True]


def test_the_code_is_asked_for_after_the_password_and_nothing_opens_before(
    client: Client, enrolled: Any, clock: Any
) -> None:
    clock.shift(60)
    answer = sign_in(client, enrolled, next="/settings/roles")
    assert answer["Location"] == "/sign-in/code"
    assert client.get("/settings/roles")["Location"].startswith("/sign-in?")
    code = code_of(enrolled.secret, later=60)
    assert client.post("/sign-in/code", {"passcode": "12"}).status_code == 422
    answer = client.post("/sign-in/code", {"passcode": f" {code[:3]} {code[3:]} "})
    assert answer["Location"] == "/settings/roles"
    assert client.get("/settings/roles").status_code == 200


def test_no_code_is_taken_twice(client: Client, enrolled: Any, clock: Any) -> None:
    clock.shift(60)
    code = code_of(enrolled.secret, later=60)
    for expected in (302, 422):
        elsewhere = Client()
        sign_in(elsewhere, enrolled)
        assert elsewhere.post("/sign-in/code", {"passcode": code}).status_code == expected
    older = code_of(enrolled.secret, later=30)  # of before the one that was taken
    assert elsewhere.post("/sign-in/code", {"passcode": older}).status_code == 422


@pytest.mark.parametrize(("later", "status"), [(-30, 302), (30, 302), (-90, 422), (90, 422)])
def test_a_clock_that_is_half_a_minute_off_will_do_and_more_will_not(
    client: Client, enrolled: Any, clock: Any, later: int, status: int
) -> None:
    clock.shift(600)
    sign_in(client, enrolled)
    code = code_of(enrolled.secret, later=600 + later)
    assert client.post("/sign-in/code", {"passcode": code}).status_code == status


def test_a_recovery_code_signs_in_once_and_only_its_hash_is_kept(
    client: Client, enrolled: Any
) -> None:
    assert len(enrolled.codes) == 10
    kept = set(RecoveryCode.objects.values_list("hash", flat=True))
    assert not any(code in text for code in enrolled.codes for text in kept)
    for code, expected in ((enrolled.codes[0].lower(), 302), (enrolled.codes[0], 422)):
        elsewhere = Client()
        sign_in(elsewhere, enrolled)
        assert elsewhere.post("/sign-in/code", {"passcode": code}).status_code == expected
    assert JournalEntry.objects.filter(kind="user.recovery_code_used").count() == 1
    assert JournalEntry.objects.filter(kind="user.second_factor_refused").count() == 1


def test_ten_codes_an_hour_then_even_the_right_one_waits(
    client: Client, enrolled: Any, clock: Any
) -> None:
    clock.shift(3_600)
    sign_in(client, enrolled)
    for _try in range(10):
        assert client.post("/sign-in/code", {"passcode": "000000"}).status_code == 422
    code = code_of(enrolled.secret, later=3_600)
    answer = client.post("/sign-in/code", {"passcode": code})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3_600
    assert code not in answer.content.decode()


def test_the_password_is_good_for_ten_minutes(client: Client, enrolled: Any, clock: Any) -> None:
    sign_in(client, enrolled)
    clock.shift(601)
    assert client.get("/sign-in/code")["Location"] == "/sign-in"


def test_a_password_changed_meanwhile_ends_the_waiting(client: Client, enrolled: Any) -> None:
    sign_in(client, enrolled)
    enrolled.set_password("another one")
    enrolled.save()
    answer = client.post("/sign-in/code", {"passcode": enrolled.codes[0]})
    assert answer["Location"] == "/sign-in"


def test_the_secret_is_sealed_at_rest(enrolled: Any) -> None:
    row = SecondFactor.objects.get(user=enrolled)
    assert enrolled.secret not in row.sealed_secret
    assert ":" in row.sealed_secret


def test_new_codes_and_removal_ask_for_a_code(client: Client, enrolled: Any, clock: Any) -> None:
    sign_in(client, enrolled)
    client.post("/sign-in/code", {"passcode": enrolled.codes[0]})
    assert client.post(f"{OWN}/codes", {"codes-passcode": "000000"}).status_code == 422
    answer = client.post(f"{OWN}/codes", {"codes-passcode": enrolled.codes[1]})
    fresh = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", answer.content.decode())
    assert len(fresh) == 10
    assert not set(fresh) & set(enrolled.codes)
    assert client.post(f"{OWN}/remove", {"remove-passcode": enrolled.codes[2]}).status_code == 422
    assert client.post(f"{OWN}/remove", {"remove-passcode": fresh[0]}).status_code == 302
    assert client.get("/settings/")["Location"] == OWN  # needed: set up anew before going on


def test_an_agent_may_have_one_and_give_it_up(signed_in: Any, clock: Any) -> None:
    client = signed_in("agent")
    assert "It is off" in client.get(OWN, headers={"Accept-Language": "en"}).content.decode()
    client.post(f"{OWN}/begin")
    answer = client.post(f"{OWN}/confirm", {"passcode": code_of(secret_on(client))})
    code = re.search(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", answer.content.decode())
    assert code is not None
    client.post(f"{OWN}/remove", {"remove-passcode": code[1]})
    assert client.get("/settings/").status_code == 200
    assert not SecondFactor.objects.exists()


def test_switching_it_on_ends_the_other_sessions(
    client: Client, person: Callable[..., Any], clock: Any
) -> None:
    user, elsewhere = person("agent"), Client()
    sign_in(elsewhere, user)
    sign_in(client, user)
    client.post(f"{OWN}/begin")
    client.post(f"{OWN}/confirm", {"passcode": code_of(secret_on(client))})
    assert client.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302


def test_an_admin_resets_it_for_others_and_the_journal_knows(
    client: Client, enrolled: Any, signed_in: Any
) -> None:
    sign_in(client, enrolled)
    client.post("/sign-in/code", {"passcode": enrolled.codes[0]})
    boss = signed_in("admin")
    page = boss.get(f"/settings/people/{enrolled.pk}", headers={"Accept-Language": "en"})
    assert "since 2026-11-20" in page.content.decode()
    assert boss.post(f"/settings/people/{enrolled.pk}/second-factor").status_code == 302
    assert client.get("/settings/").status_code == 302  # signed out
    assert sign_in(client, enrolled)["Location"] == OWN  # set up anew
    entry = JournalEntry.objects.get(kind="user.second_factor_reset")
    assert (entry.actor_id, entry.facts["user"]) == (boss.user.pk, enrolled.pk)


def test_nobody_resets_their_own_that_way(client: Client, enrolled: Any) -> None:
    sign_in(client, enrolled)
    client.post("/sign-in/code", {"passcode": enrolled.codes[0]})
    answer = client.post(f"/settings/people/{enrolled.pk}/second-factor")
    assert answer.status_code == 422
    assert SecondFactor.objects.filter(user=enrolled).exists()


def test_the_page_of_people_names_who_lacks_one(signed_in: Any, person: Any) -> None:
    boss = signed_in("admin")
    person("supervisor", username="qinlan")
    person("agent", username="zhoumin")
    html = boss.get("/settings/people", headers={"Accept-Language": "en"}).content.decode()
    missing = html.partition("Not set up yet by:")[2].partition("</p>")[0]
    assert "Qinlan" in missing
    assert "Zhoumin" not in missing


def test_how_often_codes_may_be_tried_is_a_setting(
    client: Client, enrolled: Any, clock: Any
) -> None:
    set_value(CODES, 3, by=SYSTEM, at=NOON)
    set_value(IS_NEEDED, False, by=SYSTEM, at=NOON)  # who has one is asked all the same
    clock.shift(3_600)
    assert sign_in(client, enrolled)["Location"] == "/sign-in/code"
    tries = [client.post("/sign-in/code", {"passcode": "000000"}).status_code for _n in range(4)]
    assert tries == [422, 422, 422, 429]
