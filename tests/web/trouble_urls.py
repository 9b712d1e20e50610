"""Routes that go wrong on purpose, beside the real ones."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import include, path

from weixi.config.urls import handler403, handler404, handler500
from weixi.core.errors import Conflict, NotAllowed, RuleBroken
from weixi.web.access import FORM, page

__all__ = ["handler403", "handler404", "handler500"]

PROBLEMS: dict[str, Exception] = {
    "rule": RuleBroken("The task is already done."),
    "conflict": Conflict("Li Lei changed this customer 2 minutes ago."),
    "denied": NotAllowed("customers.edit"),
    "missing": Http404("no such customer"),
    "broken": ZeroDivisionError("a secret of the code"),
}


@page(permission=None, methods=FORM)
def trouble(request: Any, kind: str) -> HttpResponse:
    raise PROBLEMS[kind]


urlpatterns = [path("trouble/<kind>", trouble), path("", include("weixi.config.urls"))]
