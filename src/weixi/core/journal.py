"""Write and read the journal: the spine of the timeline, the audit and later triggers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from .actor import Actor
from .models import JournalEntry
from .prepared import prepared


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


@prepared
def newest_entries(
    customer_id: int, *, without: tuple[str, ...], most: int
) -> QuerySet[JournalEntry]:
    """As entries_of, at most `most`, without these kinds."""
    return entries_of(customer_id).exclude(kind__in=without)[:most]


def entry(entry_id: int) -> JournalEntry | None:
    return JournalEntry.objects.filter(pk=entry_id).first()


def bulk_record(
    kind: str, facts_of: Mapping[int, dict[str, Any]], *, by: Actor, at: datetime
) -> None:
    """One entry for each customer id in `facts_of`."""
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                at=at,
                kind=kind,
                customer_id=customer_id,
                actor_id=by.user_id,
                actor_name=by.name,
                facts=facts,
            )
            for customer_id, facts in facts_of.items()
        ],
        batch_size=1_000,
    )
