from django.db import models

from weixi.collect.customers.models import Customer

from .rules import PARTS, Arm, SourceKind


class Trial(models.Model):
    """One thing that treats customers, judged against those held out from it. Its salt decides
    the arms and never changes; the name of the campaign or playbook plays no part."""

    source_kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in SourceKind])
    source_id = models.BigIntegerField()
    salt = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    # Effect on buying again, as the evaluation found it: a share; None: not told yet, or not sound.
    measured = models.FloatField(null=True)
    measured_low = models.FloatField(null=True)
    measured_high = models.FloatField(null=True)
    measured_treated = models.IntegerField(default=0)
    measured_held_out = models.IntegerField(default=0)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "interventions"
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id"], name="trial_once"),
        ]


class Intervention(models.Model):
    """A customer treated or held out by one trial. Written before the first contact; the arm, the
    share and the window of the day stay as they were. Cost in minor units.

    A held-out customer that was contacted all the same keeps its arm: the effect is counted by
    intention to treat, and the deviation stays visible as `first_contact_at`.
    """

    follows_customer = True  # when customers merge
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="interventions")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    arm = models.CharField(max_length=8, choices=[(a.value, a.value) for a in Arm])
    bucket = models.SmallIntegerField()
    held_out_e4 = models.SmallIntegerField()  # share held out on that day, in ten-thousandths
    window_days = models.SmallIntegerField()  # the outcome counts so long after the assignment
    assigned_at = models.DateTimeField()
    first_contact_at = models.DateTimeField(null=True)
    cost = models.BigIntegerField(default=0)

    class Meta:
        app_label = "interventions"
        constraints = [
            models.UniqueConstraint(fields=["trial", "customer"], name="intervention_once"),
            models.CheckConstraint(
                condition=models.Q(first_contact_at=None)
                | models.Q(first_contact_at__gte=models.F("assigned_at")),
                name="intervention_assigned_first",
            ),
            models.CheckConstraint(
                condition=models.Q(bucket__gte=0, bucket__lt=PARTS, window_days__gt=0),
                name="intervention_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["trial", "arm", "customer"], name="intervention_arm"),
            models.Index(fields=["customer", "-assigned_at"], name="intervention_customer"),
        ]
