"""Points that run out, where the company lets points run out: a setting says after how many months.

The oldest points are used first: what was earned up to a day, less all that was ever used, is what
is left of it. 0 months: points do not run out, and nothing is said about it.
"""

from datetime import date, timedelta

from django.db.models import Q, Sum

from weixi.act.care.day import start_of_day
from weixi.collect.points.models import PointsEntry
from weixi.core.values import declare, value_of

MONTHS = declare("care.points_months", 0)


def expiring_on(day: date) -> dict[int, int]:
    """Customer → points that run out at the end of the day."""
    months = value_of(MONTHS)
    if not months:
        return {}
    earned_on = months_before(day, months)
    first, following = start_of_day(earned_on), start_of_day(earned_on + timedelta(days=1))
    earners = PointsEntry.objects.filter(points__gt=0, at__gte=first, at__lt=following)
    ids = set(earners.values_list("customer_id", flat=True))
    rows = PointsEntry.objects.filter(customer__in=ids, customer__merged_into=None)
    found = rows.values("customer_id").annotate(
        earned=Sum("points", filter=Q(points__gt=0, at__lt=following), default=0),
        before=Sum("points", filter=Q(points__gt=0, at__lt=first), default=0),
        used=Sum("points", filter=Q(points__lt=0, at__lt=start_of_day(day)), default=0),
    )
    left = {
        row["customer_id"]: max(row["earned"] + row["used"], 0)
        - max(row["before"] + row["used"], 0)
        for row in found
    }
    return {customer: points for customer, points in left.items() if points > 0}


def months_before(day: date, months: int) -> date:
    """
    >>> months_before(date(2026, 5, 31), 3)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
