from django.conf import settings
from django.db import models

from weixi.staff.models import Team


class Cohort(models.Model):
    """Of the customers who first bought in a month: how many bought again so many months later.

    One row for each month of first purchase, months since, team and owner, so that the sums can
    be cut to what somebody may see. Only the newest day; earlier ones are in the lake.
    """

    as_of = models.DateField()
    cohort = models.DateField()  # first day of the month of first purchase
    months_later = models.PositiveSmallIntegerField()  # 0 = the month of first purchase
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    active = models.IntegerField()  # customers with a purchase day in that month
    revenue = models.BigIntegerField()  # minor units, sales of that month before returns

    class Meta:
        app_label = "evaluate"
        indexes = [models.Index(fields=["cohort", "months_later"], name="cohort_cell")]
