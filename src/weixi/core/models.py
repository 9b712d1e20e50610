"""Tables that every stage shares: the journal, the access log, jobs, runs and heartbeats."""

from django.db import models


class JournalEntry(models.Model):
    """One thing that happened, written in the same transaction as the thing. Never changed."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)  # "task.completed", "customer.merged", …
    customer_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)

    class Meta:
        app_label = "core"
        indexes = [
            models.Index(fields=["customer_id", "-id"], name="journal_customer"),
            models.Index(fields=["kind", "id"], name="journal_kind"),
        ]


class AccessEntry(models.Model):
    """Who looked at which personal data of whom, when and why. Never changed, no values in it."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    door = models.CharField(max_length=10)
    address = models.CharField(max_length=45, blank=True)
    customer_id = models.BigIntegerField(null=True)
    field = models.CharField(max_length=40)
    action = models.CharField(max_length=20)  # reveal, export, list
    reason = models.CharField(max_length=200, blank=True)
    rows = models.IntegerField(default=1)

    class Meta:
        app_label = "core"
        indexes = [
            models.Index(fields=["customer_id", "-id"], name="access_customer"),
            models.Index(fields=["actor_id", "-id"], name="access_actor"),
        ]


class Run(models.Model):
    """One pass of the pipeline for a day. At most one is active (its lease has not run out)."""

    class State(models.TextChoices):
        ACTIVE = "active"
        DONE = "done"
        FAILED = "failed"

    as_of = models.DateField()
    engine = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    started_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    holder = models.CharField(max_length=120, blank=True)  # host:process
    finished_at = models.DateTimeField(null=True)
    customers = models.IntegerField(default=0)
    stages = models.JSONField(default=list)  # [{"name", "rows", "seconds"}]
    problem = models.TextField(blank=True)

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="run_one_active"
            )
        ]
        indexes = [models.Index(fields=["state", "-as_of", "-id"], name="run_newest")]


class Job(models.Model):
    """Background work, held under a lease. Each holder gets a higher fence; a stale one fails."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"  # out of attempts, or no attempt could help
        CANCELLED = "cancelled"

    name = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, unique=True, null=True)  # same key = same job
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    run_after = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    max_attempts = models.IntegerField(default=5)
    fence = models.IntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)  # progress: `done` of `total`
    total = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    requested_by = models.BigIntegerField(null=True)
    cancel_requested = models.BooleanField(default=False)

    class Meta:
        app_label = "core"
        indexes = [models.Index(fields=["state", "run_after", "id"], name="job_next")]


class Heartbeat(models.Model):
    """When a worker or the scheduler last said that it lives."""

    name = models.CharField(max_length=60, primary_key=True)
    kind = models.CharField(max_length=20)  # worker, scheduler
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    doing = models.CharField(max_length=120, blank=True)

    class Meta:
        app_label = "core"


class ScheduleEntry(models.Model):
    """When a named job is to be put in the queue: a cron line in the company's time zone."""

    name = models.CharField(max_length=60, primary_key=True)
    cron = models.CharField(max_length=60)
    is_on = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"


class Setting(models.Model):
    """A value that a person may change on a page: thresholds, capacities, wording."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta:
        app_label = "core"


class IdempotencyKey(models.Model):
    """The committed outcome of a write that carried an Idempotency-Key."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.IntegerField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="idempotency_once"),
        ]


class RateCount(models.Model):
    """How often somebody did something in a span of time (core.rates)."""

    key = models.CharField(max_length=120)  # the setting that limits it, and who
    ends_at = models.BigIntegerField()  # seconds since 1970
    count = models.IntegerField()

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["key", "ends_at"], name="rate_once")]
        indexes = [models.Index(fields=["ends_at"], name="rate_ended")]
