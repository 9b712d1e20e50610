"""The dialog for what one customer wants: clock, quiet hours, a pause."""

from datetime import datetime, time

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.act.outreach.wishes import set_wish, wish_of
from weixi.collect.customers.queries import get
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web.access import FORM, PageRequest, page
from weixi.web.customers.pages import customer_url, dialog, done
from weixi.web.forms import Form


class WishForm(Form):
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Such as Europe/Berlin; empty: the company's"),
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Not to be disturbed from"),
        required=False,
        help_text=gettext_lazy("Such as 20:00; empty: as for everybody"),
    )
    quiet_until = forms.TimeField(label=gettext_lazy("until"), required=False)
    paused_until = forms.DateField(
        label=gettext_lazy("No contact before"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("A pause; service is not paused"),
    )


@page(permission="customers.edit", methods=FORM)
def wishes(request: PageRequest, customer_id: int) -> HttpResponse:
    customer, held = get(request.actor, customer_id), wish_of(request.actor, customer_id)
    initial = {} if held is None else {
        "time_zone": held.time_zone,
        "quiet_from": held.quiet_from,
        "quiet_until": held.quiet_until,
        "paused_until": held.paused_until and timezone.localdate(held.paused_until),
    }  # fmt: skip
    form = WishForm(request.POST or None, initial=initial)
    context = {"form": form, "customer": customer}
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        day = told.pop("paused_until")
        pause = day and timezone.make_aware(datetime.combine(day, time()))
        try:
            set_wish(customer_id, **told, paused_until=pause, by=request.actor, at=now())
        except RuleBroken as no:
            form.add_error(None, str(no))
        else:
            return done(request, customer_url(customer_id), _("The wishes are saved"))
    status = 422 if form.errors else 200
    return dialog(request, "outreach/_wishes.html", context, status=status)
