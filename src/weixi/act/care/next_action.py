"""What is to be done next for one customer: its open task, as programs read it."""

from datetime import date, datetime
from typing import Any

from weixi.core.actor import Actor

from .models import Task
from .queries import as_json, detail
from .rules import TaskState


def next_action_of(
    actor: Actor, customer_id: int, *, day: date, at: datetime
) -> dict[str, Any] | None:
    """None when nothing waits for this customer."""
    waiting = Task.objects.filter(customer_id=customer_id, state=TaskState.OPEN)
    task_id = waiting.values_list("pk", flat=True).first()
    return None if task_id is None else as_json(detail(actor, task_id, day=day, at=at).row)
