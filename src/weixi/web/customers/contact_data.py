"""Phones, e-mails, accounts, cards: added, removed, shown in full with a reason."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.collect.customers import actions, queries
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.vocabulary import word

from .forms import IdentityForm, RevealForm
from .pages import customer_url, dialog, done


@page(permission="contact_data.reveal", methods=FORM)
def reveal(request: PageRequest, identity_id: int) -> HttpResponse:
    """GET asks for the reason, or gives the masked value back; POST shows the value once."""
    row = queries.identity(request.actor, identity_id)
    shown = {
        "id": row.id,
        "masked": row.masked,
        "kind": word("identity", row.kind),
        "code": row.kind,
    }
    if request.method != "POST" and request.GET.get("masked"):
        return render(request, "customers/_masked.html", {"identity": shown})
    form = RevealForm(request.POST or None)
    context: dict[str, Any] = {"identity": shown, "form": form, "row": row}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_reveal.html", context, status=status)
    value = actions.reveal_identity(
        identity_id, reason=form.cleaned_data["reason"], by=request.actor, at=now()
    )
    context["value"] = value
    if not request.htmx:
        return dialog(request, "customers/_revealed.html", context)
    answer = render(request, "customers/_revealed.html", context)
    answer.headers["HX-Retarget"] = f"#identity-{identity_id}"
    answer.headers["HX-Reswap"] = "outerHTML"
    text = _("Shown for 30 seconds; it is in the access log")
    return toasts.attach(answer, text, wx_close=True)


@page(permission="customers.edit", methods=FORM)
def add(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    form = IdentityForm(request.POST or None)
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_identity.html", context, status=status)
    given = form.cleaned_data
    try:
        actions.add_identity(
            customer_id,
            given["kind"],
            given["text"],
            label=given["label"],
            by=request.actor,
            at=now(),
        )
    except RuleBroken as no:
        form.add_error("text", str(no))
        return dialog(request, "customers/_identity.html", context, status=422)
    return _back(request, customer_id, _("Contact data added"))


@page(permission="customers.edit", methods=WRITE)
def remove(request: PageRequest, identity_id: int) -> HttpResponse:
    row = queries.identity(request.actor, identity_id)
    actions.remove_identity(identity_id, by=request.actor, at=now())
    return _back(request, row.customer_id, _("{what} removed").format(what=row.masked))


@page(permission="customers.edit", methods=WRITE)
def primary(request: PageRequest, identity_id: int) -> HttpResponse:
    row = queries.identity(request.actor, identity_id)
    actions.set_primary(identity_id, by=request.actor, at=now())
    return _back(request, row.customer_id, _("{what} is used first").format(what=row.masked))


def _back(request: PageRequest, customer_id: int, text: str) -> HttpResponse:
    return done(request, customer_url(customer_id), text)
