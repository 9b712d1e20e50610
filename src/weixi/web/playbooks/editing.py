"""The editor of a playbook: one form for all of it; buttons add, move and remove steps."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.act.care.playbooks import actions, queries
from weixi.classify.vocabulary import known
from weixi.core.clock import now
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page

from .form import changed, choices_of, drawn, read
from .views import problem_of


@page(permission="playbooks.edit", methods=FORM)
def edit(request: PageRequest, code: str) -> HttpResponse:
    """POST saves the draft and carries out the button that was pressed."""
    row, stored, is_draft = queries.draft_of(request.actor, code)
    if request.method != "POST":
        return _page(request, row, stored, is_draft)
    do, given = request.POST.get("do", "save"), read(request.POST)
    stored = changed(given, do)
    actions.save_draft(code=code, stored=stored, by=request.actor, at=now())
    actions.describe(
        code=code, name_zh=request.POST.get("name_zh", ""),
        name_en=request.POST.get("name_en", ""), about_zh=request.POST.get("about_zh", ""),
        about_en=request.POST.get("about_en", ""), owner_id=row.owner_id, by=request.actor,
        at=now(),
    )  # fmt: skip
    if do == "try":
        return redirect("web:playbook-simulation", code)
    if do == "save":
        toasts.say(request, _("Draft saved"))
        return redirect("web:playbook-edit", code)
    row.refresh_from_db()
    return _page(request, row, stored, True, focus=do)


def _page(
    request: PageRequest, row: Any, stored: Any, is_draft: bool, *, focus: str = ""
) -> HttpResponse:
    names = known()
    running = queries.one(request.actor, row.code).figures.running
    context = {
        "book": row, "name": queries.name_of(row), "code": row.code, "is_draft": is_draft,
        "form": drawn(stored, names), "choices": choices_of(names), "problem": problem_of(stored),
        "running": running, "focus": focus, "is_published": row.published_id is not None,
    }  # fmt: skip
    return render(request, "playbooks/edit.html", context)


@page(permission="playbooks.edit", methods=WRITE)
def new(request: PageRequest) -> HttpResponse:
    row = actions.create(
        code=request.POST.get("code", ""), name_zh=request.POST.get("name_zh", ""),
        name_en=request.POST.get("name_en", ""), by=request.actor, at=now(),
    )  # fmt: skip
    return redirect("web:playbook-edit", row.code)


@page(permission="playbooks.edit", methods=WRITE)
def publish(request: PageRequest, code: str) -> HttpResponse:
    version = actions.publish(
        code=code, at_publish=request.POST.get("at_publish", ""),
        note=request.POST.get("note", ""), by=request.actor, at=now(),
    )  # fmt: skip
    toasts.say(request, _("Version {n} is published").format(n=version.number))
    return redirect("web:playbook", code)


@page(permission="playbooks.edit", methods=WRITE)
def drop(request: PageRequest, code: str) -> HttpResponse:
    actions.drop_draft(code=code, by=request.actor, at=now())
    toasts.say(request, _("The draft is dropped; the published version stays"))
    return redirect("web:playbook", code)


@page(permission="playbooks.edit", methods=WRITE)
def switch(request: PageRequest, code: str) -> HttpResponse:
    on = request.POST.get("on") == "1"
    row = actions.switch(
        code=code, on=on, stop_running=request.POST.get("stop") == "1", by=request.actor, at=now()
    )
    said = _("{name} is on") if on else _("{name} is off")
    toasts.say(request, said.format(name=queries.name_of(row)))
    return redirect("web:playbook", code)


@page(permission="tasks.work", methods=WRITE)
def stop(request: PageRequest, run_id: int) -> HttpResponse:
    run = actions.stop_run(
        run_id=run_id, reason=request.POST.get("reason", ""), by=request.actor, at=now()
    )
    toasts.say(request, _("Stopped for {name}").format(name=run.customer.name))
    return redirect("web:playbook-customers", run.playbook.code)
