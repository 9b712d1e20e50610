from django.db import models
from django.db.models import Q

from weixi.collect.customers.models import Customer
from weixi.collect.touchpoints.rules import Purpose

from .rules import MessageState, TemplateState, TouchState

PURPOSES = [(p.value, p.value) for p in Purpose]


class Preference(models.Model):
    """What one customer wants: its own clock, quiet hours, a pause. No row: as the company does."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    time_zone = models.CharField(max_length=40, blank=True)  # empty: the company's
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "outreach"
        constraints = [
            models.UniqueConstraint(fields=["customer"], name="preference_once"),
        ]


class Template(models.Model):
    """Approved wording (T8) for a channel and a language. A change is a new version."""

    code = models.SlugField(max_length=40)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2)  # zh, en
    version = models.PositiveIntegerField(default=1)
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in TemplateState],
        default=TemplateState.DRAFT,
    )  # fmt: skip
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True)

    class Meta:
        app_label = "outreach"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "channel", "language", "version"], name="template_version"
            ),
            models.UniqueConstraint(
                fields=["code", "channel", "language"],
                condition=Q(state=TemplateState.APPROVED),
                name="template_approved_once",
            ),
        ]


class Touch(models.Model):
    """One contact in the ledger of all departments: booked, then done, or given back (T4).

    `contact`: the recorded contact that it became; then that one is counted, not this.
    `override`: why somebody went against the policy.
    """

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in TouchState], default=TouchState.RESERVED
    )
    source_kind = models.CharField(max_length=10)
    source_id = models.CharField(max_length=40)
    step = models.CharField(max_length=40, blank=True)
    occurrence = models.CharField(max_length=40, blank=True)
    contact = models.BigIntegerField(null=True)
    override = models.CharField(max_length=200, blank=True)
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=80)

    class Meta:
        app_label = "outreach"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "source_kind", "source_id", "step", "occurrence"],
                name="touch_once",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "at"], name="touch_customer_time"),
            models.Index(fields=["source_kind", "source_id", "state"], name="touch_source"),
            models.Index(
                fields=["contact"], name="touch_of_contact", condition=Q(contact__isnull=False)
            ),
        ]


class Message(models.Model):
    """A message in the outbox (T7), with its touch. `variables` are filled when it is written, so
    that what was sent can be shown word for word.

    `fence` rises with every claim: a worker that was thought dead changes nothing. `handed_at` is
    set before the message leaves the house, so that a crash in between is seen, not repeated.
    """

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    touch = models.OneToOneField(Touch, models.CASCADE, related_name="message")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    variables = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in MessageState],
        default=MessageState.WAITING,
    )  # fmt: skip
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)  # code or short text, nobody's data
    address_print = models.CharField(max_length=32, blank=True)  # keyed hash of where it went
    identity = models.CharField(max_length=40, unique=True)  # Message-ID, idempotency key
    written_at = models.DateTimeField()

    class Meta:
        app_label = "outreach"
        indexes = [
            models.Index(fields=["state", "not_before", "id"], name="message_due"),
            models.Index(fields=["state", "lease_until"], name="message_lease"),
            models.Index(fields=["customer", "-id"], name="message_customer"),
        ]


class Stopped(models.Model):
    """An address that cannot be used any more: it bounced for good. Known by its keyed hash."""

    kind = models.CharField(max_length=10)  # phone, email
    fingerprint = models.CharField(max_length=32)
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        app_label = "outreach"
        constraints = [
            models.UniqueConstraint(fields=["kind", "fingerprint"], name="stopped_once"),
        ]
