"""Who recommended us to whom, on the page of the customer who did."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from weixi.collect.customers import queries
from weixi.collect.referrals.actions import (
    NewReferral,
    add_referral,
    change_referral,
    remove_referral,
)
from weixi.collect.referrals.queries import referral
from weixi.core.actor import Actor
from weixi.core.clock import now, today
from weixi.core.errors import Missing, RuleBroken
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.forms import Form

from .forms import day_input
from .pages import asked, customer_url, done


class ReferralForm(Form):
    number = forms.CharField(
        label=gettext_lazy("Number of the customer recommended"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Empty while that person is no customer yet: then a name"),
    )
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80, required=False)
    day = forms.DateField(label=gettext_lazy("Day of the recommendation"), widget=day_input())
    source = forms.CharField(
        label=gettext_lazy("How we know"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("The new customer said so; a recommendation card; …"),
    )

    def told(self, actor: Actor) -> NewReferral:
        """RuleBroken for a number that leads to nobody within reach."""
        given: dict[str, Any] = dict(self.cleaned_data)
        number = given.pop("number").strip()
        try:
            found = queries.by_number(actor, number).pk if number else None
        except Missing:
            text = _("There is no customer of this number among those you may see")
            raise RuleBroken(text) from None
        return NewReferral(recommended_id=found, **given)


@page(permission="customers.edit", methods=FORM)
def add(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    form = ReferralForm(request.POST or None, initial={"day": today()})
    title = _("{name} recommended us").format(name=customer.name)

    def write() -> None:
        add_referral(customer_id, form.told(request.actor), by=request.actor, at=now())

    return asked(request, customer_id, form, title, write, _("The recommendation is recorded"))


@page(permission="customers.edit", methods=FORM)
def change(request: PageRequest, referral_id: int) -> HttpResponse:
    row = referral(request.actor, referral_id)
    customer = queries.get(request.actor, row.customer_id)
    given = {"number": row.other_number, "name": row.name, "day": row.day, "source": row.source}
    form = ReferralForm(request.POST or None, initial=given)
    title = _("{name} recommended us").format(name=customer.name)

    def write() -> None:
        change_referral(referral_id, form.told(request.actor), by=request.actor, at=now())

    more = {"removes": reverse("web:referral-remove", args=[referral_id])}
    text = _("The recommendation is changed")
    return asked(request, row.customer_id, form, title, write, text, **more)


@page(permission="customers.edit", methods=WRITE)
def remove(request: PageRequest, referral_id: int) -> HttpResponse:
    row = referral(request.actor, referral_id)
    remove_referral(referral_id, by=request.actor, at=now())
    return done(request, customer_url(row.customer_id), _("The recommendation is removed"))
