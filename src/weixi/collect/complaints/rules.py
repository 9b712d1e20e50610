"""Words and pure decisions about complaints."""

from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ComplaintOutcome(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    WITHDRAWN = "withdrawn"


CLOSED = frozenset(ComplaintOutcome) - {ComplaintOutcome.OPEN}


def outcome_of(told: str | None, resolved_at: datetime | None) -> ComplaintOutcome:
    """What a record of elsewhere says: its word, else whether it was resolved at some time."""
    if told:
        return ComplaintOutcome(told)
    return ComplaintOutcome.OPEN if resolved_at is None else ComplaintOutcome.RESOLVED
