from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer

from .rules import TaskState


class Task(models.Model):
    """One thing to do for one customer, with its reasons. At most one open task a customer."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in TaskState], default=TaskState.OPEN
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # [{"kind": "overdue", "facts": {"days": 47, "rhythm": 20}}, …], the leading one first
    signals = models.JSONField(default=list)
    kind = models.CharField(max_length=30)  # of the leading signal
    channel = models.CharField(max_length=20)
    value_at_stake = models.BigIntegerField(null=True)
    due_on = models.DateField()
    planned_on = models.DateField()  # as_of of the run that planned or last confirmed it
    hidden_until = models.DateField(null=True)  # postponed
    postpone_reason = models.CharField(max_length=200, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    contact_id = models.BigIntegerField(null=True)  # the contact that completing recorded
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # What the last act of a person changed, until it can no longer be undone:
    # {"act": "complete", "at": …, "by": user id, "before": {field: value}, "contact": id}
    undo = models.JSONField(null=True)
    version = models.IntegerField(default=0)

    class Meta:
        app_label = "care"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(state="open"), name="task_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-value_at_stake", "id"], name="task_queue"),
            models.Index(fields=["owner", "state", "-value_at_stake"], name="task_owner_queue"),
            models.Index(fields=["customer", "-id"], name="task_customer"),
            models.Index(fields=["state", "closed_at"], name="task_closed"),
        ]
