"""Contacts and orders written down by hand, and the lists of them."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers import queries as customers
from weixi.collect.orders import queries as orders
from weixi.collect.orders.actions import NewOrder, create_order
from weixi.collect.touchpoints import queries as touchpoints
from weixi.collect.touchpoints.actions import undo_contact as take_back
from weixi.collect.touchpoints.promising import record_with_promise
from weixi.core.clock import now, today
from weixi.core.errors import RuleBroken
from weixi.web.access import FORM, WRITE, PageRequest, page

from .pages import customer_url, dialog, done
from .record_forms import ContactForm, OrderForm, line_forms

RATIO_DAYS = 30


@page(permission="contacts.edit", methods=FORM)
def contact(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = customers.get(request.actor, customer_id)
    channels = [(row.code, row.name) for row in touchpoints.channels()]
    form = ContactForm(request.POST or None, channels=channels)
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_contact.html", context, status=status)
    given = form.cleaned_data
    try:
        made = record_with_promise(customer_id=customer_id, by=request.actor, at=now(), **given)
    except RuleBroken as no:
        form.add_error(None, str(no))
        return dialog(request, "customers/_contact.html", context, status=422)
    undo = reverse("web:contact-undo", args=[made.pk])
    return done(request, customer_url(customer_id), _("The contact is recorded"), undo=undo)


@page(permission="contacts.edit", methods=WRITE)
def undo_contact(request: PageRequest, contact_id: int) -> HttpResponse:
    row = touchpoints.contact(request.actor, contact_id)
    take_back(contact_id=contact_id, by=request.actor, at=now())
    return done(request, customer_url(row.customer_id), _("The contact is taken back"))


@page(permission="customers.view")
def contacts(request: PageRequest) -> HttpResponse:
    """Outgoing contacts of 30 days: what the balance of care and sale counts."""
    is_team = request.GET.get("scope") == "team" and request.actor.may("tasks.assign")
    first = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    found = touchpoints.outgoing(
        request.actor,
        since=first - timedelta(days=RATIO_DAYS - 1),
        staff_id=None if is_team else request.actor.user_id,
        sells={"sale": True, "care": False}.get(request.GET.get("purpose", "")),
        cursor=request.GET.get("cursor", ""),
    )
    query = request.GET.copy()
    query["cursor"] = found.next
    context = {
        "rows": found.rows,
        "is_team": is_team,
        "purpose": request.GET.get("purpose", ""),
        "paging": {"count_text": "", "next_url": f"?{query.urlencode()}" if found.next else ""},
    }
    return render(request, "customers/contacts.html", context)


@page(permission="orders.edit", methods=FORM)
def order(request: PageRequest, customer_id: int) -> HttpResponse:
    """An order with its lines; `more` adds three empty lines and keeps what was typed."""
    customer = customers.get(request.actor, customer_id)
    moment = timezone.localtime(now()).strftime("%Y-%m-%dT%H:%M")
    form = OrderForm(request.POST or None, initial={"ordered_at": moment})
    lines = line_forms(request.POST or None)
    context: dict[str, Any] = {"form": form, "lines": lines, "customer": customer}
    if request.method != "POST":
        return render(request, "customers/order_new.html", context)
    if "more" in request.POST:
        data = request.POST.copy()
        data["lines"] = str(len(lines) + 3)
        context["lines"] = line_forms(data)
        return render(request, "customers/order_new.html", context)
    is_fine = [part.is_valid() for part in (form, *lines)]
    if not all(is_fine):
        return render(request, "customers/order_new.html", context, status=422)
    try:
        made = create_order(_new(customer_id, form, lines), by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error(None, str(no))
        return render(request, "customers/order_new.html", context, status=422)
    text = _("Order {number} is recorded").format(number=made.number)
    return done(request, customer_url(customer_id), text)


def _new(customer_id: int, form: OrderForm, lines: list[Any]) -> NewOrder:
    given = form.cleaned_data
    return NewOrder(
        customer_id=customer_id,
        ordered_at=given["ordered_at"],
        lines=[line.line for line in lines if line.line is not None],
        number=given["number"],
        due_on=given["due_on"],
        paid_on=given["paid_on"],
    )


@page(permission="orders.view")
def show_order(request: PageRequest, number: str) -> HttpResponse:
    card = orders.order(request.actor, number)
    return render(request, "customers/order.html", {"order": card, "today": today()})
