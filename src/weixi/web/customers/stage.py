"""The lifecycle stage on the customer page: shown, set by a person until a day, taken back."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from weixi.classify import overriding
from weixi.classify.stages import StageOf, stage_of
from weixi.collect.customers import queries
from weixi.core.clock import now, today
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.forms import Form, offer

from .pages import customer_url, dialog, done

USUAL = timedelta(days=90)


class StageForm(Form):
    """Names; overriding.set_stage decides."""

    cell = forms.ChoiceField(label=gettext_lazy("Stage"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=overriding.REASON_LENGTH,
        help_text=gettext_lazy("Colleagues see it beside the stage."),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Holds until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("After this day the rule decides again."),
    )

    def __init__(self, *args: Any, cells: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cell", cells)


@page(permission="segments.view")
def stage(request: PageRequest, customer_id: int) -> HttpResponse:
    request.actor.need("customers.view")
    customer = queries.get(request.actor, customer_id)
    found = stage_of(customer_id, today=today())
    context = {"customer": customer, "may_edit": request.actor.may("customers.edit"),
               **(_told(found) if found else {})}  # fmt: skip
    if request.htmx:
        return render(request, "customers/_stage.html", context)
    return render(request, "customers/part_page.html", context | {"part": "customers/_stage.html"})


def _told(found: StageOf) -> dict[str, Any]:
    zh = (get_language() or "").startswith("zh")
    cell = found.cell

    def name(one: Any) -> str:
        return (one.name_zh if zh else one.name_en) if one else ""

    return {
        "stage": found,
        "name": name(cell),
        "strategy": (cell.strategy_zh if zh else cell.strategy_en) if cell else "",
        "basic": (cell.basic_zh if zh else cell.basic_en) if cell else "",
        "latent": (cell.latent_zh if zh else cell.latent_en) if cell else "",
        "stays": [(name(stay.cell), stay.since, stay.until) for stay in found.stays],
        "said": [(name(word.cell), word) for word in found.said_before],
    }


@page(permission="customers.edit", methods=FORM)
def change(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    found = stage_of(customer_id, today=today())
    zh = (get_language() or "").startswith("zh")
    cells = [(c.code, c.name_zh if zh else c.name_en) for c in (found.choices if found else ())]
    first = {"until": today() + USUAL, "cell": found.cell.code if found and found.cell else ""}
    form = StageForm(request.POST or None, cells=cells, initial=first)
    context = {"form": form, "customer": customer}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return dialog(request, "customers/_stage_form.html", context, status=status)
    overriding.set_stage(customer_id, **form.cleaned_data, by=request.actor, at=now())
    return done(request, customer_url(customer_id), _("The stage is set"))


@page(permission="customers.edit", methods=WRITE)
def back(request: PageRequest, customer_id: int) -> HttpResponse:
    overriding.take_back(customer_id, by=request.actor, at=now())
    return done(request, customer_url(customer_id), _("The rule decides the stage again"))
