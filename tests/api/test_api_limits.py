"""How often a program may call, reveal and export; what a call writes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.moments import NOON
from weixi.api import limits
from weixi.collect.customers.actions import add_identity
from weixi.core import rates
from weixi.core.actor import COMMAND_LINE, Actor
from weixi.core.cleaning import clean_up
from weixi.core.errors import TooOften
from weixi.core.models import AccessEntry, RateCount
from weixi.core.values import set_value
from weixi.staff.models import ApiToken

ADMIN = Actor(1, "Ana", frozenset({"settings.manage"}))


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def refused(response: Any, seconds: int) -> bool:
    assert response.status_code == 429, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    return bool(response.headers["Retry-After"] == str(seconds))


def test_calls_of_a_token_end_with_the_minute(program: Any, clock: Any) -> None:
    set_value(rates.CALLS, 3, by=ADMIN, at=NOON)
    caller, other = program(), program()
    clock.shift(20)
    assert [caller.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert refused(caller.get("/me"), 40)
    assert other.get("/me").status_code == 200
    clock.shift(40)
    assert caller.get("/me").status_code == 200


def test_six_hundred_calls_a_minute_are_let_through_and_no_more(program: Any, clock: Any) -> None:
    token = ApiToken.objects.get(user=program().user).hash
    for _ in range(600):
        limits.count_call(token, at=NOON)
    with pytest.raises(TooOften):
        limits.count_call(token, at=NOON)


def test_few_calls_write(program: Any, clock: Any) -> None:
    caller = program()
    caller.get("/me")
    with CaptureQueriesContext(connection) as asked:
        for _ in range(9):
            caller.get("/me")
    assert [one["sql"] for one in asked if not one["sql"].startswith("SELECT")] == []
    assert RateCount.objects.get().count == 10


def test_a_restart_does_not_forget_the_calls(program: Any, clock: Any) -> None:
    set_value(rates.CALLS, 2, by=ADMIN, at=NOON)
    caller = program()
    caller.get("/me"), caller.get("/me")
    limits.forget()
    assert refused(caller.get("/me"), 60)


def test_another_address_in_a_header_is_not_believed(program: Any, clock: Any) -> None:
    set_value(rates.CALLS, 1, by=ADMIN, at=NOON)
    caller = program()
    for spoofed in ("198.51.100.1", "198.51.100.2"):
        headers = {"Authorization": f"Bearer {caller.token}", "X-Forwarded-For": spoofed}
        last = caller.client.get("/api/v1/me", headers=headers)
    assert refused(last, 60)


@pytest.mark.slow
def test_a_spoofed_address_does_not_reopen_the_sign_in(client: Client, person: Any) -> None:
    name = person().username
    for attempt in range(11):
        answer = client.post(
            "/sign-in", {"username": name, "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{attempt}"},
        )  # fmt: skip
    assert answer.status_code == 429


def test_revealing_is_counted_by_person_on_every_door(
    program: Any, customer: Any, signed_in: Any, clock: Any
) -> None:
    set_value(rates.REVEALS, 2, by=ADMIN, at=NOON)
    caller = program("admin")
    phone = add_identity(customer().pk, "phone", "13800002046", by=COMMAND_LINE, at=NOON)
    address, body = f"/identities/{phone.pk}/reveal", {"reason": "asked"}
    caller.post(address, {})  # refused for want of a reason: not counted
    assert [caller.post(address, body).status_code for _ in range(2)] == [200, 200]
    assert refused(caller.post(address, body), 3_600)
    desk = signed_in(user=caller.user)
    answer = desk.post(f"/identities/{phone.pk}/reveal", body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert b"13800002046" not in answer.content
    assert program("admin").post(address, body).status_code == 200
    assert AccessEntry.objects.filter(action="reveal").count() == 3


@pytest.mark.slow
def test_five_exports_an_hour_on_every_door(
    program: Any, customer: Any, signed_in: Any, clock: Any
) -> None:
    caller, who = program("admin"), customer()
    address, body = f"/customers/{who.pk}/export", {"reason": "asked"}
    assert [caller.post(address, body).status_code for _ in range(4)] == [200] * 4
    desk = signed_in(user=caller.user)
    assert desk.post("/customers/export", {"query": ""}).status_code == 200
    assert desk.post("/customers/export", {"query": ""}).headers["Retry-After"] == "3600"
    assert refused(caller.post(address, body), 3_600)
    clock.shift(3_600)
    assert caller.post(address, body).status_code == 200


@pytest.mark.django_db
def test_old_counts_are_cleaned_away() -> None:
    rates.count(rates.REVEALS, "user 1", seconds=rates.HOUR, at=NOON)
    clean_up(at=NOON + timedelta(hours=24))
    assert RateCount.objects.count() == 1
    clean_up(at=NOON + timedelta(hours=26))
    assert not RateCount.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_as_many_are_counted_as_are_allowed() -> None:
    def attempt(_number: int) -> bool:
        try:
            rates.count(rates.EXPORTS, "user 1", seconds=rates.HOUR, at=NOON)
        except TooOften:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 5


def test_the_last_use_of_a_token_is_noted_once_a_minute(program: Any, clock: Any) -> None:
    caller = program()
    seen = []
    for seconds in (0, 59, 1, 30):
        clock.shift(seconds)
        caller.get("/me")
        seen.append(ApiToken.objects.get().last_used_at)
    assert seen == [NOON, NOON, NOON + timedelta(minutes=1), NOON + timedelta(minutes=1)]
