"""Who may open a page. Every view carries @page or @open_page; a route without fails a test."""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.cache import patch_vary_headers

from weixi.core.actor import Actor
from weixi.core.errors import Missing, NotAllowed, RuleBroken

from . import errors
from .kept import came_from, kept_of

View = Callable[..., HttpResponse]
MUST_ENROL = "must_enrol"  # in a session: the second factor is needed and not set up yet
READ = ("GET", "HEAD")
WRITE = ("POST",)
FORM = ("GET", "HEAD", "POST")


class Need(NamedTuple):
    """What a route asks for: `permission` None: signing in is enough; `is_open`: not even that."""

    permission: str | None
    methods: tuple[str, ...]
    is_open: bool = False


class Route(NamedTuple):
    pattern: str
    name: str
    need: Need | None


class PageRequest(HttpRequest):
    """The request inside a @page view (for type hints): `actor` is set, `htmx` too."""

    actor: Actor
    htmx: Any


def page(
    *, permission: str | None, methods: Sequence[str] = READ, before_second_factor: bool = False
) -> Callable[[View], View]:
    """A view for people who signed in and hold `permission` (None: any signed-in person).

    The permission is checked before the view runs at all. A RuleBroken becomes the sentence with
    status 422 (409 for a Conflict), a NotAllowed the 403 page; htmx gets them as a toast.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if MUST_ENROL in request.session and not before_second_factor:
                return _to_second_factor(request)
            return _answer(request, permission, lambda: view(request, *args, **kwargs))

        guarded.wx_need = Need(permission, tuple(methods))  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_page(*, methods: Sequence[str] = READ) -> Callable[[View], View]:
    """A view that needs no sign-in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return _answer(request, None, lambda: view(request, *args, **kwargs))

        guarded.wx_need = Need(None, tuple(methods), is_open=True)  # type: ignore[attr-defined]
        return guarded

    return decorate


def _answer(request: Any, permission: str | None, view: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        if permission is not None:
            request.actor.need(permission)
        response = view()
        patch_vary_headers(response, ["HX-Request"])
        return response
    except NotAllowed as no:
        return errors.no_permission(request, no)
    except Missing:
        return errors.not_found(request)
    except RuleBroken as no:
        return errors.refused(request, no)


def _to_sign_in(request: Any) -> HttpResponse:
    """Reads: the whole page goes to sign-in and comes back. Writes: what was typed stays."""
    if request.method not in READ and (request.htmx or kept_of(request)):
        return errors.session_over(request)
    if request.method not in READ:
        return redirect_to_login(came_from(request))
    if request.htmx:
        back = redirect_to_login(request.htmx.current_url_abs_path or "/").headers["Location"]
        return HttpResponse(status=401, headers={"HX-Redirect": back})
    return redirect_to_login(request.get_full_path())


def _to_second_factor(request: Any) -> HttpResponse:
    address = reverse("web:second-factor")
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def routes(namespaces: Sequence[str] = ("web",)) -> Iterator[Route]:
    """Every route of the staff pages with what it asks for; `need` None = nobody said."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name in namespaces:
            yield from _walk(resolver, resolver.app_name or "", str(resolver.pattern))


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            need = getattr(entry.callback, "wx_need", None)
            yield Route("/" + address, f"{namespace}:{entry.name}", need)
        else:
            yield from _walk(entry, namespace, address)
