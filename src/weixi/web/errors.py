"""Pages for what went wrong: plain words, what to do, a number that the log knows."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def no_permission(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(status=404)


def our_fault(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=500)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse(status=429)
