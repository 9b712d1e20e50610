"""Reads for the pages and programs that look at the outbox. Cut by the actor's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import reachable

from .models import Message
from .rules import MACHINES, MessageState
from .template_rules import filled

NEWEST = Keyset(("-id",), "messages")
RATE_MINUTES = 60
NOT_LEFT = (MessageState.WAITING, MessageState.CLAIMED, MessageState.SENDING)
BY_HAND_MOST = 100


@dataclass(frozen=True)
class MessageRow:
    id: int
    customer_id: int
    customer_number: str
    customer: str
    channel: str
    purpose: str
    template: str
    state: str
    problem: str
    not_before: datetime
    attempts: int
    handed_at: datetime | None
    ended_at: datetime | None
    written_at: datetime
    source_kind: str
    source_id: str


@dataclass(frozen=True)
class WholeMessage(MessageRow):
    """With its wording, as it goes or went out. `version` of the template."""

    subject: str
    text: str
    version: int


@dataclass(frozen=True)
class Figures:
    """The outbox now. `oldest`: since when the longest due one waits; None: none is due."""

    by_state: dict[str, int]
    due: int
    oldest: datetime | None
    sent_last_hour: int


def figures(actor: Actor, *, at: datetime) -> Figures:
    rows = _reached(actor)
    counted = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    due = rows.filter(state=MessageState.WAITING, not_before__lte=at)
    oldest = due.order_by("not_before").values_list("not_before", flat=True).first()
    hour = listed(actor, state=MessageState.SENT, since=at - timedelta(minutes=RATE_MINUTES))
    return Figures(
        by_state={state.value: counted.get(state.value, 0) for state in MessageState},
        due=due.count(),
        oldest=oldest,
        sent_last_hour=hour.count(),
    )


def listed(
    actor: Actor,
    *,
    state: str = "",
    channel: str = "",
    since: datetime | None = None,
    due_at: datetime | None = None,
    customer_id: int | None = None,
    source: tuple[str, str] | None = None,
) -> QuerySet[Message]:
    """The rows behind a figure. `since`: ended since then; `due_at`: due by then."""
    rows = _reached(actor)
    if state:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(channel=channel)
    if since:
        rows = rows.filter(ended_at__gt=since)
    if due_at:
        rows = rows.filter(state=MessageState.WAITING, not_before__lte=due_at)
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    if source:
        rows = rows.filter(touch__source_kind=source[0], touch__source_id=source[1])
    return rows


def listing(
    actor: Actor, *, cursor: str = "", limit: int = LIMIT, **filters: Any
) -> Page[MessageRow]:
    """The newest first; filters as in `listed`."""
    rows = listed(actor, **filters).select_related("customer", "template", "touch")
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def message(actor: Actor, message_id: int) -> WholeMessage:
    rows = _reached(actor).select_related("customer", "template", "touch")
    row = rows.filter(pk=message_id).first()
    if row is None:
        raise Missing("message")
    wording = row.template
    return WholeMessage(
        **vars(_row(row)),
        subject=filled(wording.subject, row.variables).text,
        text=filled(wording.body, row.variables).text,
        version=wording.version,
    )


def identities_in(source_kind: str, source_id: str) -> dict[str, str]:
    """Message-ID → state, of everything that one source wrote."""
    rows = Message.objects.filter(touch__source_kind=source_kind, touch__source_id=source_id)
    return dict(rows.values_list("identity", "state"))


def is_open(source_kind: str, source_id: str) -> bool:
    """Whether anything that one source wrote has not left yet."""
    rows = Message.objects.filter(touch__source_kind=source_kind, touch__source_id=source_id)
    return rows.filter(state__in=NOT_LEFT).exists()


def by_hand(
    actor: Actor, *, at: datetime, channel: str = "", limit: int = BY_HAND_MOST
) -> list[WholeMessage]:
    """Due messages that a person sends: WeCom asks its user to confirm each, letters are posted."""
    rows = _by_hand(actor, at, channel)
    ids = rows.order_by("not_before", "pk").values_list("pk", flat=True)[:limit]
    return [message(actor, pk) for pk in ids]


def by_hand_count(actor: Actor, *, at: datetime) -> int:
    """How many `by_hand` shows."""
    return min(_by_hand(actor, at, "").count(), BY_HAND_MOST)


def _by_hand(actor: Actor, at: datetime, channel: str) -> QuerySet[Message]:
    rows = _reached(actor).filter(state=MessageState.WAITING, not_before__lte=at)
    return rows.filter(channel=channel) if channel else rows.exclude(channel__in=MACHINES)


def _reached(actor: Actor) -> QuerySet[Message]:
    actor.need("messages.view")
    return Message.objects.filter(reachable(actor, "customer__"))


def _rendered(rows: Sequence[Message]) -> list[MessageRow]:
    return [_row(row) for row in rows]


def _row(row: Message) -> MessageRow:
    return MessageRow(
        id=row.pk,
        customer_id=row.customer_id,
        customer_number=row.customer.number,
        customer=row.customer.name,
        channel=row.channel,
        purpose=row.purpose,
        template=row.template.name,
        state=row.state,
        problem=row.problem,
        not_before=row.not_before,
        attempts=row.attempts,
        handed_at=row.handed_at,
        ended_at=row.ended_at,
        written_at=row.written_at,
        source_kind=row.touch.source_kind,
        source_id=row.touch.source_id,
    )
