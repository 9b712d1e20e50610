"""Write campaigns: design, have it approved, run it, stop it."""

from .checking import content_row, goal_row, line_rows
from .designing import change, count_reach, create
from .running import (
    advance,
    approve,
    follow,
    launch,
    mark_evaluated,
    put_in_outbox,
    send_back,
    stop,
    submit,
)  # fmt: skip

__all__ = [
    "advance", "approve", "change", "content_row", "count_reach", "create", "follow", "goal_row",
    "launch", "line_rows", "mark_evaluated", "put_in_outbox", "send_back", "stop", "submit",
]  # fmt: skip
