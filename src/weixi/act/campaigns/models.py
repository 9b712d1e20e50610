from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer
from weixi.collect.touchpoints.rules import Purpose

from .rules import CampaignState, ReachStep


class Campaign(models.Model):
    """One interaction with many customers (A3): designed, approved, sent, judged.

    goals: [{"kind", "measure", "text", "now", "target", "by"}]
    content: {"main", "reason", "action", "avoid", "order"}
    lines: [{"wave", "channel", "template"}]: in each wave, the first channel that may be used.
    `audience` and `excluded` are what a list of customers is cut by, as in its address.
    `followed`: messages by state when their contacts and costs were last written down.
    """

    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Purpose])
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in CampaignState],
        default=CampaignState.DRAFT,
    )
    audience = models.CharField(max_length=1000, blank=True)
    audience_name = models.CharField(max_length=120, blank=True)
    goals = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    wave_days = models.PositiveSmallIntegerField(default=7)  # between two waves
    budget = models.BigIntegerField(null=True)  # minor units; None: not said yet
    excluded = models.CharField(max_length=1000, blank=True)
    excluded_recent_days = models.PositiveSmallIntegerField(default=14)
    held_out_e4 = models.PositiveSmallIntegerField(default=1_000)
    why_no_control = models.CharField(max_length=200, blank=True)
    window_days = models.PositiveSmallIntegerField(default=60)
    starts_at = models.DateTimeField(null=True)
    reach_at = models.DateTimeField(null=True)  # when members were last counted
    estimate = models.JSONField(default=dict)  # the funnel as it was submitted
    foreseen = models.JSONField(default=dict)  # when it was approved; see foreseen.py
    followed = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_by = models.CharField(max_length=80)
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    sent_back = models.CharField(max_length=200, blank=True)  # why it was not approved
    launched_at = models.DateTimeField(null=True)
    enqueued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=80, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "campaigns"
        indexes = [models.Index(fields=["state", "-id"], name="campaign_state")]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A customer of the audience and where it leaves the funnel. Counted anew while a campaign is
    designed; frozen when it is launched. `channel`: by which the first message goes."""

    follows_customer = True  # when customers merge
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    step = models.CharField(max_length=10, choices=[(s.value, s.value) for s in ReachStep])
    channel = models.CharField(max_length=20, blank=True)

    class Meta:
        app_label = "campaigns"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="member_once"),
        ]
        indexes = [models.Index(fields=["campaign", "step", "customer"], name="member_step")]
