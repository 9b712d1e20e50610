"""Where people are signed in: their sessions, listed and ended."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.journal import record

from .models import Session, User


class SignedIn(NamedTuple):
    """`handle` names the session on a page; its key, which opens it, stays here."""

    handle: str
    device: str
    address: str
    signed_in_at: datetime | None
    seen_at: datetime
    is_this: bool


def own_sessions(actor: Actor, *, this: str, at: datetime) -> list[SignedIn]:
    """The newest first, `this` on top."""
    rows = _living(actor.user_id or 0, at).order_by("-seen_at", "session_key")
    found = [
        SignedIn(
            _handle(row.session_key),
            row.device,
            row.address,
            row.signed_in_at,
            row.seen_at or at,
            row.session_key == this,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_this)


def sessions_of(actor: Actor, user_id: int, *, at: datetime) -> int:
    actor.need("people.manage")
    return _living(user_id, at).count()


@transaction.atomic
def end_own_session(*, handle: str, by: Actor, at: datetime) -> None:
    for row in _living(by.user_id or 0, at):
        if _handle(row.session_key) == handle:
            row.delete()
            record("user.sessions_ended", by=by, at=at, user=by.user_id, sessions=1)
            return
    raise Missing("session")


@transaction.atomic
def end_other_sessions(*, keep: str, by: Actor, at: datetime) -> int:
    """All of the person's own but one. Returns how many were still open."""
    others = Session.objects.filter(user_id=by.user_id or 0).exclude(session_key=keep)
    return _end(others, of=by.user_id or 0, by=by, at=at)


@transaction.atomic
def end_sessions_of(user: User, *, by: Actor, at: datetime) -> int:
    by.need("people.manage")
    return _end(Session.objects.filter(user=user), of=user.pk, by=by, at=at)


def _end(rows: "QuerySet[Session]", *, of: int, by: Actor, at: datetime) -> int:
    count = _young(rows, at).count()
    rows.delete()
    if count:
        record("user.sessions_ended", by=by, at=at, user=of, sessions=count)
    return count


def _living(user_id: int, at: datetime) -> "QuerySet[Session]":
    return _young(Session.objects.filter(user_id=user_id), at)


def _young(rows: "QuerySet[Session]", at: datetime) -> "QuerySet[Session]":
    """Those that the next request would not end by their age."""
    return rows.filter(
        expire_date__gt=at,
        seen_at__gte=at - timedelta(seconds=settings.SESSION_IDLE_AGE),
        signed_in_at__gte=at - timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )


def _handle(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
