from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer

from .rules import AlertState, Answer, Cause, LossKind


class Reading(models.Model):
    """The risk of one customer in points on the newest day, and what it is made of.

    contributions: [{"signal", "points", "before", "since", "on", "facts"}], the weightiest first;
    base + the points of all of them = points. `before` None: no earlier run saw the customer.
    Earlier days are in the lake.
    """

    is_computed = True  # gone when its customer is merged into another
    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    as_of = models.DateField()
    points = models.SmallIntegerField()
    before = models.SmallIntegerField(null=True)
    base = models.SmallIntegerField()
    held = models.SmallIntegerField()  # signals that hold
    stake = models.BigIntegerField(default=-1)  # value at stake, minor units; -1 = unknown
    contributions = models.JSONField(default=list)

    class Meta:
        app_label = "warnings"
        indexes = [models.Index(fields=["-stake", "customer"], name="reading_stake")]


class Alert(models.Model):
    """A signal of one customer from the day it began to the day it ended; never two at once.

    `facts` are the numbers of the day it was opened; those of today are in the reading.
    """

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)  # code of the signal
    cause = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Cause])
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in AlertState], default=AlertState.OPEN
    )
    points = models.SmallIntegerField()
    opened_on = models.DateField()
    evidence_on = models.DateField()
    facts = models.JSONField(default=dict)
    answer = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Answer])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    due_on = models.DateField()
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    snooze_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)  # the signal ended
    version = models.IntegerField(default=0)

    class Meta:
        app_label = "warnings"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=models.Q(ended_on=None),
                name="alert_once_while_it_holds",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "customer"], name="alert_state"),
            models.Index(fields=["customer", "-id"], name="alert_customer"),
            models.Index(fields=["opened_on"], name="alert_opened"),
            models.Index(fields=["ended_on"], name="alert_ended"),
        ]


class AlertEvent(models.Model):
    """What was done with an alert: by a person, or opened again by a run. Never changed."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    what = models.CharField(max_length=20)  # handled, snoozed, false_alarm, reopened, assigned, …
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "warnings"
        indexes = [models.Index(fields=["alert", "-id"], name="alert_event")]


class Loss(models.Model):
    """A customer lost: noticed when its lifecycle ended, closed when it buys again (P4).

    evidence: [{"signal" or "words", "on", …}]; tried: {"contacts", "alerts_handled", "words"}.
    A row that a person has judged is not changed by a run.
    """

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    noticed_on = models.DateField()
    last_bought_on = models.DateField()
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in LossKind])
    cause = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Cause])
    evidence = models.JSONField(default=list)
    exit_answer_id = models.BigIntegerField(null=True)
    tried = models.JSONField(default=dict)
    value = models.BigIntegerField(default=0)  # revenue of all time, minor units
    won_back_on = models.DateField(null=True)
    judged_by = models.CharField(max_length=80, blank=True)
    judged_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "warnings"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(won_back_on=None), name="loss_once"
            ),
        ]
        indexes = [
            models.Index(fields=["-noticed_on", "-id"], name="loss_newest"),
            models.Index(fields=["cause", "-noticed_on"], name="loss_cause"),
        ]


class Prevention(models.Model):
    """Something done against a cause of losses, from a day on; its effect is looked at later."""

    cause = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Cause])
    title = models.CharField(max_length=120)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)
    note = models.CharField(max_length=400, blank=True)
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "warnings"
        indexes = [models.Index(fields=["-started_on"], name="prevention_newest")]


class Precision(models.Model):
    """How the warnings of an earlier day came true: of those warned at a level, who bought nothing
    within the horizon; beside as many chosen by days since the last purchase."""

    as_of = models.DateField()  # of the run that judged
    cut = models.DateField()  # the day whose warnings are judged
    horizon_days = models.IntegerField()
    level = models.CharField(max_length=8)  # high, raised, all
    warned = models.IntegerField()
    lost = models.IntegerField()
    rule_lost = models.IntegerField()
    population = models.IntegerField()
    population_lost = models.IntegerField()

    class Meta:
        app_label = "warnings"
        constraints = [
            models.UniqueConstraint(fields=["cut", "level"], name="precision_once"),
        ]
