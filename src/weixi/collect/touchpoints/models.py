from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer

from .rules import Direction, PromiseState, Purpose


class Channel(models.Model):
    """A way to reach customers and its nature (T1). Data: changed on a page."""

    code = models.SlugField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    icon = models.CharField(max_length=40)
    cost_level = models.PositiveSmallIntegerField()  # 1 low … 3 high
    speed = models.PositiveSmallIntegerField()  # 1 slow … 5 very fast
    richness = models.PositiveSmallIntegerField()  # 1 poor … 5 very rich
    interaction = models.PositiveSmallIntegerField()  # 1 weak … 5 strong
    unit_cost = models.BigIntegerField(default=0)  # minor units a contact
    minute_cost = models.BigIntegerField(default=0)  # minor units a minute
    needs_identity = models.CharField(max_length=10, blank=True)  # kind it is reached by
    note_zh = models.CharField(max_length=200, blank=True, db_default="")
    note_en = models.CharField(max_length=200, blank=True, db_default="")
    is_live = models.BooleanField(default=False, db_default=False)  # answered while it comes in
    is_on = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "touchpoints"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class Contact(models.Model):
    """One contact with a customer, of any department (T3)."""

    follows_customer = True  # when customers merge
    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    at = models.DateTimeField()
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=[(d.value, d.value) for d in Direction])
    purpose = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Purpose])
    minutes = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    cost = models.BigIntegerField(null=True, blank=True)  # minor units; None: from the channel
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    staff_name = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    feeling = models.CharField(max_length=8, blank=True, default="", db_default="")
    checklist = models.JSONField(default=list, db_default=[])  # codes that were ticked
    note = models.TextField(blank=True)
    import_id = models.BigIntegerField(null=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "touchpoints"
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="contact_customer_time"),
            models.Index(fields=["staff", "-at"], name="contact_staff_time"),
            models.Index(fields=["direction", "at", "purpose"], name="contact_direction_time"),
            models.Index(fields=["import_id"], name="contact_import"),
        ]


class Promise(models.Model):
    """What was promised to a customer, until when, and what became of it (T5)."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="promises")
    what = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_by_name = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=8,
        choices=[(s.value, s.value) for s in PromiseState],
        default=PromiseState.OPEN,
    )
    settled_at = models.DateTimeField(null=True)
    more = models.CharField(max_length=300, blank=True)  # what was done beyond the promise
    reason = models.CharField(max_length=300, blank=True)  # why it was broken

    class Meta:
        app_label = "touchpoints"
        indexes = [
            models.Index(fields=["state", "due_at"], name="promise_state_due"),
            models.Index(fields=["customer", "-made_at"], name="promise_customer"),
            models.Index(fields=["made_by", "due_at"], name="promise_person"),
        ]


class ChecklistItem(models.Model):
    """What belongs into every call (T8, H3). Contacts keep the codes that were ticked."""

    code = models.SlugField(max_length=20, unique=True)
    text_zh = models.CharField(max_length=120)
    text_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)

    class Meta:
        app_label = "touchpoints"
        ordering = ["position", "id"]


class Snippet(models.Model):
    """The one answer to a question that customers ask: the same from everybody (T8)."""

    question = models.CharField(max_length=120)
    answer = models.TextField()
    words = models.CharField(max_length=200, blank=True)  # other words people search by
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        app_label = "touchpoints"
        ordering = ["question", "id"]
