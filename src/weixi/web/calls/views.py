"""The card of a caller: it comes by itself, keeps what is typed, and becomes a contact."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.collect.calls import actions, queries
from weixi.collect.touchpoints.approved import checklist
from weixi.collect.touchpoints.rules import Outcome, Purpose
from weixi.core.clock import now
from weixi.web import toasts
from weixi.web.access import WRITE, PageRequest, page
from weixi.web.customers.record_forms import moment_input
from weixi.web.forms import Form
from weixi.web.vocabulary import FEELINGS, OUTCOMES, PURPOSES

from .card import card_of, is_known


class NoteForm(Form):
    customer = forms.IntegerField(label=gettext_lazy("Customer"), widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=PURPOSES, initial=Purpose.SERVICE
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=OUTCOMES, initial=Outcome.REACHED
    )
    feeling = forms.ChoiceField(
        label=gettext_lazy("How the customer felt"),
        choices=[("", gettext_lazy("Not said")), *FEELINGS],
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=4_000)
    checklist = forms.MultipleChoiceField(required=False)
    promise = forms.CharField(label=gettext_lazy("Promised"), required=False, max_length=300)
    promise_due = forms.DateTimeField(
        label=gettext_lazy("Due by"), required=False, widget=moment_input()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["checklist"].choices = [(item.code, item.text) for item in checklist()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("promise") and not given.get("promise_due"):
            self.add_error("promise_due", _("Due by: say when the promise will be kept"))
        return given


@page(permission=None)
def current(request: PageRequest) -> HttpResponse:
    """The oldest call that waits; empty when none does."""
    return _shown(request)


@page(permission=None)
def waiting(request: PageRequest) -> HttpResponse:
    """How many more wait behind the one on the screen."""
    count = max(0, queries.waiting_count(request.actor, at=now()) - 1)
    return render(request, "calls/_waiting.html", {"more": count})


@page(permission="contacts.edit", methods=WRITE)
def draft(request: PageRequest, call_id: int) -> HttpResponse:
    small = {"1": True, "0": False}.get(request.POST.get("small", ""))
    note = request.POST.get("note", "")
    actions.keep_draft(call_id, note=note, is_small=small, by=request.actor)
    return HttpResponse(status=204)


@page(permission="contacts.edit", methods=WRITE)
def choose(request: PageRequest, call_id: int) -> HttpResponse:
    text = request.POST.get("customer", "")
    chosen = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    actions.choose(call_id, chosen, by=request.actor)
    return _shown(request)


@page(permission="customers.edit", methods=WRITE)
def customer(request: PageRequest, call_id: int) -> HttpResponse:
    """Nobody has this number: one field makes a customer with it."""
    actions.new_customer(call_id, name=request.POST.get("name", ""), by=request.actor, at=now())
    return _shown(request)


@page(permission="contacts.edit", methods=WRITE)
def save(request: PageRequest, call_id: int) -> HttpResponse:
    queries.mine(request.actor, call_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _shown(request, form=form, status=422)
    told = form.cleaned_data
    customer_id = told.pop("customer")
    made = actions.save(call_id, customer_id=customer_id, by=request.actor, at=now(), **told)
    undo = reverse("web:contact-undo", args=[made.pk])
    return toasts.attach(_shown(request), _("The call is written down"), undo=undo)


@page(permission="contacts.edit", methods=WRITE)
def dismiss(request: PageRequest, call_id: int) -> HttpResponse:
    actions.dismiss(call_id, by=request.actor, at=now())
    return toasts.attach(_shown(request), _("The call is closed without a note"))


def _shown(request: PageRequest, form: Any = None, status: int = 200) -> HttpResponse:
    at = now()
    call, more = queries.current(request.actor, at=at)
    may = request.actor.may
    context: dict[str, Any] = {"call": call, "more": more, "may_edit": may("contacts.edit")}
    if call is not None and may("customers.view"):
        context |= {
            "is_known": is_known(call),
            "form": form or NoteForm(initial={"customer": call.customer_id}),
            "may_create": may("customers.edit"),
        }
        if call.customer_id:
            context["card"] = card_of(request.actor, call.customer_id, at=at)
    return render(request, "calls/_card.html", context, status=status)
