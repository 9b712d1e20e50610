"""What is asked about privileges, budgets and surprises."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weixi.act.membership.rules import PrivilegeKind
from weixi.web.forms import Form, offer

KINDS = [
    (PrivilegeKind.PRIVILEGE, _("Privilege")),
    (PrivilegeKind.CONTACT_PERSON, _("Contact person of their own")),
]


class PrivilegeForm(Form):
    """Of a tier; `cell` is left out for one customer."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    about = forms.CharField(label=_("What they get"), max_length=200, required=False)
    cell = forms.ChoiceField(label=_("For whom"))
    until = forms.DateField(
        label=pgettext_lazy("privilege", "Last day"), required=False,
        help_text=_("Empty: for good"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, cells: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if cells is None:
            del self.fields["cell"]
        else:
            offer(self, "cell", cells)


class BudgetForm(Form):
    team = forms.ChoiceField(label=_("Team"), required=False)
    amount = forms.DecimalField(
        label=_("For surprises this month"), min_value=0, max_value=10**7, decimal_places=2
    )

    def __init__(self, *args: Any, teams: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", teams)


class SurpriseForm(Form):
    what = forms.CharField(
        label=_("The surprise"),
        max_length=80,
        help_text=_("For example: a cake for the new glasses"),
    )
    reason = forms.CharField(label=_("Why this customer, why now"), max_length=200)
    amount = forms.DecimalField(label=_("Cost"), min_value=0, max_value=10**7, decimal_places=2)


class ReasonForm(Form):
    reason = forms.CharField(label=_("Why"), max_length=200)
