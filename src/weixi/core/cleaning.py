"""What goes by itself: finished jobs, silent workers, used keys, old counts, sessions.

The journal stays. The access log stays too (P-04: at least six months).
"""

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings

from . import heartbeats, jobs, rates
from .models import IdempotencyKey

KEEP_KEYS = timedelta(days=2)


def clean_up(*, at: datetime) -> None:
    jobs.forget_old(at=at)
    heartbeats.forget_old(at=at)
    rates.forget_old(at=at)
    IdempotencyKey.objects.filter(at__lt=at - KEEP_KEYS).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
