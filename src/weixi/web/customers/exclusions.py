"""What must not be suggested to a customer: recorded and lifted on the customer page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.collect.customers import actions, exclusions, queries
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page

from .forms import ExclusionForm, RevealForm
from .pages import customer_url, dialog, done


@page(permission="customers.edit", methods=FORM)
def exclude(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    form = ExclusionForm(request.POST or None, initial={"value": request.GET.get("number", "")})
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_exclusion.html", context, status=status)
    try:
        actions.exclude(customer_id, **form.cleaned_data, by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error(None, str(no))
        return dialog(request, "customers/_exclusion.html", context, status=422)
    text = _("Recorded: it is not suggested any more from the next refresh on")
    return done(request, customer_url(customer_id), text)


@page(permission="customers.edit", methods=WRITE)
def lift(request: PageRequest, exclusion_id: int) -> HttpResponse:
    row = exclusions.exclusion(request.actor, exclusion_id)
    actions.remove_exclusion(exclusion_id, by=request.actor, at=now())
    text = _("Lifted: it may be suggested again from the next refresh on")
    return done(request, customer_url(row.customer_id), text)


@page(permission="contact_data.reveal", methods=FORM)
def reveal(request: PageRequest, exclusion_id: int) -> HttpResponse:
    """GET asks why; POST shows the sealed reason once."""
    row = exclusions.exclusion(request.actor, exclusion_id)
    form = RevealForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "row": row}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_exclusion_reveal.html", context, status=status)
    why = form.cleaned_data["reason"]
    context["value"] = actions.reveal_exclusion(
        exclusion_id, reason=why, by=request.actor, at=now()
    )
    if not request.htmx:
        return dialog(request, "customers/_exclusion_shown.html", context)
    answer = render(request, "customers/_exclusion_shown.html", context)
    answer.headers["HX-Retarget"] = f"#exclusion-{exclusion_id}"
    answer.headers["HX-Reswap"] = "outerHTML"
    return toasts.attach(answer, _("It is in the access log who looked"), wx_close=True)
