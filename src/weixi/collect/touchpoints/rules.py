"""Words about contacts with customers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Purpose(StrEnum):
    CARE = "care"
    SERVICE = "service"
    SALE = "sale"
    THANKS = "thanks"
    APOLOGY = "apology"


class Outcome(StrEnum):
    REACHED = "reached"
    ACCEPTED = "accepted"
    FOLLOW_UP = "follow_up"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"


class Feeling(StrEnum):
    """How the customer felt, as the colleague heard it."""

    PLEASED = "pleased"
    CALM = "calm"
    UPSET = "upset"


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    LATE = "late"  # kept, after its time
    BROKEN = "broken"


SETTLED = frozenset({PromiseState.KEPT, PromiseState.LATE, PromiseState.BROKEN})


def settled_state(due_at: datetime, done_at: datetime) -> PromiseState:
    """To the minute: what is done within the minute it was promised for is kept."""
    return PromiseState.KEPT if done_at < due_at + timedelta(minutes=1) else PromiseState.LATE


@dataclass(frozen=True)
class Kept:
    """Promises counted. `overdue`: open, and their time has passed."""

    open: int = 0
    kept: int = 0
    late: int = 0
    broken: int = 0
    overdue: int = 0
    exceeded: int = 0

    @property
    def decided(self) -> int:
        """Those of which one can tell: kept, late, broken, or open beyond their time."""
        return self.kept + self.late + self.broken + self.overdue

    @property
    def rate(self) -> float | None:
        """Share kept in time; None while nothing is decided."""
        return self.kept / self.decided if self.decided else None
