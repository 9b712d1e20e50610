"""What is asked about bonds and judgements."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.collect.customers.actions import NewBond
from weixi.core.money import MINOR_PER_UNIT
from weixi.web.forms import Form
from weixi.web.vocabulary import BONDS

from .forms import day_input

MOST_VALUE = 10**11  # whole units of money


class BondForm(Form):
    kind = forms.ChoiceField(label=_("Kind of bond"), choices=BONDS)
    description = forms.CharField(
        label=_("What holds the customer"),
        max_length=200,
        help_text=_("3,260 points; spare parts fit only our machine; service contract; …"),
    )
    value = forms.DecimalField(
        label=_("What leaving would cost the customer"),
        required=False,
        min_value=0,
        max_value=MOST_VALUE,
        decimal_places=2,
        max_digits=14,
        help_text=_("Leave it empty when it is not known"),
    )
    starts_on = forms.DateField(label=_("First day"), required=False, widget=day_input())
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=day_input(),
        help_text=_("A contract that ends soon becomes a warning"),
    )

    @property
    def bond(self) -> NewBond:
        given: dict[str, Any] = dict(self.cleaned_data)
        value: Decimal | None = given.pop("value")
        return NewBond(value=None if value is None else int(value * MINOR_PER_UNIT), **given)


class CreditLimitForm(Form):
    amount = forms.DecimalField(
        label=_("Credit limit"),
        min_value=0,
        max_value=MOST_VALUE,
        decimal_places=2,
        max_digits=14,
        help_text=_("What may be owed at once; 0 means nothing on credit"),
    )
    since = forms.DateField(label=_("Holds from"), widget=day_input())
    note = forms.CharField(
        label=_("What it rests on"),
        max_length=200,
        required=False,
        help_text=_("Contract number, decision of the credit committee, …"),
    )

    @property
    def limit(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {**given, "amount": int(given["amount"] * MINOR_PER_UNIT)}


class RatingForm(Form):
    score = forms.IntegerField(label=_("Judgement, 0 to 100"), min_value=0, max_value=100)
    evidence = forms.CharField(
        label=_("What it rests on"),
        max_length=200,
        help_text=_("Where it comes from: visit, annual report, trade figures, …"),
    )
