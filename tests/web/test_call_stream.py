"""The stream of calls as the server gives it: at once, unpacked, only to who is signed in."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from tests.moments import NOON
from weixi.collect.calls import actions
from weixi.config import asgi
from weixi.core.actor import SYSTEM
from weixi.core.clock import now

pytestmark = pytest.mark.django_db(transaction=True)


def listened(cookies: Any, *, until: int, **headers: str) -> list[dict[str, Any]]:
    """What is sent on /events/ until so many messages came; then the browser goes away."""
    sent: list[dict[str, Any]] = []
    cookie = "; ".join(f"{name}={one.value}" for name, one in cookies.items())
    told = {"cookie": cookie, "accept-encoding": "gzip"} | headers

    async def run() -> None:
        enough = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(dict(message))
            if len(sent) >= until:
                enough.set()

        scope = {
            "type": "http", "path": "/events/", "method": "GET",
            "headers": [(k.encode(), v.encode()) for k, v in told.items()],
        }  # fmt: skip
        await asyncio.wait_for(asgi.application(scope, receive, send), 20)

    with ThreadPoolExecutor(1) as apart:  # a browser's test may have left a loop in this thread
        apart.submit(asyncio.run, run()).result()
    asgi._streams._database.submit(connections.close_all).result()  # or the tests' stays in use
    return sent


@pytest.fixture
def desk(signed_in: Any) -> Client:
    client = signed_in("agent")
    actions.set_extension("801", client.user.pk, by=SYSTEM, at=NOON)
    client.get("/customers/")  # the session is looked at, as on every page
    return client


def ring(event: str) -> int:
    return actions.ring(event=event, number="13800002046", extension="801", at=now(), by=SYSTEM)[
        0
    ].pk


def test_the_first_line_goes_out_at_once_and_is_not_packed(desk: Client) -> None:
    """The pages are packed whole by a middleware; a stream must not wait for its end."""
    start, first, *_ = listened(desk.cookies, until=2)
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"text/event-stream"
    assert b"content-encoding" not in headers
    assert first["body"].startswith(b"retry: 1000")
    assert first["more_body"]


def test_what_came_while_nobody_listened_is_told_once(desk: Client) -> None:
    before, missed = ring("e1"), ring("e2")
    _start, first, *_ = listened(desk.cookies, until=2, **{"last-event-id": str(before)})
    assert first["body"].count(b"event: call") == 1
    assert f"data: {missed}\n\n".encode() in first["body"]


def test_nobody_and_who_was_signed_out_hears_nothing(desk: Client) -> None:
    for cookies in (Client().cookies, {}):
        start, _body = listened(cookies, until=2)
        assert (start["status"], start["headers"]) == (204, [])


def test_a_server_without_streams_answers_at_once_and_is_asked_again(desk: Client) -> None:
    ring("e1")
    answer = desk.get("/events/", headers={"Last-Event-ID": "0", "Accept-Encoding": "gzip"})
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert "Content-Encoding" not in answer.headers
    assert b"event: call" in answer.content
