"""The worker's part of the outbox (T7): claim, mark, ask the policy again, hand over, write down.

The customer's row is locked from the last question to the hand-over. An opt-out that wants to be
recorded meanwhile waits for it; one that was recorded before is seen. So nothing leaves after an
opt-out has been committed (P-08, ADR 17).
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Case, CharField, Field, Value, When

from weixi.collect.touchpoints.sent import SentContact, record_sent
from weixi.core import vault
from weixi.core.actor import SYSTEM

from . import claiming, facts, queries
from .handing import Accepted, Handed, Later, Parcel, Refused, Unsure, Way
from .locking import locked
from .models import Message, Stopped, Touch
from .rules import Decision, MessageState, Reason, TouchState, Verdict, decide
from .template_rules import filled
from .unsubscribing import link_for

log = logging.getLogger("weixi.outbox")
BATCH = 100
CHUNK = 10
RETRY_MINUTES = (1, 5, 30, 120, 300, 600, 840, 1_200, 1_440)  # before the 2nd, 3rd … attempt
SAME = ("state", "problem", "ended_at", "not_before", "attempts")
BREATH = 0.25  # on SQLite: this share of a hand-over's time is left to other writers


@dataclass
class Counts:
    """What one call did, by the state that messages ended in."""

    handed: int = 0
    by_state: dict[str, int] = field(default_factory=dict)

    def add(self, state: str) -> None:
        self.by_state[state] = self.by_state.get(state, 0) + 1


@dataclass
class Sender:
    """Drains the outbox through `ways` (channel → way). `clock` is the machine's: for quiet hours
    and for what is written down, never for leases."""

    ways: Mapping[str, Way]
    clock: Callable[[], datetime]
    worker: str
    lease_seconds: float = claiming.LEASE_SECONDS
    batch: int = BATCH
    chunk: int = CHUNK
    is_stopping: Callable[[], bool] = field(default=lambda: False)
    counts: Counts = field(default_factory=Counts)

    def drain(self, *, seconds: float | None = None) -> Counts:
        """Until nothing is due, or the time is up."""
        began = time.monotonic()
        while not self.is_stopping() and (seconds is None or time.monotonic() - began < seconds):
            if not self.round():
                break
        return self.counts

    def round(self) -> bool:
        """One batch; whether there was any."""
        claiming.reap(at=self.clock())
        held = claiming.claim(
            self.worker, channels=list(self.ways), at=self.clock(), size=self.batch,
            lease_seconds=self.lease_seconds,
        )  # fmt: skip
        for channel in sorted({m.channel for m in held}):
            self._through(self.ways[channel], [m for m in held if m.channel == channel])
        return bool(held)

    def _through(self, way: Way, messages: list[Message]) -> None:
        chunks = [messages[i : i + self.chunk] for i in range(0, len(messages), self.chunk)]
        self._mark(chunks[0])
        for number, chunk in enumerate(chunks):
            following = chunks[number + 1] if number + 1 < len(chunks) else []
            if self.is_stopping():
                following = []
            began = time.monotonic()
            with way.opened():
                self._hand_over(way, chunk, following)
            if connection.vendor == "sqlite":
                time.sleep(min(BREATH * (time.monotonic() - began), 1.0))
            if not following:
                claiming.give_back([m for left in chunks[number + 1 :] for m in left])
                break

    @transaction.atomic
    def _mark(self, messages: list[Message]) -> None:
        claiming.mark_sending(messages, at=self.clock(), lease_seconds=self.lease_seconds)

    @transaction.atomic
    def _hand_over(self, way: Way, chunk: list[Message], following: list[Message]) -> None:
        locked([m.customer_id for m in chunk])
        at = self.clock()
        mine = claiming.still_mine(chunk)
        done = _Chunk(mine, at)
        for message, verdict in zip(mine, done.verdicts(), strict=True):
            done.settle(message, verdict, way)
        done.write(self.counts)
        claiming.mark_sending(following, at=at, lease_seconds=self.lease_seconds)


class _Chunk:
    """Messages of different customers in the hands of one worker, in one transaction."""

    def __init__(self, messages: Sequence[Message], at: datetime) -> None:
        self.messages, self.at = messages, at
        ids = [m.customer_id for m in messages]
        self.addresses = facts.addresses(ids, messages[0].channel) if messages else {}
        self.gone: list[Message] = []
        self.freed: list[Message] = []
        self.moved: list[Message] = []

    def verdicts(self) -> list[Verdict]:
        if not self.messages:
            return []
        rules, channel = queries.policy(), self.messages[0].channel
        known = facts.people(
            [m.customer_id for m in self.messages], channel=channel, policy=rules, at=self.at,
            is_sending=True, without=[m.touch_id for m in self.messages], found=self.addresses,
        )  # fmt: skip
        return [
            decide(rules, known[m.customer_id], channel=channel, purpose=m.purpose, at=self.at)
            if m.customer_id in known
            else Verdict(Decision.DENY, None, Reason.NO_ADDRESS)
            for m in self.messages
        ]

    def settle(self, message: Message, verdict: Verdict, way: Way) -> None:
        if verdict.decision == Decision.DENY:
            self._end(message, MessageState.REFUSED, verdict.reason)
        elif verdict.decision == Decision.DEFER and verdict.until is not None:
            self._put_off(message, verdict.until, verdict.reason)
        else:
            message.attempts += 1
            self._written(message, way.hand_over(self._parcel(message)))

    def _parcel(self, message: Message) -> Parcel:
        address = self.addresses[message.customer_id]
        message.address_print = address.fingerprint
        wording = message.template
        return Parcel(
            id=message.identity,
            address=vault.unseal(address.kind, address.sealed),
            subject=filled(wording.subject, message.variables).text,
            text=filled(wording.body, message.variables).text,
            unsubscribe=link_for(message),
        )

    def _written(self, message: Message, handed: Handed) -> None:
        match handed:
            case Accepted():
                self._end(message, MessageState.SENT, "")
            case Unsure(problem):
                self._end(message, MessageState.UNKNOWN, problem)
            case Refused(problem, is_address):
                if is_address:
                    stop_address(self.addresses[message.customer_id], at=self.at)
                state = MessageState.BOUNCED if is_address else MessageState.DEAD
                self._end(message, state, problem)
            case Later(problem):
                self._again(message, problem)

    def _again(self, message: Message, problem: str) -> None:
        if message.attempts > len(RETRY_MINUTES):
            self._end(message, MessageState.DEAD, problem)
            return
        pause = timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
        self._put_off(message, self.at + pause, problem)

    def _put_off(self, message: Message, until: datetime, problem: str) -> None:
        message.state, message.not_before = MessageState.WAITING, until
        message.problem = problem
        self.moved.append(message)

    def _end(self, message: Message, state: MessageState, problem: str) -> None:
        message.state, message.problem, message.ended_at = state, problem, self.at
        if state in (MessageState.SENT, MessageState.UNKNOWN):
            self.gone.append(message)
        else:
            self.freed.append(message)

    def write(self, counts: Counts) -> None:
        for message in self.messages:
            counts.add(message.state)
        counts.handed += len(self.gone)
        self._write_messages()
        Touch.objects.filter(pk__in=[m.touch_id for m in self.freed]).update(
            state=TouchState.RELEASED
        )
        for message in self.moved:
            Touch.objects.filter(pk=message.touch_id).update(at=message.not_before)
        self._record([m for m in self.gone if m.state == MessageState.SENT])
        unsure = [m.touch_id for m in self.gone if m.state == MessageState.UNKNOWN]
        Touch.objects.filter(pk__in=unsure).update(state=TouchState.DONE, at=self.at)

    def _write_messages(self) -> None:
        """Those with the same end in one statement; mostly that is all of them."""
        alike: dict[tuple[Any, ...], list[Message]] = defaultdict(list)
        for message in self.messages:
            alike[tuple(getattr(message, name) for name in SAME)].append(message)
        for values, messages in alike.items():
            prints = {m.pk: m.address_print for m in messages}
            Message.objects.filter(pk__in=prints).update(
                **dict(zip(SAME, values, strict=True)), lease_until=None,
                address_print=_each(prints, CharField()),
            )  # fmt: skip

    def _record(self, sent: list[Message]) -> None:
        """On the timeline; from now on the contact counts, and its touch points at it."""
        if not sent:
            return
        contacts = [SentContact(m.customer_id, m.channel, m.purpose, m.template.name) for m in sent]
        made = record_sent(contacts, by=SYSTEM, at=self.at)
        of = dict(zip((m.touch_id for m in sent), made, strict=True))
        Touch.objects.filter(pk__in=of).update(
            state=TouchState.DONE, at=self.at, contact=_each(of, BigIntegerField())
        )


def _each(values: Mapping[int, Any], kind: "Field[Any, Any]") -> Case:
    """By primary key, in one statement."""
    return Case(
        *(When(pk=pk, then=Value(value)) for pk, value in values.items()), output_field=kind
    )


def stop_address(address: facts.Address, *, at: datetime, reason: str = "bounced") -> None:
    """Nothing is sent there any more, to whichever customer it belongs."""
    if address.fingerprint:
        Stopped.objects.get_or_create(
            kind=address.kind, fingerprint=address.fingerprint,
            defaults={"reason": reason, "at": at},
        )  # fmt: skip
