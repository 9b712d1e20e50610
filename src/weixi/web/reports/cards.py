"""Model cards in plain words: which model predicts, why, and how right it has been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.predict.queries import WHY
from weixi.web import wording

RULE = "recency_rule"
PLOT, EDGE = 220, 24  # of the calibration drawing, in its own units


@dataclass(frozen=True)
class Dot:
    """One tenth of the customers: foreseen and true share who bought; x, y in the drawing."""

    predicted: float
    actual: float
    n: int
    x: float
    y: float


@dataclass(frozen=True)
class ModelRow:
    name: str
    about: str
    is_used: bool
    is_rule: bool
    figures: Mapping[str, Any]
    total_error: float | None  # foreseen ÷ true number of purchases − 1
    dots: tuple[Dot, ...]
    parameters: tuple[tuple[str, float, float | None], ...]
    customers: int
    seconds: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """`used` None: no model predicts, `why` says the reason."""

    as_of: date
    horizon_days: int
    why: str
    used: ModelRow | None
    rule: ModelRow | None
    rows: tuple[ModelRow, ...]
    others: tuple[ModelRow, ...]  # fitted, but not judged on purchases: the money model
    sentence: str


def verdict(cards: Sequence[Any]) -> Verdict | None:
    """None before the first refresh."""
    if not cards:
        return None
    rows = [_row(card) for card in cards]
    judged = tuple(row for row in rows if row.figures)
    used = next((row for row in rows if row.is_used), None)
    rule = next((row for row in judged if row.is_rule), None)
    first = cards[0]
    return Verdict(
        as_of=first.as_of,
        horizon_days=first.horizon_days,
        why=_why(first.why),
        used=used,
        rule=rule,
        rows=judged,
        others=tuple(row for row in rows if not row.figures),
        sentence=_sentence(used, rule),
    )


def _row(card: Any) -> ModelRow:
    figures = card.figures or {}
    true, seen = figures.get("total_actual"), figures.get("total_predicted")
    return ModelRow(
        name=model_name(card.name),
        about=_about(card.name),
        is_used=card.is_used,
        is_rule=card.name == RULE,
        figures=figures,
        total_error=seen / true - 1 if seen is not None and true else None,
        dots=tuple(_dot(one) for one in figures.get("calibration") or ()),
        parameters=tuple((n, v, card.standard_errors.get(n)) for n, v in card.params.items()),
        customers=card.customers,
        seconds=card.seconds,
        notes=tuple(str(note) for note in card.notes),
    )


def _dot(one: Mapping[str, Any]) -> Dot:
    width = PLOT - 2 * EDGE
    return Dot(
        one["predicted"],
        one["actual"],
        one["n"],
        round(EDGE + width * one["predicted"], 1),
        round(PLOT - EDGE - width * one["actual"], 1),
    )


def _why(code: str) -> str:
    zh, en = WHY.get(code, (code, code))
    return zh if (get_language() or "zh").startswith("zh") else en


def _sentence(used: ModelRow | None, rule: ModelRow | None) -> str:
    """The finding: how much better than the simple rule."""
    if used is None or not used.figures:
        return _("No model predicts yet")
    if rule is None or used.is_rule:
        return _("{model} predicts").format(model=used.name)
    less = 1 - used.figures["brier"] / rule.figures["brier"] if rule.figures.get("brier") else 0
    return _("{model} predicts: its error is {less} smaller than the simple rule's").format(
        model=used.name, less=wording.percent(less)
    )


def model_name(code: str) -> str:
    names = {
        "bgnbd": "BG/NBD",
        "mbgnbd": "MBG/NBD",
        "paretonbd": "Pareto/NBD",
        "gammagamma": "Gamma-Gamma",
    }
    return names.get(code) or {RULE: _("Simple rule")}.get(code, code)


def _about(code: str) -> str:
    return {
        "bgnbd": _("Buys at an own pace until, after some purchase, they stop"),
        "mbgnbd": _("As BG/NBD, but may also stop after the very first purchase"),
        "paretonbd": _("Buys at an own pace and may stop at any moment"),
        "gammagamma": _("How much a purchase is worth; independent of how often they buy"),
        RULE: _("By days since the last purchase alone: what anybody could do in a spreadsheet"),
    }.get(code, "")
