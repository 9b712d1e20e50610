"""Warning signals: what each asks for, what it weighs, whose side its cause is on, its words."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.warnings import actions
from weixi.act.warnings.rules import ANSWERS
from weixi.act.warnings.signal_queries import (
    Preview,
    SignalRow,
    population_sentence,
    preview,
    signal_row,
    signal_rows,
)
from weixi.act.warnings.signals import vocabulary
from weixi.act.warnings.words import answer_word, cause_word, name_of
from weixi.collect.customers import queries as customers
from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, PageRequest, page

from .signal_form import SignalForm, facts_of, first_values, form_of

SAMPLE = 5


@page(permission="settings.manage")
def signals(request: PageRequest) -> HttpResponse:
    rows = [_shown(row) for row in signal_rows(request.actor)]
    context = {"rows": rows, "population": population_sentence()}
    return render(request, "settings/signals.html", context)


@page(permission="settings.manage", methods=FORM)
def signal(request: PageRequest, code: str) -> HttpResponse:
    row = _found(request, code)
    if request.method == "POST" and "reset" in request.POST:
        return _reset(request, row)
    form = _form(row, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _is_saved(request, code, form):
        return redirect("web:signals")
    context = {
        **_shown(row),
        "form": form,
        "levels": list(zip(row.levels, form.levels, strict=True)),
        "facts": facts_of(row.signal, vocabulary().measures),
        "population": population_sentence(),
        "answers": [(cause_word(one), answer_word(asks)) for one, asks in ANSWERS.items()],
    }
    status = 422 if form.is_bound else 200
    return render(request, "settings/signal.html", context, status=status)


@page(permission="settings.manage")
def signal_preview(request: PageRequest, code: str) -> HttpResponse:
    """How many customers would hold it, before it is saved."""
    form = _form(_found(request, code), request.GET)
    if not form.is_valid():
        problems = [str(text) for texts in form.errors.values() for text in texts]
        return render(request, "settings/_signal_preview.html", {"problems": problems})
    try:
        found = preview(request.actor, code, form.told())
    except RuleBroken as no:
        return render(request, "settings/_signal_preview.html", {"problems": [str(no)]})
    context = {"found": found, "form": form, "sides": _sides(request, found)}
    return render(request, "settings/_signal_preview.html", context)


def _found(request: PageRequest, code: str) -> SignalRow:
    try:
        return signal_row(request.actor, code)
    except Missing as no:
        raise Http404 from no


def _form(row: SignalRow, given: Any) -> SignalForm:
    made = form_of(row.signal, vocabulary().measures)
    return made(given, initial=first_values(row.signal, made.limits))


def _is_saved(request: PageRequest, code: str, form: SignalForm) -> bool:
    try:
        is_new = actions.change_signal(code, form.told(), by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error(None, str(no))
        return False
    said = _("Saved. The next refresh works by it.") if is_new else _("Nothing was changed.")
    toasts.say(request, said)
    return True


def _reset(request: PageRequest, row: SignalRow) -> HttpResponse:
    actions.reset_signal(row.signal.code, by=request.actor, at=now())
    toasts.say(request, _("{name}: as shipped again.").format(name=name_of(row.signal)))
    return redirect("web:signals")


def _shown(row: SignalRow) -> dict[str, Any]:
    return {
        "row": row,
        "name": name_of(row.signal),
        "cause": cause_word(row.signal.cause),
        "answer": answer_word(row.answer),
        "url": f"{reverse('web:warnings')}?signal={row.signal.code}",
    }


def _sides(request: PageRequest, found: Preview) -> list[dict[str, Any]]:
    """Who comes in and who goes, with some of them by name."""
    may_see = request.actor.may("customers.view")
    sides = []
    for title, ids in ((_("Come in"), found.new), (_("Fall out"), found.gone)):
        rows = customers.rows_of(request.actor, ids[:SAMPLE]) if may_see else {}
        sample = [rows[one] for one in ids[:SAMPLE] if one in rows]
        sides.append({"title": title, "count": len(ids), "sample": sample})
    return sides
