"""Words and pure decisions of the care list."""

from enum import StrEnum


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"  # the reason ended before anybody acted


class SignalKind(StrEnum):
    OVERDUE = "overdue"  # past its own rhythm
    NEXT_DUE = "next_due"  # the next purchase is expected about now
    GONE_QUIET = "gone_quiet"  # high value, no purchase or contact for long
    BIRTHDAY = "birthday"
