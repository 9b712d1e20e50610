from django.db import models

from weixi.collect.customers.models import Customer


class ModelCard(models.Model):
    """A fitted model: parameters, how it was judged on held-out time, and whether it is used."""

    name = models.CharField(max_length=40)
    as_of = models.DateField()
    judged_on = models.DateField(null=True)  # nothing after this day was known when it was judged
    horizon_days = models.IntegerField()
    is_used = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True)  # code of the reason, see rules.py
    params = models.JSONField(default=dict)
    standard_errors = models.JSONField(default=dict)
    log_likelihood = models.FloatField(null=True)
    customers = models.IntegerField(default=0)
    # of the newest cut: auc, brier, lift_10, totals, calibration; "mean" over "cuts"
    figures = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    seconds = models.FloatField(default=0)

    class Meta:
        app_label = "predict"
        constraints = [
            models.UniqueConstraint(fields=["name", "as_of", "horizon_days"], name="card_once"),
        ]


class Score(models.Model):
    """What is foreseen for one customer as of the newest run. None = cannot be known."""

    is_computed = True  # gone when its customer is merged into another
    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    as_of = models.DateField()
    horizon_days = models.IntegerField()
    churn_risk = models.FloatField(null=True)  # 1 − P(at least one purchase in the horizon)
    probability_alive = models.FloatField(null=True)
    expected_purchases = models.FloatField(null=True)  # in the horizon
    expected_value = models.BigIntegerField(null=True)  # minor units, next 12 months
    profit_next_12m = models.BigIntegerField(null=True)  # expected margin, discounted
    profit_next_24m = models.BigIntegerField(null=True)
    profit_next_36m = models.BigIntegerField(null=True)
    value_at_stake = models.BigIntegerField(null=True)  # minor units: what a loss would cost
    next_low = models.DateField(null=True)
    next_median = models.DateField(null=True)
    next_high = models.DateField(null=True)
    why_unknown = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "predict"
        indexes = [models.Index(fields=["-value_at_stake", "customer"], name="score_stake")]
