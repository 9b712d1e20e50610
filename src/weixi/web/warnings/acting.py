"""What people do with warnings: of one customer, or of many at once; each with the way back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.act.warnings import actions, queries
from weixi.act.warnings.rules import WAITING
from weixi.core.clock import now, today
from weixi.core.errors import Missing, RuleBroken
from weixi.staff.queries import colleagues
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page

from .forms import GiveForm, HandleForm, SnoozeForm

MOST_CUSTOMERS = 200
CLOSED = ("handled", "false_alarm", "snoozed")


@page(permission="tasks.work", methods=FORM)
def handle(request: PageRequest) -> HttpResponse:
    """A POST without `reason` asks."""
    form = HandleForm(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        return _asked(request, "handle", form)
    done = actions.handle(
        _alerts(request), reason=form.cleaned_data["reason"], by=request.actor, at=now()
    )
    return _done(
        request, done, ngettext("{n} warning handled", "{n} warnings handled", done.alerts)
    )


@page(permission="tasks.work", methods=FORM)
def snooze(request: PageRequest) -> HttpResponse:
    form = SnoozeForm(request.POST if "when" in request.POST else None, today=today())
    if not form.is_valid():
        return _asked(request, "snooze", form)
    done = actions.snooze(
        _alerts(request), until=form.until, reason=form.cleaned_data["reason"],
        by=request.actor, at=now(),
    )  # fmt: skip
    text = ngettext("{n} warning put off", "{n} warnings put off", done.alerts)
    return _done(request, done, text)


@page(permission="tasks.work", methods=WRITE)
def false_alarm(request: PageRequest) -> HttpResponse:
    done = actions.false_alarm(_alerts(request), by=request.actor, at=now())
    text = ngettext("{n} false alarm recorded", "{n} false alarms recorded", done.alerts)
    return _done(request, done, text)


@page(permission="tasks.work", methods=WRITE)
def reopen(request: PageRequest) -> HttpResponse:
    done = actions.reopen(_alerts(request, CLOSED), by=request.actor, at=now())
    text = ngettext("{n} warning is open again", "{n} warnings are open again", done.alerts)
    return _done(request, done, text)


@page(permission="tasks.assign", methods=FORM)
def assign(request: PageRequest) -> HttpResponse:
    owners = [(str(person.pk), str(person)) for person in colleagues(request.actor)]
    form = GiveForm(request.POST if "owner" in request.POST else None, owners=owners)
    if not form.is_valid():
        return _asked(request, "assign", form)
    owner = form.cleaned_data["owner"]
    owner_id = None if owner == "none" else int(owner)
    done = actions.assign(_alerts(request), owner_id=owner_id, by=request.actor, at=now())
    text = ngettext("{n} warning has a new owner", "{n} warnings have a new owner", done.alerts)
    return _done(request, done, text)


@page(permission="tasks.work", methods=WRITE)
def undo(request: PageRequest, undo: int) -> HttpResponse:
    back = actions.undo_act(undo, by=request.actor, at=now())
    text = ngettext("{n} warning is as before", "{n} warnings are as before", back)
    return _answered(request, text.format(n=back), "")


def _customers(request: PageRequest) -> list[int]:
    given = request.POST if request.method == "POST" else request.GET
    ids = [int(text) for text in given.getlist("id") if text.isascii() and text.isdigit()]
    if not ids:
        raise RuleBroken(_("Choose at least one customer."))
    if len(ids) > MOST_CUSTOMERS:
        raise RuleBroken(_("At most {most} customers at once.").format(most=MOST_CUSTOMERS))
    return ids


def _alerts(request: PageRequest, states: tuple[str, ...] = WAITING) -> list[int]:
    ids = queries.alert_ids_of(request.actor, _customers(request), states=states)
    if not ids:
        raise Missing("alert")
    return ids


def _asked(request: PageRequest, what: str, form: Any) -> HttpResponse:
    ids = _customers(request)
    alerts = queries.alert_ids_of(request.actor, ids)
    if not alerts:
        raise Missing("alert")
    titles: dict[str, Callable[[int], str]] = {
        "handle": lambda n: ngettext("Handled: {n} customer", "Handled: {n} customers", n),
        "snooze": lambda n: ngettext("Put off: {n} customer", "Put off: {n} customers", n),
        "assign": lambda n: ngettext(
            "Give the warnings of {n} customer", "Give the warnings of {n} customers", n
        ),
    }
    context = {
        "form": form,
        "ids": ids,
        "url": reverse(f"web:warnings-{what}"),
        "title": titles[what](len(ids)).format(n=len(ids)),
        "verb": {"snooze": _("Postpone"), "assign": _("Assign")}.get(what, ""),
        "part": "warnings/_ask.html",
    }
    template = "warnings/_ask.html" if request.htmx else "warnings/ask.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _done(request: PageRequest, done: actions.Acted, text: str) -> HttpResponse:
    return _answered(
        request, text.format(n=done.alerts), reverse("web:warnings-undo", args=[done.undo])
    )


def _answered(request: PageRequest, text: str, undo: str) -> HttpResponse:
    if request.htmx:
        answer = HttpResponse(status=204)
        return toasts.attach(answer, text, undo=undo, wx_close=True, warnings_changed={})
    toasts.say(request, text, undo=undo)
    return HttpResponseRedirect(reverse("web:warnings"))
