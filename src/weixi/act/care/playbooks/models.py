from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer

from .rules import RunState, StepKind


class Playbook(models.Model):
    """Care that starts by itself (A2): what starts it and what then happens step by step. The
    steps are in its versions; `published` is the one that new customers go through."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    about_zh = models.CharField(max_length=200, blank=True)
    about_en = models.CharField(max_length=200, blank=True)
    is_on = models.BooleanField(default=False)
    is_shipped = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    published = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")
    switched_on_at = models.DateTimeField(null=True)
    scanned_to = models.DateField(null=True)  # days whose beginnings were looked for
    position = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "playbooks"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """One wording of a playbook. A draft (number 0) is changed; a published one never is."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=0)
    definition = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    at_publish = models.CharField(max_length=8, blank=True)  # finish or move
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=80, blank=True)

    class Meta:
        app_label = "playbooks"
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="playbook_version_once"),
        ]
        ordering = ["-number"]


class Run(models.Model):
    """A customer on the way through a playbook. `occurrence`: what started it, once and for all:
    a day, a year, a complaint. `fence` rises with every change, so that of two workers one loses.
    """

    follows_customer = True  # when customers merge
    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="runs")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    occurrence = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in RunState])
    step = models.CharField(max_length=20)
    since = models.DateTimeField()  # it stands at this step
    wake_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    anchor = models.DateField()  # the day that started it: the birthday, the end of the contract
    facts = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    reason_text = models.CharField(max_length=200, blank=True)
    goal_reached_at = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)

    class Meta:
        app_label = "playbooks"
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "customer", "occurrence"], name="playbook_run_once"
            ),
            models.UniqueConstraint(
                fields=["playbook", "customer"],
                condition=models.Q(state__in=["waiting", "active"]),
                name="playbook_one_run_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "wake_at"], name="playbook_run_due"),
            models.Index(fields=["playbook", "state", "-id"], name="playbook_run_state"),
            models.Index(fields=["customer", "-id"], name="playbook_run_customer"),
        ]


class Effect(models.Model):
    """A step that was carried out for a run: at most once, whoever tried and however often."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="effects")
    step = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in StepKind])
    at = models.DateTimeField()
    ask_id = models.BigIntegerField(null=True)  # care.Ask
    message_id = models.BigIntegerField(null=True)  # outreach.Message
    points_entry_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    is_settled = models.BooleanField(default=False)  # the ledger knows that its message went out

    class Meta:
        app_label = "playbooks"
        constraints = [
            models.UniqueConstraint(fields=["run", "step"], name="playbook_effect_once"),
        ]
        indexes = [
            models.Index(fields=["ask_id"], name="playbook_effect_ask"),
            models.Index(
                fields=["message_id"],
                condition=models.Q(is_settled=False, message_id__isnull=False),
                name="playbook_effect_unsettled",
            ),
        ]
