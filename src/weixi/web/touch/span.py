"""The span of days that a report is about, as its address says it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from weixi.core.clock import today

DAYS = (7, 30, 90)
DEFAULT_DAYS = 30


@dataclass(frozen=True)
class Span:
    """`days` until the end of today; both moments in the company's zone."""

    days: int
    since: datetime
    until: datetime
    first: date


def span_of(request: Any, *, ahead: int = 0) -> Span:
    """`ahead`: days after today that belong to it, for what is due."""
    text = request.GET.get("days", "")
    days = int(text) if text in {str(n) for n in DAYS} else DEFAULT_DAYS
    first = today() - timedelta(days=days - 1)
    end = today() + timedelta(days=1 + ahead)
    return Span(days, _start(first), _start(end), first)


def address(base: str, **query: object) -> str:
    told = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{base}?{urlencode(told)}" if told else base


def number_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
