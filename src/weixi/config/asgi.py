"""The application that granian serves: pages and API in a few threads, events in the event loop.

A stream of events stays open for hours: in a thread of its own it would take one of the few that
answer pages. So `/events/` is served here by coroutines, and everything else goes on to WSGI.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from a2wsgi import WSGIMiddleware

from .wsgi import application as wsgi

from weixi.web.calls.listening import EVENTS, Streams  # isort: skip  after Django is set up

PAGE_THREADS = 2
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_pages = WSGIMiddleware(wsgi, workers=PAGE_THREADS)  # type: ignore[arg-type]
_streams = Streams(ThreadPoolExecutor(1, thread_name_prefix="events"))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http" and scope["path"] == EVENTS and scope["method"] == "GET":
        await _streams.serve(scope, receive, send)
    elif scope["type"] == "http":
        await _page(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    """The bridge asks for coroutines where granian gives other things that can be awaited."""

    async def received() -> MutableMapping[str, Any]:
        return await receive()

    async def sent(message: MutableMapping[str, Any]) -> None:
        await send(message)

    await _pages(scope, received, sent)  # type: ignore[arg-type]


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return
