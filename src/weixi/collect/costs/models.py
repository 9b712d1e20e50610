from django.db import models

from weixi.collect.customers.models import Customer

from .rules import NOTE_LENGTH, CostKind


class CareCost(models.Model):
    """What a customer cost beside contacts (M2): a gift, a compensation, a delivery.

    Minor units. Rows are added, never changed: what was taken back is a row below zero.
    """

    follows_customer = True  # when customers merge
    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in CostKind])
    amount = models.BigIntegerField()
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    recorded_by = models.CharField(max_length=80, blank=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "costs"
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="cost_of_something"),
        ]
        indexes = [
            models.Index(fields=["customer", "-day", "-id"], name="cost_customer_day"),
            models.Index(fields=["import_id"], name="cost_import"),
        ]
