"""Imports that were made: who, when, what became of the rows; rejects, undo, stop."""

from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.collect.customers import demo
from weixi.collect.intake import actions, queries, staging
from weixi.collect.intake.rejects import in_words
from weixi.core import jobs
from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.web import toasts, wording
from weixi.web.access import WRITE, page

from . import words

SHOWN = 50
REJECTS_SHOWN, KEPT_SHOWN = 200, 100
COUNTS = ("rows", "created", "updated", "unchanged", "rejected")
TYPED_FROM = 100  # rows from which undoing asks for the number to be typed


@page(permission="imports.run")
def index(request: Any) -> HttpResponse:
    batches = list(queries.newest_imports(request.actor)[:SHOWN])
    context = {
        "kinds": [(kind, *told) for kind, told in words.KINDS.items()],
        "most": staging.MOST_BYTES // 1024 // 1024,
        "waiting": [_waiting(draft) for draft in staging.drafts(request.actor)],
        "rows": [_row(batch) for batch in batches],
        "is_demo": bool(demo.state()),
        "may_remove_demo": request.actor.may("settings.manage"),
    }
    return render(request, "intake/index.html", context)


def _waiting(draft: staging.Draft) -> dict[str, Any]:
    job = None if draft.job_id is None else jobs.job_of(draft.job_id)
    is_running = job is not None and job.state not in jobs.OVER
    return {
        "draft": draft,
        "kind": words.kind_name(draft.kind),
        "is_running": is_running,
        "share": job.done / job.total if job and job.total else 0,
        "route": "web:import-progress"
        if is_running
        else ("web:import-check" if draft.trial else "web:import-columns"),
    }


def _row(batch: Any) -> dict[str, Any]:
    state = batch.state
    if state == "running" and not queries.is_running(batch):
        state = "stopped"
    return {
        "batch": batch,
        "kind": words.kind_name(batch.kind),
        "state": state,
        "told": words.STATES[state],
    }


@page(permission="imports.run")
def result(request: Any, batch_id: int) -> HttpResponse:
    batch = _batch(request, batch_id)
    row = _row(batch)
    context = {
        **row,
        "rejected": queries.rejected_rows(batch_id, request.actor, limit=REJECTS_SHOWN),
        "kept": queries.kept_at_undo(batch, limit=KEPT_SHOWN),
        "has_file": queries.rejects_file(batch_id, request.actor) is not None,
        "may_undo": row["state"] in ("done", "stopped"),
        "typed": batch.created + batch.updated > TYPED_FROM,
        "changed": batch.created + batch.updated,
        "counts": {name: wording.number(getattr(batch, name)) for name in COUNTS},
    }
    return render(request, "intake/result.html", context)


@page(permission="imports.run")
def rejects(request: Any, batch_id: int) -> Any:
    """The refused rows, unmasked, for the person who ran the import."""
    _batch(request, batch_id)
    path = queries.rejects_file(batch_id, request.actor)
    if path is None:
        raise Http404
    named = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return StreamingHttpResponse(in_words(path), content_type="text/csv", headers=named)


@page(permission="imports.run", methods=WRITE)
def undo_import(request: Any, batch_id: int) -> HttpResponse:
    batch = _batch(request, batch_id)
    changed = batch.created + batch.updated
    if changed > TYPED_FROM and request.POST.get("typed", "").strip() != str(changed):
        raise RuleBroken(_("Type {n} to undo.").format(n=changed))
    undone = actions.undo(batch_id, by=request.actor, at=now())
    kept = undone.kept_rows
    text = _("Import undone.")
    if kept:
        text = ngettext(
            "Import undone. {n} row was edited since and stays.",
            "Import undone. {n} rows were edited since and stay.",
            kept,
        ).format(n=kept)
    toasts.say(request, text)
    return redirect("web:import-result", batch_id)


@page(permission="imports.run", methods=WRITE)
def stop(request: Any, batch_id: int) -> HttpResponse:
    _batch(request, batch_id)
    actions.request_cancel(batch_id, by=request.actor)
    toasts.say(request, _("It stops after the rows it is at. What is in stays."))
    return redirect("web:import-result", batch_id)


def _batch(request: Any, batch_id: int) -> Any:
    try:
        return queries.batch_of(batch_id, request.actor)
    except Missing as no:
        raise Http404 from no
