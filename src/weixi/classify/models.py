from django.db import models

from weixi.collect.customers.models import Customer


class Scheme(models.Model):
    """A classification in the general form: axes with cut points, and a named cell for each
    combination. Data: `definition` is what classify/rules.py:Definition reads."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, default="scheme")  # scheme, lifecycle, segment
    definition = models.JSONField()
    version = models.IntegerField(default=1)
    is_shipped = models.BooleanField(default=False)
    is_on = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "classify"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class Membership(models.Model):
    """The cell of a scheme that a customer is in now, and since when."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+")
    cell = models.CharField(max_length=40)
    since = models.DateField()

    class Meta:
        app_label = "classify"
        constraints = [
            models.UniqueConstraint(fields=["customer", "scheme"], name="membership_once"),
        ]
        indexes = [models.Index(fields=["scheme", "cell", "customer"], name="membership_cell")]


class Transition(models.Model):
    """A customer moved from a cell to another on a day. Empty: not in the scheme."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+")
    on = models.DateField()
    from_cell = models.CharField(max_length=40, blank=True)
    from_since = models.DateField(null=True)
    to_cell = models.CharField(max_length=40, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "classify"
        constraints = [
            models.UniqueConstraint(fields=["customer", "scheme", "on"], name="transition_once"),
        ]
        indexes = [models.Index(fields=["scheme", "on"], name="transition_day")]


class Override(models.Model):
    """A person's word against the rule: this customer is in that cell until a day, and why."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+")
    cell = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    until = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "classify"
        constraints = [
            models.UniqueConstraint(fields=["customer", "scheme"], name="override_once"),
        ]
