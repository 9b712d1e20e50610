"""Answers kept by their idempotency key (L-04). Call inside the transaction of the write."""

from datetime import datetime
from typing import Any

from .models import IdempotencyKey

NO_CONTENT = 204


def take(*, actor: str, key: str, request_hash: str, at: datetime) -> IdempotencyKey:
    """Raises IntegrityError when the key was taken before, once its taker has committed."""
    return IdempotencyKey.objects.create(
        actor=actor, key=key, request_hash=request_hash, status=0, body={}, at=at
    )


def keep(entry: IdempotencyKey, *, status: int, body: Any) -> None:
    """`body` None: the answer has none."""
    IdempotencyKey.objects.filter(pk=entry.pk).update(
        status=status, body={} if body is None else body
    )


def answer_of(*, actor: str, key: str) -> tuple[int, Any, str]:
    """Status, body and the hash of the request that was answered."""
    entry = IdempotencyKey.objects.get(actor=actor, key=key)
    body = None if entry.status == NO_CONTENT else entry.body
    return entry.status, body, entry.request_hash
