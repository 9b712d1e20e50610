"""Approved words: answers that everybody gives alike, and what belongs into a call."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.collect.touchpoints import approved as words
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.forms import Form


class ItemForm(Form):
    text_zh = forms.CharField(label=gettext_lazy("Chinese text"), max_length=120)
    text_en = forms.CharField(label=gettext_lazy("English text"), max_length=120)


class SnippetForm(Form):
    question = forms.CharField(label=gettext_lazy("Question"), max_length=120)
    answer = forms.CharField(
        label=gettext_lazy("Answer"), max_length=2_000, widget=forms.Textarea({"rows": 5})
    )
    words = forms.CharField(
        label=gettext_lazy("Further words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("How customers may call it; the search finds them too"),
    )
    is_on = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)


@page(permission="customers.view")
def search(request: PageRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:80]
    context = {"query": query, "rows": words.snippets(query)}
    template = "touch/_answers.html" if request.htmx else "touch/knowledge.html"
    return render(request, template, context)


@page(permission="settings.manage", methods=FORM)
def approved(request: PageRequest) -> HttpResponse:
    """Posting adds an answer, or a line of the checklist."""
    is_item = request.POST.get("adds") == "item"
    item_form = ItemForm(request.POST if is_item else None)
    answer_form = SnippetForm(request.POST if request.method == "POST" and not is_item else None)
    if request.method == "POST":
        form: Form = item_form if is_item else answer_form
        if form.is_valid() and _added(request, form):
            return redirect("web:approved")
    context = {
        "items": words.checklist(all_of_them=True),
        "answers": words.snippets(all_of_them=True),
        "item_form": item_form,
        "answer_form": answer_form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "touch/approved.html", context, status=status)


@page(permission="settings.manage", methods=WRITE)
def item(request: PageRequest, code: str) -> HttpResponse:
    told = request.POST
    words.save_item(
        code=code,
        text_zh=told.get("text_zh", ""),
        text_en=told.get("text_en", ""),
        is_on=told.get("is_on") == "on",
        by=request.actor,
        at=now(),
    )
    toasts.say(request, _("Line saved."))
    return redirect("web:approved")


@page(permission="settings.manage", methods=FORM)
def snippet(request: PageRequest, snippet_id: int) -> HttpResponse:
    found = words.snippet(snippet_id)
    initial = {name: getattr(found, name) for name in SnippetForm.base_fields}
    form = SnippetForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        words.save_snippet(snippet_id, **form.cleaned_data, by=request.actor, at=now())
        toasts.say(request, _("Answer saved. Everybody gives it from now on."))
        return redirect("web:approved")
    status = 422 if form.errors else 200
    return render(request, "touch/answer.html", {"form": form, "answer": found}, status=status)


def _added(request: Any, form: Form) -> bool:
    try:
        if isinstance(form, ItemForm):
            words.save_item(code="", **form.cleaned_data, by=request.actor, at=now())
            toasts.say(request, _("Line added."))
        else:
            words.save_snippet(None, **form.cleaned_data, by=request.actor, at=now())
            toasts.say(request, _("Answer added. Everybody finds it from now on."))
    except RuleBroken as no:
        form.add_error(None, str(no))
        return False
    return True
