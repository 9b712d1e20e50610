"""Schemes as people change them: the table of all, the editor, its preview, versions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.classify import editing, queries
from weixi.classify.applying import apply_scheme
from weixi.classify.previewing import preview
from weixi.classify.segments import versions_of
from weixi.classify.vocabulary import known
from weixi.core.clock import now, today
from weixi.core.errors import Conflict, RuleBroken
from weixi.core.runs import newest_run
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, page

from . import words
from .drafting import drawn_draft
from .drafts import Axis, Draft, changed_draft, draft_from, draft_of, stored_of_draft, whole


@page(permission="schemes.edit")
def schemes(request: Any) -> HttpResponse:
    rows = [
        {
            "one": scheme,
            "axes": [words.axis_words(axis).name for axis in parsed.axes],
            "cells": len(parsed.cells),
            "waiting": next((v for v in versions_of(scheme) if v.state == "waiting"), None),
            "may_switch": scheme.kind != "lifecycle",
        }
        for scheme in queries.all_schemes()
        if (parsed := queries.definition_of(scheme))
    ]
    context = {"rows": rows, "is_chinese": words.is_chinese()}
    return render(request, "segments/schemes.html", context)


@page(permission="schemes.edit", methods=FORM)
def new(request: Any) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, "")
    names, copied = known(), queries.scheme(request.GET.get("copy", ""))
    if copied is None:
        return _editor(request, whole(Draft(axes=[Axis()]), names), "")
    title = _("Copy of {name}").format(name=copied.name_zh)
    draft = draft_of(title, f"Copy of {copied.name_en}", copied.definition, names)
    return _editor(request, draft, "")


@page(permission="schemes.edit", methods=FORM)
def edit(request: Any, code: str) -> HttpResponse:
    scheme = _scheme(code)
    if request.method == "POST":
        return _posted(request, code)
    newest = editing.newest_version(scheme)
    draft = draft_of(newest.name_zh, newest.name_en, newest.definition, known())
    return _editor(request, draft, code, seen=newest.version)


def _posted(request: Any, code: str) -> HttpResponse:
    do, names = request.POST.get("do", ""), known()
    if do != "save":
        return _editor(request, changed_draft(draft_from(request.POST), do, names), code)
    draft = draft_from(request.POST)
    try:
        saved, from_day = _save(request, code, draft)
    except RuleBroken as no:
        return _editor(request, draft, code, problem=str(no), status=422)
    _say(request, saved, from_day)
    return redirect("web:scheme-versions", saved)


def _save(request: Any, code: str, draft: Draft) -> tuple[str, date]:
    given = request.POST
    stored = stored_of_draft(draft, known(), _before(code))
    if not code:
        made = editing.create_scheme(
            name_zh=draft.zh, name_en=draft.en, definition=stored, by=request.actor, at=now()
        )
        return made.code, date.min
    from_day = _day(given.get("from_day", ""))
    editing.change_scheme(
        code=code, name_zh=draft.zh, name_en=draft.en, definition=stored, from_day=from_day,
        seen=_number(given.get("seen", "")), by=request.actor, at=now(),
    )  # fmt: skip
    return code, from_day


def _before(code: str) -> Mapping[str, Any]:
    scheme = queries.scheme(code) if code else None
    return scheme.definition if scheme else {}


def _say(request: Any, code: str, from_day: date) -> None:
    newest = newest_run()
    if newest is None or from_day > newest.as_of:
        text = _("Saved. It holds from {day} on; figures change with the refresh of that day.")
        toasts.say(request, text.format(day=from_day))
        return
    try:
        apply_scheme(code, at=now())
        toasts.say(request, _("Saved. Every customer was placed anew."))
    except Conflict:
        toasts.say(request, _("Saved. A refresh is running; figures change with the next one."))


def _editor(
    request: Any, draft: Draft, code: str, *, seen: int | None = None, problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    given, newest = request.POST, newest_run()
    context = {
        "code": code,
        "draft": drawn_draft(draft, known()),
        "seen": given.get("seen", "") if seen is None else seen,
        "from_day": given.get("from_day") or (newest.as_of if newest else today()),
        "problem": problem,
        "is_lifecycle": (found := queries.scheme(code)) is not None and found.kind == "lifecycle",
        "url": reverse("web:scheme-form"),
        **_previewed(request, draft, code),
    }
    return render(request, "segments/editor.html", context, status=status)


@page(permission="schemes.edit", methods=WRITE)
def form(request: Any) -> HttpResponse:
    """The axes and cells drawn anew after a choice or a button."""
    draft = changed_draft(draft_from(request.POST), request.POST.get("do", ""), known())
    found = queries.scheme(request.POST.get("code", ""))
    context = {
        "draft": drawn_draft(draft, known()),
        "is_lifecycle": found is not None and found.kind == "lifecycle",
        "url": reverse("web:scheme-form"),
    }
    answer = render(request, "segments/_draft.html", context)
    answer.headers["HX-Trigger-After-Swap"] = "tree:changed"
    return answer


@page(permission="schemes.edit", methods=WRITE)
def previewed(request: Any) -> HttpResponse:
    """Counts now and after, of what stands in the form; nothing is written."""
    draft = whole(draft_from(request.POST), known())
    context = _previewed(request, draft, request.POST.get("code", ""))
    return render(request, "segments/_preview.html", context)


def _previewed(request: Any, draft: Draft, code: str) -> dict[str, Any]:
    try:
        stored = stored_of_draft(draft, known(), _before(code))
        return {"preview": preview(request.actor, stored, code=code), "is_new": not code,
                "is_chinese": words.is_chinese()}  # fmt: skip
    except RuleBroken as no:
        return {"refused": str(no)}


@page(permission="segments.view")
def versions(request: Any, code: str) -> HttpResponse:
    scheme = _scheme(code)
    rows = [
        {"one": row, "cells": len(row.definition["cells"]), "axes": _axes_words(row.definition)}
        for row in versions_of(scheme)
    ]
    newest = newest_run()
    context = {
        "scheme": scheme,
        "rows": rows,
        "is_chinese": words.is_chinese(),
        "may_edit": request.actor.may("schemes.edit"),
        "from_day": newest.as_of if newest else today(),
    }
    return render(request, "segments/versions.html", context)


def _axes_words(stored: Mapping[str, Any]) -> list[str]:
    """近 12 个月销售额: 1%、5%、20%."""
    parsed = queries.parsed(stored)
    return [
        f"{axis.name_zh if words.is_chinese() else axis.name_en}{_(': ')}{_(', ').join(cuts)}"
        for axis in parsed.axes
        if (cuts := words.cut_texts(axis)) is not None
    ]


@page(permission="schemes.edit", methods=WRITE)
def restore(request: Any, code: str, version: int) -> HttpResponse:
    from_day = _day(request.POST.get("from_day", ""))
    editing.restore_version(
        code=code, version=version, from_day=from_day, by=request.actor, at=now()
    )
    _say(request, code, from_day)
    return redirect("web:scheme-versions", code)


@page(permission="schemes.edit", methods=WRITE)
def switch(request: Any, code: str) -> HttpResponse:
    is_on = request.POST.get("on") == "1"
    editing.switch(code=code, is_on=is_on, by=request.actor, at=now())
    if is_on:
        _say(request, code, date.min)
    else:
        toasts.say(request, _("Switched off. Its history stays."))
    return redirect("web:schemes")


def _scheme(code: str) -> Any:
    scheme = queries.scheme(code)
    if scheme is None or scheme.kind == "segment":
        raise Http404
    return scheme


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(_("Holds from: a day is written as 2026-11-20.")) from None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
