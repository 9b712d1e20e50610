"""Segments that people build: the list, the builder, delete and restore."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.act.audiences.selection import cells_in
from weixi.classify import editing, segments
from weixi.classify.applying import apply_scheme
from weixi.classify.conditions import Known
from weixi.classify.previewing import SAMPLE, found_by
from weixi.classify.sentences import sentence
from weixi.classify.vocabulary import known
from weixi.collect.customers import queries as customers
from weixi.core.clock import now, today
from weixi.core.errors import Conflict, RuleBroken
from weixi.core.runs import newest_run
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, page

from . import words
from .audience import audience_url, list_url
from .conditions import stored_of
from .shown import shown
from .tree import Node, changed, node_of, read

ROOT = "r"


@page(permission="segments.view")
def own(request: Any) -> HttpResponse:
    names, may_edit = known(), request.actor.may("schemes.edit")
    rows = segments.segments(request.actor, names)
    gone = segments.deleted_segments(request.actor, names, at=now()) if may_edit else []
    context = {
        "rows": [_row(row) for row in rows],
        "gone": [_row(row) for row in gone],
        "may_edit": may_edit,
        "as_of": newest.as_of if (newest := newest_run()) else None,
    }
    return render(request, "segments/own.html", context)


def _row(row: segments.SegmentRow) -> dict[str, Any]:
    zh = words.is_chinese()
    return {
        "one": row,
        "name": row.name_zh if zh else row.name_en,
        "sentence": row.sentence_zh if zh else row.sentence_en,
        "url": list_url([row.cell]),
        "audience": audience_url([row.cell]),
    }


@page(permission="schemes.edit", methods=FORM)
def new(request: Any) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, "")
    cells = cells_in(request.GET.get("cell", ""))
    root = Node("all", [Node(what=f"cell:{one}", chosen=some) for one, some in cells.items()])
    if not cells:
        root = Node("all", [Node(what="measure:days_since_purchase", texts={"v": "60"})])
    return _builder(request, root, code="", typed={})


@page(permission="schemes.edit", methods=FORM)
def edit(request: Any, code: str) -> HttpResponse:
    version, when = segments.rule_of(code)
    if request.method == "POST":
        return _posted(request, code)
    names = known()
    root = node_of(when, {c: unit for c, (_zh, _en, unit) in names.measures.items()})
    typed = {"name_zh": version.name_zh, "name_en": version.name_en, "seen": version.version}
    return _builder(request, root, code=code, typed=typed)


def _posted(request: Any, code: str) -> HttpResponse:
    """A button of the tree draws it anew; without scripts, the whole page."""
    do, root = request.POST.get("do", ""), read(request.POST, ROOT)
    if do != "save":
        return _builder(request, changed(root, do, ROOT), code=code, typed=request.POST)
    try:
        saved = _save(request, code, stored_of(root, known()))
    except RuleBroken as no:
        return _builder(request, root, code=code, typed=request.POST, problem=str(no), status=422)
    _say(request, saved)
    return redirect("web:segments-own")


def _save(request: Any, code: str, when: Mapping[str, Any]) -> str:
    given, by, at = request.POST, request.actor, now()
    names = {"name_zh": given.get("name_zh", ""), "name_en": given.get("name_en", "")}
    if not code:
        return editing.create_segment(**names, when=when, by=by, at=at).code
    newest = newest_run()
    seen = given.get("seen", "")
    editing.change_segment(
        code=code, **names, when=when, from_day=newest.as_of if newest else today(),
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0, by=by, at=at,
    )  # fmt: skip
    return code


def _say(request: Any, code: str) -> None:
    try:
        is_done = apply_scheme(code, at=now())
    except Conflict:
        toasts.say(request, _("Saved. A refresh is running; the members change with the next one."))
        return
    if not is_done:
        toasts.say(request, _("Saved. Its members are found by the first refresh."))
        return
    n = segments.segment(request.actor, code, known()).customers
    text = ngettext("Saved: {n} customer is in it", "Saved: {n} customers are in it", n)
    toasts.say(request, text.format(n=f"{n:,}"))


def _builder(
    request: Any, root: Node, *, code: str, typed: Mapping[str, Any], problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    names = known()
    context = {
        "code": code,
        "root": ROOT,
        "tree": shown(root, names, ROOT),
        "url": reverse("web:segment-tree", args=[ROOT]),
        "typed": {name: typed.get(name, "") for name in ("name_zh", "name_en", "seen")},
        "problem": problem,
        **_found(request, root, names, code),
    }
    return render(request, "segments/builder.html", context, status=status)


@page(permission="schemes.edit", methods=WRITE)
def tree(request: Any, root: str) -> HttpResponse:
    """One tree of a form drawn anew after a choice or a button."""
    node = changed(read(request.POST, root), request.POST.get("do", ""), root)
    context = {
        "root": root,
        "tree": shown(node, known(), root),
        "url": reverse("web:segment-tree", args=[root]),
    }
    answer = render(request, "segments/_tree.html", context)
    answer.headers["HX-Trigger-After-Swap"] = "tree:changed"
    return answer


@page(permission="schemes.edit", methods=WRITE)
def found(request: Any) -> HttpResponse:
    """The sentence and the count of what stands in the form now."""
    context = _found(request, read(request.POST, ROOT), known(), request.POST.get("code", ""))
    return render(request, "segments/_found.html", context)


def _found(request: Any, root: Node, names: Known, code: str) -> dict[str, Any]:
    try:
        when = stored_of(root, names)
        told = {"zh": sentence(when, names, "zh"), "en": sentence(when, names, "en")}
        ids = found_by(request.actor, when, code=code)
    except ValueError as no:  # what a stored tree may not say; told where it is checked
        return {"refused": words.refusal(no)}
    except RuleBroken as no:
        return {"refused": str(no)}
    newest = newest_run()
    rows = {}
    if request.actor.may("customers.view"):
        rows = customers.rows_of(request.actor, ids[:SAMPLE])
    return {
        "told": told,
        "count": len(ids),
        "sample": [rows[one] for one in ids[:SAMPLE] if one in rows],
        "as_of": newest.as_of if newest else None,
    }


@page(permission="schemes.edit", methods=WRITE)
def delete(request: Any, code: str) -> HttpResponse:
    editing.delete_segment(code=code, by=request.actor, at=now())
    undo = reverse("web:segment-restore", args=[code])
    toasts.say(request, _("Deleted. It can be restored for 30 days."), undo=undo)
    return redirect("web:segments-own")


@page(permission="schemes.edit", methods=WRITE)
def restore(request: Any, code: str) -> HttpResponse:
    editing.restore_segment(code=code, by=request.actor, at=now())
    _say(request, code)
    return redirect("web:segments-own")
