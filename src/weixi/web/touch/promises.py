"""Promises to customers: made, kept, and the rate at which they are kept."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from weixi.collect.customers import queries as customers
from weixi.collect.touchpoints import promise_queries as queries
from weixi.collect.touchpoints import promising as actions
from weixi.collect.touchpoints.rules import Kept
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.customers.pages import customer_url, dialog, done
from weixi.web.customers.record_forms import moment_input
from weixi.web.forms import Form

from .span import DAYS, address, number_of, span_of

STATES = {
    "": pgettext_lazy("promises", "all"),
    "open": pgettext_lazy("promise", "open"),
    "overdue": pgettext_lazy("promise", "overdue"),
    "kept": pgettext_lazy("promise", "kept"),
    "late": pgettext_lazy("promise", "kept late"),
    "broken": pgettext_lazy("promise", "broken"),
    "exceeded": pgettext_lazy("promise", "more than promised"),
}
LEVELS = {"kept": "ok", "late": "warn", "broken": "danger"}
AHEAD = 365


class PromiseForm(Form):
    what = forms.CharField(
        label=gettext_lazy("What was promised"),
        max_length=300,
        help_text=gettext_lazy("Promise with care: only what you can keep"),
    )
    due_at = forms.DateTimeField(label=gettext_lazy("Due by"), widget=moment_input())


@page(permission="contacts.edit", methods=FORM)
def new(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = customers.get(request.actor, customer_id)
    form = PromiseForm(request.POST or None)
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "touch/_promise.html", context, status=status)
    try:
        actions.make_promise(
            customer_id=customer_id, by=request.actor, at=now(), **form.cleaned_data
        )
    except RuleBroken as no:
        form.add_error(None, str(no))
        return dialog(request, "touch/_promise.html", context, status=422)
    return done(request, customer_url(customer_id), _("The promise is recorded"))


@page(permission="customers.view")
def listing(request: PageRequest) -> HttpResponse:
    """Open ones by default; a figure of the report opens what it counted."""
    state = request.GET.get("state", "" if request.GET.get("days") else "open")
    if state not in {*STATES, queries.DECIDED}:
        raise Http404
    within: dict[str, Any] = {
        "state": state,
        "person": number_of(request.GET.get("person", "")),
        "team": number_of(request.GET.get("team", "")),
    }
    if request.GET.get("days"):
        span = span_of(request, ahead=AHEAD if request.GET.get("ahead") else 0)
        within |= {"since": span.since, "until": span.until}
    at = now()
    found = queries.listing(request.actor, at=at, cursor=request.GET.get("cursor", ""), **within)
    query = request.GET.dict()
    count = queries.matching(request.actor, at=at, **within).count()
    context = {
        "rows": [{"row": row, "level": LEVELS.get(row.state, "")} for row in found.rows],
        "states": [
            (code, word, address("", **{**query, "state": code, "cursor": ""}) or "?state=")
            for code, word in STATES.items()
        ],
        "state": state,
        "words": STATES,
        "count": count,
        "may_settle": request.actor.may("contacts.edit"),
        "paging": {
            "count_text": "",
            "next_url": address("", **{**query, "cursor": found.next}) if found.next else "",
        },
    }
    return render(request, "touch/promises.html", context)


@page(permission="contacts.edit", methods=WRITE)
def keep(request: PageRequest, promise_id: int) -> HttpResponse:
    more = request.POST.get("more", "")
    actions.keep_promise(promise_id, more=more, by=request.actor, at=now())
    undo = reverse("web:promise-reopen", args=[promise_id])
    return done(request, _back(request, promise_id), _("Promise kept"), undo=undo)


@page(permission="contacts.edit", methods=WRITE)
def broken(request: PageRequest, promise_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.break_promise(promise_id, reason=reason, by=request.actor, at=now())
    undo = reverse("web:promise-reopen", args=[promise_id])
    return done(
        request, _back(request, promise_id), _("Marked as broken. Tell the customer."), undo=undo
    )


@page(permission="contacts.edit", methods=WRITE)
def reopen(request: PageRequest, promise_id: int) -> HttpResponse:
    actions.reopen_promise(promise_id, by=request.actor, at=now())
    return done(request, _back(request, promise_id), _("The promise is open again"))


@page(permission="reports.view")
def report(request: PageRequest) -> HttpResponse:
    span = span_of(request)
    asked = {"since": span.since, "until": span.until, "at": now()}
    context = {
        "span": span,
        "choices": DAYS,
        "whole": _line(request, "", "", queries.kept_of_all(request.actor, **asked), span.days),
        "people": [
            _line(request, "person", row.key or 0, row.counts, span.days, row.name)
            for row in queries.kept_by_person(request.actor, **asked)
        ],
        "teams": [
            _line(request, "team", row.key or 0, row.counts, span.days, row.name)
            for row in queries.kept_by_team(request.actor, **asked)
        ],
    }
    return render(request, "touch/promise_report.html", context)


def _line(
    request: PageRequest, by: str, key: object, counts: Kept, days: int, name: str = ""
) -> dict[str, Any]:
    """A line of the report with the address of each figure's list."""
    base = reverse("web:promises")

    def url(state: str) -> str:
        return address(base, days=days, **({by: key} if by else {}), state=state)

    names = ("decided", "kept", "late", "broken", "overdue", "exceeded")
    figures = [(name, getattr(counts, name), url(name)) for name in names]
    return {"name": name, "counts": counts, "figures": figures}


def _back(request: PageRequest, promise_id: int) -> str:
    if request.POST.get("to") == "customer":
        return customer_url(queries.promise(request.actor, promise_id).customer_id)
    return reverse("web:promises")
