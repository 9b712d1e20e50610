"""Into the outbox: one message or a hundred thousand, each once, policy asked here already."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken

from . import facts, queries
from .locking import locked
from .models import Message, Template, Touch
from .rules import Decision, MessageState, TouchState, Verdict, decide
from .sources import Source
from .template_rules import filled, places

BATCH = 1_000
Variables = Mapping[str, Any]


@dataclass
class Enqueued:
    """What became of the messages asked for. `already`: there before, nothing was written."""

    waiting: int = 0
    deferred: int = 0
    already: int = 0
    refused: dict[str, int] = field(default_factory=dict)  # reason → how many


def enqueue(
    *,
    source: Source,
    customer_id: int,
    channel: str,
    purpose: str,
    template: str,
    variables: Variables,
    not_before: datetime,
    by: Actor,
    at: datetime,
    language: str = "",
) -> Message:
    """The same source and customer is the same message. Where the policy says no, the message is
    kept as refused, with the reason."""
    if not Customer.objects.filter(pk=customer_id).exists():
        raise Missing("customer")
    enqueue_many(
        source=source, customer_ids=[customer_id], channel=channel, purpose=purpose,
        template=template, variables={customer_id: variables}, not_before=not_before, by=by,
        at=at, language=language,
    )  # fmt: skip
    touch = source.touches().get(customer=customer_id)
    message = Message.objects.filter(touch=touch).first()
    if message is None:
        raise RuleBroken(_("This contact is booked already, without a message."))
    return message


def enqueue_many(
    *,
    source: Source,
    customer_ids: Collection[int],
    channel: str,
    purpose: str,
    template: str,
    variables: Mapping[int, Variables],
    not_before: datetime,
    by: Actor,
    at: datetime,
    language: str = "",
) -> Enqueued:
    """`variables`: customer → values; names of customers and their contacts are filled in here.
    Batches of a thousand, each whole; calling it again continues where it stopped."""
    wording = _wording(template, channel, language)
    done = Enqueued()
    ids = sorted(set(customer_ids))
    for start in range(0, len(ids), BATCH):
        batch = _Batch(source, channel, purpose, wording, variables, max(not_before, at), by, at)
        batch.write(ids[start : start + BATCH], done)
    return done


def _wording(code: str, channel: str, language: str) -> Template:
    try:
        return queries.approved_template(code, channel, language or settings.LANGUAGE_CODE[:2])
    except Missing:
        raise RuleBroken(
            _("No approved template “{code}” for this channel.").format(code=code[:40])
        ) from None


@dataclass
class _Batch:
    source: Source
    channel: str
    purpose: str
    wording: Template
    variables: Mapping[int, Variables]
    not_before: datetime
    by: Actor
    at: datetime

    @transaction.atomic
    def write(self, ids: list[int], done: Enqueued) -> None:
        locked(ids)
        held = set(
            self.source.touches().filter(customer__in=ids).values_list("customer_id", flat=True)
        )
        done.already += len(held)
        new = [id_ for id_ in ids if id_ not in held]
        verdicts = self._verdicts(new)
        values = self._values(list(verdicts))
        touches = [self._touch(id_, verdict) for id_, verdict in verdicts.items()]
        Touch.objects.bulk_create(touches, batch_size=BATCH)
        messages = [self._message(t, verdicts[t.customer_id], values[t.customer_id], done)
                    for t in touches]  # fmt: skip
        Message.objects.bulk_create(messages, batch_size=BATCH)
        refused = [m.touch_id for m in messages if m.state == MessageState.REFUSED]
        Touch.objects.filter(pk__in=refused).update(state=TouchState.RELEASED)

    def _verdicts(self, ids: list[int]) -> dict[int, Verdict]:
        rules = queries.policy()
        when = self.not_before
        known = facts.people(ids, channel=self.channel, policy=rules, at=when)
        return {
            id_: decide(rules, who, channel=self.channel, purpose=self.purpose, at=when)
            for id_, who in known.items()
        }

    def _values(self, ids: list[int]) -> dict[int, dict[str, Any]]:
        rows = Customer.objects.select_related("owner").filter(pk__in=ids)
        company = queries.company_name()
        return {
            row.pk: {
                "name": row.name,
                "owner": str(row.owner) if row.owner else "",
                "company": company,
                **self.variables.get(row.pk, {}),
            }
            for row in rows
        }

    def _touch(self, id_: int, verdict: Verdict) -> Touch:
        return Touch(
            customer_id=id_, channel=self.channel, purpose=self.purpose,
            at=verdict.until or self.not_before, booked_at=self.at, booked_by=self.by.name[:80],
            **self.source.key(),
        )  # fmt: skip

    def _message(
        self, touch: Touch, verdict: Verdict, values: dict[str, Any], done: Enqueued
    ) -> Message:
        problem = self._problem(verdict, values)
        state = MessageState.REFUSED if problem else MessageState.WAITING
        if problem:
            done.refused[problem] = done.refused.get(problem, 0) + 1
        else:
            done.waiting += 1
            done.deferred += verdict.decision == Decision.DEFER
        return Message(
            customer_id=touch.customer_id, touch=touch, channel=self.channel,
            purpose=self.purpose, template=self.wording, variables=_used(self.wording, values),
            state=state, not_before=touch.at, problem=problem or self._waits_for(verdict),
            ended_at=self.at if problem else None, identity=secrets.token_hex(16),
            written_at=self.at,
        )  # fmt: skip

    @staticmethod
    def _waits_for(verdict: Verdict) -> str:
        return str(verdict.reason) if verdict.decision == Decision.DEFER else ""

    def _problem(self, verdict: Verdict, values: dict[str, Any]) -> str:
        if verdict.decision == Decision.DENY:
            return str(verdict.reason)
        missing = [*filled(self.wording.subject, values).missing,
                   *filled(self.wording.body, values).missing]  # fmt: skip
        return f"missing:{missing[0]}" if missing else ""


def _used(wording: Template, values: dict[str, Any]) -> dict[str, Any]:
    """Only what the wording asks for is kept with the message."""
    names = set(places(wording.subject, wording.body))
    return {name: str(value) for name, value in values.items() if name in names and value}
