"""Customers lost: the Pareto of causes, what is done against them, and each loss."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.warnings import actions, loss_queries
from weixi.act.warnings.rules import Cause, LossKind
from weixi.act.warnings.words import cause_word, loss_word
from weixi.core.clock import now, today
from weixi.core.runs import newest_run
from weixi.web import toasts
from weixi.web.access import FORM, PageRequest, page

from .forms import JudgeForm, PreventForm


@page(permission="customers.view")
def losses(request: PageRequest) -> HttpResponse:
    cause, kind = (_one_of(request, name, known) for name, known in
                   (("cause", Cause), ("kind", LossKind)))  # fmt: skip
    back = request.GET.get("won_back") == "1" or None
    found = loss_queries.losses(
        request.actor, cause=cause, kind=kind, won_back=back,
        cursor=request.GET.get("cursor", ""),
    )  # fmt: skip
    asked = {"cause": cause, "kind": kind, "won_back": "1" if back else ""}
    asked = {name: text for name, text in asked.items() if text}
    pareto = loss_queries.pareto(request.actor)
    context: dict[str, Any] = {
        "rows": [_row(row, request) for row in found.rows],
        "next_url": _url(asked | {"cursor": found.next}) if found.next else "",
        "is_filtered": bool(asked),
        "words": cause_word(cause) if cause else loss_word(kind) if kind else "",
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
        context["preventions"] = [
            {"row": row, "cause": cause_word(row.cause)} for row in loss_queries.preventions()
        ]
    return render(request, "warnings/losses.html", context)


@page(permission="tasks.work", methods=FORM)
def judge(request: PageRequest, loss_id: int) -> HttpResponse:
    row = loss_queries.loss(request.actor, loss_id)
    given = {"kind": row.kind, "cause": row.cause, "note": row.note}
    form = JudgeForm(request.POST if request.method == "POST" else None, initial=given)
    if not form.is_valid():
        title = _("Why did {name} go").format(name=row.customer)
        return _ask(request, form, title, reverse("web:loss-judge", args=[loss_id]))
    actions.judge_loss(loss_id, **form.cleaned_data, by=request.actor, at=now())
    return _back(request, _("{name}: recorded").format(name=row.customer))


@page(permission="tasks.assign", methods=FORM)
def prevent(request: PageRequest) -> HttpResponse:
    form = PreventForm(
        request.POST if request.method == "POST" else None, initial={"started_on": today()}
    )
    if not form.is_valid():
        return _ask(request, form, _("What is done against losses"), reverse("web:prevention-new"))
    actions.add_prevention(**form.cleaned_data, by=request.actor, at=now())
    return _back(request, _("Recorded. Its effect is shown from tomorrow on"))


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


def _one_of(request: PageRequest, name: str, known: Any) -> str:
    text = request.GET.get(name, "")
    return text if text in set(known) else ""


def _url(query: dict[str, str]) -> str:
    return f"{reverse('web:losses')}?{urlencode(query)}"


def _ask(request: PageRequest, form: Any, title: str, url: str) -> HttpResponse:
    context = {"form": form, "title": title, "url": url, "part": "warnings/_ask.html"}
    template = "warnings/_ask.html" if request.htmx else "warnings/ask.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _back(request: PageRequest, text: str) -> HttpResponse:
    toasts.say(request, text)
    url = reverse("web:losses")
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
