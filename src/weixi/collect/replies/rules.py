"""Reply clocks (T6), pure: when one starts and stops, which target holds, how it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DEFAULT_MINUTES = 30
NEAR_SHARE = 0.8  # of the target used: it is about to be missed
MINUTES_MOST = 14_400


class Source(StrEnum):
    """What a customer came with."""

    CONTACT = "contact"
    COMPLAINT = "complaint"


class ReplyState(StrEnum):
    RUNNING = "running"
    NEAR = "near"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"


OPEN = frozenset({ReplyState.RUNNING, ReplyState.NEAR, ReplyState.OVERDUE})


@dataclass(frozen=True)
class Event:
    """A contact as the clocks see it. `is_answered`: a live one, dealt with while it lasted."""

    id: int
    at: datetime
    is_inbound: bool
    channel: str
    is_answered: bool = False


@dataclass(frozen=True)
class Clock:
    """From the first unanswered word of the customer to our next. `answered_at` None: it runs.

    `is_first`: it began a conversation. `reference` is the contact's or complaint's number.
    """

    source: Source
    reference: int
    channel: str
    started_at: datetime
    answered_at: datetime | None
    is_first: bool


def clocks(events: Sequence[Event], conversation: timedelta) -> list[Clock]:
    """Of one customer's contacts in order of time. What comes while one waits starts no second
    clock: the customer waits since the first. A contact after a pause begins a conversation."""
    found: list[Clock] = []
    waiting: Event | None = None
    is_first, last = True, None
    for event in events:
        begins = last is None or event.at - last > conversation
        last = event.at
        if event.is_inbound and event.is_answered and waiting is None:
            found.append(_clock(event, event.at, begins))
        elif event.is_inbound and not event.is_answered:
            if waiting is None:
                waiting, is_first = event, begins
        elif waiting is not None:  # ours, or a live one that we took
            found.append(_clock(waiting, event.at, is_first))
            waiting = None
    if waiting is not None:
        found.append(_clock(waiting, None, is_first))
    return found


def _clock(event: Event, answered_at: datetime | None, is_first: bool) -> Clock:
    return Clock(Source.CONTACT, event.id, event.channel, event.at, answered_at, is_first)


Targets = Mapping[tuple[str, int], int]  # (channel or "", team or 0) → minutes


def target_of(targets: Targets, channel: str, team: int | None) -> int:
    """The most particular one: channel and team, then team, then channel, then all."""
    for key in ((channel, team or 0), ("", team or 0), (channel, 0), ("", 0)):
        if key in targets:
            return targets[key]
    return DEFAULT_MINUTES


def state_of(
    *, used: int, target: int, is_answered: bool, is_cancelled: bool = False
) -> ReplyState:
    """`used`: working minutes until the answer, or until now. On the minute is in time."""
    if is_cancelled and not is_answered:
        return ReplyState.CANCELLED
    if is_answered:
        return ReplyState.MET if used <= target else ReplyState.MET_LATE
    if used > target:
        return ReplyState.OVERDUE
    return ReplyState.NEAR if used >= NEAR_SHARE * target else ReplyState.RUNNING


@dataclass(frozen=True)
class Figures:
    """Minutes of working time. `in_target`: share of those answered or overdue; None: none is."""

    n: int
    median: float | None
    p90: float | None
    in_target: float | None
    met: int
    late: int
    open: int
    overdue: int
    cancelled: int


def figures(rows: Iterable[tuple[ReplyState, int]]) -> Figures:
    """From (state, used minutes) of clocks. Median and p90 of those answered; p90 is the value
    that nine in ten do not exceed (nearest rank)."""
    told = list(rows)
    answered = sorted(
        used for state, used in told if state in (ReplyState.MET, ReplyState.MET_LATE)
    )
    count = {state: sum(s == state for s, _used in told) for state in ReplyState}
    decided = len(answered) + count[ReplyState.OVERDUE]
    return Figures(
        n=len(answered),
        median=_median(answered),
        p90=answered[-(-9 * len(answered) // 10) - 1] if answered else None,
        in_target=count[ReplyState.MET] / decided if decided else None,
        met=count[ReplyState.MET],
        late=count[ReplyState.MET_LATE],
        open=count[ReplyState.RUNNING] + count[ReplyState.NEAR],
        overdue=count[ReplyState.OVERDUE],
        cancelled=count[ReplyState.CANCELLED],
    )


def _median(values: Sequence[int]) -> float | None:
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
