"""Write and read the journal: the spine of the timeline, the audit and later triggers."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from .actor import Actor
from .models import JournalEntry


def record(
    kind: str, *, by: Actor, at: datetime, customer_id: int | None = None, **facts: Any
) -> JournalEntry:
    """Call inside the transaction of the thing that happened."""
    return JournalEntry.objects.create(
        at=at,
        kind=kind,
        customer_id=customer_id,
        actor_id=by.user_id,
        actor_name=by.name,
        facts=facts,
    )


def entries_of(customer_id: int) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(customer_id=customer_id).order_by("-id")
