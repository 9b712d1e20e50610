from django.conf import settings
from django.db import models
from django.db.models import Q

from weixi.collect.customers.models import Customer
from weixi.staff.models import Team

from .rules import PrivilegeKind


class Privilege(models.Model):
    """Something that the customers of a cell, or one customer, get and others do not.

    `cell` is SCHEME:CELL. Kind contact_person: they have a contact person of their own, the owner.
    """

    follows_customer = True  # when customers merge
    kind = models.CharField(
        max_length=14, choices=[(k.value, k.value) for k in PrivilegeKind],
        default=PrivilegeKind.PRIVILEGE,
    )  # fmt: skip
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True)
    cell = models.CharField(max_length=80, blank=True)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    until = models.DateField(null=True)  # the last day; None: for good
    is_on = models.BooleanField(default=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "membership"
        constraints = [
            models.CheckConstraint(
                condition=Q(cell="", customer__isnull=False)
                | (~Q(cell="") & Q(customer__isnull=True)),
                name="privilege_of_a_cell_or_a_customer",
            ),
        ]
        indexes = [
            models.Index(fields=["cell", "is_on"], name="privilege_cell"),
        ]


class SurpriseBudget(models.Model):
    """What a team (none: everybody) may spend on surprises in a month, minor units."""

    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    month = models.DateField()  # its first day
    amount = models.BigIntegerField()
    changed_by = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "membership"
        constraints = [
            models.UniqueConstraint(fields=["team", "month"], name="surprise_budget_once"),
            models.UniqueConstraint(
                fields=["month"], condition=Q(team=None), name="surprise_budget_of_all_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="surprise_budget_positive"),
        ]


class Surprise(models.Model):
    """One surprise given to a customer, with its reason. Taken back: the money is free again, the
    row stays."""

    follows_customer = True  # when customers merge
    budget = models.ForeignKey(SurpriseBudget, models.PROTECT, related_name="surprises")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    what = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_why = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "membership"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="surprise_costs_something"),
        ]
        indexes = [models.Index(fields=["customer", "-at"], name="surprise_customer")]
