"""Create and edit a customer: errors at the field and above, duplicates named before saving."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.collect.customers import actions, queries
from weixi.core.clock import now
from weixi.core.errors import Conflict, RuleBroken
from weixi.web.access import FORM, PageRequest, page

from .forms import CustomerForm, NewCustomerForm, own_initial
from .pages import customer_url, done


@page(permission="customers.edit", methods=FORM)
def create(request: PageRequest) -> HttpResponse:
    """The second sending, with `anyway`, saves in spite of a duplicate."""
    form = NewCustomerForm(request.POST or None, own_fields=queries.custom_fields())
    if request.method != "POST":
        return render(request, "customers/new.html", {"form": form})
    if not form.is_valid():
        return render(request, "customers/new.html", {"form": form}, status=422)
    given = form.cleaned_data
    warnings = actions.duplicate_warnings(
        name=given["name"],
        birthday=given["birthday"],
        identities=form.identities,
        by=request.actor,
    )
    if warnings and not request.POST.get("anyway"):
        context = {"form": form, "warnings": warnings}
        return render(request, "customers/new.html", context, status=422)
    new = actions.NewCustomer(
        **form.plain, number=given["number"], custom=form.custom, identities=form.identities
    )
    try:
        made = actions.create_customer(new, by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error(_field_of(str(no), form), str(no))
        return render(request, "customers/new.html", {"form": form}, status=422)
    return done(request, customer_url(made.pk), _("{name} was created").format(name=made.name))


@page(permission="customers.edit", methods=FORM)
def edit(request: PageRequest, customer_id: int) -> HttpResponse:
    """`seen` is what the person saw; somebody faster is named, and what was typed stays."""
    card = queries.card(request.actor, customer_id)
    own = queries.custom_fields()
    initial = {name: getattr(card, name) for name in CustomerForm.PLAIN}
    values = {field.code: field.value for field in card.custom}
    form = CustomerForm(
        request.POST or None, own_fields=own, initial=initial | own_initial(own, values)
    )
    context: dict[str, Any] = {"form": form, "card": card, "seen": card.changed_at.isoformat()}
    if request.method != "POST":
        return render(request, "customers/edit.html", context)
    context["seen"] = request.POST.get("seen", "")
    if not form.is_valid():
        return render(request, "customers/edit.html", context, status=422)
    try:
        actions.change_customer(
            customer_id,
            {**form.plain, "custom": form.custom},
            seen=_moment(context["seen"]),
            by=request.actor,
            at=now(),
        )
    except Conflict as no:
        return _conflict(request, context, str(no), initial)
    except RuleBroken as no:
        form.add_error(_field_of(str(no), form), str(no))
        return render(request, "customers/edit.html", context, status=422)
    return done(request, customer_url(customer_id), _("{name} was changed").format(name=card.name))


def _conflict(
    request: PageRequest, context: dict[str, Any], sentence: str, theirs: dict[str, Any]
) -> HttpResponse:
    """What is stored now beside what was typed; sending again is over the newest state."""
    form, card = context["form"], context["card"]
    different = [
        {"field": form[name].label, "theirs": value, "yours": form.cleaned_data[name]}
        for name, value in theirs.items()
        if (form.cleaned_data[name] or "") != (value or "")
    ]
    context |= {
        "conflict": sentence,
        "different": different,
        "seen": card.changed_at.isoformat(),
    }
    return render(request, "customers/edit.html", context, status=409)


def _field_of(sentence: str, form: Any) -> str | None:
    """The field that a sentence of a stage names by its label; None: it goes to the summary."""
    for name, field in form.fields.items():
        if sentence.startswith(str(field.label)):
            return str(name)
    return None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise RuleBroken(_("This form is too old. Load the page again.")) from None
