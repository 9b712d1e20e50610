"""The plain sums of keeping customers: lifetime sheet (E1) and retention cost table (E2)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.analytics import break_even_care, lifetime_value, retention_row, retention_table
from weixi.core.money import MINOR_PER_UNIT
from weixi.evaluate.economics import (
    CHURNS,
    GIVEN_BASE,
    GIVEN_CHURN,
    GIVEN_RATIO,
    GIVEN_SHEETS,
    OwnFigures,
    own_figures,
)
from weixi.web.access import PageRequest, page
from weixi.web.forms import Form
from weixi.web.wording import number

MOST = 10**9
LESS = 0.05  # of churn: what care is asked to bring


class WhatIfForm(Form):
    """What the tables are computed with; empty fields take the company's own figures."""

    base = forms.IntegerField(label=gettext_lazy("Customers"), min_value=0, max_value=MOST)
    churn = forms.DecimalField(
        label=gettext_lazy("Churn a year in percent"), min_value=0, max_value=100, decimal_places=2
    )
    ratio = forms.DecimalField(
        label=gettext_lazy("Winning one costs times keeping one"),
        min_value=0, max_value=1_000, decimal_places=2,
    )  # fmt: skip
    keep = forms.DecimalField(
        label=gettext_lazy("Cost to keep one a year"), min_value=0, max_value=MOST, decimal_places=2
    )
    value = forms.DecimalField(
        label=gettext_lazy("Value of an order"), min_value=0, max_value=MOST, decimal_places=2
    )
    often = forms.DecimalField(
        label=gettext_lazy("Orders a year"), min_value=0, max_value=10_000, decimal_places=2
    )
    years = forms.DecimalField(
        label=gettext_lazy("Years with us"), min_value=0, max_value=200, decimal_places=2
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.required = False
            one.widget = forms.TextInput({"inputmode": "decimal"})

    def first(self, name: str, otherwise: float | None) -> float | None:
        given = self.cleaned_data.get(name) if self.is_bound else None
        return otherwise if given is None else float(given)


@dataclass(frozen=True)
class Sheet:
    """order value × orders a year × years; `value` None while one of them is unknown."""

    order_value: float | None
    per_year: float | None
    years: float | None

    @property
    def value(self) -> float | None:
        if self.order_value is None or self.per_year is None or self.years is None:
            return None
        return lifetime_value(
            order_value=self.order_value, per_year=self.per_year, years=self.years
        )


@page(permission="reports.view")
def economics(request: PageRequest) -> HttpResponse:
    own = own_figures(request.actor)
    form = WhatIfForm(request.GET if request.GET else None, initial=_initial(own))
    is_fine = not form.is_bound or form.is_valid()
    context: dict[str, Any] = {
        "own": own,
        "form": form,
        "given_sheets": [Sheet(*sheet) for sheet in GIVEN_SHEETS],
        "given": retention_row(base=GIVEN_BASE, churn=GIVEN_CHURN, ratio=GIVEN_RATIO),
        "given_rows": retention_table(base=GIVEN_BASE, churns=CHURNS, ratio=GIVEN_RATIO),
        "unknowns": unknowns(own),
    }
    if is_fine:
        context |= _computed(form, own)
    return render(request, "reports/economics.html", context, status=200 if is_fine else 422)


def _initial(own: OwnFigures) -> dict[str, Any]:
    """The fields as the company's figures fill them; unknown ones stay empty."""
    shown = {
        "base": own.base,
        "churn": None if own.churn is None else 100 * own.churn,
        "ratio": GIVEN_RATIO,
        "keep": _units(own.keep_cost),
        "value": _units(own.order_value),
        "often": own.per_year,
        "years": own.years,
    }
    return {name: round(value, 2) for name, value in shown.items() if value is not None}


def _units(minor: float | None) -> float | None:
    return None if minor is None else minor / MINOR_PER_UNIT


def _computed(form: WhatIfForm, own: OwnFigures) -> dict[str, Any]:
    value = form.first("value", _units(own.order_value))
    sheet = Sheet(value, form.first("often", own.per_year), form.first("years", own.years))
    base = form.first("base", float(own.base)) or 0.0
    share = form.first("churn", None)
    churn = own.churn if share is None else share / 100
    ratio = form.first("ratio", GIVEN_RATIO) or 0.0
    keep = form.first("keep", _units(own.keep_cost))
    unit = 1.0 if keep is None else keep
    told = {"base": base, "ratio": ratio, "keep_cost": unit}
    row = None if churn is None else retention_row(churn=churn, **told)
    lower = 0.0 if churn is None else max(churn - LESS, 0.0)
    spend = None if churn is None else break_even_care(churn=churn, lower_churn=lower, **told)
    return {
        "sheet": sheet,
        "sheet_money": _minor(sheet.value),
        "is_in_money": keep is not None,
        "ratio": ratio,
        "row": row,
        "rows": retention_table(churns=CHURNS, **told),
        "total_money": _minor(row.total_cost) if row else None,
        "break_even": spend,
        "break_even_money": _minor(spend),
    }


def _minor(units: float | None) -> int | None:
    return None if units is None else round(units * MINOR_PER_UNIT)


def unknowns(own: OwnFigures) -> list[str]:
    """What the company's figures do not tell, in words."""
    found = []
    if own.churn is None:
        found.append(_("Own churn: nobody bought in the 12 months before the last 12."))
    elif own.churn == 0:
        found.append(_("Years with us: nobody left, so no length can be told."))
    if own.order_value is None:
        found.append(_("Own order value: no order in 12 months."))
    if own.keep_cost is None:
        found.append(_("Cost to keep: no contact of the last 12 months has a cost."))
    found.append(
        _(
            "Cost to win a customer: not recorded here; it is taken as {k} times keeping one."
        ).format(k=number(GIVEN_RATIO))
    )
    return found
