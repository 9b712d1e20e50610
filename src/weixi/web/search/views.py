"""The search palette: customers, orders, complaints, segments, pages, commands; within reach."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.collect.complaints import queries as complaints
from weixi.collect.customers import queries as customers
from weixi.collect.customers.search import Hit
from weixi.collect.customers.search import search as find_customers
from weixi.collect.orders.queries import find_by_number
from weixi.web.access import PageRequest, page

from .ways import recent_of, segments, ways

HITS_MOST, WAYS_MOST, RECENT_MOST = 12, 6, 6


@page(permission=None)
def search(request: PageRequest) -> HttpResponse:
    """`part=palette`: the dialog; for htmx the results alone; else a page with the form."""
    text = request.GET.get("q", "").strip()
    found = groups(request, text)
    count = sum(len(group["options"]) for group in found)
    context = {"q": text, "groups": found, "count": count}
    if request.GET.get("part") == "palette":
        return render(request, "search/_palette.html", context)
    template = "search/_results.html" if request.htmx else "search/page.html"
    return render(request, template, context)


def groups(request: PageRequest, text: str) -> list[dict[str, Any]]:
    """Groups with at least one option, in the order they are shown."""
    found = [
        _customers(request, text),
        _orders(request, text),
        _complaints(request, text),
        _segments(request, text),
        _ways(request, text),
    ]
    return [group for group in found if group["options"]]


def _customers(request: PageRequest, text: str) -> dict[str, Any]:
    if not request.actor.may("customers.view"):
        return {"name": "", "options": []}
    recent = recent_of(request)
    if not text:
        rows = customers.rows_of(request.actor, recent[:RECENT_MOST])
        found = [rows[pk] for pk in recent if pk in rows][:RECENT_MOST]
        return {"name": _("Opened lately"), "kind": "customer", "options": found}
    hits: list[Hit] = find_customers(request.actor, text, limit=HITS_MOST, recent=recent)
    return {"name": _("Customers"), "kind": "customer", "options": hits}


def _orders(request: PageRequest, text: str) -> dict[str, Any]:
    options = find_by_number(request.actor, text) if text else []
    return {"name": _("Orders"), "kind": "order", "options": options}


def _complaints(request: PageRequest, text: str) -> dict[str, Any]:
    options = complaints.find_by_number(request.actor, text) if text else []
    return {"name": _("Complaints"), "kind": "complaint", "options": options}


def _segments(request: PageRequest, text: str) -> dict[str, Any]:
    may = text and request.actor.may("segments.view")
    options = [way for way in segments() if way.fits(text)] if may else []
    return {"name": pgettext("rail", "Segments"), "kind": "segment", "options": options[:WAYS_MOST]}


def _ways(request: PageRequest, text: str) -> dict[str, Any]:
    options = [way for way in ways(request.actor) if way.fits(text)]
    return {"name": _("Pages and commands"), "kind": "way", "options": options[:WAYS_MOST]}
