"""What every page request passes: language, how old the session is, who asks, nothing cached."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from weixi.core.clock import now
from weixi.staff.queries import NOBODY, actor_of

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY = 60  # seconds between two writes of "last seen"


def language(get_response: GetResponse) -> GetResponse:
    """The person's setting, else the cookie, else the browser's wish, else Chinese."""

    def respond(request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("language") or translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response

    return respond


def session_age(get_response: GetResponse) -> GetResponse:
    """Signs out after SESSION_IDLE_AGE without a request and SESSION_COOKIE_AGE after sign-in."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            second = int(now().timestamp())
            if _is_too_old(request.session, second):
                logout(request)
            elif not _is_quiet(request) and second - request.session["seen_at"] >= SEEN_EVERY:
                request.session["seen_at"] = second
        return get_response(request)

    return respond


def _is_quiet(request: HttpRequest) -> bool:
    """A page that renews itself is no sign that somebody sits there."""
    return "WX-Quiet" in request.headers


def _is_too_old(session: Any, second: int) -> bool:
    since = session.setdefault("signed_in_at", second)
    seen = session.setdefault("seen_at", second)
    return bool(
        second - seen > settings.SESSION_IDLE_AGE or second - since > settings.SESSION_COOKIE_AGE
    )


def actor(get_response: GetResponse) -> GetResponse:
    """Sets request.actor: the rights of whoever signed in, looked up anew on every request."""

    def respond(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return get_response(request)

    return respond


def _actor(request: HttpRequest) -> object:
    if not request.user.is_authenticated:
        return NOBODY
    return actor_of(request.user, door="web", address=request.META.get("REMOTE_ADDR", ""))


def no_store(get_response: GetResponse) -> GetResponse:
    """Customer data is not kept in the browser's cache (ASVS 14.3.2)."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond
