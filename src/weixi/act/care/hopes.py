"""Who might get a place on the list: a coarse cut through all customers by one statement.

A reason is taken to hold where its numbers allow it, and a contact to take as little time as the
quickest channel does. What this finds is never too little; candidates.py looks closely.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import FloatField, QuerySet, Value

from weixi.act.warnings.asking import asking_alerts
from weixi.collect.customers.models import Customer
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

from .candidates import Today
from .plan import Capacity, Hope, Queue, Waiting
from .ranking import most_worth, quickest
from .reckoning import likely_chance
from .rules import FOUND, SignalKind, birth_dates, top_places
from .thresholds import EFFORT_MINUTES

# What a loss would cost is told as rules.value_at_stake tells it.
PLACED = """
WITH reason(customer_id, chance, kind) AS ({reasons}),
best AS (
    SELECT customer_id, MAX(chance) AS chance, SUM(kind) AS kinds FROM reason GROUP BY customer_id
),
hope AS (
    SELECT best.customer_id, best.kinds, c.owner_id, c.team_id, best.chance * COALESCE(
        p.value_at_stake,
        CASE WHEN m.margin_12m > 0 THEN m.margin_12m WHEN m.revenue_12m > 0 THEN m.revenue_12m END
    ) AS stake
    FROM best
    JOIN {snapshots} m ON m.customer_id = best.customer_id
    JOIN {customers} c ON c.id = best.customer_id
    LEFT JOIN {scores} p ON p.customer_id = best.customer_id
    WHERE c.merged_into_id IS NULL
),
placed AS (
    SELECT hope.*, ROW_NUMBER() OVER (
        PARTITION BY owner_id, team_id ORDER BY stake IS NULL, stake DESC, customer_id
    ) AS place FROM hope
)
SELECT customer_id, owner_id, team_id, stake, kinds, place FROM placed WHERE place <= %s
"""
BITS = {kind: 1 << place for place, kind in enumerate(FOUND)}


def waiting(
    day: Today, capacity: Capacity, *, without: Container[int], deep: int
) -> dict[Queue, Waiting]:
    """Queue → its most hopeful customers, at most `deep` of each owner and team."""
    found: dict[Queue, Waiting] = defaultdict(Waiting)
    minutes = quickest(day.values[EFFORT_MINUTES])
    for pk, owner, team, told, kinds, place in _placed(day, deep):
        of = found[capacity.queue(day.owner(pk, owner), team)]
        stake = None if told is None else float(told)  # PostgreSQL tells a decimal
        worth = most_worth(stake, minutes)
        if place == deep:
            of.beyond = worth if of.beyond is None else max(of.beyond, worth)
        if pk not in without:
            of.hopes.append(Hope(worth, pk, stake, _kinds(kinds)))
    for of in found.values():
        of.hopes.sort(key=lambda one: one.rank)
    return found


@cache
def _kinds(bits: int) -> tuple[str, ...]:
    return tuple(kind for kind, bit in BITS.items() if bits & bit)


def _placed(day: Today, deep: int) -> list[tuple[Any, ...]]:
    first, *others = _reasons(day)
    reasons, params = first.union(*others, all=True).query.sql_with_params()
    tables = {"snapshots": Snapshot, "customers": Customer, "scores": Score}
    named = {name: f'"{model._meta.db_table}"' for name, model in tables.items()}
    with connection.cursor() as cursor:
        cursor.execute(PLACED.format(reasons=reasons, **named), [*params, deep])
        return cursor.fetchall()


def _reasons(day: Today) -> Iterator["QuerySet[Any, Any]"]:
    """Customers who could have a reason, with the chance of it."""
    for kind, rows in _may_hold(day).items():
        chance = Value(likely_chance(kind, day.values), output_field=FloatField())
        yield rows.order_by().annotate(chance=chance, kind=Value(BITS[kind]))


def _may_hold(day: Today) -> dict[SignalKind, "QuerySet[Any, Any]"]:
    limits, until = day.limits, day.as_of + timedelta(days=day.limits.next_due_days)
    return {
        SignalKind.OVERDUE: Snapshot.objects.filter(
            purchase_days__gte=limits.overdue_least_purchases,
            lateness__gte=limits.overdue_from,
            lateness__lte=limits.overdue_to,
            days_since_purchase__gte=limits.overdue_least_days,
        ).values_list("pk"),
        SignalKind.GONE_QUIET: Snapshot.objects.filter(
            value_rank__lte=top_places(limits.quiet_top_share, day.ranked),
            days_since_purchase__gte=limits.quiet_days,
        ).values_list("pk"),
        SignalKind.NEXT_DUE: Score.objects.filter(
            next_median__range=(day.as_of, until)
        ).values_list("pk"),
        SignalKind.BIRTHDAY: Customer.objects.filter(
            birthday__in=birth_dates(day.as_of, limits.birthday_days_ahead)
        ).values_list("pk"),
        SignalKind.WARNING: asking_alerts().values_list("customer_id").distinct(),
    }
