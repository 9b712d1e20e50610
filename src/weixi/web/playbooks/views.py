"""Playbooks as people read them: the list, one in words, its customers, and a dry run."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.care.day import list_day
from weixi.act.care.measured import measured_chances
from weixi.act.care.playbooks import queries
from weixi.act.care.playbooks.actions import checked_definition
from weixi.act.care.playbooks.definition import Playbook as Definition
from weixi.act.care.playbooks.definition import playbook as parsed
from weixi.act.care.playbooks.rules import StepKind
from weixi.act.care.playbooks.simulation import simulate
from weixi.act.care.playbooks.words import (
    ICONS,
    again_words,
    goal_words,
    is_chinese,
    kind_name,
    state_name,
    step_words,
    stop_words,
    trigger_words,
)
from weixi.act.outreach.words import reason_words
from weixi.classify.conditions import Known
from weixi.classify.vocabulary import known
from weixi.core.actor import Actor
from weixi.core.clock import today
from weixi.core.errors import Sentence
from weixi.core.text import told
from weixi.evaluate import effect_queries
from weixi.evaluate.effect_queries import EffectRow
from weixi.web.access import PageRequest, page
from weixi.web.campaigns import words
from weixi.web.campaigns.judged import effect_rows, judged
from weixi.web.wording import labelled

SOURCE = "playbook"


@dataclass(frozen=True)
class Figure:
    name: str
    value: int
    url: str


@page(permission="segments.view")
def playbooks(request: PageRequest) -> HttpResponse:
    """All of them, with the numbers that open their customers."""
    names = known()
    rows = [_line(request.actor, row, names) for row in queries.playbooks(request.actor)]
    context = {"rows": rows, "on": sum(row["row"].playbook.is_on for row in rows),
               "may_edit": request.actor.may("playbooks.edit")}  # fmt: skip
    return render(request, "playbooks/list.html", context)


@page(permission="segments.view")
def playbook(request: PageRequest, code: str) -> HttpResponse:
    row, names = queries.one(request.actor, code), known()
    at_step = queries.standing(request.actor, code).at_step if _sees(request.actor) else {}
    context = _line(request.actor, row, names) | _judged(request.actor, row.playbook) | {
        "measured": measured_chances().by_playbook.get(row.playbook.pk),
        "steps": [], "versions": queries.versions_of(request.actor, code),
        "may_edit": request.actor.may("playbooks.edit"), "about": _about(row.playbook),
    }  # fmt: skip
    definition = _definition(row)
    if definition is not None:
        context |= in_words(definition, names)
        context["steps"] = lines(definition, names, at_step)
    return render(request, "playbooks/one.html", context)


@page(permission="customers.view")
def customers(request: PageRequest, code: str) -> HttpResponse:
    """The customers behind a figure of the list."""
    row, figure = queries.one(request.actor, code), request.GET.get("figure", "")
    if figure and figure not in (*queries.FIGURES, "goal", "goal_held_out"):
        raise Http404
    found = queries.runs(request.actor, code, figure=figure, cursor=request.GET.get("cursor", ""))
    here = reverse("web:playbook-customers", args=[code])
    query = {"figure": figure} if figure else {}
    definition = _definition(row)
    steps = {} if definition is None else {
        step.code: n for n, step in enumerate(definition.flow.steps, 1)
    }  # fmt: skip
    context = {
        "name": queries.name_of(row.playbook),
        "code": code,
        "figure": figure_name(figure),
        "count": queries.count(request.actor, code, figure),
        "rows": [
            {"run": run, "state": state_name(run.state), "place": steps.get(run.step),
             "reason": end_words(run.reason, run.reason_text)}
            for run in found.rows
        ],
        "next_url": f"{here}?{urlencode(query | {'cursor': found.next})}" if found.next else "",
        "may_stop": request.actor.may("tasks.work"),
    }  # fmt: skip
    return render(request, "playbooks/customers.html", context)


@page(permission="playbooks.edit")
def simulation(request: PageRequest, code: str) -> HttpResponse:
    """The draft, or the published version, over the last thirty days; nothing is written."""
    row, stored, is_draft = queries.draft_of(request.actor, code)
    found = simulate(request.actor, checked_definition(stored), last=list_day(today()))
    most = max((tasks for _, _, tasks in found.by_day), default=0)
    context = {"name": queries.name_of(row), "code": code, "found": found, "is_draft": is_draft,
               "most": most, "reasons": [
            (reason_words(one, facts), n) for one, (n, facts) in found.reasons.items()
        ]}  # fmt: skip
    return render(request, "playbooks/simulation.html", context)


def _bought(playbook_id: int) -> list[EffectRow]:
    found = effect_queries.effects_of_source(SOURCE, playbook_id).get("bought")
    return [found] if found else []


def _judged(actor: Actor, book: Any) -> dict[str, Any]:
    """Effects beside those held out, and what was learned: here, and by those like it."""
    alike = {
        row.pk: (queries.name_of(row), reverse("web:playbook", args=[row.code]))
        for row in queries.alike(book)
    }
    return judged(actor, SOURCE, book.pk) | {
        "findings": [
            (
                one,
                words.of(words.FINDINGS, one.kind),
                reverse("web:playbook-finding-gone", args=[book.code, one.pk]),
            )
            for one in effect_queries.findings_of(SOURCE, book.pk)
        ],
        "finding_url": reverse("web:playbook-finding", args=[book.code]),
        "taught": [
            (one, words.of(words.FINDINGS, one.kind), alike[one.source_id])
            for one in effect_queries.taught_by(SOURCE, alike)
        ],
    }


def _line(actor: Actor, row: queries.PlaybookRow, names: Known) -> dict[str, Any]:
    book, figures = row.playbook, row.figures
    definition = _definition(row)
    numbers = [
        Figure(_("Running"), figures.running, _url(book.code, "running")),
        Figure(_("Done"), figures.done, _url(book.code, "done")),
        Figure(_("Ended early"), figures.ended_early, _url(book.code, "ended_early")),
        Figure(_("Stopped"), figures.stopped, _url(book.code, "stopped")),
        Figure(_("Held out"), figures.held_out, _url(book.code, "held_out")),
    ]
    return {
        "row": row, "name": queries.name_of(book), "figures": numbers, "definition": definition,
        "starts": trigger_words(definition.trigger, names) if definition else "",
        "goal": figures.goal, "goal_url": _url(book.code, "goal"),
        "goal_out_url": _url(book.code, "goal_held_out"),
        "effect": next(iter(effect_rows(actor, _bought(book.pk))), None),
    }  # fmt: skip


def _url(code: str, figure: str) -> str:
    return f"{reverse('web:playbook-customers', args=[code])}?{urlencode({'figure': figure})}"


def _definition(row: queries.PlaybookRow) -> Definition | None:
    """None: nothing is published, or it names what is gone."""
    if row.playbook.published is None:
        return None
    try:
        return parsed(row.playbook.published.definition)
    except Sentence:
        return None


def _sees(actor: Actor) -> bool:
    return actor.may("customers.view")


def _about(book: Any) -> str:
    return str(book.about_zh if is_chinese() else book.about_en)


def in_words(definition: Definition, names: Known) -> dict[str, str]:
    """The terms of a playbook, each in a sentence."""
    limits = definition.limits
    parts = [
        _("%(n)d customers a day") % {"n": limits.entries_a_day} if limits.entries_a_day else "",
        _("%(n)d tasks per person and day") % {"n": limits.tasks_a_person}
        if limits.tasks_a_person else "",
    ]  # fmt: skip
    return {
        "starts": trigger_words(definition.trigger, names),
        "stops": stop_words(definition.flow, names),
        "goal_words": goal_words(definition.goal, names),
        "again": again_words(definition),
        "limits": " · ".join(part for part in parts if part),
    }


def lines(definition: Definition, names: Known, at_step: Any) -> list[dict[str, Any]]:
    """The flow as a list: number, kind, what happens, how many customers stand there."""
    return [
        {
            "n": n, "icon": ICONS[step.kind], "kind": kind_name(step.kind),
            "text": step_words(step, definition.flow, names),
            "say": step.get("say_zh" if is_chinese() else "say_en", ""),
            "is_work": step.kind in (StepKind.TASK, StepKind.ESCALATE, StepKind.MESSAGE),
            "here": at_step.get(step.code, 0),
        }
        for n, step in enumerate(definition.flow.steps, 1)
    ]  # fmt: skip


def figure_name(figure: str) -> str:
    return {
        "running": _("Running"), "done": _("Done"), "ended_early": _("Ended early"),
        "stopped": _("Stopped"), "held_out": _("Held out"), "goal": _("Reached the goal"),
        "goal_held_out": _("Held out, reached the goal all the same"),
    }.get(figure, "")  # fmt: skip


def end_words(reason: str, text: str) -> str:
    said = {
        "finished": _("all steps done"),
        "stop_condition": _("a stop condition held"),
        "by_person": _("stopped by hand"),
        "switched_off": _("the playbook was switched off"),
        "held_out": _("left alone, to measure the effect"),
        "merged": _("merged into another customer"),
    }.get(reason, "")
    return labelled(said, text) if text else said


def problem_of(stored: Any) -> str:
    """What keeps a draft from being published; empty when nothing does."""
    try:
        parsed(stored)
    except Sentence as problem:
        return told(problem)
    return ""
