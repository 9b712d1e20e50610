"""Sentences about reasons, made when they are read, in the language of who reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from weixi.core.money import short

from .rules import SignalKind

VERY_LATE = 3.0  # own gaps: the chip turns from a warning to a danger


@dataclass(frozen=True)
class Chip:
    """A reason in few words. `level`: danger, warn, info; `cause`: unknown until it is found."""

    kind: str
    icon: str
    text: str
    level: str
    cause: str
    sentence: str


def chip_of(stored: Mapping[str, Any], as_of: date) -> Chip:
    kind, facts = SignalKind(stored["kind"]), stored["facts"]
    icon, level, text, sentence = WORDS[kind]
    return Chip(
        kind=kind,
        icon=icon,
        text=text(facts, as_of),
        level=level(facts),
        cause=stored.get("cause", "unknown"),
        sentence=sentence(facts, as_of),
    )


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def day_text(day: date) -> str:
    """11-20 in Chinese, 20 Nov in English."""
    return day.strftime("%m-%d") if language().startswith("zh") else date_format(day, "j M")


def _overdue(facts: Mapping[str, Any], as_of: date) -> str:
    return ngettext(
        "%(days)d day without an order, usually about every %(rhythm)d days",
        "%(days)d days without an order, usually about every %(rhythm)d days",
        facts["days"],
    ) % {"days": facts["days"], "rhythm": facts["rhythm"]}


def _overdue_short(facts: Mapping[str, Any], as_of: date) -> str:
    return _("%(times)s times the usual gap") % {"times": facts["lateness"]}


def _gone_quiet(facts: Mapping[str, Any], as_of: date) -> str:
    return _("%(revenue)s in 12 months, then %(days)d days without an order or a contact") % {
        "revenue": short(facts["revenue"], settings.CURRENCY, language()),
        "days": facts["days"],
    }


def _gone_quiet_short(facts: Mapping[str, Any], as_of: date) -> str:
    return _("Top %(percent)d%% by value") % {"percent": facts["top_percent"]}


def _birthday(facts: Mapping[str, Any], as_of: date) -> str:
    day = date.fromisoformat(facts["on"])
    days = (day - as_of).days
    if days <= 0:
        return _("Birthday today")
    return ngettext(
        "Birthday on %(day)s, in %(days)d day", "Birthday on %(day)s, in %(days)d days", days
    ) % {"day": day_text(day), "days": days}


def _birthday_short(facts: Mapping[str, Any], as_of: date) -> str:
    return _("Birthday %(day)s") % {"day": day_text(date.fromisoformat(facts["on"]))}


def _next_due(facts: Mapping[str, Any], as_of: date) -> str:
    expected = day_text(date.fromisoformat(facts["expected"]))
    if "rhythm" not in facts:
        return _("Next order expected about %(day)s") % {"day": expected}
    return ngettext(
        "Next order expected about %(day)s, usually every %(rhythm)d day",
        "Next order expected about %(day)s, usually every %(rhythm)d days",
        facts["rhythm"],
    ) % {"day": expected, "rhythm": facts["rhythm"]}


def _next_due_short(facts: Mapping[str, Any], as_of: date) -> str:
    low, high = (day_text(date.fromisoformat(facts[name])) for name in ("low", "high"))
    return _("Order expected %(low)s to %(high)s") % {"low": low, "high": high}


def _warning(facts: Mapping[str, Any], as_of: date) -> str:
    """Both languages are stored with the plan, so that a list needs no further query."""
    return str(facts["zh" if language().startswith("zh") else "en"])


def _warning_short(facts: Mapping[str, Any], as_of: date) -> str:
    return str(facts["short_zh" if language().startswith("zh") else "short_en"])


def _asked(facts: Mapping[str, Any], as_of: date) -> str:
    return str(facts["zh" if language().startswith("zh") else "en"])


def _asked_by(facts: Mapping[str, Any], as_of: date) -> str:
    """The playbook, or who asked; a promise carries its own words."""
    short = facts["short_zh" if language().startswith("zh") else "short_en"]
    return str(short) or _("Asked for by hand")


def _always(level: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda facts: level


def _lateness(facts: Mapping[str, Any]) -> str:
    return "danger" if facts["lateness"] >= VERY_LATE else "warn"


Text = Callable[[Mapping[str, Any], date], str]
WORDS: dict[SignalKind, tuple[str, Callable[[Mapping[str, Any]], str], Text, Text]] = {
    SignalKind.OVERDUE: ("alarm", _lateness, _overdue_short, _overdue),
    SignalKind.GONE_QUIET: ("moon", _always("warn"), _gone_quiet_short, _gone_quiet),
    SignalKind.BIRTHDAY: ("cake", _always("info"), _birthday_short, _birthday),
    SignalKind.WARNING: ("alert-triangle", _always("warn"), _warning_short, _warning),
    SignalKind.NEXT_DUE: ("calendar-check", _always("info"), _next_due_short, _next_due),
    SignalKind.PROMISE: ("heart-handshake", _always("warn"), _asked_by, _asked),
    SignalKind.MANUAL: ("user-check", _always("info"), _asked_by, _asked),
    SignalKind.PLAYBOOK: ("route", _always("info"), _asked_by, _asked),
}


def kind_name(kind: str) -> str:
    return {
        SignalKind.OVERDUE: pgettext("reason", "Overdue"),
        SignalKind.GONE_QUIET: pgettext("reason", "Gone quiet"),
        SignalKind.BIRTHDAY: pgettext("reason", "Birthday"),
        SignalKind.NEXT_DUE: pgettext("reason", "Next purchase due"),
        SignalKind.WARNING: pgettext("reason", "Warning"),
        SignalKind.PROMISE: pgettext("reason", "Promise"),
        SignalKind.MANUAL: pgettext("reason", "Asked for"),
        SignalKind.PLAYBOOK: pgettext("reason", "Playbook"),
    }[SignalKind(kind)]


def rank_words(
    value: int | None,
    chance: float,
    minutes: float,
    worth: int | None,
    *,
    is_word: bool,
    is_measured: bool = False,
) -> str:
    """Why a task stands where it does: the sum in words."""
    if is_word:
        return _("Promised or asked for by a person: stands above what is reckoned")
    if value is None or worth is None:
        return _("What a loss would cost is not known: stands last")
    if is_measured:
        text = _(
            "%(value)s at stake × %(chance)s%% chance (measured) ÷ %(minutes)s min = "
            "%(worth)s an hour"
        )
    else:
        text = _(
            "%(value)s at stake × %(chance)s%% chance (assumed) ÷ %(minutes)s min = "
            "%(worth)s an hour"
        )
    return text % {
        "value": short(value, settings.CURRENCY, language()),
        "chance": f"{chance * 100:.3g}",
        "minutes": f"{minutes:g}",
        "worth": short(worth, settings.CURRENCY, language()),
    }
