"""Reply clocks, worked out from contacts and complaints: nothing of them can go stale.

Cut by the actor's reach. A clock that was answered long ago is read with its time only.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Exists, OuterRef

from weixi.collect.calendar.queries import business_calendar, is_assumed_between
from weixi.collect.calendar.rules import BusinessCalendar
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Customer
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.collect.touchpoints.queries import ChannelNames, channel_names
from weixi.collect.touchpoints.rules import Direction, Outcome
from weixi.core.actor import Actor
from weixi.core.values import declare, value_of
from weixi.staff.models import Team
from weixi.staff.permissions import listed

from .models import NoReply, ReplyTarget
from .rules import (
    OPEN,
    Clock,
    Event,
    Figures,
    ReplyState,
    Source,
    clocks,
    figures,
    state_of,
    target_of,
)

CONVERSATION_DAYS = declare("replies.conversation_days", 7)
LOOK_BACK = timedelta(days=30)
FIRST, ANY = "first", ""


@dataclass(frozen=True)
class ClockRow:
    """A clock ready to render. `used` working minutes of `target`; `due_at` when it runs out."""

    source: Source
    reference: int
    customer_id: int
    customer: str
    channel: str
    channel_name: str
    team_id: int | None
    team: str
    started_at: datetime
    answered_at: datetime | None
    due_at: datetime
    used: int
    target: int
    state: ReplyState
    is_first: bool
    is_assumed: bool

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class FigureRow:
    """`key`: a channel's code or a team's number ("0": no team)."""

    key: str
    name: str
    first: Figures
    every: Figures


@dataclass(frozen=True)
class TargetRow:
    id: int
    channel: str
    channel_name: str
    team_id: int | None
    team: str
    minutes: int


def clocks_in(
    actor: Actor, *, since: datetime, until: datetime, at: datetime, customer_id: int | None = None
) -> list[ClockRow]:
    """Clocks that started in [since, until), in order of their start."""
    actor.need("customers.view")
    found = [*_of_contacts(actor, since, until, customer_id)]
    if actor.may("complaints.view"):
        found += _of_complaints(actor, since, until, customer_id)
    found.sort(key=lambda pair: (pair[1].started_at, pair[0]))
    return _rows(found, at)


def open_clocks(actor: Actor, *, at: datetime) -> list[ClockRow]:
    """What waits for an answer, of the last thirty days; the least time left first."""
    rows = clocks_in(actor, since=at - LOOK_BACK, until=at + timedelta(days=1), at=at)
    return sorted((row for row in rows if row.is_open), key=lambda row: row.due_at)


def selected(
    rows: Iterable[ClockRow], *, channel: str = "", team: str = "", state: str = "", kind: str = ""
) -> list[ClockRow]:
    """What a figure counts; `state`: one of ReplyState, "open" (not overdue) or "answered"."""
    wanted = STATES.get(state) or ({ReplyState(state)} if state else frozenset(ReplyState))
    return [
        row
        for row in rows
        if row.state in wanted
        and (not channel or row.channel == channel)
        and (not team or str(row.team_id or 0) == team)
        and (kind != FIRST or row.is_first)
    ]


def by_channel(rows: Iterable[ClockRow]) -> list[FigureRow]:
    return _by(rows, lambda row: (row.channel, row.channel_name))


def by_team(rows: Iterable[ClockRow]) -> list[FigureRow]:
    return _by(rows, lambda row: (str(row.team_id or 0), row.team))


def of_all(rows: Iterable[ClockRow]) -> FigureRow:
    told = list(rows)
    return _figure_row("", "", told)


def team_choices() -> list[tuple[int, str]]:
    return [(team.pk, str(team)) for team in Team.objects.order_by("name")]


def targets() -> list[TargetRow]:
    names = channel_names()
    rows = ReplyTarget.objects.select_related("team")
    told = [
        TargetRow(
            row.pk,
            row.channel,
            names[row.channel],
            row.team_id,
            str(row.team) if row.team else "",
            row.minutes,
        )
        for row in rows
    ]
    return sorted(told, key=lambda row: (row.channel_name, row.team))


STATES: dict[str, frozenset[ReplyState]] = {
    "open": frozenset({ReplyState.RUNNING, ReplyState.NEAR}),
    "answered": frozenset({ReplyState.MET, ReplyState.MET_LATE}),
}
Found = tuple[int, Clock]


def _of_contacts(
    actor: Actor, since: datetime, until: datetime, customer_id: int | None
) -> Iterator[Found]:
    """All contacts around the span of customers who came to us in it, walked once."""
    pause = timedelta(days=value_of(CONVERSATION_DAYS))
    came = Contact.objects.filter(
        customer=OuterRef("customer"), direction=Direction.IN, at__gte=since, at__lt=until
    )
    rows = Contact.objects.filter(
        listed(actor, "customer__"), Exists(came), at__gte=since - LOOK_BACK
    )
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    live = dict(Channel.objects.values_list("pk", "is_live"))
    codes = dict(Channel.objects.values_list("pk", "code"))
    told = rows.order_by("customer", "at", "pk").values_list(
        "customer_id", "pk", "at", "direction", "channel_id", "outcome"
    )
    for customer, group in groupby(told.iterator(5_000), key=lambda row: row[0]):
        events = [
            Event(pk, at, way == Direction.IN, codes[channel],
                  live[channel] and outcome != Outcome.NOT_REACHED)
            for _c, pk, at, way, channel, outcome in group
        ]  # fmt: skip
        for clock in clocks(events, pause):
            if since <= clock.started_at < until:
                yield customer, clock


def _of_complaints(
    actor: Actor, since: datetime, until: datetime, customer_id: int | None
) -> list[Found]:
    """A complaint is answered by its own first reply, or else when it was closed."""
    rows = Complaint.objects.filter(
        listed(actor, "customer__"), received_at__gte=since, received_at__lt=until
    )
    if customer_id is not None:
        rows = rows.filter(customer=customer_id)
    told = rows.values_list(
        "customer_id", "pk", "channel", "received_at", "first_reply_at", "resolved_at"
    )
    return [
        (customer, Clock(Source.COMPLAINT, pk, channel, received, replied or resolved, True))
        for customer, pk, channel, received, replied, resolved in told
    ]


@dataclass(frozen=True)
class _Known:
    """What every clock of a list is told by, read once."""

    people: dict[int, tuple[str, int | None]]
    channels: ChannelNames
    teams: dict[int, str]
    cancelled: frozenset[tuple[str, int]]
    targets: dict[tuple[str, int], int]
    calendar: BusinessCalendar


def _rows(found: list[Found], at: datetime) -> list[ClockRow]:
    ids = {customer for customer, _clock in found}
    people = Customer.objects.filter(pk__in=ids).values_list("pk", "name", "team_id")
    known = _Known(
        people={pk: (name, team) for pk, name, team in people},
        channels=channel_names(),
        teams={team.pk: str(team) for team in Team.objects.all()},
        cancelled=frozenset(NoReply.objects.values_list("source", "reference")),
        targets=_targets(),
        calendar=business_calendar(),
    )
    return [_row(customer, clock, known, at) for customer, clock in found]


def _row(customer: int, clock: Clock, known: _Known, at: datetime) -> ClockRow:
    name, team = known.people[customer]
    target = target_of(known.targets, clock.channel, team)
    used = max(0, known.calendar.elapsed(clock.started_at, clock.answered_at or at))
    due_at = known.calendar.due(clock.started_at, target)
    return ClockRow(
        source=clock.source,
        reference=clock.reference,
        customer_id=customer,
        customer=name,
        channel=clock.channel,
        channel_name=known.channels[clock.channel],
        team_id=team,
        team=known.teams.get(team or 0, ""),
        started_at=clock.started_at,
        answered_at=clock.answered_at,
        due_at=due_at,
        used=used,
        target=target,
        state=state_of(
            used=used,
            target=target,
            is_answered=clock.answered_at is not None,
            is_cancelled=(str(clock.source), clock.reference) in known.cancelled,
        ),
        is_first=clock.is_first,
        is_assumed=is_assumed_between(known.calendar, clock.started_at, due_at),
    )


def _targets() -> dict[tuple[str, int], int]:
    rows = ReplyTarget.objects.values_list("channel", "team_id", "minutes")
    return {(channel, team or 0): minutes for channel, team, minutes in rows}


def _by(rows: Iterable[ClockRow], key: Callable[[ClockRow], tuple[str, str]]) -> list[FigureRow]:
    groups: dict[tuple[str, str], list[ClockRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    told = [_figure_row(code, name, group) for (code, name), group in groups.items()]
    return sorted(told, key=lambda row: (-row.every.n, row.name))


def _figure_row(key: str, name: str, rows: list[ClockRow]) -> FigureRow:
    return FigureRow(
        key,
        name,
        first=figures((row.state, row.used) for row in rows if row.is_first),
        every=figures((row.state, row.used) for row in rows),
    )
