"""Reads closely what is known of some customers and turns it into candidates with reasons."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from weixi.act.warnings.asking import Asking, alerts_that_ask
from weixi.collect.customers.models import Customer
from weixi.core.among import among
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

from .absences import at_work, stand_ins
from .asks import Due, due_asks
from .day import start_of_day
from .models import Task
from .plan import Candidate
from .promised import with_promises
from .reaching import Refusals
from .rules import (
    Known,
    Signal,
    SignalKind,
    TaskState,
    Thresholds,
    rest_days,
    signals_of,
    value_at_stake,
)
from .thresholds import REST_DAYS, REST_DAYS_AFTER, thresholds_of

PERSON_FIELDS = ("pk", "customer__owner_id", "customer__team_id", "customer__birthday")
MEASURES = (
    "purchase_days", "days_since_purchase", "rhythm_days", "lateness", "value_rank",
    "revenue_12m", "margin_12m", "last_contact",
)  # fmt: skip
SCORES = ("value_at_stake", "next_low", "next_median", "next_high")


@dataclass(frozen=True)
class Today:
    """What is the same for all customers of a plan. `working`: people who own customers and their
    tasks a day; `away`: who is absent → the stand-in."""

    as_of: date
    values: Mapping[str, Any]
    limits: Thresholds
    ranked: int  # customers with a value rank
    due: Mapping[int, Due]
    working: Mapping[int, int]
    away: Mapping[int, int | None]

    def owner(self, customer_id: int, owner: int | None) -> int | None:
        """Who has the task: a person at work, or None: the team."""
        asked = self.due.get(customer_id)
        theirs = owner if asked is None or asked.owner_id is None else asked.owner_id
        return at_work(theirs, self.working, self.away)


def today(as_of: date, values: Mapping[str, Any], working: Mapping[int, int]) -> Today:
    return Today(
        as_of=as_of,
        values=values,
        limits=thresholds_of(values),
        ranked=Snapshot.objects.aggregate(n=Count("value_rank"))["n"],
        due=asked_of_us(as_of),
        working=working,
        away=stand_ins(as_of),
    )


def candidates(ids: Collection[int], day: Today, refused: Refusals) -> list[Candidate]:
    """Those of the customers who have at least one reason on the day."""
    asking, scores, rested = alerts_that_ask(ids), _scores(ids), _rested(ids, day)
    people = Snapshot.objects.filter(pk__in=among(ids), customer__merged_into=None)
    found, seen = [], set()
    for pk, owner, team, birthday, *measured in people.values_list(*PERSON_FIELDS, *MEASURES):
        seen.add(pk)
        if pk in refused.no_contact and pk not in day.due:
            continue
        known = _known(measured, scores.get(pk), birthday, day.as_of, pk not in refused.no_selling)
        signals = _found(known, asking.get(pk), rested.get(pk, frozenset()), day)
        signals = joined(day.due.get(pk), () if pk in refused.no_contact else signals)
        if signals:
            found.append(Candidate(pk, day.owner(pk, owner), team, signals, known.value))
    return found + _only_asked([pk for pk in ids if pk in day.due and pk not in seen], day)


def _found(
    known: Known, asked: Asking | None, rest: frozenset[str], day: Today
) -> tuple[Signal, ...]:
    """What the cause of an alert asks for comes before every other reason."""
    found = signals_of(known, as_of=day.as_of, limits=day.limits, ranked=day.ranked, rested=rest)
    if asked is None or SignalKind.WARNING in rest:
        return found
    return (Signal(SignalKind.WARNING, asked.facts, asked.due_on, asked.cause), *found)


def asked_of_us(as_of: date, customer_ids: Iterable[int] | None = None) -> dict[int, Due]:
    """What persons and playbooks asked for, and what was promised, that is due."""
    return with_promises(due_asks(as_of, customer_ids), as_of, customer_ids)


def joined(due: Due | None, signals: tuple[Signal, ...]) -> tuple[Signal, ...]:
    """All reasons of a customer in one task: what was asked for first, then what was found. A
    playbook's step stands for the built-in reason that it covers."""
    if due is None:
        return signals
    return (*due.signals, *(signal for signal in signals if signal.kind not in due.covers))


def _only_asked(ids: Sequence[int], day: Today) -> list[Candidate]:
    """Customers about whom nothing is known but that somebody asked: also prospects."""
    values = values_at_stake(ids)
    people = Customer.objects.filter(pk__in=ids, merged_into=None)
    return [
        Candidate(pk, day.owner(pk, owner), team, day.due[pk].signals, values.get(pk))
        for pk, owner, team in people.values_list("pk", "owner_id", "team_id")
    ]


def values_at_stake(customer_ids: Sequence[int]) -> dict[int, int | None]:
    """Customer → what a loss would cost, in minor units; None = unknown."""
    stakes = dict(Score.objects.filter(pk__in=customer_ids).values_list("pk", "value_at_stake"))
    rows = Snapshot.objects.filter(pk__in=customer_ids)
    return {
        pk: value_at_stake(stakes.get(pk), margin, revenue)
        for pk, margin, revenue in rows.values_list("pk", "margin_12m", "revenue_12m")
    }


def _scores(ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
    rows = Score.objects.filter(pk__in=among(ids)).values_list("pk", *SCORES)
    return {row[0]: row[1:] for row in rows}


def _known(
    measured: Sequence[Any],
    score: tuple[Any, ...] | None,
    birthday: date | None,
    as_of: date,
    may_sell: bool,
) -> Known:
    days, since, rhythm, lateness, rank, revenue, margin, contact = measured
    stake, low, median, high = score or (None, None, None, None)
    return Known(
        purchase_days=days,
        days_since_purchase=since,
        days_since_contact=None if contact is None else (as_of - contact).days,
        rhythm_days=rhythm,
        lateness=lateness,
        value_rank=rank,
        revenue_12m=revenue,
        next_low=low,
        next_median=median,
        next_high=high,
        birthday=birthday,
        value=value_at_stake(stake, margin, revenue),
        may_sell=may_sell,
    )


def _rested(ids: Collection[int], day: Today) -> dict[int, frozenset[str]]:
    """Reasons that were dealt with lately, by customer."""
    rests, after = day.values[REST_DAYS], day.values[REST_DAYS_AFTER]
    longest = max([*rests.values(), 0])
    since = start_of_day(day.as_of - timedelta(days=longest))
    some = Task.objects.filter(customer__in=among(ids))
    done = some.filter(state=TaskState.DONE, closed_at__gte=since)
    found: dict[int, set[str]] = {}
    for customer, signals, outcome, closed_at in done.values_list(
        "customer_id", "signals", "outcome", "closed_at"
    ):
        days = (day.as_of - timezone.localdate(closed_at)).days
        kinds = {
            signal["kind"]
            for signal in signals
            if days < rest_days(signal["kind"], outcome, rests, after)
        }
        found.setdefault(customer, set()).update(kinds)
    return {customer: frozenset(kinds) for customer, kinds in found.items()}
