"""The log of who looked at personal data (P-02, P-04)."""

from datetime import date, datetime

from django.db.models import QuerySet

from .actor import Actor
from .models import AccessEntry


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
