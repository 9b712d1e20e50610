"""Carries out the steps of runs: tasks, messages, points, escalations; each once by its effect."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils import timezone

from weixi.act.care.models import Ask
from weixi.act.care.rules import AskSource, AskState
from weixi.act.care.wording import VARIABLE
from weixi.act.outreach.enqueueing import enqueue
from weixi.act.outreach.models import Message
from weixi.act.outreach.sources import Source
from weixi.collect.customers.models import Customer
from weixi.collect.points.actions import record_points_entry
from weixi.collect.points.rules import EntryKind
from weixi.core.actor import SYSTEM
from weixi.core.errors import RuleBroken
from weixi.core.journal import bulk_record
from weixi.staff.models import User

from .definition import Playbook as Definition
from .definition import playbook as parsed
from .models import Effect, Playbook, Run, Version
from .rules import Step, StepKind

BATCH = 200
Busy = Counter[tuple[int | None, date]]  # person and day → tasks of one playbook


@dataclass
class Performed:
    """What a batch of runs needs, read once, and what it makes, written together at its end."""

    playbooks: dict[int, Playbook]
    definitions: dict[int, Definition]  # by version
    customers: dict[int, Customer]
    day: date
    leaders: dict[int | None, int] = field(default_factory=dict)
    asks: list[tuple[Run, Step, Ask]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    told: dict[int, dict[str, Any]] = field(default_factory=dict)
    busy: dict[int, Busy] = field(default_factory=dict)  # by playbook

    @classmethod
    def around(cls, runs: Sequence[Run], at: datetime) -> "Performed":
        versions = Version.objects.in_bulk({run.version_id for run in runs})
        return cls(
            playbooks=Playbook.objects.in_bulk({run.playbook_id for run in runs}),
            definitions={pk: parsed(version.definition) for pk, version in versions.items()},
            customers=Customer.objects.in_bulk({run.customer_id for run in runs}),
            day=timezone.localdate(at),
        )

    def asked_of(self, playbook_id: int) -> Busy:
        if playbook_id not in self.busy:
            self.busy[playbook_id] = _asked(playbook_id, self.day)
        return self.busy[playbook_id]

    def finish(self, *, at: datetime) -> None:
        """Asks first: their numbers stand in the effects. Unique keys hold against doubles."""
        Ask.objects.bulk_create([ask for _, _, ask in self.asks], batch_size=BATCH)
        self.effects += [
            Effect(run=run, step=step.code, kind=step.kind, at=at, ask_id=ask.pk)
            for run, step, ask in self.asks
        ]
        Effect.objects.bulk_create(self.effects, batch_size=BATCH)
        if self.told:
            bulk_record("playbook.step", self.told, by=SYSTEM, at=at)

    def leader(self, team_id: int | None) -> int | None:
        """Who leads the customer's team, else anybody who leads; the first by number."""
        if not self.leaders:
            people = User.objects.filter(is_active=True, role__code__in=("supervisor", "admin"))
            for pk, team, role in people.order_by("-pk").values_list("pk", "team", "role__code"):
                self.leaders[team if role == "supervisor" else None] = pk
        return self.leaders.get(team_id) or self.leaders.get(None)


def perform(run: Run, step: Step, done: Performed, *, at: datetime) -> None:
    """One step of one run; all effects of the batch are written by `finish`."""
    PERFORM[step.kind](run, step, done, at)
    row = done.playbooks[run.playbook_id]
    done.told[run.customer_id] = {
        "playbook": row.code, "run": run.pk, "step": step.code,
        "name_zh": row.name_zh, "name_en": row.name_en,
    }  # fmt: skip


def _task(run: Run, step: Step, done: Performed, at: datetime) -> None:
    row, definition = done.playbooks[run.playbook_id], done.definitions[run.version_id]
    customer = done.customers[run.customer_id]
    owner_id = _owner(step, row, customer, done)
    due_on = _due_on(run, step, done, owner_id or customer.owner_id)
    ask = Ask(
        customer_id=run.customer_id,
        source=AskSource.PLAYBOOK,
        key=f"playbook:{run.pk}:{step.code}",
        playbook_id=row.pk,
        text_zh=said(step.get("zh", ""), run, "zh")[:200],
        text_en=said(step.get("en", ""), run, "en")[:200],
        say_zh=said(step.get("say_zh", ""), run, "zh")[:300],
        say_en=said(step.get("say_en", ""), run, "en")[:300],
        from_zh=row.name_zh,
        from_en=row.name_en,
        purpose=step.get("purpose", "care"),
        channel=step.get("channel", ""),
        chance=definition.chance,
        covers=list(definition.covers),
        due_on=due_on,
        owner_id=owner_id,
        created_at=at,
    )
    done.asks.append((run, step, ask))


def _owner(step: Step, row: Playbook, customer: Customer, done: Performed) -> int | None:
    """None: who looks after the customer, whoever that is on the day."""
    who = "leader" if step.kind == StepKind.ESCALATE else step.get("who", "owner")
    if who == "leader":
        return done.leader(customer.team_id)
    return row.owner_id if who == "playbook_owner" else None


def _due_on(run: Run, step: Step, done: Performed, owner_id: int | None) -> date:
    """Where a playbook gives each person only so many a day, the rest is due on the next days."""
    due_on = done.day + timedelta(days=step.get("due_days", 0))
    most = done.definitions[run.version_id].limits.tasks_a_person
    if most is None:
        return due_on
    busy = done.asked_of(run.playbook_id)
    while busy[owner_id, due_on] >= most:
        due_on += timedelta(days=1)
    busy[owner_id, due_on] += 1
    return due_on


def _asked(playbook_id: int, since: date) -> Busy:
    rows = Ask.objects.filter(playbook_id=playbook_id, due_on__gte=since)
    asked = rows.exclude(state=AskState.WITHDRAWN).annotate(
        person=Coalesce("owner_id", "customer__owner_id")
    )
    counted = asked.values_list("person", "due_on").annotate(Count("pk"))
    return Counter({(person, due_on): n for person, due_on, n in counted})


def said(text: str, run: Run, language: str) -> str:
    """{points}, {years}, {festival}, {contract}, {day} of what started the run; the variables of
    the wording are left for the moment when it is read."""
    known = {**run.facts, "day": run.anchor.isoformat()}
    festival = run.facts.get(f"festival_{language}")
    if festival:
        known["festival"] = festival
    return VARIABLE.sub(lambda match: str(known.get(match[1], match[0])), text)


def _message(run: Run, step: Step, done: Performed, at: datetime) -> None:
    """Into the outbox where a sender is set up for the channel and the wording is approved; else a
    task of a person: nothing is lost, nothing is pretended. A "no" of the policy is kept."""
    message = _enqueued(run, step, at) if sends(str(step.get("channel", ""))) else None
    if message is None:
        _task(run, step, done, at)
        return
    done.effects.append(
        Effect(run=run, step=step.code, kind=step.kind, at=at, message_id=message.pk,
               note=message.problem[:200])
    )  # fmt: skip


def sends(channel: str) -> bool:
    return bool({"email": settings.EMAIL_URL, "sms": settings.SMS_URL}.get(channel))


def _enqueued(run: Run, step: Step, at: datetime) -> Message | None:
    source = Source("playbook", run.playbook_id, step.code, run.occurrence)
    try:
        with transaction.atomic():
            return enqueue(
                source=source, customer_id=run.customer_id, channel=step.get("channel"),
                purpose=step.get("purpose", "care"), template=step.get("template"),
                variables=run.facts, not_before=at, by=SYSTEM, at=at,
            )  # fmt: skip
    except RuleBroken:  # no approved wording for this channel
        return None


def _points(run: Run, step: Step, done: Performed, at: datetime) -> None:
    row = done.playbooks[run.playbook_id]
    entry = record_points_entry(
        customer_id=run.customer_id, kind=EntryKind.ADJUST, points=step.get("points"),
        reference=f"{row.name_zh} {run.occurrence}"[:80], by=SYSTEM, at=at,
    )  # fmt: skip
    done.effects.append(
        Effect(run=run, step=step.code, kind=step.kind, at=at, points_entry_id=entry.pk)
    )


PERFORM = {
    StepKind.TASK: _task,
    StepKind.ESCALATE: _task,
    StepKind.MESSAGE: _message,
    StepKind.POINTS: _points,
}
