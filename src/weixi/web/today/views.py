"""Today's list: the queue, the preparation panel, and what is done with a task."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.care import actions, queries
from weixi.act.care.playbooks.queries import name_of, standing_for
from weixi.act.outreach.outbox import by_hand, by_hand_count
from weixi.collect.touchpoints.queries import channels
from weixi.core.clock import now
from weixi.core.clock import today as this_day
from weixi.core.runs import newest_run
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.vocabulary import word

from .forms import CompleteForm, PostponeForm
from .reading import asked_of, kinds_of, prepared

DIALOG_DONE = 204
BY_HAND_SHOWN = 3


@page(permission="tasks.work")
def today(request: PageRequest) -> HttpResponse:
    """The whole page, or the list alone for htmx."""
    asked = asked_of(request)
    day, at = this_day(), now()
    found = queries.queue(
        request.actor,
        day=day,
        at=at,
        scope=asked.scope,
        filters=asked.filters,
        cursor=request.GET.get("cursor", ""),
    )
    counters = queries.counters(request.actor, day=day, scope=asked.scope)
    rows = list(found.rows)
    context: dict[str, Any] = {
        "asked": asked,
        "rows": rows,
        "next_url": asked.url(cursor=found.next) if found.next else "",
        "counters": counters,
        "kinds": kinds_of(
            queries.kinds_waiting(request.actor, day=day, scope=asked.scope, filters=asked.filters),
            asked,
        ),
        "run": newest_run(),
        "may_import": request.actor.may("imports.run"),
        "today": day,
        "back": urlencode({"from": asked.url()}),
    }
    if not rows:
        context["tomorrow"] = queries.next_day_due(request.actor, day=day, scope=asked.scope)
    if request.htmx:
        return render(request, "today/_list.html", context)
    wanted = _wanted(request.GET.get("task", ""), rows)
    if wanted is not None:
        context |= _panel_context(request, wanted)
    context |= _by_hand(request, at)
    return render(request, "today/page.html", context | {"selected": wanted})


def _by_hand(request: PageRequest, at: datetime) -> dict[str, Any]:
    """Messages that a person sends: how many, and the first of them."""
    n = by_hand_count(request.actor, at=at) if _sends(request) else 0
    first = by_hand(request.actor, at=at, limit=BY_HAND_SHOWN) if n else []
    known = {one.code: one for one in channels(all_of_them=True)} if n else {}
    rows = [{"row": row, "channel": known[row.channel]} for row in first]
    return {"by_hand": n, "by_hand_rows": rows}


def _sends(request: PageRequest) -> bool:
    """WeCom asks a person to confirm each message; letters are posted by somebody."""
    return request.actor.may("messages.view") and request.actor.may("contacts.edit")


@page(permission="tasks.work")
def done(request: PageRequest) -> HttpResponse:
    """What was done today: the list behind the first figure."""
    asked = asked_of(request)
    rows = queries.finished(request.actor, day=this_day(), scope=asked.scope)
    return render(request, "today/done.html", {"rows": rows, "asked": asked, "today": this_day()})


@page(permission="tasks.work")
def panel(request: PageRequest, task_id: int) -> HttpResponse:
    if not request.htmx:
        return redirect(f"{reverse('web:today')}?task={task_id}")
    return render(request, "today/_panel.html", _panel_context(request, task_id))


@page(permission="tasks.work", methods=WRITE)
def start(request: PageRequest, task_id: int) -> HttpResponse:
    """Hold the task, then ask how it ended; a second person is told who holds it."""
    actions.claim(task_id=task_id, by=request.actor, at=now())
    if not request.htmx:
        return redirect("web:task-complete", task_id)
    return _dialog(request, task_id, "today/_complete.html")


@page(permission="tasks.work", methods=WRITE)
def release(request: PageRequest, task_id: int) -> HttpResponse:
    actions.release(task_id=task_id, by=request.actor, at=now())
    return HttpResponse(status=DIALOG_DONE) if request.htmx else redirect("web:today")


@page(permission="tasks.work", methods=FORM)
def complete(request: PageRequest, task_id: int) -> HttpResponse:
    if request.method != "POST":
        return _dialog(request, task_id, "today/_complete.html")
    detail = _detail(request, task_id)
    form = CompleteForm(request.POST, channels=_channels(detail))
    if not form.is_valid():
        return _dialog(request, task_id, "today/_complete.html", form=form, status=422)
    given = form.cleaned_data
    actions.complete(
        task_id=task_id,
        outcome=given["outcome"],
        channel=given["channel"],
        note=given["note"],
        minutes=given["minutes"],
        version=given["version"],
        by=request.actor,
        at=now(),
    )
    text = _("{name}: {outcome}. Recorded").format(
        name=detail.row.customer.name, outcome=word("outcome", given["outcome"])
    )
    return _finished(request, task_id, text)


@page(permission="tasks.work", methods=FORM)
def postpone(request: PageRequest, task_id: int) -> HttpResponse:
    if request.method != "POST":
        return _dialog(request, task_id, "today/_postpone.html")
    form = PostponeForm(request.POST, today=this_day())
    if not form.is_valid():
        return _dialog(request, task_id, "today/_postpone.html", form=form, status=422)
    task = actions.postpone(
        task_id=task_id,
        until=form.until,
        reason=form.why,
        version=form.cleaned_data["version"],
        by=request.actor,
        at=now(),
    )
    text = _("{name}: put off until {day}").format(
        name=task.customer.name, day=form.until.isoformat()
    )
    return _finished(request, task_id, text)


@page(permission="tasks.work", methods=WRITE)
def undo(request: PageRequest, task_id: int) -> HttpResponse:
    task = actions.undo(task_id=task_id, by=request.actor, at=now())
    text = _("{name} is back on the list").format(name=task.customer.name)
    if request.htmx:
        answer = HttpResponse(status=DIALOG_DONE)
        return toasts.attach(answer, text, tasks_changed={"focus": task_id})
    toasts.say(request, text)
    return HttpResponseRedirect(reverse("web:today"))


def _wanted(text: str, rows: list[Any]) -> int | None:
    """The task of the panel: the one asked for, else the first of the list."""
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    return rows[0].task_id if rows else None


def _detail(request: PageRequest, task_id: int) -> Any:
    return queries.detail(request.actor, task_id, day=this_day(), at=now())


def _playbooks(request: PageRequest, detail: Any) -> list[tuple[Any, str]]:
    """Those whose task stands for the leading reason, where none has asked for it yet."""
    signals = detail.row.signals
    found = standing_for(request.actor, signals[0].kind) if signals else []
    return [(row, name_of(row)) for row in found]


def _panel_context(request: PageRequest, task_id: int) -> dict[str, Any]:
    detail = _detail(request, task_id)
    form = CompleteForm(
        channels=_channels(detail),
        initial={"channel": detail.row.channel.code, "version": detail.row.version},
        auto_id="panel_%s",
    )
    asked = asked_of(request)
    context = {"detail": prepared(detail), "form": form, "back": urlencode({"from": asked.url()})}
    return context | {"playbooks": _playbooks(request, detail)}


def _channels(detail: Any) -> list[tuple[str, str]]:
    return [(channel.code, channel.name) for channel in detail.channels]


def _dialog(
    request: PageRequest, task_id: int, template: str, *, form: Any = None, status: int = 200
) -> HttpResponse:
    """A dialog for htmx, the same form as a page of its own without."""
    detail = _detail(request, task_id)
    if form is None and template.endswith("_complete.html"):
        form = CompleteForm(
            channels=_channels(detail),
            initial={"channel": detail.row.channel.code, "version": detail.row.version},
        )
    elif form is None:
        form = PostponeForm(today=this_day(), initial={"version": detail.row.version})
    context = {"detail": prepared(detail), "form": form}
    if not request.htmx:
        context["part"] = template
        template = "today/task_page.html"
    return render(request, template, context, status=status)


def _finished(request: PageRequest, task_id: int, text: str) -> HttpResponse:
    back = reverse("web:task-undo", args=[task_id])
    if request.htmx:
        answer = HttpResponse(status=DIALOG_DONE)
        return toasts.attach(answer, text, undo=back, wx_close=True, tasks_changed={})
    toasts.say(request, text, undo=back)
    return HttpResponseRedirect(reverse("web:today"))
