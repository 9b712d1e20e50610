"""Model cards in plain words: which model predicts, why, and how right it has been."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.predict.boosted import BOOSTED
from weixi.predict.queries import WHY, Past
from weixi.web import wording

from .notes import note_text

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
class CutRow:
    """How one model did in one held-out period; `model` is empty but for the first of a cut."""

    day: date
    n: int
    base_rate: float
    season: float | None
    model: str
    is_used: bool
    is_first: bool
    models: int
    figures: Mapping[str, Any]
    total_error: float | None


@dataclass(frozen=True)
class PastRow:
    """An earlier judgement. `less`: how much smaller the error was than the simple rule's."""

    past: Past
    model: str
    less: float | None


@dataclass(frozen=True)
class ModelRow:
    name: str
    about: str
    is_used: bool
    is_rule: bool
    figures: Mapping[str, Any]
    mean: Mapping[str, Any]  # of error, ranking … over the cuts
    cuts: tuple["CutRow", ...]
    total_error: float | None  # foreseen ÷ true number of purchases − 1, over all cuts
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
    judged_on: date
    cuts: tuple[CutRow, ...] = ()
    held: int = 1  # how many periods were held out


def verdict(cards: Sequence[Any]) -> Verdict | None:
    """None before the first refresh."""
    if not cards:
        return None
    rows = [_row(card) for card in cards]
    judged = tuple(row for row in rows if row.figures)
    used = next((row for row in rows if row.is_used), None)
    rule = next((row for row in judged if row.is_rule), None)
    first = cards[0]
    cuts = tuple(_in_cuts(judged))
    return Verdict(
        as_of=first.as_of,
        horizon_days=first.horizon_days,
        why=_why(first.why),
        used=used,
        rule=rule,
        rows=judged,
        others=tuple(row for row in rows if not row.figures),
        sentence=_sentence(used, rule),
        judged_on=first.judged_on or first.as_of,
        cuts=cuts,
        held=max((len(row.cuts) for row in judged), default=1) or 1,
    )


def past_rows(found: Sequence[Past]) -> tuple[PastRow, ...]:
    return tuple(
        PastRow(
            one,
            model_name(one.used),
            1 - one.brier / one.rule_brier
            if one.brier is not None and one.rule_brier and one.used != RULE
            else None,
        )
        for one in found
    )


def _in_cuts(judged: Sequence[ModelRow]) -> Iterator[CutRow]:
    """Cut after cut, all models of one together; the first of them names the cut."""
    for place in range(max((len(row.cuts) for row in judged), default=0)):
        for number, row in enumerate(judged):
            yield replace(row.cuts[place], is_first=number == 0, models=len(judged))


def _row(card: Any) -> ModelRow:
    figures = card.figures or {}
    cuts = tuple(_cut(one, card) for one in figures.get("cuts") or ())
    return ModelRow(
        name=model_name(card.name),
        about=_about(card.name),
        is_used=card.is_used,
        is_rule=card.name == RULE,
        figures=figures,
        mean=figures.get("mean") or figures,
        cuts=cuts,
        total_error=_off(figures.get("cuts") or [figures]),
        dots=tuple(_dot(one) for one in figures.get("calibration") or ()),
        parameters=tuple((n, v, card.standard_errors.get(n)) for n, v in card.params.items()),
        customers=card.customers,
        seconds=card.seconds,
        notes=tuple(note_text(str(note)) for note in card.notes),
    )


def _cut(one: Mapping[str, Any], card: Any) -> CutRow:
    return CutRow(
        day=date.fromisoformat(one["day"]),
        n=one["n"],
        base_rate=one["base_rate"],
        season=one["season"] if one.get("season_years") else None,
        model=model_name(card.name),
        is_used=card.is_used,
        is_first=False,
        models=1,
        figures=one,
        total_error=_off([one]),
    )


def _off(cuts: Sequence[Mapping[str, Any]]) -> float | None:
    """Foreseen ÷ true − 1, of the sums; None where one of them is not known."""
    seen = [one.get("total_predicted") for one in cuts]
    true = sum(one.get("total_actual") or 0 for one in cuts)
    if not true or any(value is None for value in seen):
        return None
    return sum(value or 0 for value in seen) / true - 1


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
    less = 1 - used.mean["brier"] / rule.mean["brier"] if rule.mean.get("brier") else 0
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
    own = {RULE: _("Simple rule"), BOOSTED: _("Boosted-tree model")}
    return names.get(code) or own.get(code, code)


def _about(code: str) -> str:
    return {
        "bgnbd": _("Buys at an own pace until, after some purchase, they stop"),
        "mbgnbd": _("As BG/NBD, but may also stop after the very first purchase"),
        "paretonbd": _("Buys at an own pace and may stop at any moment"),
        "gammagamma": _("How much a purchase is worth; independent of how often they buy"),
        BOOSTED: _(
            "Learns from complaints, answers, contacts, points and payments as well (LightGBM)"
        ),
        RULE: _("By days since the last purchase alone: what anybody could do in a spreadsheet"),
    }.get(code, "")
