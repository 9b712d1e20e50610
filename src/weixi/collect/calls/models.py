from django.conf import settings
from django.db import models

from weixi.collect.customers.models import Customer
from weixi.collect.touchpoints.models import Contact

from .rules import CallState


class Call(models.Model):
    """A call that came in, told by the telephone system; number and note are sealed."""

    follows_customer = True  # when customers merge
    event = models.CharField(max_length=64, unique=True)  # the telephone system's own
    at = models.DateTimeField()
    number_sealed = models.TextField(blank=True)  # empty: the caller hid it
    fingerprint = models.CharField(max_length=32, blank=True)
    masked = models.CharField(max_length=40, blank=True)
    extension = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in CallState],
        default=CallState.RINGING,
    )
    note_sealed = models.TextField(blank=True)  # what is being written while they talk
    is_small = models.BooleanField(default=False)  # folded away
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "calls"
        indexes = [models.Index(fields=["user", "state", "at"], name="call_of_person")]


class Extension(models.Model):
    """Which telephone on which desk."""

    number = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        app_label = "calls"
        ordering = ["number"]
