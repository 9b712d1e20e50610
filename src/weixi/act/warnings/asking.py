"""Alerts that ask for a contact, as reasons of the care list, which looks at purchases itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import override

from .models import Alert, Reading
from .rows import facts_today
from .rules import AlertState
from .signals import signals_by_code
from .words import sentence_of


@dataclass(frozen=True)
class Asking:
    """The leading alert of a customer in both languages, with all that ask."""

    facts: Mapping[str, Any]
    due_on: date
    cause: str


def alerts_that_ask() -> dict[int, Asking]:
    """Customer → what its open alerts ask for, the weightiest leading."""
    known, found = signals_by_code(), {}
    readings = Reading.objects.filter(customer__in=asking_customers()).in_bulk()
    by_customer: dict[int, list[Alert]] = {}
    for one in _asking().order_by("-points", "pk"):
        by_customer.setdefault(one.customer_id, []).append(one)
    for customer_id, alerts in by_customer.items():
        leading = alerts[0]
        signal = known.get(leading.kind)
        if signal is None:
            continue
        facts = {
            "signal": leading.kind, "answer": leading.answer, "alerts": [a.pk for a in alerts]
        }  # fmt: skip
        told = facts_today(leading, readings.get(customer_id))
        for language, ending in (("zh-hans", "zh"), ("en", "en")):
            with override(language):
                facts[ending] = sentence_of(signal, told)
                facts[f"short_{ending}"] = sentence_of(signal, told, is_short=True)
        found[customer_id] = Asking(facts, min(a.due_on for a in alerts), leading.cause)
    return found


def asking_customers() -> QuerySet[Any]:
    """The same customers as ids."""
    return _asking().values("customer_id")


def still_open(alert_ids: Iterable[int]) -> list[int]:
    rows = Alert.objects.filter(pk__in=list(alert_ids), state=AlertState.OPEN)
    return list(rows.values_list("pk", flat=True))


def _asking() -> QuerySet[Alert]:
    kinds = [code for code, one in signals_by_code().items() if one.is_alone]
    return Alert.objects.filter(state=AlertState.OPEN, kind__in=kinds)
