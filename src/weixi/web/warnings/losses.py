"""Customers lost: the Pareto of causes, what is done against them, and each loss."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.warnings import actions, loss_queries
from weixi.act.warnings.prevention_queries import PreventionRow, preventions
from weixi.act.warnings.rules import Cause, LossKind
from weixi.act.warnings.words import cause_word, loss_word
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.core.runs import newest_run
from weixi.web.access import FORM, PageRequest, page

from .asking import ask, back
from .forms import JudgeForm
from .prevention_words import effect_lines


@page(permission="customers.view")
def losses(request: PageRequest) -> HttpResponse:
    cause, kind = (_one_of(request, name, known) for name, known in
                   (("cause", Cause), ("kind", LossKind)))  # fmt: skip
    is_back = request.GET.get("won_back") == "1" or None
    since, before = _day(request, "from"), _day(request, "before")
    found = loss_queries.losses(
        request.actor, cause=cause, kind=kind, won_back=is_back, since=since, before=before,
        cursor=request.GET.get("cursor", ""),
    )  # fmt: skip
    days = {"from": since, "before": before}
    asked = {"cause": cause, "kind": kind, "won_back": "1" if is_back else ""}
    asked |= {name: day.isoformat() for name, day in days.items() if day}
    asked = {name: text for name, text in asked.items() if text}
    pareto = loss_queries.pareto(request.actor)
    context: dict[str, Any] = {
        "rows": [_row(row, request) for row in found.rows],
        "next_url": _url(asked | {"cursor": found.next}) if found.next else "",
        "is_filtered": bool(asked),
        "words": _words(cause, kind, since, before),
        "pareto": pareto,
        "bars": [_bar(row, pareto) for row in pareto.rows],
        "active_url": _url({"kind": "active"}),
        "passive_url": _url({"kind": "passive"}),
        "back_url": _url({"won_back": "1"}),
        "run": newest_run(),
        "may_judge": request.actor.may("tasks.work"),
        "may_prevent": request.actor.may("tasks.assign"),
    }
    if request.actor.may("reports.view"):
        context["preventions"] = [_prevented(row) for row in preventions(request.actor)]
    return render(request, "warnings/losses.html", context)


@page(permission="tasks.work", methods=FORM)
def judge(request: PageRequest, loss_id: int) -> HttpResponse:
    row = loss_queries.loss(request.actor, loss_id)
    given = {"kind": row.kind, "cause": row.cause, "note": row.note}
    form = JudgeForm(
        request.POST if request.method == "POST" else None,
        initial=given,
        may_answer=request.actor.may("answers.edit"),
    )
    if not form.is_valid():
        title = _("Why did {name} go").format(name=row.customer)
        return ask(request, form, title, reverse("web:loss-judge", args=[loss_id]))
    actions.judge_loss(loss_id, **form.cleaned_data, by=request.actor, at=now())
    return back(request, _("{name}: recorded").format(name=row.customer))


def _row(row: loss_queries.LossRow, request: PageRequest) -> dict[str, Any]:
    may_read = request.actor.may("answers.view")
    return {
        "row": row,
        "cause": cause_word(row.cause),
        "kind": loss_word(row.kind),
        "evidence": [_evidence(one) for one in row.evidence],
        "exit_words": row.exit_words if may_read else "",
    }


def _evidence(one: dict[str, Any]) -> str:
    word, day = one.get("word", ""), one.get("on", "")
    return {
        "exit": _("said on leaving: “{word}”").format(word=word),
        "said": _("“{word}” said on {day}").format(word=word, day=day),
        "complaint": _("complaint of {day}").format(day=day),
        "unpaid": _("a bill was not paid"),
    }.get(one.get("kind", ""), "")


def _bar(row: loss_queries.CauseRow, pareto: loss_queries.Pareto) -> dict[str, Any]:
    largest = max((one.losses for one in pareto.rows), default=1)
    return {
        "row": row,
        "word": cause_word(row.cause),
        "largest": largest,
        "url": _url({"cause": row.cause}),
        "is_known": row.cumulative is not None,
    }


def _words(cause: str, kind: str, since: date | None, before: date | None) -> str:
    told = [cause_word(cause)] if cause else []
    told += [loss_word(kind)] if kind else []
    if since:
        told.append(_("noticed from {day} on").format(day=since))
    if before:
        told.append(_("noticed before {day}").format(day=before))
    return " · ".join(told)


def _one_of(request: PageRequest, name: str, known: Any) -> str:
    text = request.GET.get(name, "")
    return text if text in set(known) else ""


def _url(query: dict[str, str]) -> str:
    return f"{reverse('web:losses')}?{urlencode(query)}"


def _prevented(row: PreventionRow) -> dict[str, Any]:
    windows = row.effect.windows
    return {
        "row": row,
        "lines": effect_lines(row.effect),
        "before_url": _of_days(row.cause, windows.first, windows.start),
        "since_url": _of_days(row.cause, windows.counted, windows.end),
    }


def _of_days(cause: str, since: date, before: date) -> str:
    return _url({"cause": cause, "from": since.isoformat(), "before": before.isoformat()})


def _day(request: PageRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RuleBroken(_("{name}: a day is written as 2026-11-20.").format(name=name)) from None
