"""Which customers a playbook starts with on a day. Pulled from what stands in the tables of the
lower stages: transitions, alerts, dates and facts. The same day asked again gives the same."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from weixi.act.care.day import start_of_day
from weixi.act.warnings.models import Alert
from weixi.classify.models import Membership, Transition
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Bond, Customer
from weixi.collect.customers.rules import BondKind
from weixi.collect.orders.models import Order
from weixi.collect.surveys.models import Answer
from weixi.collect.surveys.rules import CES, CSAT, NPS
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

from .definition import Trigger
from .expiring import expiring_on
from .occasions import FESTIVALS, festivals_on, lunar_of, lunar_origins, solar_origins
from .rules import Happening, Occasion, TriggerKind

CALENDAR_FIELDS = ("birthday_calendar", "生日历法")
LUNAR_WORDS = ("lunar", "农历", "阴历")
# What counts as a bad and as a good answer to the questions that have a scale of their own.
BAD_ANSWER = Q(question=NPS, score__lte=6) | Q(question=CSAT, score__lte=2) | Q(
    question=CES, score__lte=3
)  # fmt: skip
GOOD_ANSWER = Q(question=NPS, score__gte=9) | Q(question=CSAT, score__gte=5)


# Few customers are: asked the other way round, a database goes through all who are not.
MERGED_AWAY = Q(customer__in=Customer.objects.exclude(merged_into=None).values("pk"))


@dataclass(frozen=True)
class Start:
    """`occurrence`: what started it, once and for all; `anchor`: the day it is about."""

    customer_id: int
    occurrence: str
    anchor: date
    facts: dict[str, Any] = field(default_factory=dict)


def starts_on(trigger: Trigger, day: date) -> list[Start]:
    """Of one day, merged records and repeated customers left out; not cut to `who`."""
    found = BY_KIND[trigger.kind](trigger, day)
    return _once(found)


def existing_on(trigger: Trigger, day: date) -> list[Start]:
    """Who is in the cell when the playbook is switched on for those already there."""
    if trigger.kind != TriggerKind.ENTER or not trigger.existing:
        return []
    rows = Membership.objects.filter(
        scheme__code=trigger.scheme, cell__in=trigger.cells, customer__merged_into=None
    )
    return [Start(pk, "existing", day) for pk in rows.values_list("customer_id", flat=True)]


def _once(found: Iterable[Start]) -> list[Start]:
    return list({start.customer_id: start for start in reversed(list(found))}.values())[::-1]


def _enter(trigger: Trigger, day: date) -> list[Start]:
    return _moved(trigger, day, Q(to_cell__in=trigger.cells) & ~Q(from_cell__in=trigger.cells))


def _leave(trigger: Trigger, day: date) -> list[Start]:
    return _moved(trigger, day, Q(from_cell__in=trigger.cells) & ~Q(to_cell__in=trigger.cells))


def _moved(trigger: Trigger, day: date, moved: Q) -> list[Start]:
    rows = Transition.objects.filter(
        moved, scheme__code=trigger.scheme, on=day, customer__merged_into=None
    ).order_by("pk")
    return [
        Start(pk, f"{day.isoformat()}", day, {"from": came, "to": went})
        for pk, came, went in rows.values_list("customer_id", "from_cell", "to_cell")
    ]


def _alert(trigger: Trigger, day: date) -> list[Start]:
    rows = Alert.objects.filter(opened_on=day, customer__merged_into=None)
    if trigger.signals:
        rows = rows.filter(kind__in=trigger.signals)
    return [
        Start(pk, f"alert:{alert}", day, {"signal": kind})
        for alert, pk, kind in rows.order_by("-points", "pk").values_list(
            "pk", "customer_id", "kind"
        )
    ]


def _date(trigger: Trigger, day: date) -> list[Start]:
    if trigger.occasion is None:
        return []
    on = day - timedelta(days=trigger.days)  # the occasion lies there
    return BY_OCCASION[trigger.occasion](trigger, on)


def _birthday(trigger: Trigger, on: date) -> list[Start]:
    """By the calendar that the customer keeps: the lunar one where the file says so."""
    keeps_lunar = Q()
    for name in CALENDAR_FIELDS:
        keeps_lunar |= Q(**{f"custom__{name}__in": list(LUNAR_WORDS)})
    known = Customer.objects.filter(merged_into=None)
    # Once through the fields of all customers: no index helps there.
    dated = known.filter(keeps_lunar).values_list("pk", "birthday")
    keepers = {pk: born for pk, born in dated if born is not None}
    origins = set(lunar_origins(on, _years(keepers.values())))
    solar = (pk for pk in _ids(known.filter(birthday__in=solar_origins(on))) if pk not in keepers)
    lunar = (pk for pk, born in sorted(keepers.items()) if born in origins)
    return [
        *(Start(pk, f"{on.year}", on) for pk in solar),
        *(Start(pk, f"lunar:{lunar_of(on).year}", on, {"lunar": True}) for pk in lunar),
    ]


def _years(born: Collection[date]) -> range:
    """Lunar years in which they were born."""
    return range(min(born).year - 1, max(born).year + 1) if born else range(0)


def _anniversary(trigger: Trigger, on: date) -> list[Start]:
    """Of the first purchase, from the first year on."""
    rows = Snapshot.objects.filter(
        first_purchase__in=[origin for origin in solar_origins(on) if origin < on],
        customer__merged_into=None,
    ).order_by("pk")
    return [
        Start(pk, f"{on.year}", on, {"years": on.year - first.year})
        for pk, first in rows.values_list("pk", "first_purchase")
        if first is not None
    ]


def _renewal(trigger: Trigger, on: date) -> list[Start]:
    rows = Bond.objects.filter(
        kind=BondKind.CONTRACTUAL, ends_on=on, customer__merged_into=None
    ).order_by("pk")
    return [
        Start(pk, f"{on.isoformat()}", on, {"contract": what[:100]})
        for pk, what in rows.values_list("customer_id", "description")
    ]


def _points(trigger: Trigger, on: date) -> list[Start]:
    return [
        Start(pk, f"{on.isoformat()}", on, {"points": points})
        for pk, points in sorted(expiring_on(on).items())
    ]


def _next_purchase(trigger: Trigger, on: date) -> list[Start]:
    """Once for each purchase that is waited for, even where the expected day moves."""
    expected = Score.objects.filter(next_median=on).values("customer_id")
    rows = Snapshot.objects.filter(pk__in=expected, customer__merged_into=None).order_by("pk")
    return [
        Start(pk, f"after:{last.isoformat()}", on)
        for pk, last in rows.values_list("pk", "last_purchase")
        if last is not None
    ]


def _festival(trigger: Trigger, on: date) -> list[Start]:
    held = [(code, year) for code, year in festivals_on(on) if code in trigger.festivals]
    if not held:
        return []
    code, year = held[0]
    names = {"festival_zh": FESTIVALS[code].name_zh, "festival_en": FESTIVALS[code].name_en}
    buyers = Snapshot.objects.filter(purchase_days__gte=1, customer__merged_into=None)
    return [Start(pk, f"{code}:{year}", on, names) for pk in _ids(buyers)]


def _ids(rows: "QuerySet[Any]") -> Iterable[int]:
    return rows.order_by("pk").values_list("pk", flat=True)


def _event(trigger: Trigger, day: date) -> list[Start]:
    if trigger.happening is None:
        return []
    within = {"gte": start_of_day(day), "lt": start_of_day(day + timedelta(days=1))}
    return BY_HAPPENING[trigger.happening](day, within)


def _between(name: str, within: dict[str, Any]) -> Q:
    return Q(**{f"{name}__{how}": moment for how, moment in within.items()})


def _purchase(day: date, within: dict[str, Any]) -> list[Start]:
    rows = Order.objects.filter(_between("ordered_at", within), ~MERGED_AWAY, amount__gt=0).exclude(
        customer=None
    )
    return [Start(pk, f"{day.isoformat()}", day)
            for pk in rows.order_by("pk").values_list("customer_id", flat=True)]  # fmt: skip


def _first_purchase(day: date, within: dict[str, Any]) -> list[Start]:
    earlier = Order.objects.filter(
        customer=OuterRef("customer"), ordered_at__lt=within["gte"], amount__gt=0
    )
    rows = Order.objects.filter(
        ~Exists(earlier), _between("ordered_at", within), ~MERGED_AWAY, amount__gt=0
    ).exclude(customer=None)
    return [Start(pk, "first", day)
            for pk in rows.order_by("pk").values_list("customer_id", flat=True)]  # fmt: skip


def _complaint(column: str, word: str) -> Callable[[date, dict[str, Any]], list[Start]]:
    def found(day: date, within: dict[str, Any]) -> list[Start]:
        rows = Complaint.objects.filter(_between(column, within), ~MERGED_AWAY)
        return [
            Start(pk, f"{word}:{complaint}", day, {"complaint": complaint})
            for complaint, pk in rows.order_by("pk").values_list("pk", "customer_id")
        ]

    return found


def _answer(kind: Q) -> Callable[[date, dict[str, Any]], list[Start]]:
    def found(day: date, within: dict[str, Any]) -> list[Start]:
        rows = Answer.objects.filter(kind, _between("at", within), ~MERGED_AWAY)
        return [
            Start(pk, f"answer:{answer}", day)
            for answer, pk in rows.order_by("pk").values_list("pk", "customer_id")
        ]

    return found


BY_KIND: dict[TriggerKind, Callable[[Trigger, date], list[Start]]] = {
    TriggerKind.ENTER: _enter,
    TriggerKind.LEAVE: _leave,
    TriggerKind.ALERT: _alert,
    TriggerKind.DATE: _date,
    TriggerKind.EVENT: _event,
}
BY_OCCASION: dict[Occasion, Callable[[Trigger, date], list[Start]]] = {
    Occasion.BIRTHDAY: _birthday,
    Occasion.ANNIVERSARY: _anniversary,
    Occasion.RENEWAL: _renewal,
    Occasion.POINTS: _points,
    Occasion.FESTIVAL: _festival,
    Occasion.NEXT_PURCHASE: _next_purchase,
}
BY_HAPPENING: dict[Happening, Callable[[date, dict[str, Any]], list[Start]]] = {
    Happening.PURCHASE: _purchase,
    Happening.FIRST_PURCHASE: _first_purchase,
    Happening.COMPLAINT: _complaint("received_at", "complaint"),
    Happening.SOLVED: _complaint("resolved_at", "solved"),
    Happening.BAD_ANSWER: _answer(BAD_ANSWER),
    Happening.GOOD_ANSWER: _answer(GOOD_ANSWER),
    Happening.ANSWER: _answer(Q()),
}
