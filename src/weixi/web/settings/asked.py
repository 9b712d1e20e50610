"""A condition of the segment language on a page of settings: its tree, its sentence, its count."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from weixi.classify.conditions import Known
from weixi.classify.previewing import SAMPLE
from weixi.classify.sentences import sentence
from weixi.collect.customers import queries as customers
from weixi.core.errors import RuleBroken
from weixi.web.access import PageRequest
from weixi.web.segments.conditions import stored_of
from weixi.web.segments.shown import shown
from weixi.web.segments.tree import Node, changed, read

ROOT = "w"
Asked = Callable[[Any, Mapping[str, Any]], tuple[date, list[int]]]  # actor, condition → day, ids


def typed(request: PageRequest) -> Node:
    """As it stands in the form, after the button that was pressed."""
    return changed(read(request.POST, ROOT), request.POST.get("do", ""), ROOT)


def tree_of(root: Node, names: Known, route: str) -> dict[str, Any]:
    """`route`: of the page that draws it anew."""
    return {"root": ROOT, "tree": shown(root, names, ROOT), "url": reverse(route)}


def drawn(request: PageRequest, names: Known, route: str) -> HttpResponse:
    """The conditions after a choice or a button."""
    answer = render(request, "segments/_tree.html", tree_of(typed(request), names, route))
    answer.headers["HX-Trigger-After-Swap"] = "tree:changed"
    return answer


def found_of(request: PageRequest, root: Node, names: Known, asked: Asked) -> dict[str, Any]:
    """The sentence and the count of what stands in the form now."""
    try:
        when = stored_of(root, names)
        day, ids = asked(request.actor, when)
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
