"""A short word after something was done, with the way to undo it."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Shown on the next whole page. `undo`: an address that a POST takes back."""
    messages.success(request, text, extra_tags=undo)


def warn(request: HttpRequest, text: str) -> None:
    messages.error(request, text)


def attach(
    response: HttpResponse, text: str, *, undo: str = "", level: str = "ok", **events: Any
) -> HttpResponse:
    """Shown at once after an htmx answer. `events` are fired with it, colon for underscore."""
    told: dict[str, Any] = {"wx:toast": {"text": text, "undo": undo, "level": level}}
    told |= {name.replace("_", ":"): value for name, value in events.items()}
    response.headers["HX-Trigger"] = json.dumps(told)
    return response
