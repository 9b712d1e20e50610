"""Language and theme: the person's setting, kept in the session, for strangers in a cookie."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEMES = ("light", "dark")
THEME_COOKIE = "wx-theme"
YEAR = 365 * 24 * 3600
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


def theme_of(request: HttpRequest) -> str:
    """light, dark, or empty: as the device."""
    session = getattr(request, "session", {})
    chosen = session.get("theme", request.COOKIES.get(THEME_COOKIE, ""))
    return chosen if chosen in THEMES else ""


def take_from(user: Any, request: HttpRequest) -> None:
    """At sign-in: what the person set holds from the first page on."""
    if user.language in LANGUAGES:
        request.session["language"] = user.language
    request.session["theme"] = user.theme if user.theme in THEMES else ""


def keep(response: HttpResponse, *, cookie: str, value: str) -> None:
    """No customer data: the two cookies that outlive the session hold one word each."""
    response.set_cookie(
        cookie, value, max_age=YEAR, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )
