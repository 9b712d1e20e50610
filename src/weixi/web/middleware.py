"""What every page request passes: language, who asks, nothing kept by the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from weixi.staff.queries import NOBODY, actor_of

GetResponse = Callable[[HttpRequest], HttpResponse]
STATIC = "/static/"


def language(get_response: GetResponse) -> GetResponse:
    """The person's setting, else the cookie, else the browser's wish, else Chinese."""

    def respond(request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("language") or translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
            response = get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response

    return respond


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
