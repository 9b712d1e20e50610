from django.db import models

from weixi.collect.customers.models import Customer

from .rules import ComplaintOutcome, Severity


class Complaint(models.Model):
    """What a customer complained about, and how it went. Open while it has no other outcome."""

    follows_customer = True  # when customers merge
    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="complaints")
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=20, blank=True)
    description = models.TextField()
    severity = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in Severity], default=Severity.MEDIUM
    )
    order_number = models.CharField(max_length=64, blank=True)
    first_reply_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=12,
        choices=[(o.value, o.value) for o in ComplaintOutcome],
        default=ComplaintOutcome.OPEN,
    )
    import_id = models.BigIntegerField(null=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "complaints"
        indexes = [
            models.Index(fields=["customer", "-received_at"], name="complaint_customer_time"),
            models.Index(fields=["outcome", "received_at"], name="complaint_open"),
            models.Index(fields=["order_number"], name="complaint_order"),
            models.Index(fields=["import_id"], name="complaint_import"),
        ]
