"""Whom warnings are about: a condition of the segment language, with its sentence and its count."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.warnings import actions
from weixi.act.warnings.signal_queries import population_gone, population_in_force, warned
from weixi.act.warnings.signals import population_vocabulary
from weixi.classify.conditions import Known
from weixi.classify.previewing import SAMPLE
from weixi.classify.sentences import sentence
from weixi.collect.customers import queries as customers
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.segments.conditions import stored_of
from weixi.web.segments.shown import shown
from weixi.web.segments.tree import Node, changed, node_of, read

ROOT = "w"


@page(permission="settings.manage", methods=FORM)
def warned_customers(request: PageRequest) -> HttpResponse:
    names = population_vocabulary()
    if request.method != "POST":
        return _shown(request, _kept(names), names)
    do, root = request.POST.get("do", ""), read(request.POST, ROOT)
    if do not in ("save", "reset"):
        return _shown(request, changed(root, do, ROOT), names)
    try:
        when = None if do == "reset" else stored_of(root, names)
        is_new = actions.change_population(when, by=request.actor, at=now())
    except RuleBroken as no:
        return _shown(request, root, names, problem=str(no), status=422)
    said = _("Saved. The next refresh works by it.") if is_new else _("Nothing was changed.")
    toasts.say(request, said)
    return redirect("web:signals")


@page(permission="settings.manage", methods=WRITE)
def tree(request: PageRequest) -> HttpResponse:
    """The conditions drawn anew after a choice or a button."""
    node = changed(read(request.POST, ROOT), request.POST.get("do", ""), ROOT)
    context = _tree(node, population_vocabulary())
    answer = render(request, "segments/_tree.html", context)
    answer.headers["HX-Trigger-After-Swap"] = "tree:changed"
    return answer


@page(permission="settings.manage", methods=WRITE)
def found(request: PageRequest) -> HttpResponse:
    """The sentence and the count of what stands in the form now."""
    context = _found(request, read(request.POST, ROOT), population_vocabulary())
    return render(request, "segments/_found.html", context)


def _kept(names: Known) -> Node:
    units = {code: unit for code, (_zh, _en, unit) in names.measures.items()}
    return node_of(population_in_force()[0], units)


def _shown(
    request: PageRequest, root: Node, names: Known, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **_tree(root, names),
        **_found(request, root, names),
        "problem": problem,
        "gone": population_gone(),
        "is_shipped": population_in_force()[1] and not population_gone(),
    }
    return render(request, "settings/warned.html", context, status=status)


def _tree(root: Node, names: Known) -> dict[str, Any]:
    url = reverse("web:warned-customers-tree")
    return {"root": ROOT, "tree": shown(root, names, ROOT), "url": url}


def _found(request: PageRequest, root: Node, names: Known) -> Mapping[str, Any]:
    try:
        when = stored_of(root, names)
        day, ids = warned(request.actor, when)
    except RuleBroken as no:
        return {"refused": str(no)}
    may_see = request.actor.may("customers.view")
    rows = customers.rows_of(request.actor, ids[:SAMPLE]) if may_see else {}
    return {
        "told": {"zh": sentence(when, names, "zh"), "en": sentence(when, names, "en")},
        "count": len(ids),
        "sample": [rows[one] for one in ids[:SAMPLE] if one in rows],
        "as_of": day,
    }
