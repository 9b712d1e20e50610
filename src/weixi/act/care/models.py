from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer

from .rules import AskSource, AskState, TaskState


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
    is_given = models.BooleanField(default=False)  # by who leads: the plan leaves the owner
    # [{"kind": "overdue", "facts": {"days": 47, "rhythm": 20}}, …], the leading one first
    signals = models.JSONField(default=list)
    kind = models.CharField(max_length=30)  # of the leading signal
    channel = models.CharField(max_length=20)
    value_at_stake = models.BigIntegerField(null=True)
    chance = models.FloatField(default=0)  # that acting changes it
    chance_is_measured = models.BooleanField(default=False)  # else assumed
    effort_minutes = models.FloatField(default=0)
    # Expected gain in minor units for an hour of work; −1 = unknown. A word given stands above.
    worth = models.BigIntegerField(default=-1)
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
            models.Index(fields=["state", "-worth", "id"], name="task_queue"),
            models.Index(fields=["owner", "state", "-worth"], name="task_owner_queue"),
            models.Index(fields=["customer", "-id"], name="task_customer"),
            models.Index(fields=["state", "closed_at"], name="task_closed"),
        ]


class Ask(models.Model):
    """Something that a person is to do for a customer on a day, asked for by a person or by a
    playbook. All that are due of one customer are joined into its task on today's list."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    source = models.CharField(max_length=10, choices=[(s.value, s.value) for s in AskSource])
    key = models.CharField(max_length=80, unique=True)  # the same ask is made once
    text_zh = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200)
    say_zh = models.CharField(
        max_length=300, blank=True
    )  # opening, with the variables of wording.py
    say_en = models.CharField(max_length=300, blank=True)
    from_zh = models.CharField(max_length=80, blank=True)  # the playbook, or who asked
    from_en = models.CharField(max_length=80, blank=True)
    playbook_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=10, default="care")
    channel = models.CharField(max_length=20, blank=True)  # empty: as the reasons' table says
    chance = models.FloatField(null=True)  # that acting changes something; None: of the kind
    covers = models.JSONField(default=list)  # built-in reasons that it stands for
    due_on = models.DateField()
    owner = models.ForeignKey(  # None: who looks after the customer
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in AskState], default=AskState.OPEN
    )
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=20, blank=True)
    task_id = models.BigIntegerField(null=True)  # that dealt with it
    contacts = models.JSONField(default=list)  # ids of the contacts that it led to
    is_settled = models.BooleanField(default=False)  # the ledger of treatments knows of it
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "care"
        indexes = [
            models.Index(fields=["state", "due_on", "customer"], name="ask_due"),
            models.Index(fields=["customer", "-id"], name="ask_customer"),
            models.Index(fields=["playbook_id", "due_on", "owner"], name="ask_playbook"),
        ]


class Absence(models.Model):
    """A person who is away from a day to a day, both included; the stand-in, or else the team,
    has the tasks meanwhile."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        app_label = "care"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="absence_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["last_day", "person"], name="absence_end")]
