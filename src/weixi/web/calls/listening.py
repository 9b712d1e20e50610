"""Streams of events in the event loop: who listens, and one look at the database for all.

Every process looks for new calls itself, a few times a second while somebody listens; the one
thread it does that in holds the only connection that streams need.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from contextlib import suppress
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import Error, close_old_connections
from django.utils.crypto import constant_time_compare

from weixi.collect.calls import queries
from weixi.core.clock import now
from weixi.staff.queries import session_hash_of
from weixi.staff.sessions import SessionStore
from weixi.web.access import MUST_ENROL

from .stream import MEDIA_TYPE, told

EVENTS = "/events/"
LOOK_EVERY = 0.25  # seconds
BEAT_EVERY = 15.0  # a line that says nothing, so that nobody on the way hangs up
LONGEST = 600.0  # then the browser connects again and its session is looked at anew

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Streams:
    """All open streams of this process."""

    def __init__(self, database: Executor) -> None:
        self._database = database
        self._listeners: dict[int, set[asyncio.Queue[int]]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._last: int | None = None

    async def serve(self, scope: Any, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        headers = dict(scope["headers"])
        user = await loop.run_in_executor(self._database, _who, headers.get(b"cookie", b""))
        if user is None:  # 204: the browser does not ask again
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        queue: asyncio.Queue[int] = asyncio.Queue()
        self._listeners.setdefault(user, set()).add(queue)
        try:
            if self._last is None:
                self._last = await loop.run_in_executor(self._database, queries.newest_id)
            if self._looking is None or self._looking.done():
                self._looking = loop.create_task(self._look())
            missed = await self._missed(headers.get(b"last-event-id", b""), user)
            await self._stream(queue, missed, receive, send)
        finally:
            self._listeners[user].discard(queue)
            if not self._listeners[user]:
                del self._listeners[user]

    async def _missed(self, last: bytes, user: int) -> list[int]:
        """What came while the browser was not connected."""
        if not last.isdigit() or len(last) > 18:
            return []
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(self._database, queries.arrived_after, int(last))
        return [call for call, person in rows if person == user]

    async def _stream(
        self, queue: "asyncio.Queue[int]", missed: list[int], receive: Receive, send: Send
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        first = f"retry: 1000\nid: {self._last or 0}\ndata: \n\n" + "".join(map(told, missed))
        await send({"type": "http.response.body", "body": first.encode(), "more_body": True})
        gone = asyncio.ensure_future(_disconnected(receive))
        ends = asyncio.get_running_loop().time() + LONGEST
        try:
            while not gone.done() and asyncio.get_running_loop().time() < ends:
                text = await _next(queue, gone)
                await send({"type": "http.response.body", "body": text.encode(),
                            "more_body": True})  # fmt: skip
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    async def _look(self) -> None:
        """While somebody listens."""
        loop = asyncio.get_running_loop()
        while self._listeners:
            await asyncio.sleep(LOOK_EVERY)
            with suppress(Error):
                rows = await loop.run_in_executor(self._database, _arrived, self._last or 0)
                for call, person in rows:
                    self._last = max(self._last or 0, call)
                    for queue in self._listeners.get(person, ()):
                        queue.put_nowait(call)


HEADERS = [
    (b"content-type", MEDIA_TYPE.encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _next(queue: "asyncio.Queue[int]", gone: "asyncio.Future[None]") -> str:
    """The next call, or a beat."""
    waiting = asyncio.ensure_future(queue.get())
    both: set[asyncio.Future[Any]] = {waiting, gone}
    await asyncio.wait(both, timeout=BEAT_EVERY, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        return told(waiting.result())
    waiting.cancel()
    return ": still here\n\n"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _arrived(last: int) -> list[tuple[int, int]]:
    close_old_connections()
    return queries.arrived_after(last)


def _who(cookie: bytes) -> int | None:
    """The signed-in person of a session that is still young enough; None: nobody."""
    close_old_connections()
    found = SimpleCookie(cookie.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
    session = SessionStore(found.value) if found else None
    if session is None or SESSION_KEY not in session or MUST_ENROL in session:
        return None
    second = now().timestamp()
    if second - session.get("seen_at", 0) > settings.SESSION_IDLE_AGE:
        return None
    if second - session.get("signed_in_at", 0) > settings.SESSION_COOKIE_AGE:
        return None
    user = int(session[SESSION_KEY])
    expected = session_hash_of(user)
    is_valid = expected and constant_time_compare(session.get(HASH_SESSION_KEY, ""), expected)
    return user if is_valid else None
