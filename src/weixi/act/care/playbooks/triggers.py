"""Which customers a playbook starts with on a day. Pulled from what stands in the tables of the
lower stages: transitions, alerts, dates and facts. The same day asked again gives the same."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

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
from .occasions import FESTIVALS, days_between, festivals_on, lunar_of, lunar_origins, solar_origins
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
    return starts_between(trigger, day, day)


def starts_between(trigger: Trigger, first: date, last: date) -> list[Start]:
    """Of some days, both ends included, day after day: each source is read once for all."""
    found = sorted(BY_KIND[trigger.kind](trigger, first, last), key=lambda start: start.anchor)
    days = groupby(found, key=lambda start: start.anchor)
    return [start for _, of_day in days for start in _once(of_day)]


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


def _enter(trigger: Trigger, first: date, last: date) -> list[Start]:
    moved = Q(to_cell__in=trigger.cells) & ~Q(from_cell__in=trigger.cells)
    return _moved(trigger, first, last, moved)


def _leave(trigger: Trigger, first: date, last: date) -> list[Start]:
    moved = Q(from_cell__in=trigger.cells) & ~Q(to_cell__in=trigger.cells)
    return _moved(trigger, first, last, moved)


def _moved(trigger: Trigger, first: date, last: date, moved: Q) -> list[Start]:
    rows = Transition.objects.filter(
        moved, scheme__code=trigger.scheme, on__range=(first, last), customer__merged_into=None
    ).order_by("pk")
    return [
        Start(pk, f"{day.isoformat()}", day, {"from": came, "to": went})
        for pk, day, came, went in rows.values_list("customer_id", "on", "from_cell", "to_cell")
    ]


def _alert(trigger: Trigger, first: date, last: date) -> list[Start]:
    rows = Alert.objects.filter(opened_on__range=(first, last), customer__merged_into=None)
    if trigger.signals:
        rows = rows.filter(kind__in=trigger.signals)
    return [
        Start(pk, f"alert:{alert}", day, {"signal": kind})
        for alert, pk, day, kind in rows.order_by("-points", "pk").values_list(
            "pk", "customer_id", "opened_on", "kind"
        )
    ]


def _date(trigger: Trigger, first: date, last: date) -> list[Start]:
    if trigger.occasion is None:
        return []
    ahead = timedelta(days=trigger.days)  # the occasion lies there
    return BY_OCCASION[trigger.occasion](trigger, first - ahead, last - ahead)


def _birthday(trigger: Trigger, first: date, last: date) -> list[Start]:
    """By the calendar that the customer keeps: the lunar one where the file says so."""
    keeps_lunar = Q()
    for name in CALENDAR_FIELDS:
        keeps_lunar |= Q(**{f"custom__{name}__in": list(LUNAR_WORDS)})
    known = Customer.objects.filter(merged_into=None, birthday__isnull=False).order_by("pk")
    # Once through the own fields of all customers who have any: no index helps there.
    keepers = dict(known.exclude(custom={}).filter(keeps_lunar).values_list("pk", "birthday"))
    born = _years([day for day in keepers.values() if day is not None])
    kept = {origin: on for on in days_between(first, last) for origin in solar_origins(on)}
    lunar = {origin: on for on in days_between(first, last) for origin in lunar_origins(on, born)}
    solar = known.filter(birthday__in=kept).values_list("pk", "birthday")
    return [
        *(_birthday_of(pk, kept[day]) for pk, day in solar if day and pk not in keepers),
        *(_lunar_birthday_of(pk, lunar[day]) for pk, day in keepers.items() if day in lunar),
    ]


def _birthday_of(pk: int, on: date) -> Start:
    return Start(pk, f"{on.year}", on)


def _lunar_birthday_of(pk: int, on: date) -> Start:
    return Start(pk, f"lunar:{lunar_of(on).year}", on, {"lunar": True})


def _years(born: Collection[date]) -> range:
    """Lunar years in which they were born."""
    return range(min(born).year - 1, max(born).year + 1) if born else range(0)


def _anniversary(trigger: Trigger, first: date, last: date) -> list[Start]:
    """Of the first purchase, from the first year on."""
    kept = {
        origin: on
        for on in days_between(first, last)
        for origin in solar_origins(on)
        if origin < on
    }
    rows = Snapshot.objects.filter(first_purchase__in=kept, customer__merged_into=None)
    return [
        Start(pk, f"{on.year}", on, {"years": on.year - day.year})
        for pk, day in rows.order_by("pk").values_list("pk", "first_purchase")
        if day is not None and (on := kept[day])
    ]


def _renewal(trigger: Trigger, first: date, last: date) -> list[Start]:
    rows = Bond.objects.filter(
        kind=BondKind.CONTRACTUAL, ends_on__range=(first, last), customer__merged_into=None
    ).order_by("pk")
    return [
        Start(pk, f"{on.isoformat()}", on, {"contract": what[:100]})
        for pk, on, what in rows.values_list("customer_id", "ends_on", "description")
        if on is not None
    ]


def _points(trigger: Trigger, first: date, last: date) -> list[Start]:
    return [
        Start(pk, f"{on.isoformat()}", on, {"points": points})
        for on in days_between(first, last)
        for pk, points in sorted(expiring_on(on).items())
    ]


def _next_purchase(trigger: Trigger, first: date, last: date) -> list[Start]:
    """Once for each purchase that is waited for, even where the expected day moves."""
    expected = Score.objects.filter(next_median__range=(first, last))
    expected_on = dict(expected.values_list("customer_id", "next_median"))
    rows = Snapshot.objects.filter(
        pk__in=expected.values("customer_id"), customer__merged_into=None
    ).order_by("pk")
    return [
        Start(pk, f"after:{latest.isoformat()}", on)
        for pk, latest in rows.values_list("pk", "last_purchase")
        if latest is not None and (on := expected_on[pk]) is not None
    ]


def _festival(trigger: Trigger, first: date, last: date) -> list[Start]:
    return [start for on in days_between(first, last) for start in _festival_on(trigger, on)]


def _festival_on(trigger: Trigger, on: date) -> list[Start]:
    held = [(code, year) for code, year in festivals_on(on) if code in trigger.festivals]
    if not held:
        return []
    code, year = held[0]
    names = {"festival_zh": FESTIVALS[code].name_zh, "festival_en": FESTIVALS[code].name_en}
    buyers = Snapshot.objects.filter(purchase_days__gte=1, customer__merged_into=None)
    ids = buyers.order_by("pk").values_list("pk", flat=True)
    return [Start(pk, f"{code}:{year}", on, names) for pk in ids]


def _event(trigger: Trigger, first: date, last: date) -> list[Start]:
    if trigger.happening is None:
        return []
    within = (start_of_day(first), start_of_day(last + timedelta(days=1)))
    return BY_HAPPENING[trigger.happening](within)


Within = tuple[datetime, datetime]  # the second no longer


def _between(name: str, within: Within) -> Q:
    return Q(**{f"{name}__gte": within[0], f"{name}__lt": within[1]})


def _purchases(within: Within) -> "QuerySet[Order]":
    rows = Order.objects.filter(_between("ordered_at", within), ~MERGED_AWAY, amount__gt=0)
    return rows.exclude(customer=None).order_by("pk")


def _purchase(within: Within) -> list[Start]:
    rows = _purchases(within).values_list("customer_id", "ordered_at")
    days = ((pk, timezone.localdate(at)) for pk, at in rows)
    return [Start(pk, f"{day.isoformat()}", day) for pk, day in days]


def _first_purchase(within: Within) -> list[Start]:
    earlier = Order.objects.filter(
        customer=OuterRef("customer"), ordered_at__lt=within[0], amount__gt=0
    )
    rows = _purchases(within).filter(~Exists(earlier)).values_list("customer_id", "ordered_at")
    days = [(pk, timezone.localdate(at)) for pk, at in rows]
    begun: dict[int, date] = {}
    for pk, day in days:
        begun[pk] = min(day, begun.get(pk, day))
    return [Start(pk, "first", day) for pk, day in days if day == begun[pk]]


def _complaint(column: str, word: str) -> Callable[[Within], list[Start]]:
    def found(within: Within) -> list[Start]:
        rows = Complaint.objects.filter(_between(column, within), ~MERGED_AWAY).order_by("pk")
        return [
            Start(pk, f"{word}:{complaint}", timezone.localdate(at), {"complaint": complaint})
            for complaint, pk, at in rows.values_list("pk", "customer_id", column)
        ]

    return found


def _answer(kind: Q) -> Callable[[Within], list[Start]]:
    def found(within: Within) -> list[Start]:
        rows = Answer.objects.filter(kind, _between("at", within), ~MERGED_AWAY).order_by("pk")
        return [
            Start(pk, f"answer:{answer}", timezone.localdate(at))
            for answer, pk, at in rows.values_list("pk", "customer_id", "at")
        ]

    return found


Finder = Callable[[Trigger, date, date], list[Start]]
BY_KIND: dict[TriggerKind, Finder] = {
    TriggerKind.ENTER: _enter,
    TriggerKind.LEAVE: _leave,
    TriggerKind.ALERT: _alert,
    TriggerKind.DATE: _date,
    TriggerKind.EVENT: _event,
}
BY_OCCASION: dict[Occasion, Finder] = {
    Occasion.BIRTHDAY: _birthday,
    Occasion.ANNIVERSARY: _anniversary,
    Occasion.RENEWAL: _renewal,
    Occasion.POINTS: _points,
    Occasion.FESTIVAL: _festival,
    Occasion.NEXT_PURCHASE: _next_purchase,
}
BY_HAPPENING: dict[Happening, Callable[[Within], list[Start]]] = {
    Happening.PURCHASE: _purchase,
    Happening.FIRST_PURCHASE: _first_purchase,
    Happening.COMPLAINT: _complaint("received_at", "complaint"),
    Happening.SOLVED: _complaint("resolved_at", "solved"),
    Happening.BAD_ANSWER: _answer(BAD_ANSWER),
    Happening.GOOD_ANSWER: _answer(GOOD_ANSWER),
    Happening.ANSWER: _answer(Q()),
}
