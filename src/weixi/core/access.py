"""The log of who looked at personal data (P-02, P-04)."""

from datetime import datetime

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
