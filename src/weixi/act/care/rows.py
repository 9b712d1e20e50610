"""One line of today's list, made ready to render for a whole page at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from weixi.classify.queries import cell_names, cells_in
from weixi.classify.rules import Cell
from weixi.collect.customers.models import ContactPerson, Customer
from weixi.collect.touchpoints.models import Channel
from weixi.collect.touchpoints.queries import ChannelNames
from weixi.core.actor import Actor
from weixi.core.values import value_of
from weixi.measure.models import Snapshot
from weixi.measure.queries import snapshots_of

from .models import Task
from .names import honorific
from .ranking import WORD_GIVEN, told
from .wording import WORDING, filled, template_for
from .words import Chip, chip_of, language, rank_words

TIERS = "value_pyramid"
GENDER_FIELDS = ("gender", "sex", "性别")


@dataclass(frozen=True)
class CustomerRef:
    id: int
    number: str
    name: str
    type: str


@dataclass(frozen=True)
class TierRef:
    code: str
    name: str
    color: str


@dataclass(frozen=True)
class ChannelRef:
    code: str
    name: str
    icon: str


@dataclass(frozen=True)
class TaskRow:
    """One line of today's list. `value` in minor units, None = unknown."""

    rank: int
    task_id: int
    version: int
    kind: str
    customer: CustomerRef
    tier: TierRef | None
    stage: str  # none yet
    signals: tuple[Chip, ...]
    reason: str
    channel: ChannelRef
    say: str
    value: int | None
    chance: float
    chance_is_measured: bool  # on customers held out; else assumed
    effort_minutes: float
    worth: int | None  # expected gain an hour, minor units; None = unknown
    is_word: bool  # promised, or asked for by a person
    ranking: str  # why it stands where it does
    monthly_revenue: tuple[int, ...]  # 12 months, the oldest first; empty = not measured
    due_on: date
    overdue_days: int
    holder: str  # who works on it now; "" = nobody
    is_held_by_me: bool
    owner: str
    postponed_until: date | None
    postpone_reason: str

    @property
    def is_overdue(self) -> bool:
        return self.overdue_days > 0


@dataclass(frozen=True)
class Around:
    """What the rows of one page share."""

    tiers: Mapping[int, str]
    cells: Mapping[str, Cell]
    snapshots: Mapping[int, Snapshot]
    channels: Mapping[str, ChannelRef]
    people: Mapping[int, ContactPerson]
    wording: Mapping[str, Mapping[str, str]]
    actor: Actor
    day: date
    at: datetime


def loaded(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("customer", "owner", "claimed_by")


def channel_refs(*, all_of_them: bool = False) -> dict[str, ChannelRef]:
    """Of the channels in use, or of those out of use too."""
    name = "name_zh" if language().startswith("zh") else "name_en"
    channels = Channel.objects.all() if all_of_them else Channel.objects.filter(is_on=True)
    return {c.code: ChannelRef(c.code, getattr(c, name), c.icon) for c in channels}


def rendered(
    tasks: Sequence[Any], *, everything: QuerySet[Any] | None, actor: Actor, day: date, at: datetime
) -> list[TaskRow]:
    """Rows of one page in their order; `everything` is the whole list, for the rank (None: 0)."""
    if not tasks:
        return []
    ids = [task.customer_id for task in tasks]
    around = Around(
        tiers=cells_in(TIERS, ids),
        cells=cell_names(TIERS),
        snapshots=snapshots_of(ids),
        channels=channel_refs(all_of_them=True),
        people=_people_of(ids),
        wording=value_of(WORDING),
        actor=actor,
        day=day,
        at=at,
    )
    first = tasks[0]
    above = Q(worth__gt=first.worth) | Q(worth=first.worth, pk__lt=first.pk)
    rank = -1 if everything is None else everything.filter(above).count()
    return [_row(task, place, around) for place, task in enumerate(tasks, rank + 1)]


def _people_of(ids: Sequence[int]) -> dict[int, ContactPerson]:
    """Whom to speak to at a business: who decides, else the first one known."""
    people = ContactPerson.objects.filter(customer__in=ids).order_by("-pk")
    ordered = sorted(people, key=lambda p: p.decision_role == ContactPerson.DecisionRole.DECIDES)
    return {person.customer_id: person for person in ordered}


def _row(task: Task, rank: int, around: Around) -> TaskRow:
    customer, snapshot = task.customer, around.snapshots.get(task.customer_id)
    chips = tuple(chip_of(stored, around.day) for stored in task.signals)
    is_held = task.claimed_until is not None and task.claimed_until > around.at
    return TaskRow(
        rank=rank,
        task_id=task.pk,
        version=task.version,
        kind=task.kind,
        customer=CustomerRef(customer.pk, customer.number, customer.name, customer.type),
        tier=_tier(around.cells.get(around.tiers.get(customer.pk, ""))),
        stage="",
        signals=chips,
        reason=chips[0].sentence if chips else "",
        channel=_channel(task.channel, around),
        say=_say(task, around),
        value=task.value_at_stake,
        chance=task.chance,
        chance_is_measured=task.chance_is_measured,
        effort_minutes=task.effort_minutes,
        worth=told(task.worth),
        is_word=task.worth >= WORD_GIVEN,
        ranking=rank_words(
            task.value_at_stake,
            task.chance,
            task.effort_minutes,
            told(task.worth),
            is_word=task.worth >= WORD_GIVEN,
            is_measured=task.chance_is_measured,
        ),
        monthly_revenue=tuple(snapshot.monthly_revenue) if snapshot else (),
        due_on=task.due_on,
        overdue_days=max((around.day - task.due_on).days, 0),
        holder=str(task.claimed_by) if is_held and task.claimed_by else "",
        is_held_by_me=is_held and task.claimed_by_id == around.actor.user_id,
        owner=str(task.owner) if task.owner else "",
        postponed_until=task.hidden_until,
        postpone_reason=task.postpone_reason,
    )


def _channel(code: str, around: Around) -> ChannelRef:
    """What is in no table, as an older version wrote it, is said to be so."""
    return around.channels.get(code) or ChannelRef(code, ChannelNames()[code], "")


def _tier(cell: Cell | None) -> TierRef | None:
    if cell is None:
        return None
    name = cell.name_zh if language().startswith("zh") else cell.name_en
    return TierRef(cell.code, name, cell.color)


def _say(task: Task, around: Around) -> str:
    """The approved wording, with what is known of this customer."""
    customer = task.customer
    facts = task.signals[0]["facts"] if task.signals else {}
    said = facts.get("say_zh" if language().startswith("zh") else "say_en", "")
    text = said or template_for(around.wording, task.kind, customer.type, language())
    return filled(
        text,
        {
            "name": customer.name,
            "honorific": _addressed(customer, around.people.get(customer.pk)),
            "days": facts.get("days", ""),
            "rhythm": facts.get("rhythm", ""),
            "date": facts.get("expected", facts.get("on", "")),
            "me": around.actor.name,
        },
    )


def _addressed(customer: Customer, person: ContactPerson | None) -> str:
    if person is not None:
        return honorific(person.name, position=person.position)
    known = (str(customer.custom.get(name, "")) for name in GENDER_FIELDS)
    return honorific(customer.name, gender=next(filter(None, known), ""))
