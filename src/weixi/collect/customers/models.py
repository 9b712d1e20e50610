from django.conf import settings
from django.db import models

from weixi.staff.models import Team

from .rules import BondKind, CustomerType, IdentityKind


class Customer(models.Model):
    """Who the company keeps. `number` is the company's own (import: customer_id)."""

    number = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    type = models.CharField(
        max_length=10,
        choices=[(t.value, t.value) for t in CustomerType],
        default=CustomerType.CONSUMER,
    )
    birthday = models.DateField(null=True, blank=True)
    city = models.CharField(max_length=60, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    custom = models.JSONField(default=dict, blank=True)
    # Where each field came from: {"name": ["import 12", "2026-11-20"], …}; "*" holds for the rest.
    origins = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    import_id = models.BigIntegerField(null=True)  # the import that created it
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)  # last change by a person; undo spares such rows

    class Meta:
        app_label = "customers"
        indexes = [
            models.Index(fields=["team", "id"], name="customer_team"),
            models.Index(fields=["owner", "id"], name="customer_owner"),
            models.Index(fields=["name"], name="customer_name"),
            models.Index(fields=["import_id"], name="customer_import"),
        ]

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """A phone, e-mail, account, card or address. Sealed; found by keyed hash; shown masked."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in IdentityKind])
    sealed = models.TextField()
    fingerprint = models.CharField(max_length=32)
    tail = models.CharField(max_length=16, blank=True)
    masked = models.CharField(max_length=120)
    label = models.CharField(max_length=40, blank=True)  # office, home, the assistant …
    is_primary = models.BooleanField(default=False)
    source = models.CharField(max_length=60, blank=True)
    since = models.DateField(null=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "customers"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "fingerprint"], name="identity_once_a_customer"
            ),
        ]
        indexes = [
            models.Index(fields=["fingerprint", "kind"], name="identity_exact"),
            models.Index(fields=["tail", "kind"], name="identity_tail"),
            models.Index(fields=["import_id"], name="identity_import"),
        ]


class ContactPerson(models.Model):
    """Somebody at a business customer, and the part they play in its decisions to buy."""

    follows_customer = True

    class DecisionRole(models.TextChoices):
        DECIDES = "decides"
        INFLUENCES = "influences"
        USES = "uses"
        BUYS = "buys"
        GUARDS = "guards"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="people")
    name = models.CharField(max_length=80)
    position = models.CharField(max_length=80, blank=True)
    decision_role = models.CharField(max_length=12, choices=DecisionRole.choices, blank=True)
    phone_sealed = models.TextField(blank=True)
    phone_fingerprint = models.CharField(max_length=32, blank=True, db_index=True)
    phone_masked = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "customers"


class Consent(models.Model):
    """Given or withdrawn consent for a purpose on a channel, with its evidence. Newest counts."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20)  # marketing, care, service, survey
    channel = models.CharField(max_length=20, blank=True)  # empty: every channel
    granted = models.BooleanField()
    at = models.DateTimeField()
    source = models.CharField(max_length=60)
    evidence = models.CharField(max_length=200, blank=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "customers"
        indexes = [
            models.Index(fields=["customer", "purpose", "-at"], name="consent_newest"),
            models.Index(fields=["import_id"], name="consent_import"),
        ]


class CustomField(models.Model):
    """A field the company added to its customers; values live in Customer.custom."""

    class Kind(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        DATE = "date"
        CHOICE = "choice"
        YES_NO = "yes_no"

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    choices = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "customers"
        ordering = ["position", "id"]


class DuplicatePair(models.Model):
    """Two customers that look like one person, until somebody decides."""

    class State(models.TextChoices):
        OPEN = "open"
        MERGED = "merged"
        DIFFERENT = "different"

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)  # ["phone", "name and birthday"]
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()

    class Meta:
        app_label = "customers"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
        ]


class SearchEntry(models.Model):
    """What a customer is found by, kept up by search.reindex. No phones: those are hashed.

    The full-text index over it belongs to the migrations, one per engine. On SQLite it is fed by
    triggers, which a change of this table's columns would drop: such a migration makes them anew.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="+")
    name = models.TextField()  # split into characters: 曾 国 藩
    readings = models.TextField()  # zengguofan zgf zenggf cengguofan … guofan gf fan f
    numbers = models.TextField()  # the customer number, in its parts

    class Meta:
        app_label = "customers"


class Bond(models.Model):
    """Why a customer stays (C8): a barrier (economic, technical, contractual) or a bond.

    `value` is what leaving would cost the customer, in minor units, where it is known; a contract
    ends on `ends_on`, which warns of its renewal.
    """

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bonds")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in BondKind])
    description = models.CharField(max_length=200)
    value = models.BigIntegerField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "customers"
        indexes = [
            models.Index(fields=["customer", "kind"], name="bond_customer"),
            models.Index(fields=["ends_on"], name="bond_end"),
        ]


class ProductExclusion(models.Model):
    """What must not be offered to a customer (C4, P5): a product by number, a category, or a word
    in its name. The reason can be a matter of health, so it is sealed."""

    class Kind(models.TextChoices):
        PRODUCT = "product"
        CATEGORY = "category"
        WORD = "word"

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="exclusions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=64)
    reason_sealed = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        app_label = "customers"
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "value"], name="exclusion_once"),
        ]


class Rating(models.Model):
    """A judgement that a person entered with its evidence: credit, market share, condition (M4)."""

    class Kind(models.TextChoices):
        CREDIT = "credit"
        SIZE = "size"  # all in all
        MARKET_SHARE = "market_share"
        CONDITION = "condition"  # how well its business goes

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="ratings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    score = models.PositiveSmallIntegerField()  # 0 to 100
    evidence = models.CharField(max_length=200)
    rated_at = models.DateTimeField()
    rated_by = models.CharField(max_length=80)

    class Meta:
        app_label = "customers"
        constraints = [
            models.CheckConstraint(condition=models.Q(score__lte=100), name="rating_at_most_100"),
        ]
        indexes = [models.Index(fields=["customer", "kind", "-rated_at"], name="rating_newest")]


class CreditLimit(models.Model):
    """How much a customer may owe at once (M4), in minor units; 0: nothing. Of those that hold on
    a day, the one that holds from the latest day counts; rows are added, never changed."""

    follows_customer = True  # when customers merge
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="credit_limits")
    amount = models.BigIntegerField()
    since = models.DateField()  # the day it holds from
    note = models.CharField(max_length=200, blank=True)  # what it rests on
    source = models.CharField(max_length=80)  # who entered it, or "import 12"
    recorded_at = models.DateTimeField()
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "customers"
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="limit_not_negative"),
        ]
        indexes = [
            models.Index(fields=["customer", "-since"], name="limit_newest"),
            models.Index(fields=["import_id"], name="limit_import"),
        ]
