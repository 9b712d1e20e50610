"""What is known of the customers of some runs at a moment: read in sets, asked by `rules.walk`."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from weixi.act.care.models import Ask
from weixi.act.care.rules import AskState
from weixi.classify.columns import asked_of
from weixi.classify.compiling import compiled
from weixi.classify.conditions import Refused
from weixi.classify.vocabulary import known
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Consent
from weixi.collect.orders.models import Order
from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.models import Contact
from weixi.collect.touchpoints.rules import Direction
from weixi.core.runs import refreshed_days

from .definition import is_tree
from .models import Effect, Run
from .rules import Flow, Happening, conditions_of
from .triggers import BAD_ANSWER, GOOD_ANSWER

CHUNK = 500
NO_RESULT = "done"  # a step that nobody has to answer


@dataclass
class Facts:
    """Of many customers: when each happening was seen last, and which conditions hold today."""

    last: dict[Happening, dict[int, datetime]] = field(default_factory=dict)
    holding: dict[str, frozenset[int]] = field(default_factory=dict)


@dataclass
class Seen:
    """The truth for one run. `results`: step → how it ended, in the order of the steps made."""

    facts: Facts
    customer_id: int
    results: dict[str, str] = field(default_factory=dict)

    def holds(self, condition: Mapping[str, Any], since: datetime) -> bool:
        if "since_start" in condition:
            last = self.facts.last.get(Happening(condition["since_start"]), {})
            moment = last.get(self.customer_id)
            return moment is not None and moment > since
        if "outcome_in" in condition:
            return self._last_outcome() in condition["outcome_in"]
        return self.customer_id in self.facts.holding.get(key_of(condition), frozenset())

    def result_of(self, step: str) -> str | None:
        return self.results.get(step)

    def _last_outcome(self) -> str:
        told = [one for one in self.results.values() if one not in ("", NO_RESULT)]
        return told[-1] if told else ""


def key_of(condition: Mapping[str, Any]) -> str:
    return json.dumps(condition, sort_keys=True)


def seen_by(runs: Sequence[Run], flows: Mapping[int, Flow], *, at: datetime) -> dict[int, Seen]:
    """Run → its truth; `flows` by version."""
    asked: list[Mapping[str, Any]] = []
    for flow in {run.version_id: flows[run.version_id] for run in runs}.values():
        asked += conditions_of(flow)
    facts = facts_of([run.customer_id for run in runs], asked, at=at)
    results = _results(runs)
    return {run.pk: Seen(facts, run.customer_id, results.get(run.pk, {})) for run in runs}


def facts_of(
    customer_ids: Sequence[int], asked: Iterable[Mapping[str, Any]], *, at: datetime
) -> Facts:
    """What the conditions ask about these customers, as it stood at the moment."""
    facts, ids = Facts(), sorted(set(customer_ids))
    for condition in asked:
        if "since_start" in condition:
            happening = Happening(condition["since_start"])
            if happening not in facts.last:
                facts.last[happening] = _last(happening, ids, at)
        elif is_tree(condition):
            facts.holding.setdefault(key_of(condition), holding(condition, ids))
    return facts


def happened(what: Happening, since: str, at: datetime) -> Q:
    """Of runs: it was seen after `since`, a field of the run, up to the moment."""
    rows, column = SOURCES[what]
    theirs = rows().filter(customer=OuterRef("customer"))
    later = theirs.filter(**{f"{column}__gt": OuterRef(since), f"{column}__lte": at})
    if what != Happening.FIRST_PURCHASE:
        return Q(Exists(later))
    return Q(Exists(later)) & ~Q(Exists(theirs.filter(**{f"{column}__lte": OuterRef(since)})))


def holding(condition: Mapping[str, Any], ids: Iterable[int]) -> frozenset[int]:
    """Of these customers those for whom a tree of conditions holds by the newest figures; none
    without figures."""
    days = refreshed_days()
    if not days:
        return frozenset()
    return holding_on(condition, ids, days[0])


def holding_on(condition: Mapping[str, Any], ids: Iterable[int], day: date) -> frozenset[int]:
    try:
        found = compiled(condition, known(), day)
    except Refused:
        return frozenset()  # it names what is gone: nobody, and the page of the playbook says so
    with_all = "FROM facts JOIN cells USING (customer_id) LEFT JOIN fields USING (customer_id)"
    sql = f"SELECT facts.customer_id {with_all} SEMI JOIN wanted USING (customer_id)"
    with asked_of(day) as lake:
        lake.register("wanted", pa.table({"customer_id": pa.array(set(ids), pa.int64())}))
        rows = lake.execute(f"{sql} WHERE {found.sql}", list(found.values)).fetchall()
    return frozenset(row[0] for row in rows)


def _last(happening: Happening, ids: Sequence[int], at: datetime) -> dict[int, datetime]:
    """Customer → the newest moment up to `at`; of the first purchase, that one."""
    how = Min if happening == Happening.FIRST_PURCHASE else Max
    rows, column = SOURCES[happening]
    found: dict[int, datetime] = {}
    for start in range(0, len(ids), CHUNK):
        some = rows().filter(
            Q(**{f"{column}__lte": at}), customer__in=ids[start : start + CHUNK]
        ).order_by()  # fmt: skip
        moments = some.values("customer").annotate(moment=how(column))
        found.update(dict(moments.values_list("customer", "moment")))
    return {pk: moment for pk, moment in found.items() if moment is not None}


def moments_of(
    happenings: Iterable[Happening], ids: Sequence[int], *, first: datetime, last: datetime
) -> dict[int, dict[Happening, list[datetime]]]:
    """Every moment of a time, by customer: what a dry run over the past asks for."""
    found: dict[int, dict[Happening, list[datetime]]] = {}
    ids = sorted(set(ids))
    for happening in happenings:
        rows, column = SOURCES[happening]
        for start in range(0, len(ids), CHUNK):
            some = rows().filter(
                Q(**{f"{column}__gt": first, f"{column}__lte": last}),
                customer__in=ids[start : start + CHUNK],
            )
            for pk, moment in some.values_list("customer_id", column):
                found.setdefault(pk, {}).setdefault(happening, []).append(moment)
    return found


SOURCES: dict[Happening, tuple[Callable[[], "QuerySet[Any]"], str]] = {
    Happening.PURCHASE: (lambda: Order.objects.filter(amount__gt=0), "ordered_at"),
    Happening.FIRST_PURCHASE: (lambda: Order.objects.filter(amount__gt=0), "ordered_at"),
    Happening.COMPLAINT: (Complaint.objects.all, "received_at"),
    Happening.SOLVED: (Complaint.objects.all, "resolved_at"),
    Happening.BAD_ANSWER: (lambda: Answer.objects.filter(BAD_ANSWER), "at"),
    Happening.GOOD_ANSWER: (lambda: Answer.objects.filter(GOOD_ANSWER), "at"),
    Happening.ANSWER: (Answer.objects.all, "at"),
    Happening.CAME: (lambda: Contact.objects.filter(direction=Direction.IN), "at"),
    Happening.REFUSED: (
        lambda: Consent.objects.filter(purpose="care", channel="", granted=False),
        "at",
    ),
}


def _results(runs: Sequence[Run]) -> dict[int, dict[str, str]]:
    """Run → step → "" while open, else how it ended; in the order in which the steps were made."""
    effects = list(Effect.objects.filter(run__in=[run.pk for run in runs]).order_by("pk"))
    asks = Ask.objects.in_bulk([e.ask_id for e in effects if e.ask_id is not None])
    found: dict[int, dict[str, str]] = {}
    for effect in effects:
        ask = asks.get(effect.ask_id) if effect.ask_id is not None else None
        result = NO_RESULT if ask is None else _told(ask)
        found.setdefault(effect.run_id, {})[effect.step] = result
    return found


def _told(ask: Ask) -> str:
    if ask.state == AskState.OPEN:
        return ""
    return ask.outcome or str(ask.state)
