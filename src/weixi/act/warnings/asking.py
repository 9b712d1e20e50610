"""Alerts that ask for a contact, as reasons of the care list, which looks at purchases itself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import override

from weixi.core.among import among

from .models import Alert, Reading
from .rows import facts_today
from .rules import AlertState, Signal
from .signals import signals_by_code
from .words import sentence_of


@dataclass(frozen=True)
class Asking:
    """The leading alert of a customer, with all that ask. `facts`: still without its words."""

    facts: Mapping[str, Any]
    due_on: date
    cause: str


def alerts_that_ask(customer_ids: Collection[int]) -> dict[int, Asking]:
    """Customer → what its open alerts ask for, the weightiest leading."""
    by_customer: dict[int, list[tuple[Any, ...]]] = {}
    rows = asking_alerts().filter(customer__in=among(customer_ids)).order_by("-points", "pk")
    for customer, *alert in rows.values_list(
        "customer_id", "pk", "kind", "answer", "cause", "due_on"
    ):
        by_customer.setdefault(customer, []).append(tuple(alert))
    return {customer: _asked(alerts) for customer, alerts in by_customer.items()}


def _asked(alerts: list[tuple[Any, ...]]) -> Asking:
    _pk, kind, answer, cause, _due = alerts[0]
    facts = {"signal": kind, "answer": answer, "alerts": [alert[0] for alert in alerts]}
    return Asking(facts, min(alert[-1] for alert in alerts), cause)


def words_of(alert_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Alert → its sentence and its short form, with the numbers of today, in both languages."""
    known, found = signals_by_code(), {}
    alerts = Alert.objects.in_bulk(list(alert_ids))
    readings = Reading.objects.in_bulk([one.customer_id for one in alerts.values()])
    for pk, one in alerts.items():
        told = facts_today(one, readings.get(one.customer_id))
        found[pk] = _worded(known[one.kind], told)
    return found


def _worded(signal: Signal, told: Mapping[str, Any]) -> dict[str, str]:
    words = {}
    for language, ending in (("zh-hans", "zh"), ("en", "en")):
        with override(language):
            words[ending] = sentence_of(signal, told)
            words[f"short_{ending}"] = sentence_of(signal, told, is_short=True)
    return words


def still_open(alert_ids: Iterable[int]) -> list[int]:
    rows = Alert.objects.filter(pk__in=list(alert_ids), state=AlertState.OPEN)
    return list(rows.values_list("pk", flat=True))


def asking_alerts() -> QuerySet[Alert]:
    """Of all customers."""
    kinds = [code for code, one in signals_by_code().items() if one.is_alone]
    return Alert.objects.filter(state=AlertState.OPEN, kind__in=kinds)
