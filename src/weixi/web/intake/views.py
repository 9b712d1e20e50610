"""The import wizard: upload, columns, check and repair, run in the background."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.collect.intake import background, staging, trying
from weixi.collect.intake.reasons import read
from weixi.core import heartbeats
from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.core.jobs import OVER, job_of
from weixi.web import toasts, wording
from weixi.web.access import FORM, WRITE, page

from . import words

AT_ONCE = 2 * 1024 * 1024  # bytes; larger files are tried by a worker
FAULTS_SHOWN = 200
COUNTS = ("created", "updated", "unchanged", "rejected")


@page(permission="imports.run", methods=WRITE)
def upload(request: Any) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise RuleBroken(_("Choose a file first."))
    draft = staging.stage(
        kind=request.POST.get("kind", ""),
        name=file.name,
        chunks=file.chunks(),
        by=request.actor,
        at=now(),
    )
    try:
        trying.look(draft)
    except RuleBroken:
        staging.discard(draft)
        raise
    return redirect("web:import-columns", token=draft.token)


@page(permission="imports.run", methods=FORM)
def columns(request: Any, token: str) -> HttpResponse:
    draft = _draft(request, token)
    if request.method == "POST":
        return _choose(request, draft)
    return _columns_page(request, draft)


def _choose(request: Any, draft: staging.Draft) -> HttpResponse:
    looked = trying.look(draft)
    mapping = {}
    for place, column in enumerate(looked.columns):
        if field := request.POST.get(f"c{place}", ""):
            if field in mapping:
                return _columns_page(request, draft, twice=field)
            mapping[field] = column.name
    try:
        draft = trying.choose_columns(draft, mapping, by=request.actor)
        if draft.size <= AT_ONCE:
            trying.try_out(draft, by=request.actor, at=now())
        else:
            background.start_trial(draft, by=request.actor, at=now())
    except RuleBroken as no:
        return _columns_page(request, draft, problem=str(no), mapping=mapping)
    return redirect("web:import-check", token=draft.token)


def _columns_page(
    request: Any,
    draft: staging.Draft,
    *,
    twice: str = "",
    problem: str = "",
    mapping: dict[str, str] | None = None,
) -> HttpResponse:
    if twice:
        fields = trying.fields_of(draft.kind)
        name = next((words.field_name(f) for f in fields if f.name == twice), twice)
        problem = _("Two columns fill {field}. Choose one of them.").format(field=name)
    looked = trying.look(draft)
    chosen = {column: field for field, column in (mapping or {}).items()}
    rows = [
        {"place": place, "column": column, "field": chosen.get(column.name, column.field)}
        for place, column in enumerate(looked.columns)
    ]
    context = {
        "draft": draft,
        "kind": words.kind_name(draft.kind),
        "rows": rows,
        "notes": looked.notes,
        "problem": problem,
        "step": 2,
        **_fields(request, draft),
    }
    status = 422 if problem else 200
    return render(request, "intake/columns.html", context, status=status)


def _fields(request: Any, draft: staging.Draft) -> dict[str, Any]:
    """What a column may fill; `locked` are those that the role may not write."""
    needed = trying.needed_of(draft.kind)
    fields = [
        {
            "name": field.name,
            "label": words.field_name(field),
            "needed": field.name in needed,
            "locked": bool(field.permission) and not request.actor.may(field.permission),
        }
        for field in trying.fields_of(draft.kind)
    ]
    return {"fields": fields, "locked": [one["label"] for one in fields if one["locked"]]}


@page(permission="imports.run")
def check(request: Any, token: str) -> HttpResponse:
    draft = _draft(request, token)
    job = _job(draft)
    if not draft.trial:
        if job is None or job.name != background.TRY:
            return redirect("web:import-columns", token=token)
        return _waiting(request, draft, job, step=3)
    return render(request, "intake/check.html", _checked(request, draft))


def _checked(request: Any, draft: staging.Draft) -> dict[str, Any]:
    fields = {f.name: words.field_name(f) for f in trying.fields_of(draft.kind)}
    trial = draft.trial
    return {
        "draft": draft,
        "kind": words.kind_name(draft.kind),
        "trial": trial,
        **{f"{name}_text": wording.number(trial[name]) for name in COUNTS},
        "good": trial["rows"] - trial["rejected"],
        "faults": [
            {
                **fault,
                "reason": read(fault["reason"]),
                "hint": words.hint(draft.kind, fault["field"]),
                "label": fields.get(fault["field"], ""),
            }
            for fault in draft.faults[:FAULTS_SHOWN]
        ],
        "more": max(trial["rejected"] - FAULTS_SHOWN, 0),
        "reasons": [
            (read(sentence), rows)
            for sentence, rows in sorted(trial["reasons"].items(), key=lambda item: -item[1])[:6]
        ],
        "repaired": sum(len(cells) for cells in draft.repairs.values()),
        "samples": [
            {
                "sample": sample,
                "cells": [(fields.get(name, name), old, new) for name, old, new in sample.cells],
            }
            for sample in trying.samples(draft, by=request.actor)
        ],
        "step": 3,
    }


@page(permission="imports.run", methods=WRITE)
def repair_cell(request: Any, token: str) -> HttpResponse:
    """One cell put right: only its row is checked again."""
    draft = _draft(request, token)
    draft = trying.repair(
        draft,
        line=int(request.POST["line"]) if request.POST.get("line", "").isdigit() else 0,
        column=request.POST.get("column", ""),
        text=request.POST.get("text", "").strip(),
        by=request.actor,
        at=now(),
    )
    return render(request, "intake/_faults.html", _checked(request, draft))


@page(permission="imports.run", methods=WRITE)
def start(request: Any, token: str) -> HttpResponse:
    draft = _draft(request, token)
    if not draft.trial:
        raise RuleBroken(_("The file was not checked yet."))
    job = _job(draft)
    if job is None or job.name != background.TAKE or job.state in OVER:
        background.start_import(draft, by=request.actor, at=now())
    return redirect("web:import-progress", token=token)


@page(permission="imports.run")
def progress(request: Any, token: str) -> HttpResponse:
    """Renews itself; may be left and found again in the list of imports."""
    draft = _draft(request, token)
    job = _job(draft)
    if draft.import_id and (job is None or job.state in OVER):
        return _to(request, "web:import-result", draft.import_id)
    if job is None:
        return redirect("web:import-columns", token=token)
    if job.name == background.TRY and draft.trial:
        return _to(request, "web:import-check", token)
    return _waiting(request, draft, job, step=3 if job.name == background.TRY else 4)


def _to(request: Any, name: str, key: Any) -> HttpResponse:
    answer = redirect(name, key)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": answer.headers["Location"]})
    return answer


def _waiting(request: Any, draft: staging.Draft, job: Any, *, step: int) -> HttpResponse:
    is_alive = any(now() - beat.beat_at < heartbeats.ALIVE for beat in heartbeats.all_beats())
    context = {
        "draft": draft,
        "kind": words.kind_name(draft.kind),
        "job": job,
        "has_failed": job.state in (job.State.DEAD, job.State.CANCELLED),
        "is_alive": is_alive,
        "share": job.done / job.total if job.total else 0,
        "step": step,
    }
    template = "intake/_progress.html" if request.htmx else "intake/progress.html"
    return render(request, template, context)


@page(permission="imports.run", methods=WRITE)
def throw_away(request: Any, token: str) -> HttpResponse:
    """Nothing was written; the upload is removed."""
    draft = _draft(request, token)
    job = _job(draft)
    if job is not None and job.state not in OVER:
        raise RuleBroken(_("It is running. Stop it first."))
    staging.discard(draft)
    toasts.say(request, _("Upload removed. Nothing was imported."))
    return redirect("web:imports")


def _draft(request: Any, token: str) -> staging.Draft:
    try:
        return staging.draft_of(token, request.actor)
    except Missing as no:
        raise Http404 from no


def _job(draft: staging.Draft) -> Any:
    return None if draft.job_id is None else job_of(draft.job_id)
