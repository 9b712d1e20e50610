"""People at a business, consents, and two records that are one customer."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.collect.customers import actions, queries
from weixi.collect.touchpoints.queries import channels
from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.web.access import FORM, WRITE, PageRequest, page

from .forms import ConsentForm, MergeForm, PersonForm
from .pages import customer_url, dialog, done


@page(permission="customers.edit", methods=FORM)
def person(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    form = PersonForm(request.POST or None)
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_person.html", context, status=status)
    try:
        actions.add_person(customer_id, **form.cleaned_data, by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error(None, str(no))
        return dialog(request, "customers/_person.html", context, status=422)
    return done(request, customer_url(customer_id), _("The contact person is added"))


@page(permission="customers.edit", methods=WRITE)
def remove_person(request: PageRequest, person_id: int) -> HttpResponse:
    row = queries.person(request.actor, person_id)
    actions.remove_person(person_id, by=request.actor, at=now())
    return done(request, customer_url(row.customer_id), _("The contact person is removed"))


@page(permission="customers.edit", methods=FORM)
def consent(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    form = ConsentForm(request.POST or None, channels=[(row.code, row.name) for row in channels()])
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_consent.html", context, status=status)
    given = form.cleaned_data
    write = actions.give_consent if given["granted"] == "yes" else actions.withdraw_consent
    write(
        customer_id,
        given["purpose"],
        channel=given["channel"],
        source=given["source"],
        evidence=given["evidence"],
        by=request.actor,
        at=now(),
    )
    return done(request, customer_url(customer_id), _("What the customer said is recorded"))


@page(permission="customers.edit", methods=FORM)
def merge(request: PageRequest, customer_id: int) -> HttpResponse:
    """The record of the page stays; the other one lives on in it."""
    customer = queries.get(request.actor, customer_id)
    form = MergeForm(request.POST or None, initial={"other": request.GET.get("other", "")})
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_merge.html", context, status=status)
    try:
        other = queries.by_number(request.actor, form.cleaned_data["other"].strip())
        actions.merge(customer_id, other.pk, by=request.actor, at=now())
    except Missing:
        form.add_error("other", _("There is no customer of this number among those you may see"))
        return dialog(request, "customers/_merge.html", context, status=422)
    except RuleBroken as no:
        form.add_error("other", str(no))
        return dialog(request, "customers/_merge.html", context, status=422)
    undo = reverse("web:customer-unmerge", args=[other.pk])
    text = _("{number} lives on in this record").format(number=other.number)
    return done(request, customer_url(customer_id), text, undo=undo)


@page(permission="customers.edit", methods=WRITE)
def unmerge(request: PageRequest, customer_id: int) -> HttpResponse:
    other = actions.unmerge(customer_id, by=request.actor, at=now())
    text = _("{number} stands for itself again").format(number=other.number)
    return done(request, customer_url(customer_id), text)
