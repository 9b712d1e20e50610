"""Which telephone stands on whose desk."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.collect.calls import actions, queries
from weixi.core.clock import now
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.forms import Form


class ExtensionForm(Form):
    number = forms.CharField(label=gettext_lazy("Extension"), max_length=20)
    person = forms.TypedChoiceField(label=gettext_lazy("Person"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["person"].choices = queries.people()


@page(permission="settings.manage", methods=FORM)
def extensions(request: PageRequest) -> HttpResponse:
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        actions.set_extension(told["number"], told["person"], by=request.actor, at=now())
        toasts.say(request, _("Saved. Calls to it open on that person's page."))
        return redirect("web:extensions")
    context = {"form": form, "rows": queries.extensions()}
    status = 422 if form.errors else 200
    return render(request, "calls/extensions.html", context, status=status)


@page(permission="settings.manage", methods=WRITE)
def remove(request: PageRequest, extension_id: int) -> HttpResponse:
    actions.remove_extension(extension_id, by=request.actor, at=now())
    toasts.say(request, _("Extension removed."))
    return redirect("web:extensions")
