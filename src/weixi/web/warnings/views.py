"""The board of warnings, and the rows behind a reason."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.act.warnings import loss_queries, queries
from weixi.act.warnings.rows import Card
from weixi.act.warnings.signals import signals_by_code
from weixi.act.warnings.words import answer_word, cause_word, name_of
from weixi.collect.complaints import queries as complaints
from weixi.collect.customers import queries as customers
from weixi.collect.customers.bonds import bonds_of
from weixi.collect.points import queries as points
from weixi.collect.surveys import queries as answers
from weixi.core.clock import today
from weixi.core.runs import newest_run
from weixi.predict.queries import used_card
from weixi.web.access import PageRequest, page
from weixi.web.customers.explained import complaint_state
from weixi.web.customers.warned import evidence_url

from . import acting
from .reading import CAUSES, RISKS, asked_in, level_word, look_of, precision_lines, recall_line

FIGURES = {
    "open": {},
    "new": {"only": "new"},
    "rising": {"only": "rising"},
    "handled": {"state": "handled"},
    "recovered": {"state": "recovered"},
    "false_alarm": {"state": "false_alarm"},
}


@page(permission="customers.view")
def board(request: PageRequest) -> HttpResponse:
    """The whole page, or the list alone for htmx."""
    asked, run = asked_in(request.GET.dict()), newest_run()
    day = run.as_of if run else today()
    found = queries.board(
        request.actor, day=day, filters=asked.filters, cursor=request.GET.get("cursor", "")
    )
    names = {code: name_of(one) for code, one in signals_by_code().items()}
    rows = [_row(card) for card in found.rows]
    context: dict[str, Any] = {
        "asked": asked,
        "words": asked.words(names),
        "rows": rows,
        "count": queries.count(request.actor, day=day, filters=asked.filters),
        "next_url": asked.url(cursor=found.next) if found.next else "",
        "counters": queries.counters(request.actor, day=day),
        "levels": [_choice(asked, "level", one, level_word(one)) for one in RISKS],
        **_menus(request, asked, day, names),
        "run": run,
        "back": urlencode({"from": asked.url()}),
        "urls": {name: asked_in({}).url(**changes) for name, changes in FIGURES.items()},
        "all_levels": asked.url(level=""),
        "unowned_url": asked.url(owner="" if asked.filters.owner == "none" else "none"),
        "may_reopen": asked.filters.state in acting.CLOSED,
        "may_act": request.actor.may("tasks.work"),
        "may_assign": request.actor.may("tasks.assign"),
    }
    if request.htmx:
        return render(request, "warnings/_list.html", context)
    precision, card = loss_queries.precision(), used_card()
    context |= {
        "precision": precision_lines(precision),
        "recall": recall_line(precision),
        "cut": precision[0].cut if precision else None,
        "horizon": precision[0].horizon_days if precision else card.horizon_days if card else None,
    }
    return render(request, "warnings/board.html", context)


@page(permission="customers.view")
def evidence(request: PageRequest, customer_id: int, kind: str) -> HttpResponse:
    """Complaints, answers, points or bonds of a customer: what a reason rests on."""
    customer = customers.get(request.actor, customer_id)
    shown = {
        "complaints": ("complaints.view", _("Complaints"), _complaints),
        "answers": ("answers.view", _("Survey answers"), _answers),
        "points": ("customers.view", _("Points"), _points),
        "bonds": ("customers.view", _("Contracts and bonds"), _bonds),
    }
    if kind not in shown:
        raise Http404
    permission, title, rows = shown[kind]
    request.actor.need(permission)
    context = {"customer": customer, "title": title, "rows": rows(request, customer_id)}
    return render(request, "warnings/evidence.html", context)


def _row(card: Card) -> dict[str, Any]:
    level, icon = look_of(card.level)
    return {
        "card": card,
        "level": level,
        "icon": icon,
        "word": level_word(card.level),
        "answer": answer_word(card.answer),
        "reasons": [
            {"part": part, "url": evidence_url(card.customer_id, part.evidence)}
            for part in card.reasons
        ],
    }


def _choice(asked: Any, name: str, value: str, text: str) -> dict[str, Any]:
    return {
        "text": text,
        "url": asked.url(**{name: value}),
        "is_current": asked.given.get(name) == value,
    }


def _menus(request: PageRequest, asked: Any, day: date, names: dict[str, str]) -> dict[str, Any]:
    causes = queries.causes_waiting(request.actor, day=day, filters=asked.filters)
    signals = queries.kinds_waiting(request.actor, day=day, filters=asked.filters)
    return {
        "causes": _menu(asked, "cause", causes, dict(_cause_words())),
        "signals": _menu(asked, "signal", signals, names),
    }


def _menu(asked: Any, name: str, waiting: dict[str, int], words: dict[str, str]) -> list[Any]:
    return [
        _choice(asked, name, code, words.get(code, code)) | {"count": count}
        for code, count in waiting.items()
    ]


def _cause_words() -> list[tuple[str, str]]:
    return [(cause, cause_word(cause)) for cause in CAUSES]


def _complaints(request: PageRequest, customer_id: int) -> list[dict[str, Any]]:
    return [
        {
            "anchor": f"complaint-{row.id}",
            "at": row.received_at,
            "title": row.description,
            "text": row.number,
            "right": complaint_state(row),
        }
        for row in complaints.complaints_of(request.actor, customer_id).rows
    ]


def _answers(request: PageRequest, customer_id: int) -> list[dict[str, Any]]:
    return [
        {"at": row.at, "title": row.text or row.question, "text": row.survey, "right": _answer(row)}
        for row in answers.answers_of(request.actor, customer_id).rows
    ]


def _answer(row: Any) -> str:
    if row.satisfaction is not None:
        return f"{row.perceived:g} / {row.expected:g}"
    return "" if row.score is None else f"{row.score:g}"


def _points(request: PageRequest, customer_id: int) -> list[dict[str, Any]]:
    return [
        {
            "at": row.at,
            "title": f"{row.points:+,}",
            "text": row.reference,
            "right": f"{row.balance:,}",
        }
        for row in points.points_of(request.actor, customer_id).rows
    ]


def _bonds(request: PageRequest, customer_id: int) -> list[dict[str, Any]]:
    return [
        {
            "at": row.recorded_at,
            "title": row.description,
            "text": "",
            "right": _("until {day}").format(day=row.ends_on) if row.ends_on else "",
        }
        for row in bonds_of(request.actor, customer_id, as_of=today()).rows
    ]
