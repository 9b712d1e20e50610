"""What a customer cost beside contacts: written down on its page."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.collect.costs.actions import record_cost
from weixi.collect.costs.rules import COST_MOST, NOTE_LENGTH
from weixi.collect.customers import queries
from weixi.core.clock import now, today
from weixi.core.money import MINOR_PER_UNIT
from weixi.web.access import FORM, PageRequest, page
from weixi.web.forms import Form
from weixi.web.vocabulary import COSTS

from .forms import day_input
from .pages import asked

MOST = COST_MOST // MINOR_PER_UNIT


class CostForm(Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of cost"), choices=COSTS)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        min_value=-MOST,
        max_value=MOST,
        decimal_places=2,
        max_digits=12,
        help_text=gettext_lazy("A minus takes back what was recorded before"),
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=day_input())
    note = forms.CharField(label=gettext_lazy("What for"), max_length=NOTE_LENGTH, required=False)

    @property
    def told(self) -> dict[str, Any]:
        return {**self.cleaned_data, "amount": int(self.cleaned_data["amount"] * MINOR_PER_UNIT)}


@page(permission="customers.edit", methods=FORM)
def add(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    form = CostForm(request.POST or None, initial={"day": today()})
    title = _("What {name} cost").format(name=customer.name)

    def write() -> None:
        record_cost(customer_id, **form.told, by=request.actor, at=now())

    text = _("Recorded; it counts from the next refresh on")
    return asked(request, customer_id, form, title, write, text)
