"""The customer page: everything known of one customer on one page."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from weixi.act.care import queries as care
from weixi.act.warnings.queries import contributions_of
from weixi.classify.queries import UNRATED, places_of
from weixi.collect.customers import queries
from weixi.collect.orders import queries as orders
from weixi.collect.touchpoints.promise_queries import promises_of
from weixi.collect.touchpoints.queries import channel_names
from weixi.core.clock import now, today
from weixi.core.runs import newest_run
from weixi.measure.queries import snapshot_of
from weixi.predict.queries import explanation_of, score_of, sees_service, used_card
from weixi.web.access import PageRequest, page
from weixi.web.search.ways import remember
from weixi.web.vocabulary import IDENTITIES

from . import events
from .portrait import risk_of, strip_of
from .warned import warned_of
from .way import way_of

IN_HEAD = 3
PROMISES_SHOWN = 5
# What is said of a customer in one line; the other schemes are a page of their own each.
HEAD_SCHEMES = ("value_pyramid", "lifecycle", "rfm", "credit_loyalty")


@page(permission="customers.view")
def customer(request: PageRequest, customer_id: int) -> HttpResponse:
    card = queries.card(request.actor, customer_id)
    if card.merged_into is not None:
        kept = queries.destination(customer_id)
        queries.get(request.actor, kept)
        return redirect(f"{reverse('web:customer', args=[kept])}?merged={customer_id}")
    snapshot, score = snapshot_of(customer_id), score_of(customer_id)
    back = request.GET.get("from", "")
    line = events.timeline(request.actor, customer_id)
    context = {
        "card": card,
        "first_data": sorted(card.identities, key=_shown_first)[:IN_HEAD],
        "snapshot": snapshot,
        "score": score,
        "cells": _cells(customer_id),
        "risk": risk_of(score, snapshot, used_card()),
        "is_explained": score is not None and sees_service(score.as_of),
        "warned": warned_of(
            contributions_of(request.actor, customer_id, with_alerts=False), customer_id
        ),
        "run": newest_run(),
        "today": today(),
        "action": _action(request, customer_id),
        "lookalikes": queries.lookalikes_of(request.actor, customer_id),
        "merged": _merged(request),
        "tabs": events.counts_of(request.actor, customer_id, line.whole),
        "line": line,
        "way": way_of(back, customer_id, request.actor),
        "back": urlencode({"from": back}) if back else "",
        "has_own_fields": any(field.value is not None for field in card.custom),
        "channel_names": SimpleLazyObject(channel_names),
        "promises": promises_of(request.actor, customer_id, at=now())[:PROMISES_SHOWN],
        **_rights(request),
    }
    if request.actor.may("orders.view"):
        since = today() - timedelta(days=365)
        days = orders.purchase_days_of(request.actor, customer_id, since=since)
        context["strip"] = strip_of(days, snapshot, today())
    return remember(request, render(request, "customers/one.html", context), customer_id)


@page(permission="customers.view")
def timeline(request: PageRequest, customer_id: int) -> HttpResponse:
    """One tab from its beginning, or the lines behind a cursor."""
    found = queries.get(request.actor, customer_id)
    kind, cursor = request.GET.get("kind", ""), request.GET.get("cursor", "")
    line = events.timeline(request.actor, customer_id, kind=kind, cursor=cursor)
    context: dict[str, Any] = {
        "card": found,
        "customer_id": customer_id,
        "kind": kind,
        "line": line,
        "today": today(),
    }
    if request.htmx and cursor:
        return render(request, "customers/_events.html", context)
    context["tabs"] = events.counts_of(request.actor, customer_id, line.whole)
    template = "customers/_timeline.html" if request.htmx else "customers/timeline.html"
    return render(request, template, context)


@page(permission="customers.view")
def model_saw(request: PageRequest, customer_id: int) -> HttpResponse:
    """What raised and lowered the risk: made when somebody opens it."""
    found = queries.get(request.actor, customer_id)
    context = {
        "card": found,
        "customer_id": customer_id,
        "explanation": explanation_of(score_of(customer_id)),
    }
    template = "customers/_model_saw.html" if request.htmx else "customers/model_saw.html"
    return render(request, template, context)


def _shown_first(row: Any) -> tuple[int, bool]:
    kinds = [str(kind) for kind, _word in IDENTITIES]
    return kinds.index(row.kind), not row.is_primary


def _cells(customer_id: int) -> list[dict[str, str]]:
    """Scheme, cell code and name of the schemes in the head, where the customer is rated."""
    is_chinese = (get_language() or "").startswith("zh")
    found = [
        {
            "scheme": place.scheme,
            "title": place.scheme_zh if is_chinese else place.scheme_en,
            "code": place.cell.code,
            "name": place.cell.name_zh if is_chinese else place.cell.name_en,
        }
        for place in places_of(customer_id)
        if place.scheme in HEAD_SCHEMES and place.cell.code != UNRATED.code
    ]
    return sorted(found, key=lambda cell: HEAD_SCHEMES.index(cell["scheme"]))


def _action(request: PageRequest, customer_id: int) -> Any:
    """The task that waits; None also when the role has no tasks."""
    if not request.actor.may("tasks.work"):
        return None
    return care.next_action(request.actor, customer_id, day=today(), at=now())


def _merged(request: PageRequest) -> Any:
    text = request.GET.get("merged", "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    return queries.get(request.actor, int(text))


def _rights(request: PageRequest) -> dict[str, bool]:
    may = request.actor.may
    return {
        "may_edit": may("customers.edit"),
        "may_assign": may("customers.assign"),
        "may_record": may("contacts.edit"),
        "may_order": may("orders.edit"),
        "may_see_orders": may("orders.view"),
        "may_reveal": may("contact_data.reveal"),
    }
