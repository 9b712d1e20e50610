"""The log of who looked at personal data (P-02, P-04)."""

from datetime import date, datetime

from django.db.models import QuerySet

from . import rates
from .actor import Actor
from .models import AccessEntry

LIMITED = {"reveal": rates.REVEALS, "export": rates.EXPORTS}  # an hour, by action


def log_access(
    *,
    by: Actor,
    at: datetime,
    field: str,
    action: str,
    customer_id: int | None = None,
    reason: str = "",
    rows: int = 1,
) -> AccessEntry:
    """Before the data is given out. TooOften when this person saw or took out too much this hour:
    asked here, so that no door can forget it."""
    if action in LIMITED and by.user_id is not None:
        rates.count(LIMITED[action], f"user {by.user_id}", seconds=rates.HOUR, at=at)
    return AccessEntry.objects.create(
        at=at,
        actor_id=by.user_id,
        actor_name=by.name,
        door=by.door,
        address=by.address,
        customer_id=customer_id,
        field=field,
        action=action,
        reason=reason,
        rows=rows,
    )


def accesses_of(customer_id: int) -> QuerySet[AccessEntry]:
    return AccessEntry.objects.filter(customer_id=customer_id).order_by("-id")


def entries(
    actor: Actor,
    *,
    person: str = "",
    customer_id: int | None = None,
    action: str = "",
    day: date | None = None,
) -> QuerySet[AccessEntry]:
    """The newest first, cut by the filters. `person`: part of a name; `day`: ours."""
    actor.need("audit.view")
    rows = AccessEntry.objects.order_by("-id")
    if person:
        rows = rows.filter(actor_name__icontains=person)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if action:
        rows = rows.filter(action=action)
    if day is not None:
        rows = rows.filter(at__date=day)
    return rows
