"""Signals in words: the sentence with the numbers, the short form, whose side the cause is on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from weixi.core.money import short

from .derived import UNITS
from .rules import HISTORY, AlertState, Answer, Cause, LossKind, Signal


@dataclass(frozen=True)
class Part:
    """One contribution to the risk, ready to render. `change` None: not known; `points` 0: ended.

    `evidence`: which rows stand behind it; `cause` "protects" for what lowers the risk.
    """

    signal: str
    name: str
    sentence: str
    short: str
    icon: str
    cause: str
    evidence: str
    points: int
    change: int | None
    since: date | None
    on: date | None

    @property
    def is_new(self) -> bool:
        return self.change is not None and self.change == self.points > 0

    @property
    def has_ended(self) -> bool:
        return self.points == 0


def parts_of(
    contributions: list[Mapping[str, Any]], signals: Mapping[str, Signal]
) -> tuple[Part, ...]:
    """Signals first, the rest of the history last; what ended since the last run is kept."""
    found = [part_of(one, signals) for one in contributions]
    known = [part for part in found if part is not None]
    return tuple(sorted(known, key=lambda part: (part.signal == HISTORY, -part.points)))


def part_of(stored: Mapping[str, Any], signals: Mapping[str, Signal]) -> Part | None:
    """None for a signal that no longer exists."""
    points, before = stored["points"], stored["before"]
    facts = stored["facts"] or {}
    facts = json.loads(facts) if isinstance(facts, str) else facts
    times = {name: _day(stored[name]) for name in ("since", "on")}
    change = None if before is None else points - before
    if stored["signal"] == HISTORY:
        text, name = _history(facts), _("History of purchases")
        cause = "protects" if points < 0 else ""
        return Part(HISTORY, name, text, name, "history", cause, "orders", points, change, **times)
    signal = signals.get(stored["signal"])
    if signal is None:
        return None
    return Part(
        signal.code,
        name_of(signal),
        sentence_of(signal, facts),
        sentence_of(signal, facts, is_short=True),
        signal.icon,
        signal.cause,
        place_of(signal, facts),
        points,
        change,
        **times,
    )


def name_of(signal: Signal) -> str:
    return signal.name_zh if _is_chinese() else signal.name_en


def sentence_of(signal: Signal, facts: Mapping[str, Any], *, is_short: bool = False) -> str:
    """The template of the language with the numbers filled in; only plain {names} are replaced."""
    kind = "short" if is_short else "sentence"
    text: str = getattr(signal, f"{kind}_{'zh' if _is_chinese() else 'en'}")
    for name in signal.facts:
        text = text.replace("{" + name + "}", _worded(name, facts.get(name)))
    return text


def place_of(signal: Signal, facts: Mapping[str, Any]) -> str:
    """Which rows stand behind it: for words that were said, where they were said."""
    if signal.evidence != "said":
        return signal.evidence
    return next((str(facts[n]) for n in facts if n.endswith("_place")), "contacts")


def cause_word(cause: str) -> str:
    return {
        Cause.OURS: pgettext("cause", "Ours"),
        Cause.CUSTOMER: pgettext("cause", "The customer's"),
        Cause.COMPETITION: pgettext("cause", "Competition"),
        Cause.UNKNOWN: pgettext("cause", "Unknown"),
    }[Cause(cause)]


def state_word(state: str) -> str:
    return {
        AlertState.OPEN: pgettext("warning", "Open"),
        AlertState.SNOOZED: pgettext("warning", "Put off"),
        AlertState.HANDLED: pgettext("warning", "Handled"),
        AlertState.FALSE_ALARM: pgettext("warning", "False alarm"),
        AlertState.RECOVERED: pgettext("warning", "Recovered"),
        AlertState.LOST: pgettext("warning", "Lost"),
    }[AlertState(state)]


def answer_word(answer: str) -> str:
    return {
        Answer.PUT_RIGHT: _("Put it right and compensate"),
        Answer.HELP: _("Help the customer through"),
        Answer.STRENGTHEN: _("Show our edge, offer an incentive"),
        Answer.ASK: _("Ask first what is behind it"),
    }[Answer(answer)]


def loss_word(kind: str) -> str:
    return {
        LossKind.ACTIVE: _("The customer chose to go"),
        LossKind.PASSIVE: _("Ended by us, or the customer ceased"),
        LossKind.UNKNOWN: pgettext("cause", "Unknown"),
    }[LossKind(kind)]


def _history(facts: Mapping[str, Any]) -> str:
    risk, days = facts.get("churn_risk"), facts.get("horizon_days")
    if risk is None:
        return _("No model; the sum is kept below 100")
    return _("History of purchases: %(percent)s likely to buy nothing in %(days)s days") % {
        "percent": f"{risk:.0%}",
        "days": days,
    }


def _worded(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if name.endswith("_place"):
        return _("survey answer") if value == "answers" else _("contact note")
    unit = UNITS.get(name, "")
    if unit == "money":
        return short(round(value), settings.CURRENCY, get_language() or "zh-hans")
    if unit == "share":
        return f"{value:+.0%}".replace("-", "−")
    if isinstance(value, float):
        return f"{value:.2f}" if unit == "ratio" else f"{value:.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _is_chinese() -> bool:
    return (get_language() or settings.LANGUAGE_CODE).startswith("zh")
