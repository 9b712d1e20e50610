"""A dry run: what a playbook would have done over the last days. Reads only, writes nothing.

Who would have started is read from what stands in the tables: transitions, alerts, dates, facts.
What then happened to a customer (bought, complained, answered) is known; how a task would have
ended is not: it counts as reached on the day it was due. Figures of a day long past are those of
today, where the playbook asks for measures.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from weixi.act.care.day import start_of_day
from weixi.act.care.reaching import refusals
from weixi.act.outreach.queries import may_contact_many
from weixi.act.outreach.rules import Decision
from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor

from .definition import Playbook, is_tree
from .facts import Facts, facts_of, holding, key_of, moments_of
from .rules import Around, Happening, Step, StepKind, conditions_of, may_enter, start_of, walk
from .triggers import Start, starts_on

DAYS = 30
FOR_PEOPLE = (StepKind.TASK, StepKind.ESCALATE, StepKind.MESSAGE)
WORKING_HOUR = 10


@dataclass(frozen=True)
class Simulated:
    """`tasks` of people within the days; `blocked`: of them, those the contact policy refuses."""

    first: date
    last: date
    starts: int
    held_out: int
    tasks: int
    messages: int
    blocked: int
    deferred: int
    most_a_person: int  # on the fullest day
    mean_a_person: float  # on days with any
    people: int
    ended_early: int
    by_day: tuple[tuple[date, int, int], ...] = ()  # day, starts, tasks
    # why refused → how many, and the numbers of the first of them
    reasons: Mapping[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)


@dataclass
class Pretended:
    """The truth of the past for one run at a moment, with results as if all were reached."""

    facts: Mapping[Happening, list[datetime]]
    holding: Mapping[str, frozenset[int]]
    customer_id: int
    until: datetime
    results: dict[str, str] = field(default_factory=dict)

    def holds(self, condition: Mapping[str, Any], since: datetime) -> bool:
        if "since_start" in condition:
            moments = self.facts.get(Happening(condition["since_start"]), [])
            return any(since < moment <= self.until for moment in moments)
        if "outcome_in" in condition:
            return "reached" in condition["outcome_in"]
        return self.customer_id in self.holding.get(key_of(condition), frozenset())

    def result_of(self, step: str) -> str | None:
        return self.results.get(step)


@dataclass
class Made:
    on: date
    customer_id: int
    step: Step


def simulate(actor: Actor, found: Playbook, *, last: date, days: int = DAYS) -> Simulated:
    """The last `days` up to `last`, included."""
    actor.need("playbooks.edit")
    first = last - timedelta(days=days - 1)
    starts = list(_starts(found, first, last))
    facts, holds = _past(found, [one.customer_id for _, one in starts], first, last)
    treated = starts[: round(len(starts) * (1 - found.held_out))]
    made, early = [], 0
    for day, one in treated:
        steps, ended_early = _lived(found, one, day, last, facts, holds)
        made += steps
        early += ended_early
    return _told(found, starts, treated, made, early, first, last)


def _starts(found: Playbook, first: date, last: date) -> Iterator[tuple[date, Start]]:
    """Day by day, with the rule of re-entry, the limit of a day, and who may be contacted."""
    refused, entered = refusals().no_contact, dict[int, date]()
    most = found.limits.entries_a_day
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        new = [one for one in starts_on(found.trigger, day) if one.customer_id not in refused]
        if found.trigger.who is not None and new:
            fit = holding(found.trigger.who, [one.customer_id for one in new])
            new = [one for one in new if one.customer_id in fit]
        chosen = [
            one for one in new
            if may_enter(found.again, found.again_days, is_running=False,
                         last_start=entered.get(one.customer_id), on=day)
        ][:most]  # fmt: skip
        entered.update({one.customer_id: day for one in chosen})
        yield from ((day, one) for one in chosen)


def _past(
    found: Playbook, ids: list[int], first: date, last: date
) -> tuple[dict[int, dict[Happening, list[datetime]]], Facts]:
    """What happened to the customers within the days, and who fulfils the trees today."""
    asked = list(conditions_of(found.flow))
    trees = facts_of(ids, [one for one in asked if is_tree(one)], at=start_of_day(last))
    happenings = {Happening(one["since_start"]) for one in asked if "since_start" in one}
    moments = moments_of(
        happenings, ids, first=start_of_day(first), last=start_of_day(last + timedelta(days=1))
    )
    return moments, trees


def _lived(
    found: Playbook,
    one: Start,
    day: date,
    last: date,
    facts: Mapping[int, Mapping[Happening, list[datetime]]],
    holds: Facts,
) -> tuple[list[Made], bool]:
    """Day by day until it is over or the days are."""
    zone = ZoneInfo(settings.TIME_ZONE)
    now = datetime(day.year, day.month, day.day, WORKING_HOUR, tzinfo=zone)
    around = Around(now, one.anchor, zone)
    truth = Pretended(facts.get(one.customer_id, {}), holds.holding, one.customer_id, now)
    place, made = start_of(found.flow, now), list[Made]()
    while now.date() <= last:
        truth.until = now
        walked = walk(found.flow, place, truth, around, now)
        for step in walked.effects:
            truth.results[step.code] = "reached"
            due = now.date() + timedelta(days=step.get("due_days", 0))
            made.append(Made(due, one.customer_id, step))
        if walked.place.is_over:
            return made, walked.place.state == "ended_early"
        if not walked.effects:
            now += timedelta(days=1)
        place = walked.place
    return made, False


def _told(
    found: Playbook,
    starts: list[tuple[date, Start]],
    treated: list[tuple[date, Start]],
    made: list[Made],
    early: int,
    first: date,
    last: date,
) -> Simulated:
    work = [one for one in made if one.step.kind in FOR_PEOPLE and first <= one.on <= last]
    owners = dict(
        Customer.objects.filter(pk__in={one.customer_id for one in work}).values_list(
            "pk", "owner_id"
        )
    )
    loads = Counter((owners.get(one.customer_id), one.on) for one in work)
    blocked, deferred, reasons = _checked(work)
    days = Counter(day for day, _ in starts)
    tasks = Counter(one.on for one in work)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Simulated(
        first=first,
        last=last,
        starts=len(starts),
        held_out=len(starts) - len(treated),
        tasks=len(work),
        messages=sum(one.step.kind == StepKind.MESSAGE for one in work),
        blocked=blocked,
        deferred=deferred,
        most_a_person=max(loads.values(), default=0),
        mean_a_person=sum(loads.values()) / len(loads) if loads else 0.0,
        people=len({owner for owner, _ in loads}),
        ended_early=early,
        by_day=tuple((day, days[day], tasks[day]) for day in span),
        reasons=reasons,
    )


def _checked(
    work: list[Made],
) -> tuple[int, int, dict[str, tuple[int, Mapping[str, Any]]]]:
    """What the contact policy says of each, at ten in the morning of its day."""
    together: dict[tuple[date, str, str], list[int]] = {}
    for one in work:
        channel, purpose = one.step.get("channel", "phone"), one.step.get("purpose", "care")
        together.setdefault((one.on, channel, purpose), []).append(one.customer_id)
    blocked, deferred = 0, 0
    reasons: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for (day, channel, purpose), ids in together.items():
        at = start_of_day(day) + timedelta(hours=WORKING_HOUR)
        for verdict in may_contact_many(ids, channel=channel, purpose=purpose, at=at).values():
            if verdict.decision == Decision.DENY:
                blocked += 1
                n, facts = reasons.get(str(verdict.reason), (0, verdict.facts))
                reasons[str(verdict.reason)] = (n + 1, facts)
            deferred += verdict.decision == Decision.DEFER
    return blocked, deferred, reasons
