from django.conf import settings
from django.db import models

from weixi.staff.models import Team

from .rules import EffectOutcome, FindingKind, Verdict


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


class Effect(models.Model):
    """What treating customers changed, by intention to treat: one row for each outcome of a trial.

    Shares are 0–1, money is in minor units per customer. Intervals at 95 %; None: cannot be told.
    """

    source_kind = models.CharField(max_length=10)
    source_id = models.BigIntegerField()
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in EffectOutcome])
    name = models.CharField(max_length=80, blank=True)  # of the campaign or playbook
    is_final = models.BooleanField()  # the outcome window of everyone counted has passed
    window_days = models.PositiveSmallIntegerField()
    assigned_from = models.DateTimeField()
    assigned_to = models.DateTimeField()
    treated = models.IntegerField()
    held_out = models.IntegerField()
    contacted = models.IntegerField()
    deviations = models.IntegerField()  # held out, contacted all the same
    mean_treated = models.FloatField()
    mean_held_out = models.FloatField(null=True)
    effect = models.FloatField(null=True)  # None: nobody was held out
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    p_value = models.FloatField(null=True)
    adjusted = models.FloatField(null=True)  # with what was known before; None: nothing was
    adjusted_low = models.FloatField(null=True)
    adjusted_high = models.FloatField(null=True)
    sample_ratio_p = models.FloatField(null=True)
    cost = models.BigIntegerField()
    verdict = models.CharField(max_length=14, choices=[(v.value, v.value) for v in Verdict])
    computed_at = models.DateTimeField()

    class Meta:
        app_label = "evaluate"
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "outcome"], name="effect_once"
            ),
        ]
        indexes = [models.Index(fields=["outcome", "-assigned_from"], name="effect_newest")]


class Finding(models.Model):
    """A problem met or something learned, written down for whoever designs the next one."""

    source_kind = models.CharField(max_length=10)
    source_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in FindingKind])
    text = models.CharField(max_length=300)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "evaluate"
        indexes = [models.Index(fields=["source_kind", "source_id", "-id"], name="finding_source")]
