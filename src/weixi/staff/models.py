from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Team(models.Model):
    """People who share customers."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        app_label = "staff"

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A named set of permissions and how far they reach. Data: changed on a page.

    `offered`: the permissions there were when the role was made, last changed by a person or last
    extended; one of these that it does not hold was denied to it.
    """

    class Reach(models.TextChoices):
        OWN = "own"
        TEAM = "team"
        ALL = "all"

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    reach = models.CharField(max_length=4, choices=Reach.choices)
    permissions = models.JSONField(default=list)
    offered = models.JSONField(default=list)

    class Meta:
        app_label = "staff"

    def __str__(self) -> str:
        return self.code


class User(AbstractUser):
    """A person who signs in."""

    name = models.CharField(max_length=80, blank=True)
    role = models.ForeignKey(Role, models.PROTECT, null=True, related_name="people")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="people")
    language = models.CharField(max_length=10, blank=True)  # empty: as the browser wishes
    theme = models.CharField(max_length=5, blank=True)  # light, dark, empty: as the system
    has_single_keys = models.BooleanField(default=True)  # one-letter shortcuts (WCAG 2.1.4)
    daily_capacity = models.PositiveSmallIntegerField(default=20)  # care tasks a day
    has_telephone = models.BooleanField(default=False, db_default=False)  # kept with extensions

    class Meta:
        app_label = "staff"

    def __str__(self) -> str:
        return self.name or self.username


class Session(AbstractBaseSession):
    """Django's session, with whose it is and from where: listed and ended on a page."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=300, blank=True)  # what the browser calls itself
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        app_label = "staff"


class SecondFactor(models.Model):
    """The secret that a person's telephone makes codes of; counts once it was confirmed.

    `last_step`: the newest span of time whose code was taken; none is taken twice.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    sealed_secret = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        app_label = "staff"


class RecoveryCode(models.Model):
    """Signs in once in place of a code of the telephone. Only its keyed hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    hash = models.CharField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "staff"
        constraints = [
            models.UniqueConstraint(fields=["user", "hash"], name="recovery_code_once"),
        ]


class ApiToken(models.Model):
    """A program's key. Only its hash is kept; scopes never exceed the owner's permissions."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "staff"


class SavedView(models.Model):
    """A list as one person wants to see it again: filters, order and columns, as an address."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    area = models.CharField(max_length=20)  # customers
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        app_label = "staff"
        constraints = [
            models.UniqueConstraint(fields=["user", "area", "name"], name="saved_view_once"),
        ]
