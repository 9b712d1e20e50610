from django.db import models

from weixi.collect.customers.models import Customer

from .rules import EntryKind


class PointsEntry(models.Model):
    """A fact of the points account: `points` is positive when earned, negative when used up."""

    follows_customer = True  # when customers merge
    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="points_entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in EntryKind])
    points = models.BigIntegerField()
    reference = models.CharField(max_length=80, blank=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "points"
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="points_customer_time"),
            models.Index(fields=["import_id"], name="points_import"),
        ]
