from django.db import models

from weixi.collect.customers.models import Customer


class Scheme(models.Model):
    """A classification in the general form: axes with cut points, and a named cell for each
    combination. Data: `definition` is what classify/rules.py:Definition reads.

    `definition` and `version` are those by which the published memberships were made; what was
    saved since waits in SchemeVersion for the next refresh. A segment is a scheme by rules whose
    cell "in" holds its members.
    """

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, default="scheme")  # scheme, lifecycle, segment
    definition = models.JSONField()
    version = models.IntegerField(default=1)
    is_shipped = models.BooleanField(default=False)
    is_on = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    made_by = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)  # a segment can be restored for 30 days

    class Meta:
        app_label = "classify"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class SchemeVersion(models.Model):
    """A scheme as it was saved: by whom, when, and from which day on it holds. The first version
    holds for all days before, too (`from_day` empty). Rows are added, never changed."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="versions")
    version = models.IntegerField()
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    definition = models.JSONField()
    from_day = models.DateField(null=True)
    saved_by = models.CharField(max_length=80)
    saved_at = models.DateTimeField()

    class Meta:
        app_label = "classify"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "version"], name="scheme_version_once"),
        ]


class Membership(models.Model):
    """The cell of a scheme that a customer is in now, since when, and by which version of it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+")
    cell = models.CharField(max_length=40)
    since = models.DateField()
    version = models.IntegerField(default=1)

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
    """A person's word against the rule: this customer is in that cell from a day until a day, and
    why. It ends by itself after `until`, or on the day `ended_on` when somebody takes it back."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+")
    cell = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    from_day = models.DateField()
    until = models.DateField()  # the last day it holds
    ended_on = models.DateField(null=True)  # the first day it does not hold any more
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "classify"
        indexes = [models.Index(fields=["customer", "scheme"], name="override_customer")]
