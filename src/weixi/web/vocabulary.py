"""Words about contacts, as the pages say them: outcomes, purposes, directions, kinds of data."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weixi.collect.customers.rules import CustomerType, IdentityKind
from weixi.collect.touchpoints.rules import Direction, Outcome, Purpose
from weixi.measure.rules import Phase

Choices = list[tuple[str, str | Promise]]
OUTCOMES: Choices = [
    (Outcome.ACCEPTED, _("Accepted")),
    (Outcome.FOLLOW_UP, _("Follow up")),
    (Outcome.NOT_REACHED, _("Not reached")),
    (Outcome.REACHED, _("Reached")),
    (Outcome.DECLINED, _("Declined")),
]
PURPOSES: Choices = [
    (Purpose.CARE, _("Care")),
    (Purpose.SERVICE, _("Service")),
    (Purpose.SALE, _("Sale")),
    (Purpose.THANKS, _("Thanks")),
    (Purpose.APOLOGY, _("Apology")),
]
DIRECTIONS: Choices = [
    (Direction.OUT, _("We contacted the customer")),
    (Direction.IN, _("The customer contacted us")),
]
TYPES: Choices = [
    (CustomerType.CONSUMER, _("Consumer")),
    (CustomerType.BUSINESS, _("Business")),
    (CustomerType.INTERNAL, _("Internal")),
]
PHASES: Choices = [
    (Phase.PROSPECT, _("Prospect")),
    (Phase.NEW, _("New")),
    (Phase.EXISTING, _("Existing")),
    (Phase.LOYAL, _("Loyal")),
]
IDENTITIES: Choices = [
    (IdentityKind.PHONE, _("Phone")),
    (IdentityKind.WECHAT, _("WeChat")),
    (IdentityKind.EMAIL, _("E-mail")),
    (IdentityKind.CARD, _("Member card")),
    (IdentityKind.ADDRESS, _("Address")),
    (IdentityKind.ID_NUMBER, _("Identity number")),
]
ROLES: Choices = [
    ("decides", _("Decides")),
    ("influences", _("Influences")),
    ("uses", _("Uses it")),
    ("buys", _("Buys")),
    ("guards", _("Guards the way in")),
]
CONSENTS: Choices = [
    ("marketing", _("Marketing")),
    ("care", _("Care")),
    ("service", _("Service")),
    ("survey", _("Surveys")),
    ("contact", _("Any contact at all")),
]
EXCLUSIONS: Choices = [
    ("product", _("A product by its number")),
    ("category", _("A category")),
    ("word", _("A word in the name")),
]
ALL = {
    "outcome": dict(OUTCOMES),
    "purpose": dict(PURPOSES),
    "direction": dict(DIRECTIONS),
    "type": dict(TYPES),
    "phase": dict(PHASES),
    "identity": dict(IDENTITIES),
    "role": dict(ROLES),
    "exclusion": dict(EXCLUSIONS),
    "consent": dict(CONSENTS),
}


def word(kind: str, code: str) -> str:
    """The word for a code; a code that no list knows stands for itself."""
    return str(ALL[kind].get(code, code))
