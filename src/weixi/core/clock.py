"""The one place that asks the machine for the time. Doors call it; domain code takes `at`."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The day in the company's time zone."""
    return timezone.localdate()
