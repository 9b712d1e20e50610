"""Reads of the care list, ready to render: the queue, its figures, and one task in detail."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from weixi.act.outreach.queries import may_contact
from weixi.act.outreach.words import verdict_words
from weixi.classify.queries import customers_in_cell
from weixi.collect.customers.models import Identity
from weixi.collect.touchpoints.models import Contact
from weixi.collect.touchpoints.rules import Direction, Purpose
from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.core.prepared import prepared
from weixi.core.values import value_of
from weixi.staff.permissions import listed, reachable

from .day import finished_on, start_of_day
from .models import Task
from .not_offering import not_to_offer
from .rows import TIERS, ChannelRef, CustomerRef, TaskRow, channel_refs, loaded, rendered
from .rules import PURPOSE, SignalKind, TaskState, is_balanced
from .talking import talking_points
from .thresholds import BALANCE
from .words import language

CONTACTS_SHOWN = 5
WAITING_MOST = 200
RATIO_DAYS = 30
BY_WORTH = Keyset(("-worth", "pk"), name="care")


@dataclass(frozen=True)
class Filters:
    """Empty text: no restriction. `due`: "today" or "overdue"; `valued`: value known only."""

    kind: str = ""
    channel: str = ""
    tier: str = ""
    type: str = ""
    due: str = ""
    valued: bool = False


@dataclass(frozen=True)
class Counters:
    """Figures above the list, for the same scope as the list; value in minor units."""

    done: int
    open: int
    due_today: int
    overdue: int
    overdue_first: str  # customer of the latest one
    overdue_first_days: int
    value: int
    customers: int  # whose value is known
    care_contacts: int
    sale_contacts: int
    is_balanced: bool

    @property
    def total(self) -> int:
        return self.done + self.open


@dataclass(frozen=True)
class FinishedRow:
    """A task done today. `can_undo`: by the actor, as far as is known without trying."""

    task_id: int
    customer: CustomerRef
    kind: str
    outcome: str
    at: datetime
    by: str
    can_undo: bool


@dataclass(frozen=True)
class ContactLine:
    at: datetime
    channel: str
    purpose: str
    outcome: str
    note: str
    staff: str


@dataclass(frozen=True)
class Detail:
    """What to know before talking: the preparation panel. Identities are masked."""

    row: TaskRow
    opening: str
    points: tuple[str, ...]
    not_to_offer: tuple[str, ...]
    identities: tuple[tuple[int, str, str], ...]  # (id, kind, masked), primary first
    contacts: tuple[ContactLine, ...]
    channels: tuple[ChannelRef, ...]
    can_undo: bool
    hint: str = ""  # why the suggested channel may not be used now; "" = it may


def may_see_team(actor: Actor) -> bool:
    return actor.may("tasks.assign") or actor.user_id is None


def queue(
    actor: Actor,
    *,
    day: date,
    at: datetime,
    scope: str = "mine",
    filters: Filters = Filters(),
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[TaskRow]:
    """Open tasks not put off beyond `day`: words given first, then what acting brings most.

    "mine": the actor's own, those it holds, and those within reach that nobody owns.
    """
    tasks = _filtered(_waiting(actor, scope, day), filters, actor, day)
    render = partial(rendered, everything=tasks, actor=actor, day=day, at=at)
    return keyset_page(loaded(tasks), BY_WORTH, cursor=cursor, limit=limit, render=render)


def counters(actor: Actor, *, day: date, scope: str = "mine") -> Counters:
    waiting = _waiting(actor, scope, day)
    sums = waiting.aggregate(
        open=Count("pk"),
        due_today=Count("pk", filter=Q(due_on=day)),
        overdue=Count("pk", filter=Q(due_on__lt=day)),
        value=Coalesce(Sum("value_at_stake"), 0),
        customers=Count("value_at_stake"),
    )
    latest = waiting.filter(due_on__lt=day).order_by("due_on", "-worth", "pk")
    first = latest.values_list("customer__name", "due_on").first()
    care, sale = _contacts_of(actor, scope, day)
    return Counters(
        done=_done(actor, scope, day).count(),
        overdue_first=first[0] if first else "",
        overdue_first_days=(day - first[1]).days if first else 0,
        care_contacts=care,
        sale_contacts=sale,
        is_balanced=is_balanced(care, sale, value_of(BALANCE)),
        **sums,
    )


def customers_waiting(
    actor: Actor,
    *,
    day: date,
    scope: str = "mine",
    filters: Filters = Filters(),
    limit: int = WAITING_MOST,
) -> list[int]:
    """Customer ids in the order of the list: the way from one to the next."""
    tasks = _filtered(_waiting(actor, scope, day), filters, actor, day)
    return list(tasks.order_by(*BY_WORTH.columns).values_list("customer_id", flat=True)[:limit])


def customers_with_task(
    actor: Actor, *, day: date, scope: str = "mine", filters: Filters = Filters()
) -> QuerySet[Any]:
    """The same as ids for a list of customers, uncut."""
    return _filtered(_waiting(actor, scope, day), filters, actor, day).values("customer_id")


@dataclass(frozen=True)
class NextAction:
    row: TaskRow
    points: tuple[str, ...]
    not_to_offer: tuple[str, ...]


def next_action(actor: Actor, customer_id: int, *, day: date, at: datetime) -> NextAction | None:
    """The task that waits for this customer, also when it is put off; None: nothing waits."""
    actor.need("tasks.work")
    found = _open_of(actor, customer_id)
    if not found:
        return None
    row = rendered(found, everything=None, actor=actor, day=day, at=at)[0]
    return NextAction(row, talking_points(row.kind, language()), not_to_offer(customer_id))


@prepared
def _open_of(actor: Actor, customer_id: int) -> QuerySet[Any, Any]:
    tasks = Task.objects.filter(reachable(actor, "customer__"), customer_id=customer_id)
    return loaded(tasks.filter(state=TaskState.OPEN))[:1]


def kinds_waiting(
    actor: Actor, *, day: date, scope: str = "mine", filters: Filters = Filters()
) -> dict[str, int]:
    """Leading reason → how many the list shows with it in place of its own, the most first."""
    tasks = _filtered(_waiting(actor, scope, day), replace(filters, kind=""), actor, day)
    counted = tasks.values_list("kind").annotate(n=Count("pk"))
    return dict(sorted(counted, key=lambda row: (-row[1], row[0])))


def finished(actor: Actor, *, day: date, scope: str = "mine") -> list[FinishedRow]:
    """What was done on the day, the newest first."""
    tasks = _done(actor, scope, day).select_related("customer", "closed_by")
    return [
        FinishedRow(
            task_id=task.pk,
            customer=CustomerRef(
                task.customer_id, task.customer.number, task.customer.name, task.customer.type
            ),
            kind=task.kind,
            outcome=task.outcome,
            at=task.closed_at,
            by=str(task.closed_by) if task.closed_by else "",
            can_undo=task.undo is not None and task.undo["by"] == actor.user_id,
        )
        for task in tasks.order_by("-closed_at", "-pk")[:WAITING_MOST]
    ]


def next_day_due(actor: Actor, *, day: date, scope: str = "mine") -> int:
    """Customers put off until the day after `day`: for the sentence when all is done."""
    after = _scoped(actor, scope).filter(state=TaskState.OPEN)
    return after.filter(hidden_until=day + timedelta(days=1)).count()


def detail(actor: Actor, task_id: int, *, day: date, at: datetime) -> Detail:
    """Open or just finished; Missing when it is not there or not within reach."""
    actor.need("tasks.work")
    tasks = Task.objects.filter(reachable(actor, "customer__"), pk=task_id)
    found = list(loaded(tasks))
    if not found:
        raise Missing("task")
    task, waiting = found[0], _waiting(actor, "team" if may_see_team(actor) else "mine", day)
    row = rendered(found, everything=waiting, actor=actor, day=day, at=at)[0]
    return Detail(
        row=row,
        opening=row.say,
        points=talking_points(task.kind, language()) + _unreached(task.customer_id),
        not_to_offer=not_to_offer(task.customer_id),
        identities=_identities(task.customer_id),
        contacts=_last_contacts(task.customer_id),
        channels=tuple(channel_refs().values()),
        can_undo=task.undo is not None and task.undo["by"] == actor.user_id,
        hint=_hint(task, at),
    )


def _hint(task: Task, at: datetime) -> str:
    """Do-not-disturb, quota and consent, as the contact policy of all departments sees them."""
    if not task.channel or task.state != TaskState.OPEN:
        return ""
    verdict = may_contact(task.customer_id, channel=task.channel, purpose=purpose_of(task), at=at)
    return "" if verdict.is_allowed else verdict_words(verdict)


def purpose_of(task: Task) -> str:
    """What was asked for says it, else the leading reason."""
    leading = task.signals[0]["facts"] if task.signals else {}
    return str(leading.get("purpose") or PURPOSE[SignalKind(task.kind)])


def today_json(
    actor: Actor, *, day: date, at: datetime, limit: int = 20, scope: str = ""
) -> list[dict[str, Any]]:
    """The shape of `weixi today --json`. Money in minor units, as everywhere in JSON."""
    scope = scope or ("mine" if actor.user_id else "team")
    rows: list[TaskRow] = []
    cursor = ""
    while len(rows) < limit:
        page = queue(actor, day=day, at=at, scope=scope, cursor=cursor, limit=limit - len(rows))
        rows += page.rows
        cursor = page.next
        if not cursor:
            break
    return [as_json(row) for row in rows]


def as_json(row: TaskRow) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "task_id": row.task_id,
        "customer_id": row.customer.number,
        "name": row.customer.name,
        "type": row.customer.type,
        "tier": row.tier.code if row.tier else None,
        "reason": row.reason,
        "signals": [
            {"signal": chip.kind, "sentence": chip.sentence, "cause": chip.cause}
            for chip in row.signals
        ],
        "channel": row.channel.code,
        "say": row.say,
        "value_at_stake": row.value,
        "chance": row.chance,
        "chance_is_measured": row.chance_is_measured,
        "currency": settings.CURRENCY,
        "due": row.due_on.isoformat(),
        "overdue_days": row.overdue_days,
        "holder": row.holder,
        "version": row.version,
    }


def _scoped(actor: Actor, scope: str) -> QuerySet[Any]:
    actor.need("tasks.work")
    tasks = Task.objects.filter(listed(actor, "customer__"))
    if scope == "team" or actor.user_id is None:
        actor.need("tasks.assign")
        return tasks
    mine = Q(owner=actor.user_id) | Q(claimed_by=actor.user_id) | Q(owner=None)
    return tasks.filter(mine)


def _waiting(actor: Actor, scope: str, day: date) -> QuerySet[Any]:
    shown = Q(hidden_until=None) | Q(hidden_until__lte=day)
    return _scoped(actor, scope).filter(shown, state=TaskState.OPEN)


def _done(actor: Actor, scope: str, day: date) -> QuerySet[Any]:
    done = Task.objects.filter(
        reachable(actor, "customer__"), finished_on(day), state=TaskState.DONE
    )
    return done if scope == "team" else done.filter(closed_by=actor.user_id)


def _filtered(tasks: QuerySet[Any], filters: Filters, actor: Actor, day: date) -> QuerySet[Any]:
    plain = {
        "kind": filters.kind,
        "channel": filters.channel,
        "customer__type": filters.type,
    }
    tasks = tasks.filter(**{path: value for path, value in plain.items() if value})
    if filters.valued:
        tasks = tasks.filter(value_at_stake__isnull=False)
    if filters.tier:
        tasks = tasks.filter(customer__in=customers_in_cell(actor, TIERS, filters.tier))
    if filters.due == "overdue":
        return tasks.filter(due_on__lt=day)
    return tasks.filter(due_on=day) if filters.due == "today" else tasks


def _contacts_of(actor: Actor, scope: str, day: date) -> tuple[int, int]:
    """Outgoing contacts of the last 30 days that care, and that sell."""
    contacts = Contact.objects.filter(
        reachable(actor, "customer__"),
        direction=Direction.OUT,
        at__gte=start_of_day(day - timedelta(days=RATIO_DAYS - 1)),
    )
    if scope != "team":
        contacts = contacts.filter(staff=actor.user_id)
    sums = contacts.aggregate(
        care=Count("pk", filter=~Q(purpose=Purpose.SALE)),
        sale=Count("pk", filter=Q(purpose=Purpose.SALE)),
    )
    return sums["care"], sums["sale"]


def _unreached(customer_id: int) -> tuple[str, ...]:
    if Identity.objects.filter(customer_id=customer_id).exists():
        return ()
    return (_("No phone or account is stored: ask for one, and for consent to use it"),)


def _identities(customer_id: int) -> tuple[tuple[int, str, str], ...]:
    rows = Identity.objects.filter(customer_id=customer_id).order_by("-is_primary", "pk")
    return tuple(rows.values_list("pk", "kind", "masked"))


def _last_contacts(customer_id: int) -> tuple[ContactLine, ...]:
    contacts = Contact.objects.filter(customer_id=customer_id).select_related("channel", "staff")
    name = "name_zh" if language().startswith("zh") else "name_en"
    return tuple(
        ContactLine(
            at=contact.at,
            channel=getattr(contact.channel, name),
            purpose=contact.purpose,
            outcome=contact.outcome,
            note=contact.note,
            staff=str(contact.staff) if contact.staff else contact.staff_name,
        )
        for contact in contacts.order_by("-at", "-pk")[:CONTACTS_SHOWN]
    )
