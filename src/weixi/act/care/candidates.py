"""Reads what the plan of a day needs, set by set, and turns it into candidates with reasons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from weixi.act.warnings.asking import Asking, alerts_that_ask, asking_customers
from weixi.collect.customers.models import Consent, Customer, Identity
from weixi.collect.touchpoints.models import Channel
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

from .absences import at_work, stand_ins
from .asks import Due, due_asks
from .day import start_of_day
from .models import Task
from .plan import Candidate
from .promised import with_promises
from .rules import (
    Known,
    Signal,
    SignalKind,
    TaskState,
    Thresholds,
    birth_dates,
    rest_days,
    signals_of,
    suggested_channel,
    top_places,
    value_at_stake,
)
from .thresholds import CHANNELS, REST_DAYS, REST_DAYS_AFTER, wished_channels

PERSON_FIELDS = ("pk", "customer__owner_id", "customer__team_id", "customer__birthday")
MEASURES = (
    "purchase_days", "days_since_purchase", "rhythm_days", "lateness", "value_rank",
    "revenue_12m", "margin_12m", "last_contact",
)  # fmt: skip
SCORES = ("value_at_stake", "next_low", "next_median", "next_high")
EVERY_CHANNEL = ""
REFUSED = ("marketing", "care", "contact")  # contact: of any kind


@dataclass(frozen=True)
class Refusals:
    """Customers who may not be sold to, may not be contacted, and channels refused by customer."""

    no_selling: frozenset[int]
    no_contact: frozenset[int]
    channels: Mapping[int, frozenset[str]]


def candidates(
    *,
    as_of: date,
    limits: Thresholds,
    values: Mapping[str, Any],
    refused: Refusals,
    working: Mapping[int, int],
) -> list[Candidate]:
    """Every customer with at least one reason on the day; `working`: people who own customers."""
    ranked = Snapshot.objects.aggregate(n=Count("value_rank"))["n"]
    asking, due, away = alerts_that_ask(), asked_of_us(as_of), stand_ins(as_of)
    wanted = _with_some_reason(as_of, limits, ranked, asking)
    scores = _scores(wanted)
    rested = _rested(as_of, values)
    found, seen = [], set()
    for pk, owner, team, birthday, *measured in wanted.values_list(*PERSON_FIELDS, *MEASURES):
        seen.add(pk)
        if pk in refused.no_contact and pk not in due:
            continue
        known = _known(measured, scores.get(pk), birthday, as_of, pk not in refused.no_selling)
        rest = rested.get(pk, frozenset())
        signals = signals_of(known, as_of=as_of, limits=limits, ranked=ranked, rested=rest)
        if pk in asking and SignalKind.WARNING not in rest:
            signals = (_warning(asking[pk]), *signals)
        signals = joined(due.get(pk), () if pk in refused.no_contact else signals)
        if signals:
            theirs = _owner(due.get(pk), owner)
            found.append(Candidate(pk, at_work(theirs, working, away), team, signals, known.value))
    return found + _only_asked(due, seen, working, away)


def asked_of_us(as_of: date, customer_ids: Iterable[int] | None = None) -> dict[int, Due]:
    """What persons and playbooks asked for, and what was promised, that is due."""
    return with_promises(due_asks(as_of, customer_ids), as_of, customer_ids)


def joined(due: Due | None, signals: tuple[Signal, ...]) -> tuple[Signal, ...]:
    """All reasons of a customer in one task: what was asked for first, then what was found. A
    playbook's step stands for the built-in reason that it covers."""
    if due is None:
        return signals
    return (*due.signals, *(signal for signal in signals if signal.kind not in due.covers))


def _owner(due: Due | None, owner: int | None) -> int | None:
    return owner if due is None or due.owner_id is None else due.owner_id


def _only_asked(
    due: Mapping[int, Due],
    seen: set[int],
    working: Mapping[int, int],
    away: Mapping[int, int | None],
) -> list[Candidate]:
    """Customers about whom nothing is known but that somebody asked: also prospects."""
    rest = [pk for pk in due if pk not in seen]
    values = values_at_stake(rest)
    people = Customer.objects.filter(pk__in=rest, merged_into=None)
    return [
        Candidate(
            pk, at_work(_owner(due[pk], owner), working, away), team, due[pk].signals,
            values.get(pk),
        )
        for pk, owner, team in people.values_list("pk", "owner_id", "team_id")
    ]  # fmt: skip


def values_at_stake(customer_ids: Sequence[int]) -> dict[int, int | None]:
    """Customer → what a loss would cost, in minor units; None = unknown."""
    stakes = dict(Score.objects.filter(pk__in=customer_ids).values_list("pk", "value_at_stake"))
    rows = Snapshot.objects.filter(pk__in=customer_ids)
    return {
        pk: value_at_stake(stakes.get(pk), margin, revenue)
        for pk, margin, revenue in rows.values_list("pk", "margin_12m", "revenue_12m")
    }


def _warning(asked: Asking) -> Signal:
    """What the cause of an alert asks for comes before every other reason."""
    return Signal(SignalKind.WARNING, asked.facts, asked.due_on, asked.cause)


def _with_some_reason(
    as_of: date, limits: Thresholds, ranked: int, asking: Mapping[int, Asking]
) -> QuerySet[Snapshot]:
    """A coarse cut by the database; rules.py decides. The run has measured every customer."""
    overdue = Q(
        purchase_days__gte=limits.overdue_least_purchases,
        lateness__gte=limits.overdue_from,
        lateness__lte=limits.overdue_to,
        days_since_purchase__gte=limits.overdue_least_days,
    )
    quiet = Q(
        value_rank__lte=top_places(limits.quiet_top_share, ranked),
        days_since_purchase__gte=limits.quiet_days,
    )
    due = Q(next_median__range=(as_of, as_of + timedelta(days=limits.next_due_days)))
    born = Q(customer__birthday__in=birth_dates(as_of, limits.birthday_days_ahead))
    due_ids = Score.objects.filter(due).values("customer_id")
    warned = Snapshot.objects.filter(pk__in=asking_customers()).values("pk") if asking else []
    return Snapshot.objects.filter(
        overdue | quiet | born | Q(pk__in=due_ids) | Q(pk__in=warned), customer__merged_into=None
    )


def _scores(wanted: QuerySet[Snapshot]) -> dict[int, tuple[Any, ...]]:
    rows = Score.objects.filter(pk__in=wanted.values("pk")).values_list("pk", *SCORES)
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


def refusals() -> Refusals:
    """What was withdrawn and not granted again since."""
    again = Consent.objects.filter(
        customer=OuterRef("customer"),
        purpose=OuterRef("purpose"),
        channel=OuterRef("channel"),
        granted=True,
    ).filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    rows = Consent.objects.filter(~Exists(again), granted=False, purpose__in=REFUSED)
    no_selling, no_contact = set(), set()
    channels: dict[int, set[str]] = {}
    for customer, purpose, channel in rows.values_list("customer_id", "purpose", "channel"):
        if channel != EVERY_CHANNEL:
            channels.setdefault(customer, set()).add(channel)
        elif purpose == "marketing":
            no_selling.add(customer)
        else:
            no_contact.add(customer)
    frozen = {customer: frozenset(codes) for customer, codes in channels.items()}
    return Refusals(frozenset(no_selling), frozenset(no_contact), frozen)


def _rested(as_of: date, values: Mapping[str, Any]) -> dict[int, frozenset[str]]:
    """Reasons that were dealt with lately, by customer."""
    rests, after = values[REST_DAYS], values[REST_DAYS_AFTER]
    longest = max([*rests.values(), 0])
    since = start_of_day(as_of - timedelta(days=longest))
    done = Task.objects.filter(state=TaskState.DONE, closed_at__gte=since).values_list(
        "customer_id", "signals", "outcome", "closed_at"
    )
    found: dict[int, set[str]] = {}
    for customer, signals, outcome, closed_at in done.iterator(5_000):
        days = (as_of - timezone.localdate(closed_at)).days
        kinds = {
            signal["kind"]
            for signal in signals
            if days < rest_days(signal["kind"], outcome, rests, after)
        }
        found.setdefault(customer, set()).update(kinds)
    return {customer: frozenset(kinds) for customer, kinds in found.items()}


def _wished(candidate: Candidate, table: Mapping[str, Any], customer_type: str) -> list[str]:
    """The channel that was asked for, then those of the table."""
    leading = candidate.signals[0]
    named = str(leading.facts.get("channel", ""))
    return [*([named] if named else []), *wished_channels(dict(table), leading.kind, customer_type)]


def channels_for(
    chosen: list[Candidate], *, values: Mapping[str, Any], refused: Refusals
) -> Iterator[tuple[Candidate, str]]:
    """Each chosen candidate with the channel to suggest, by consent and stored identities."""
    ids = [candidate.customer_id for candidate in chosen]
    needs = dict(Channel.objects.filter(is_on=True).values_list("code", "needs_identity"))
    types = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "type"))
    kinds: dict[int, set[str]] = {}
    for pk, kind in Identity.objects.filter(customer__in=ids).values_list("customer_id", "kind"):
        kinds.setdefault(pk, set()).add(kind)
    for candidate in chosen:
        pk = candidate.customer_id
        yield (
            candidate,
            suggested_channel(
                _wished(candidate, values[CHANNELS], types.get(pk, "")),
                needs=needs,
                identities=kinds.get(pk, set()),
                refused=refused.channels.get(pk, frozenset()),
            ),
        )
