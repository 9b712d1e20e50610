"""The lists behind the figures of satisfaction, for the list of customers."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.evaluate.rules import QUESTIONS, Mark
from weixi.evaluate.satisfaction import PERIODS, Cut, customers_behind, months_before
from weixi.web.wording import labelled

from .satisfaction import mark_name, month_name, question_name

DIGITS_MOST = 18


def of_answered(given: Mapping[str, str], actor: Actor) -> tuple[Any, str]:
    """answered=QUESTION:MARK (or QUESTION), cut by answered_days or answered_month, and by
    answered_team, answered_via, answered_cell."""
    question, _colon, mark = given["answered"].partition(":")
    if question not in QUESTIONS or (mark and mark not in set(Mark)):
        raise _unknown(given["answered"])
    until = now()
    months = {month_name(first): first for first in months_before(until)}
    scheme, _colon, cell = given.get("answered_cell", "").partition(":")
    cut = Cut(
        question,
        until,
        days=_one_of(given.get("answered_days", ""), {str(d): d for d in PERIODS}, PERIODS[-1]),
        month=_one_of(given.get("answered_month", ""), months, None),
        mark=mark,
        team=_number(given.get("answered_team", "")),
        touch=given.get("answered_via", ""),
        cell=(scheme, cell) if scheme else None,
    )
    named = mark_name(question, mark) if mark else _("all answers")
    return customers_behind(actor, cut), labelled(question_name(question), named)


def _one_of(text: str, known: Mapping[str, Any], default: Any) -> Any:
    if text and text not in known:
        raise _unknown(text)
    return known.get(text, default)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MOST):
        raise _unknown(text)
    return int(text)


def _unknown(text: str) -> RuleBroken:
    return RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:40]})
