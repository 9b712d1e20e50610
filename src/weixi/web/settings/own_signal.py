"""A signal of the company's own: its condition with the count, its points, its cause, its words."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.act.warnings.limits import LONGEST
from weixi.act.warnings.own_signal_actions import create_signal, remove_signal
from weixi.act.warnings.own_signals import DAYS, NewSignal
from weixi.act.warnings.rules import MOST_POINTS, Cause
from weixi.act.warnings.signal_queries import holding
from weixi.act.warnings.signals import own_vocabulary
from weixi.act.warnings.words import cause_word
from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.forms import Form, offer
from weixi.web.segments.conditions import stored_of
from weixi.web.segments.tree import Node, read

from .asked import ROOT, drawn, found_of, tree_of, typed
from .signal_form import TEXTS

TREE = "web:signal-new-tree"
USUAL_POINTS = 10
NAMES = ("name_zh", "name_en")
SAID = tuple(name for name in TEXTS if name not in NAMES)
EVIDENCE = {
    "orders": gettext_lazy("Orders"),
    "complaints": gettext_lazy("Complaints"),
    "answers": gettext_lazy("Survey answers"),
    "contacts": gettext_lazy("Contacts"),
    "payments": gettext_lazy("Payments"),
    "bonds": gettext_lazy("Contracts"),
    "points": gettext_lazy("Points"),
}


class NewSignalForm(Form):
    points = forms.IntegerField(
        label=gettext_lazy("Points of the signal"), min_value=1, max_value=MOST_POINTS,
        initial=USUAL_POINTS, help_text=gettext_lazy("They add to the risk or explain it"),
    )  # fmt: skip
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), initial=Cause.UNKNOWN)
    evidence = forms.ChoiceField(
        label=gettext_lazy("What stands behind it"), initial="orders",
        help_text=gettext_lazy("These rows open from the warning, and tell its day"),
    )  # fmt: skip
    is_alone = forms.BooleanField(
        label=gettext_lazy("Warns by itself, also at a low risk"), required=False
    )
    name_zh = forms.CharField(label=TEXTS["name_zh"], max_length=LONGEST["name"])
    name_en = forms.CharField(label=TEXTS["name_en"], max_length=LONGEST["name"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cause", [(str(one), cause_word(one)) for one in Cause])
        offer(self, "evidence", [(kind, str(EVIDENCE[kind])) for kind in DAYS])
        for name in SAID:
            widget = forms.Textarea({"rows": 2}) if name.startswith("sentence") else None
            self.fields[name] = forms.CharField(
                label=TEXTS[name], max_length=LONGEST[name.split("_")[0]], required=False,
                widget=widget,
            )  # fmt: skip

    @property
    def names(self) -> list[forms.BoundField]:
        return [self[name] for name in NAMES]

    @property
    def said(self) -> list[forms.BoundField]:
        return [self[name] for name in SAID]


@page(permission="settings.manage", methods=FORM)
def signal_new(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, NewSignalForm(), typed(request))
    if request.POST.get("do") != "save":
        return _shown(request, NewSignalForm(initial=request.POST.dict()), typed(request))
    form, root = NewSignalForm(request.POST), read(request.POST, ROOT)
    if form.is_valid() and _is_made(request, form, root):
        return redirect("web:signals")
    return _shown(request, form, root, status=422)


@page(permission="settings.manage", methods=WRITE)
def signal_new_tree(request: PageRequest) -> HttpResponse:
    return drawn(request, own_vocabulary(), TREE)


@page(permission="settings.manage", methods=WRITE)
def signal_new_found(request: PageRequest) -> HttpResponse:
    """Who would hold it, of those whom warnings are about."""
    context = found_of(request, read(request.POST, ROOT), own_vocabulary(), holding)
    return render(request, "segments/_found.html", context)


@page(permission="settings.manage", methods=WRITE)
def signal_remove(request: PageRequest, code: str) -> HttpResponse:
    try:
        remove_signal(code, by=request.actor, at=now())
    except Missing as no:
        raise Http404 from no
    toasts.say(request, _("Removed. Its open warnings end with the next refresh."))
    return redirect("web:signals")


def _is_made(request: PageRequest, form: NewSignalForm, root: Node) -> bool:
    try:
        when = stored_of(root, own_vocabulary())
        new = NewSignal(when=when, **form.cleaned_data)
        create_signal(new, by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error(None, str(no))
        return False
    toasts.say(request, _("Saved. The next refresh works by it."))
    return True


def _shown(
    request: PageRequest, form: NewSignalForm, root: Node, *, status: int = 200
) -> HttpResponse:
    names = own_vocabulary()
    context = {
        **tree_of(root, names, TREE),
        **found_of(request, root, names, holding),
        "form": form,
    }
    return render(request, "settings/signal_new.html", context, status=status)
