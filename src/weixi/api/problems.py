"""Every error is a problem document (RFC 9457): what went wrong in a sentence, no traceback."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken, TooOften

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
SHOWN_ERRORS = 50


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """`type` is about:blank: the status tells the kind, `detail` is for a person."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return HttpResponse(
        json.dumps(body), status=status, content_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def install(api: NinjaAPI) -> None:
    answers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Exception: _our_fault,
        Http404: lambda request, no: _not_there(),
        Missing: lambda request, no: _not_there(),
        AuthenticationError: lambda request, no: _unknown_token(),
        NotAllowed: _not_allowed,
        Conflict: lambda request, no: problem(409, str(no)),
        TooOften: lambda request, no: _too_often(no),
        RuleBroken: lambda request, no: problem(422, str(no)),
        RequestDataTooBig: lambda request, no: problem(413, _sentence(413)),
        HttpError: lambda request, no: problem(no.status_code, str(no)),
        ValidationError: _invalid,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)


def everywhere(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: what Django answers by itself below /api/ (404, 405 …) becomes a problem too."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_ours = response.headers.get("Content-Type", "").startswith(MEDIA_TYPE)
        if response.status_code < 400 or is_ours or not request.path.startswith(PREFIX):
            return response
        kept = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
        return problem(response.status_code, _sentence(response.status_code), headers=kept)

    return respond


def _sentence(status: int) -> str:
    return {
        400: _("The request could not be read."),
        404: _("There is nothing here, or it is not yours to see."),
        405: _("This address does not take this method."),
        413: _("The request is too large."),
    }.get(status, _("The request could not be answered."))


def _not_there() -> HttpResponse:
    return problem(404, _sentence(404))


def _unknown_token() -> HttpResponse:
    detail = _("Send a valid access token: Authorization: Bearer …")
    return problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="weixi"'})


def _not_allowed(request: HttpRequest, no: NotAllowed) -> HttpResponse:
    return problem(403, _("This needs the scope %(scope)s.") % {"scope": no.permission})


def _too_often(no: TooOften) -> HttpResponse:
    return problem(429, str(no), headers={"Retry-After": str(no.seconds)})


def _invalid(request: HttpRequest, no: ValidationError) -> HttpResponse:
    """Where and what; the refused value itself is not repeated."""
    errors = [
        {"where": ".".join(map(str, error["loc"])), "detail": str(error["msg"])}
        for error in no.errors[:SHOWN_ERRORS]
    ]
    return problem(422, _("Some values do not fit."), errors=errors)


def _our_fault(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.error("%s %s", request.method, request.path, exc_info=fault)
    return problem(500, _("This is our fault. It is in the log; try again later."))
