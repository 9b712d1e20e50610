"""Cards of the board and single alerts, made ready to render for a whole page at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from weixi.measure.queries import snapshots_of
from weixi.predict.queries import scores_of
from weixi.predict.rules import risk_level

from .models import Alert, Reading
from .rules import HISTORY, Cause, Signal
from .signals import signals_by_code
from .words import Part, name_of, parts_of, sentence_of

SHOWN_REASONS = 3


@dataclass(frozen=True)
class AlertRow:
    """One alert. `sentence` from the numbers of today while it holds, else of its first day."""

    id: int
    customer_id: int
    number: str
    customer: str
    kind: str
    name: str
    sentence: str
    cause: str
    state: str
    points: int
    opened_on: date
    evidence_on: date
    answer: str
    due_on: date
    owner_id: int | None
    owner: str
    reason: str
    snooze_until: date | None
    ended_on: date | None
    version: int


@dataclass(frozen=True)
class Card:
    """One customer of the board. `value` None: unknown; `days_past` None: no rhythm known."""

    customer_id: int
    number: str
    name: str
    type: str
    points: int
    change: int | None
    level: str
    reasons: tuple[Part, ...]
    more: int
    value: int | None
    probability: float | None
    horizon_days: int | None
    days_past: int | None
    owner: str
    opened_on: date
    age: int
    answer: str
    cause: str
    due_on: date
    states: tuple[str, ...]
    alert_ids: tuple[int, ...]


def cards(readings: Sequence[Reading], wanted: Q, day: date) -> list[Card]:
    ids = [reading.customer_id for reading in readings]
    known, snapshots, scores = signals_by_code(), snapshots_of(ids), scores_of(ids)
    by_customer: dict[int, list[Alert]] = {}
    rows = Alert.objects.filter(wanted, customer__in=ids)
    for one in rows.select_related("owner").order_by("-points", "pk"):
        by_customer.setdefault(one.customer_id, []).append(one)
    return [
        _card(
            reading,
            by_customer[reading.customer_id],
            known,
            snapshots.get(reading.customer_id),
            scores.get(reading.customer_id),
            day,
        )
        for reading in readings
        if reading.customer_id in by_customer
    ]


def _card(
    reading: Reading,
    alerts: list[Alert],
    known: Mapping[str, Signal],
    snapshot: Any,
    score: Any,
    day: date,
) -> Card:
    customer = reading.customer
    # A known cause says more about what to do than a heavier signal without one.
    leading = next((one for one in alerts if one.cause != Cause.UNKNOWN), alerts[0])
    parts = parts_of(reading.contributions, known)
    reasons = tuple(p for p in parts if p.points > 0 and p.signal != HISTORY)
    owner = leading.owner or customer.owner
    opened = min(one.opened_on for one in alerts)
    return Card(
        customer_id=customer.pk,
        number=customer.number,
        name=customer.name,
        type=customer.type,
        points=reading.points,
        change=None if reading.before is None else reading.points - reading.before,
        level=risk_level(reading.points / 100),
        reasons=reasons[:SHOWN_REASONS],
        more=max(len(reasons) - SHOWN_REASONS, 0),
        value=None if reading.stake < 0 else reading.stake,
        probability=score.churn_risk if score else None,
        horizon_days=score.horizon_days if score else None,
        days_past=_days_past(snapshot),
        owner=str(owner) if owner else "",
        opened_on=opened,
        age=(day - opened).days,
        answer=leading.answer,
        cause=leading.cause,
        due_on=min(one.due_on for one in alerts),
        states=tuple(dict.fromkeys(one.state for one in alerts)),
        alert_ids=tuple(one.pk for one in alerts),
    )


def _days_past(snapshot: Any) -> int | None:
    """Days since the purchase that the own rhythm let expect; negative before it."""
    if snapshot is None or snapshot.rhythm_days is None or snapshot.days_since_purchase is None:
        return None
    return int(snapshot.days_since_purchase - snapshot.rhythm_days)


def alert_rows(alerts: Sequence[Alert]) -> list[AlertRow]:
    known = signals_by_code()
    readings = Reading.objects.in_bulk([one.customer_id for one in alerts])
    return [_row(one, known.get(one.kind), readings.get(one.customer_id)) for one in alerts]


def _row(one: Alert, signal: Signal | None, reading: Reading | None) -> AlertRow:
    facts = facts_today(one, reading)
    return AlertRow(
        id=one.pk,
        customer_id=one.customer_id,
        number=one.customer.number,
        customer=one.customer.name,
        kind=one.kind,
        name=name_of(signal) if signal else one.kind,
        sentence=sentence_of(signal, facts) if signal else one.kind,
        cause=one.cause,
        state=one.state,
        points=one.points,
        opened_on=one.opened_on,
        evidence_on=one.evidence_on,
        answer=one.answer,
        due_on=one.due_on,
        owner_id=one.owner_id,
        owner=str(one.owner) if one.owner else "",
        reason=one.reason,
        snooze_until=one.snooze_until,
        ended_on=one.ended_on,
        version=one.version,
    )


def facts_today(one: Alert, reading: Reading | None) -> Mapping[str, Any]:
    """The numbers of today while the signal holds, else those of the day it was opened."""
    if one.ended_on is None and reading is not None:
        for part in reading.contributions:
            if part["signal"] == one.kind and part["points"] > 0:
                facts: Mapping[str, Any] = part["facts"]
                return facts
    stored: Mapping[str, Any] = one.facts
    return stored
