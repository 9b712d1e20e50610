"""Promises that are due, as reasons of the day beside what was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from weixi.collect.touchpoints.promise_queries import promises_due
from weixi.core.values import value_of

from .asks import Due
from .rules import Signal, SignalKind
from .thresholds import PROMISE_DAYS_AHEAD
from .words import day_text


def with_promises(
    asked: Mapping[int, Due], as_of: date, customer_ids: Iterable[int] | None = None
) -> dict[int, Due]:
    """A word given to a customer comes before what anybody asked for, and is reminded of while it
    can still be kept in time."""
    found = dict(asked)
    until = as_of + timedelta(days=value_of(PROMISE_DAYS_AHEAD))
    for customer, due in promises_due(until, customer_ids).items():
        signals = tuple(_signal(what, day, as_of) for what, day in due)
        held = found.get(customer, Due((), None, frozenset()))
        found[customer] = replace(held, signals=(*signals, *held.signals))
    return found


def _signal(what: str, day: date, as_of: date) -> Signal:
    facts: dict[str, Any] = {"what": what, "on": day.isoformat()}
    for language, name in (("zh-hans", "zh"), ("en", "en")):
        with override(language):
            facts |= {name: _sentence(what, day, as_of), f"short_{name}": _short(day, as_of)}
    return Signal(SignalKind.PROMISE, facts, day)


def _sentence(what: str, day: date, as_of: date) -> str:
    if day < as_of:
        text = _("Promised for %(day)s and still open: %(what)s")
    else:
        text = _("Promised for %(day)s: %(what)s")
    return text % {"day": day_text(day), "what": what}


def _short(day: date, as_of: date) -> str:
    if day > as_of:
        return _("Promise due %(day)s") % {"day": day_text(day)}
    return _("Promise overdue") if day < as_of else _("Promise due today")
