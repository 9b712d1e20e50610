"""Django's sessions in the database, read with a prepared query: every request begins with one."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from weixi.core.prepared import prepared


@prepared
def _living(key: str, at: datetime) -> "QuerySet[Session]":
    return Session.objects.filter(session_key=key, expire_date__gt=at)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        found = _living(self.session_key, timezone.now()) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None
