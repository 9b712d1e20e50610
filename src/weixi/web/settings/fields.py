"""The company's own fields of customers."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from weixi.collect.customers.actions import fields as actions
from weixi.collect.customers.queries import custom_fields
from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, page
from weixi.web.forms import Form

KINDS = (
    ("text", gettext_lazy("Text")),
    ("number", gettext_lazy("Number")),
    ("date", gettext_lazy("Day")),
    ("choice", gettext_lazy("One of a list")),
    ("yes_no", gettext_lazy("Yes or no")),
)


class Field(Form):
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=60)
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One a line; only for “one of a list”"),
    )
    is_required = forms.BooleanField(
        label=gettext_lazy("Needed when a customer is created on a page"), required=False
    )

    def told(self) -> dict[str, Any]:
        """What the actions take."""
        lines = self.cleaned_data.get("choices", "").splitlines()
        names = ("name_zh", "name_en", "is_required")
        return {name: self.cleaned_data[name] for name in names} | {
            "choices": [line.strip() for line in lines if line.strip()]
        }


class NewField(Field):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Letters, digits and _; for files and programs; it stays"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    field_order = ("name_zh", "name_en", "code", "kind", "choices", "is_required")


@page(permission="settings.manage", methods=FORM)
def fields(request: Any) -> HttpResponse:
    form = NewField(request.POST or None)
    if request.method == "POST" and form.is_valid() and _made(request, form):
        return redirect("web:custom-fields")
    is_chinese = (get_language() or "zh").startswith("zh")
    rows = [
        {
            "field": one,
            "name": one.name_zh if is_chinese else one.name_en,
            "kind": dict(KINDS)[one.kind],
        }
        for one in custom_fields()
    ]
    context = {"rows": rows, "form": form}
    return render(request, "settings/fields.html", context, status=422 if form.errors else 200)


def _made(request: Any, form: NewField) -> bool:
    code, kind = form.cleaned_data["code"], form.cleaned_data["kind"]
    try:
        actions.define_custom_field(code=code, kind=kind, **form.told(), by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error("choices" if kind == "choice" else "code", str(no))
        return False
    toasts.say(request, _("Field added. It stands on every customer now."))
    return True


@page(permission="settings.manage", methods=FORM)
def field(request: Any, code: str) -> HttpResponse:
    found = next((one for one in custom_fields() if one.code == code), None)
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in ("name_zh", "name_en", "is_required")}
    form = Field(request.POST or None, initial=initial | {"choices": "\n".join(found.choices)})
    if request.method == "POST" and form.is_valid():
        actions.change_custom_field(code, **form.told(), by=request.actor, at=now())
        toasts.say(request, _("Field saved."))
        return redirect("web:custom-fields")
    if found.kind != "choice":
        del form.fields["choices"]
    context = {"form": form, "field": found, "kind": dict(KINDS)[found.kind]}
    return render(request, "settings/field.html", context, status=422 if form.errors else 200)


@page(permission="settings.manage", methods=WRITE)
def remove(request: Any, code: str) -> HttpResponse:
    if request.POST.get("typed", "").strip() != code:
        raise RuleBroken(_("Type the code {code} to remove the field.").format(code=code))
    try:
        actions.remove_custom_field(code, by=request.actor, at=now())
    except Missing as no:
        raise Http404 from no
    toasts.say(request, _("Field removed. The values stay with the customers."))
    return redirect("web:custom-fields")
