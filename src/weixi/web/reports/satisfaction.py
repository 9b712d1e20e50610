"""Satisfaction of the company: NPS, CSAT and CES, by team, cell, touchpoint and month (M5)."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from weixi.classify.queries import UNRATED, cell_names, schemes
from weixi.collect.touchpoints.queries import channels
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.core.values import value_of
from weixi.evaluate.rules import QUESTIONS, Mark
from weixi.evaluate.satisfaction import (
    LEAST_ANSWERS,
    PERIODS,
    Line,
    Satisfaction,
    Score,
)
from weixi.evaluate.satisfaction import satisfaction as satisfaction_of
from weixi.web.access import page
from weixi.web.wording import number, percent, signed

FIRST_SCHEME = "value_pyramid"


@page(permission="reports.view")
def satisfaction(request: Any) -> HttpResponse:
    request.actor.need("answers.view")
    days, chosen = _days(request.GET.get("days", "")), schemes()
    scheme = _scheme(request.GET.get("scheme", ""), [one.code for one in chosen])
    until, least = now(), value_of(LEAST_ANSWERS)
    found = satisfaction_of(request.actor, until=until, days=days, scheme=scheme)
    span = {"answered_days": days}
    context = {
        "n": found.whole.n or sum(line.n for line in found.months),
        "least": least,
        "may_set": request.actor.may("settings.manage"),
        "days": days,
        "periods": [(one, round(one / 30.4)) for one in PERIODS],
        "scheme": scheme,
        "schemes": [(one.code, _name(one)) for one in chosen],
        "cards": [card(score, span, least) for score in found.whole.scores.values()],
        "heads": [question_name(code) for code in QUESTIONS],
        "tables": tables(found, scheme, span, least),
        "months": [_row(line, month_name(line.key), _of_month(line.key), least)
                   for line in reversed(found.months)],
    }  # fmt: skip
    return render(request, "reports/satisfaction.html", context)


def _days(text: str) -> int:
    if text and text not in {str(days) for days in PERIODS}:
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:40]})
    return int(text or PERIODS[-1])


def _scheme(text: str, known: list[str]) -> str:
    if text and text not in known:
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:40]})
    return text or (FIRST_SCHEME if FIRST_SCHEME in known else next(iter(known), ""))


def _name(one: Any) -> str:
    return str(one.name_zh if (get_language() or "").startswith("zh") else one.name_en)


def question_name(code: str) -> str:
    return {
        "nps": _("Would recommend (NPS)"),
        "csat": _("Satisfied (CSAT)"),
        "ces": _("Effort (CES)"),
    }[code]


def mark_name(question: str, mark: str) -> str:
    return {
        ("nps", "high"): _("Promoters, 9 and 10"),
        ("nps", "middle"): _("Passives, 7 and 8"),
        ("nps", "low"): _("Detractors, 0 to 6"),
        ("csat", "high"): _("Satisfied, 4 and 5"),
        ("csat", "middle"): _("Neither, 3"),
        ("csat", "low"): _("Unsatisfied, 1 and 2"),
        ("ces", "high"): _("5 to 7"),
        ("ces", "middle"): _("4"),
        ("ces", "low"): _("1 to 3"),
    }[question, mark]


def month_name(first: datetime) -> str:
    return f"{first:%Y-%m}"


def _of_month(first: datetime) -> dict[str, Any]:
    return {"answered_month": month_name(first)}


def card(score: Score, asked: dict[str, Any], least: int) -> dict[str, Any]:
    """A question as a whole: its figure, and how many customers stand at each mark."""
    marks = [
        (mark_name(score.question, mark), score.marks[mark], _url(score.question, asked, mark))
        for mark in reversed(Mark)
    ]
    about = {
        "nps": _("share of promoters less share of detractors, −100 to 100"),
        "csat": _("share of 4 and 5 of five"),
        "ces": _("mean of 1 to 7, as it was asked"),
    }[score.question]
    name = question_name(score.question)
    return {**_cell(score, asked, least), "name": name, "about": about, "marks": marks}


def tables(
    found: Satisfaction, scheme: str, span: dict[str, Any], least: int
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(title, heading of the first column, rows)."""
    names, cells = {row.code: row.name for row in channels(all_of_them=True)}, cell_names(scheme)
    teams = [
        _row(line, line.name or _("No team"), span | {"answered_team": line.key}, least)
        for line in found.teams
    ]
    touched = [
        _row(
            line, names.get(line.key, _("No contact in 30 days before")),
            span | {"answered_via": line.key}, least,
        )
        for line in found.touchpoints
    ]  # fmt: skip
    held = [
        _row(line, cell_name(cells, line.key),
             span | {"answered_cell": f"{scheme}:{line.key}"}, least)
        for line in found.cells
    ]  # fmt: skip
    return [
        (_("By team"), _("Team"), teams),
        (_("By cell"), _("Cell"), held),
        (_("By touchpoint"), _("Touchpoint"), touched),
    ]


def cell_name(cells: dict[str, Any], code: str) -> str:
    if code in cells:
        return _name(cells[code])
    return _name(UNRATED) if code == UNRATED.code else pgettext("satisfaction", "In no cell")


def _row(line: Line, name: str, asked: dict[str, Any], least: int) -> dict[str, Any]:
    return {
        "name": name,
        "cells": [_cell(score, asked, least) for score in line.scores.values()],
    }


def _cell(score: Score, asked: dict[str, Any], least: int) -> dict[str, Any]:
    is_few = score.n < least
    interval = score.interval
    return {
        "n": score.n,
        "is_few": is_few,
        "value": "" if is_few else _written(score.question, score.value),
        "interval": "" if is_few or not interval else " … ".join(
            _written(score.question, limit) for limit in interval
        ),
        "url": _url(score.question, asked),
    }  # fmt: skip


def _written(question: str, value: float | None) -> str:
    if value is None:
        return ""
    if question == "nps":
        return signed(round(value))
    return percent(value, 0) if question == "csat" else number(value, 1)


def _url(question: str, asked: dict[str, Any], mark: str = "") -> str:
    answered = f"{question}:{mark}" if mark else question
    query = urlencode({"answered": answered} | asked, safe=":")
    return f"{reverse('web:customers')}?{query}"
