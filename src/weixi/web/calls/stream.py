"""Word of new calls where no event loop serves: what came since, and when to ask again.

`config/asgi.py` answers this address itself, with a stream that stays open. A server without an
event loop answers here at once; the browser's EventSource then asks again after RETRY_MS.
"""

from typing import Any

from django.http import HttpResponse

from weixi.collect.calls import queries
from weixi.web.access import page

RETRY_MS = 2_000
MEDIA_TYPE = "text/event-stream"


def told(call_id: int) -> str:
    """Only a number goes out; the card is fetched as a page, with the rights of who reads it."""
    return f"id: {call_id}\nevent: call\ndata: {call_id}\n\n"


@page(permission=None)
def events(request: Any) -> HttpResponse:
    text = request.headers.get("Last-Event-ID", "")
    last = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    body = f"retry: {RETRY_MS}\n"
    if last is None:
        body += f"id: {queries.newest_id()}\ndata: \n\n"
    else:
        mine = [c for c, user in queries.arrived_after(last) if user == request.actor.user_id]
        body += "".join(told(call) for call in mine) or ": nothing\n\n"
    return HttpResponse(body, content_type=MEDIA_TYPE)
