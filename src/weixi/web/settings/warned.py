"""Whom warnings are about: a condition of the segment language, with its sentence and its count."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.act.warnings import actions
from weixi.act.warnings.signal_queries import population_gone, population_in_force, warned
from weixi.act.warnings.signals import population_vocabulary
from weixi.classify.conditions import Known
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.segments.conditions import stored_of
from weixi.web.segments.tree import Node, node_of, read

from .asked import ROOT, drawn, found_of, tree_of, typed

TREE = "web:warned-customers-tree"


@page(permission="settings.manage", methods=FORM)
def warned_customers(request: PageRequest) -> HttpResponse:
    names = population_vocabulary()
    if request.method != "POST":
        return _shown(request, _kept(names), names)
    do, root = request.POST.get("do", ""), read(request.POST, ROOT)
    if do not in ("save", "reset"):
        return _shown(request, typed(request), names)
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
    return drawn(request, population_vocabulary(), TREE)


@page(permission="settings.manage", methods=WRITE)
def found(request: PageRequest) -> HttpResponse:
    context = found_of(request, read(request.POST, ROOT), population_vocabulary(), warned)
    return render(request, "segments/_found.html", context)


def _kept(names: Known) -> Node:
    units = {code: unit for code, (_zh, _en, unit) in names.measures.items()}
    return node_of(population_in_force()[0], units)


def _shown(
    request: PageRequest, root: Node, names: Known, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **tree_of(root, names, TREE),
        **found_of(request, root, names, warned),
        "problem": problem,
        "gone": population_gone(),
        "is_shipped": population_in_force()[1] and not population_gone(),
    }
    return render(request, "settings/warned.html", context, status=status)
