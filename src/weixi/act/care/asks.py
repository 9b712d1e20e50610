"""What persons and playbooks ask to be done for a customer: made, dealt with, withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from weixi.act.interventions.actions import add_cost, mark_contacted
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.collect.touchpoints.rules import Outcome
from weixi.core.values import value_of

from .day import list_day
from .models import Ask
from .rules import ASKED, MOST_TRIES, AskSource, AskState, Signal, SignalKind
from .thresholds import REST_DAYS_AFTER, UNDO_MINUTES, values_under

UNANSWERED = frozenset({Outcome.NOT_REACHED, Outcome.FOLLOW_UP})
UNDONE_FIELDS = ("state", "outcome", "task_id", "closed_at", "due_on", "tries", "contacts")
PLAYBOOK = "playbook"
MOST_SETTLED = 5_000  # in one go


@dataclass(frozen=True)
class Due:
    """What is asked for a customer by a day, as the plan reads it."""

    signals: tuple[Signal, ...]
    owner_id: int | None
    covers: frozenset[str]


def due_asks(as_of: date, customer_ids: Iterable[int] | None = None) -> dict[int, Due]:
    """Customer → its open asks that are due; words of persons before those of playbooks."""
    rows = Ask.objects.filter(
        state=AskState.OPEN, due_on__lte=as_of, customer__merged_into=None
    ).order_by("due_on", "pk")
    if customer_ids is not None:
        rows = rows.filter(customer__in=list(customer_ids))
    by_customer: dict[int, list[Ask]] = {}
    for ask in rows.iterator(5_000):
        by_customer.setdefault(ask.customer_id, []).append(ask)
    return {customer: _due(asks) for customer, asks in by_customer.items()}


def _due(asks: Sequence[Ask]) -> Due:
    asks = sorted(asks, key=lambda ask: ask.source != AskSource.MANUAL)
    owner = next((ask.owner_id for ask in asks if ask.owner_id is not None), None)
    covers = frozenset(kind for ask in asks for kind in ask.covers)
    return Due(tuple(signal_of(ask) for ask in asks), owner, covers)


def signal_of(ask: Ask) -> Signal:
    """Both languages are stored with the plan, so that a list needs no further query."""
    kind = SignalKind.MANUAL if ask.source == AskSource.MANUAL else SignalKind.PLAYBOOK
    facts: dict[str, Any] = {
        "ask": ask.pk,
        "zh": ask.text_zh,
        "en": ask.text_en,
        "short_zh": ask.from_zh,
        "short_en": ask.from_en,
        "purpose": ask.purpose,
        "channel": ask.channel,
    }
    if ask.say_zh or ask.say_en:
        facts |= {"say_zh": ask.say_zh, "say_en": ask.say_en}
    if ask.chance is not None:
        facts["chance"] = ask.chance
    if ask.playbook_id is not None:
        facts["playbook"] = ask.playbook_id
    return Signal(kind, facts, ask.due_on)


def asks_in(signals: Iterable[Mapping[str, Any]]) -> list[int]:
    """The asks that a task joins, by id."""
    return [one["facts"]["ask"] for one in signals if one["kind"] in ASKED]


def answer(
    ids: Sequence[int], *, outcome: str, task_id: int, contact: Contact | None, at: datetime
) -> list[list[Any]]:
    """The task was done: its asks are closed with the result, or tried again some days later when
    nobody was reached. Returns what was there before, for undo."""
    asks = list(Ask.objects.select_for_update().filter(pk__in=ids, state=AskState.OPEN))
    before = [[ask.pk, {name: _plain(getattr(ask, name)) for name in UNDONE_FIELDS}]
              for ask in asks]  # fmt: skip
    pauses = values_under("care.rest_days_after")[REST_DAYS_AFTER]
    for ask in asks:
        ask.tries += 1
        ask.outcome, ask.task_id = outcome, task_id
        if outcome in UNANSWERED and ask.tries < MOST_TRIES:
            today = list_day(timezone.localdate(at))
            ask.due_on = today + timedelta(days=pauses.get(outcome, 1))
        else:
            ask.state, ask.closed_at = AskState.DONE, at
        ask.contacts = [*ask.contacts, *([contact.pk] if contact is not None else [])]
        ask.save()
    return before


def settle(*, at: datetime) -> int:
    """The ledger of treatments learns of contacts and what they cost, once, when they can no longer
    be undone. Call inside a transaction."""
    until = at - timedelta(minutes=value_of(UNDO_MINUTES))
    done = Ask.objects.filter(
        is_settled=False, state=AskState.DONE, closed_at__lte=until, playbook_id__isnull=False
    )
    rows = list(done.select_for_update().order_by("pk")[:MOST_SETTLED])
    contacts = Contact.objects.select_related("channel").in_bulk(
        [pk for ask in rows for pk in ask.contacts]
    )
    for ask in rows:
        found = [contacts[pk] for pk in ask.contacts if pk in contacts]
        of: dict[str, Any] = {"source_kind": PLAYBOOK, "source_id": ask.playbook_id}
        if ask.outcome != Outcome.NOT_REACHED and ask.closed_at is not None:
            mark_contacted(customer_ids=[ask.customer_id], at=ask.closed_at, **of)
        add_cost(customer_id=ask.customer_id, amount=sum(map(cost_of, found)), at=at, **of)
    Ask.objects.filter(pk__in=[ask.pk for ask in rows]).update(is_settled=True)
    return len(rows)


def cost_of(contact: Contact) -> int:
    """As recorded, else the channel's unit cost and minutes at its rate."""
    if contact.cost is not None:
        return contact.cost
    channel: Channel = contact.channel
    return channel.unit_cost + round(float(contact.minutes or 0) * channel.minute_cost)


def take_back(before: Iterable[Sequence[Any]]) -> None:
    """Undo of `answer`."""
    for pk, fields in before:
        values = {name: _restored(name, value) for name, value in fields.items()}
        Ask.objects.filter(pk=pk).update(**values)


def withdraw(ids: Iterable[int], *, at: datetime) -> int:
    """Open asks that are no longer wanted; a task that rests on nothing else ends with the next
    plan."""
    return Ask.objects.filter(pk__in=list(ids), state=AskState.OPEN).update(
        state=AskState.WITHDRAWN, closed_at=at
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _restored(name: str, value: Any) -> Any:
    if value is None or name not in ("due_on", "closed_at"):
        return value
    return date.fromisoformat(value) if name == "due_on" else datetime.fromisoformat(value)
