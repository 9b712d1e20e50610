from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer
from weixi.staff.models import Team

from .rules import Source


class ReplyTarget(models.Model):
    """Within how many working minutes an answer goes out; no channel, no team: for all."""

    channel = models.CharField(max_length=20, blank=True)  # its code
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        app_label = "replies"
        constraints = [
            models.UniqueConstraint(fields=["channel", "team"], name="reply_target_once"),
            models.UniqueConstraint(
                fields=["channel"], condition=models.Q(team=None), name="reply_target_of_all_once"
            ),
        ]


class NoReply(models.Model):
    """Somebody saw that a word of a customer needs no answer: its clock is cancelled."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    source = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Source])
    reference = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "replies"
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="no_reply_once")
        ]
