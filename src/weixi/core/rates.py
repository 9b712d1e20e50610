"""How often somebody may do a thing (S-06): counted in the database, so that every process and
every restart knows it. Counted by who asks, never by what a header says where it comes from."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from .errors import TooOften
from .models import RateCount
from .values import declare, value_of

MINUTE, HOUR = 60, 3_600
CALLS = declare("rates.api_calls_a_minute", 600)  # a token
EXPORTS = declare("rates.exports_an_hour", 5)  # a person
REVEALS = declare("rates.reveals_an_hour", 60)  # a person
PASSWORDS = declare("rates.passwords_an_hour", 5)  # a person, right or wrong
KEEP = timedelta(days=1)


def count(name: str, who: str, *, seconds: int, at: datetime) -> None:
    """Counts one more in the span that `at` lies in; TooOften when the setting `name` is reached.

    Inside a transaction: what is taken back was not done, and is not counted.
    """
    if not _is_counted(f"{name} {who}", seconds, value_of(name), 1, at):
        raise too_often(seconds, at)


def reserve(name: str, who: str, *, seconds: int, parts: int, at: datetime) -> int:
    """Takes a part of what is left of the span, at least one, so that not every one is written.

    Returns how many may be done; TooOften when none is left.
    """
    most = value_of(name)
    for many in (max(1, most // parts), 1):
        if _is_counted(f"{name} {who}", seconds, most, many, at):
            return many
    raise too_often(seconds, at)


def span_of(seconds: int, at: datetime) -> int:
    """The number of the span since 1970: a minute or an hour of the clock, not a sliding one."""
    return int(at.timestamp()) // seconds


def too_often(seconds: int, at: datetime) -> TooOften:
    left = seconds - int(at.timestamp()) % seconds
    return TooOften(_("That was too often. Wait a little, then try again."), seconds=left)


def forget_old(*, at: datetime) -> None:
    RateCount.objects.filter(ends_at__lt=int((at - KEEP).timestamp())).delete()


def _is_counted(key: str, seconds: int, most: int, many: int, at: datetime) -> bool:
    """One statement, so that two at once cannot both take the last one. Both engines know it."""
    if many > most:
        return False
    ends_at = (span_of(seconds, at) + 1) * seconds
    table = RateCount._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" (key, ends_at, count) VALUES (%s, %s, %s)'  # noqa: S608
            f' ON CONFLICT (key, ends_at) DO UPDATE SET count = "{table}".count + excluded.count'
            f' WHERE "{table}".count + excluded.count <= %s RETURNING count',
            [key, ends_at, many, most],
        )
        return cursor.fetchone() is not None
