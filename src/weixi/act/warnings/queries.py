"""Reads of the warnings, ready to render: the board, its figures, one customer's risk, losses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.predict.rules import RiskLevel, risk_level
from weixi.staff.permissions import listed, reachable

from .models import Alert, AlertEvent, Reading
from .rows import AlertRow, Card, alert_rows, cards
from .rules import HISTORY, WAITING, AlertState
from .signals import signals_by_code
from .words import Part, parts_of

BY_STAKE = Keyset(("-stake", "customer_id"), "warnings")
NEWEST = Keyset(("-id",), "alerts")
RISING_FROM = 5  # points more than in the run before
LEVELS = {RiskLevel.HIGH: (70, 101), RiskLevel.RAISED: (40, 70), RiskLevel.LOW: (0, 40)}
CLOSED_DAYS = 30  # closed ones are shown that long


@dataclass(frozen=True)
class Filters:
    """Empty: no restriction. `owner`: a user id, or "none"; `only`: new or rising."""

    state: str = "open"
    level: str = ""
    cause: str = ""
    kind: str = ""
    owner: str = ""
    only: str = ""


@dataclass(frozen=True)
class Counters:
    """Customers, within reach; each figure is the list that its filter shows."""

    open: int
    new: int
    rising: int
    snoozed: int
    handled: int  # in the last 30 days
    recovered: int
    false_alarms: int
    value: int
    as_of: date | None


@dataclass(frozen=True)
class Risk:
    """The risk of one customer in points: base + parts = points."""

    points: int
    before: int | None
    base: int
    level: str
    as_of: date
    parts: tuple[Part, ...]
    alerts: tuple[AlertRow, ...] = field(default=())

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.points - self.before

    @property
    def reasons(self) -> tuple[Part, ...]:
        """What raises it now, without the rest of the history."""
        return tuple(p for p in self.parts if p.points > 0 and p.signal != HISTORY)


def board(
    actor: Actor,
    *,
    day: date,
    filters: Filters = Filters(),
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[Card]:
    """Customers with alerts in the state asked for, the most value at stake first."""
    rows = _readings(actor, filters, day).select_related("customer", "customer__owner")
    return keyset_page(
        rows,
        BY_STAKE,
        cursor=cursor,
        limit=limit,
        render=lambda found: cards(found, _of_state(filters.state, day), day),
    )


def customers_warned(actor: Actor, *, day: date, filters: Filters = Filters()) -> QuerySet[Any]:
    """The same customers as ids, uncut: for lists and audiences."""
    return _readings(actor, filters, day).values("customer_id")


def count(actor: Actor, *, day: date, filters: Filters = Filters()) -> int:
    return _readings(actor, filters, day).count()


def alert_ids_of(
    actor: Actor, customer_ids: Iterable[int], *, states: Sequence[str] = WAITING
) -> list[int]:
    """The alerts of chosen cards."""
    alerts = Alert.objects.filter(
        reachable(actor, "customer__"), customer__in=list(customer_ids), state__in=states
    )
    return list(alerts.order_by("pk").values_list("pk", flat=True))


def counters(actor: Actor, *, day: date) -> Counters:
    def told(**fields: str) -> int:
        return count(actor, day=day, filters=Filters(**fields))

    open_rows = _readings(actor, Filters(), day)
    value = open_rows.aggregate(v=Coalesce(Sum("stake", filter=Q(stake__gte=0)), 0))["v"]
    newest = Reading.objects.values_list("as_of", flat=True).first()
    return Counters(
        open=open_rows.count(),
        new=told(only="new"),
        rising=told(only="rising"),
        snoozed=told(state="snoozed"),
        handled=told(state="handled"),
        recovered=told(state="recovered"),
        false_alarms=told(state="false_alarm"),
        value=value,
        as_of=newest,
    )


def causes_waiting(actor: Actor, *, day: date, filters: Filters = Filters()) -> dict[str, int]:
    """Cause → customers that the list shows with it in place of its own, the most first."""
    return _choices(actor, "cause", replace(filters, cause=""), day)


def kinds_waiting(actor: Actor, *, day: date, filters: Filters = Filters()) -> dict[str, int]:
    return _choices(actor, "kind", replace(filters, kind=""), day)


def _choices(actor: Actor, name: str, filters: Filters, day: date) -> dict[str, int]:
    rows = Reading.objects.filter(
        listed(actor, "customer__"), _read(filters), customer=OuterRef("customer")
    )
    if filters.only == "new":
        rows = rows.filter(as_of=OuterRef("opened_on"))
    counted = Alert.objects.filter(_asked(filters, day), Exists(rows)).values_list(name)
    return dict(counted.annotate(n=Count("customer", distinct=True)).order_by("-n", name))


def alerts(
    actor: Actor,
    *,
    state: str = "",
    kind: str = "",
    cause: str = "",
    customer_id: int | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[AlertRow]:
    """Alerts one by one, the newest first."""
    wanted = {"state": state, "kind": kind, "cause": cause, "customer_id": customer_id}
    rows = Alert.objects.filter(
        listed(actor, "customer__"), **{name: value for name, value in wanted.items() if value}
    ).select_related("customer", "owner")
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=alert_rows)


def alerts_of(actor: Actor, customer_id: int) -> tuple[AlertRow, ...]:
    """Alerts of a customer that are not closed."""
    rows = Alert.objects.filter(
        reachable(actor, "customer__"), customer_id=customer_id, ended_on=None
    ).select_related("customer", "owner")
    return tuple(alert_rows(list(rows.order_by("-points", "pk"))))


def alert(actor: Actor, alert_id: int) -> AlertRow:
    rows = Alert.objects.filter(reachable(actor, "customer__"), pk=alert_id)
    found = list(rows.select_related("customer", "owner"))
    if not found:
        raise Missing("alert")
    return alert_rows(found)[0]


def history_of(actor: Actor, alert_id: int) -> list[AlertEvent]:
    """What was done with it, the newest first."""
    alert(actor, alert_id)
    return list(AlertEvent.objects.filter(alert_id=alert_id).order_by("-pk"))


def contributions_of(actor: Actor, customer_id: int, *, with_alerts: bool = True) -> Risk | None:
    """None: not read yet, never bought, or no longer a customer in business."""
    reading = Reading.objects.filter(
        reachable(actor, "customer__"), customer_id=customer_id
    ).first()
    if reading is None:
        return None
    return Risk(
        points=reading.points,
        before=reading.before,
        base=reading.base,
        level=risk_level(reading.points / 100),
        as_of=reading.as_of,
        parts=parts_of(reading.contributions, signals_by_code()),
        alerts=alerts_of(actor, customer_id) if with_alerts else (),
    )


def risk_json(actor: Actor, customer_id: int) -> list[dict[str, Any]]:
    """`risk.reasons` of the contract."""
    risk = contributions_of(actor, customer_id)
    return [
        {
            "signal": part.signal,
            "sentence": part.sentence,
            "cause": part.cause,
            "points": part.points,
            "change": part.change,
            "since": part.since,
        }
        for part in (risk.reasons if risk else ())
    ]


def false_alarm_shares() -> dict[str, tuple[int, int]]:
    """Signal → (false alarms, alerts that a person closed)."""
    closed = Q(state__in=(AlertState.HANDLED, AlertState.FALSE_ALARM))
    rows = Alert.objects.filter(closed).values_list("kind")
    counted = rows.annotate(false=Count("pk", filter=Q(state="false_alarm")), all=Count("pk"))
    return {kind: (false, whole) for kind, false, whole in counted}


def _readings(actor: Actor, filters: Filters, day: date) -> QuerySet[Reading]:
    found = Alert.objects.filter(_asked(filters, day), customer=OuterRef("customer"))
    if filters.only == "new":
        found = found.filter(opened_on=OuterRef("as_of"))
    return Reading.objects.filter(listed(actor, "customer__"), _read(filters), Exists(found))


def _asked(filters: Filters, day: date) -> Q:
    """What is asked of the alert."""
    asked = _of_state(filters.state, day)
    if filters.cause:
        asked &= Q(cause=filters.cause)
    if filters.kind:
        asked &= Q(kind=filters.kind)
    if filters.owner:
        asked &= Q(owner=None if filters.owner == "none" else int(filters.owner))
    return asked


def _read(filters: Filters) -> Q:
    """What is asked of the risk."""
    asked = Q()
    if filters.level:
        low, high = LEVELS[RiskLevel(filters.level)]
        asked &= Q(points__gte=low, points__lt=high)
    if filters.only == "rising":
        asked &= Q(points__gte=F("before") + RISING_FROM)
    return asked


def _of_state(state: str, day: date) -> Q:
    """Empty: whatever still holds. Closed ones of the last 30 days."""
    since = day - timedelta(days=CLOSED_DAYS)
    if not state:
        return Q(ended_on=None)
    if state in WAITING:
        return Q(state=state)
    if state in (AlertState.HANDLED, AlertState.FALSE_ALARM):
        return Q(state=state, handled_at__date__gte=since)
    return Q(state=state, ended_on__gte=since)
