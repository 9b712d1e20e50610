"""Pages for what went wrong: plain words, what to do, a number that the log knows."""

import json
import logging
import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from weixi.core.errors import Conflict, RuleBroken, TooOften

from .kept import Kept, is_own_form, kept_of

log = logging.getLogger("weixi.web")
CONFLICT, REFUSED, TOO_OFTEN = 409, 422, 429


def reference() -> str:
    """A short number that a person can read out; the log line holds the same."""
    return secrets.token_hex(3).upper()


def no_permission(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    number = _noted(request, 403, getattr(exception, "permission", ""))
    text = _("Your role does not allow this. Nothing was changed.")
    return _page(request, "errors/403.html", 403, text, number)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("This page does not exist, or it is not among what you may see.")
    return _page(request, "errors/404.html", 404, text, "")


def refused(request: HttpRequest, no: RuleBroken) -> HttpResponse:
    """A business "no": its own sentence, shown as it is."""
    if isinstance(no, Conflict):
        return _page(request, "errors/409.html", CONFLICT, str(no), "", kept=kept_of(request))
    if isinstance(no, TooOften):
        return _too_often(request, no)
    return _page(request, "errors/422.html", REFUSED, str(no), "", kept=kept_of(request))


def our_fault(request: HttpRequest) -> HttpResponse:
    """Must work when database and session do not: no frame, no context processors."""
    number = reference()
    log.error("reference %s: %s %s failed", number, request.method, request.path, exc_info=True)
    text = _("Sorry, this did not work. What you typed is kept; try again in a moment.")
    if request.headers.get("HX-Request"):
        return _toast(500, text, number)
    context = {"reference": number, "is_bare": True, "kept": kept_of(request)}
    html = render_to_string("errors/500.html", context | {"csrf_token": get_token(request)})
    return HttpResponse(html, status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF failure: a form that was open too long, or cookies switched off."""
    number = _noted(request, 403, reason)
    text = _("This form was open too long. Load the page again, then send it once more.")
    if request.headers.get("HX-Request"):  # the script sends it again with the new token
        headers = {"X-CSRF-Fresh": get_token(request), "HX-Reswap": "none"}
        return HttpResponse(text, status=403, content_type="text/plain", headers=headers)
    kept = kept_of(request) if is_own_form(request) else None
    return _page(request, "errors/csrf.html", 403, text, number, kept=kept)


def session_over(request: HttpRequest) -> HttpResponse:
    """What was typed stays on the page; signing in in another tab makes it work again."""
    if not request.headers.get("HX-Request"):
        context = {"kept": kept_of(request), "is_bare": True}
        return render(request, "errors/session.html", context, status=401)
    text = _("The session ended. Sign in in another tab, then send this again; the text is kept.")
    return _toast(401, text, "")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords for this name from this address."""
    seconds = round(settings.AXES_COOLOFF_TIME * 3600)
    context = {"minutes": max(1, round(seconds / 60)), "is_bare": True}
    response = render(request, "errors/429.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _too_often(request: HttpRequest, no: TooOften) -> HttpResponse:
    number = _noted(request, TOO_OFTEN, str(no))
    kept = kept_of(request)
    response = _page(request, "errors/422.html", TOO_OFTEN, str(no), number, kept=kept)
    response.headers["Retry-After"] = str(no.seconds)
    return response


def _page(
    request: Any, template: str, status: int, text: str, number: str, *, kept: Kept | None = None
) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _toast(status, text, number)
    context = {"sentence": text, "reference": number, "is_bare": not _is_signed_in(request)}
    return render(request, template, context | {"kept": kept}, status=status)


def _toast(status: int, text: str, number: str) -> HttpResponse:
    """For htmx: the sentence, swapped in nowhere. The script shows it; typed text stays."""
    told = {"wx:toast": {"text": text, "level": "danger", "reference": number}}
    headers = {"HX-Trigger": json.dumps(told), "HX-Reswap": "none", "X-Reference": number}
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)


def _noted(request: HttpRequest, status: int, why: str) -> str:
    """Refused calls are logged too (ASVS 16.3.2): who, where, why."""
    number = reference()
    who = getattr(request, "actor", None)
    log.warning(
        "reference %s: %s %s refused with %s to %s (%s)",
        *(number, request.method, request.path, status, getattr(who, "user_id", None), why),
    )
    return number


def _is_signed_in(request: Any) -> bool:
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)
