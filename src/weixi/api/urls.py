"""The API: its resources, its contract at /openapi.json and a page for people at /docs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

from . import (
    advice,
    answers,
    bonds,
    calendar,
    calls,
    campaigns,
    complaints,
    consents,
    contacts,
    costs,
    customers,
    economics,
    imports,
    judgements,
    measures,
    messages,
    orders,
    playbooks,
    points,
    preventions,
    privileges,
    problems,
    promises,
    referrals,
    replies,
    satisfaction,
    schemes,
    segments,
    signals,
    system,
    today,
    warnings,
)
from .contract import completed
from .rendering import Renderer
from .shapes import strict


class Weixi(NinjaAPI):
    """Adds to the generated contract what every operation shares."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        return completed(super().get_openapi_schema(**kwargs))


api = Weixi(
    title="Weixi",
    version="1",
    urls_namespace="api",
    docs_url=None,
    renderer=Renderer(),
    description=(
        "Customers, orders, contacts, today's list and what is computed of them. Money is whole "
        "minor units with a currency code, days are ISO dates, moments are UTC. Lists take "
        "`limit` and `cursor`; errors are problem documents (RFC 9457); writes take an "
        "`Idempotency-Key`."
    ),
)
api.add_decorator(strict)
problems.install(api)
for resource in (
    customers, orders, contacts, complaints, answers, points, costs, referrals, bonds, today,
    measures, judgements,
    schemes, segments, warnings, signals, preventions, calendar, imports, system, economics,
    satisfaction,
    messages, campaigns, playbooks, promises, privileges, calls, replies, advice, consents,
):  # fmt: skip
    api.add_router("", resource.router)


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The contract as a page: plain HTML, no script."""
    return render(request, "api/docs.html", {"groups": _groups(), "title": api.title})


def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by resource, in the order of the contract."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            row = {"method": method.upper(), "address": address, **operation}
            groups.setdefault(operation["tags"][0], []).append(row)
    return list(groups.items())


urlpatterns = [path("docs", docs, name="docs")]
