"""What must not be suggested to a customer: recorded and lifted on the customer page."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from weixi.collect.customers import actions, exclusions, queries
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web.access import FORM, WRITE, PageRequest, page

from .forms import ExclusionForm
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
