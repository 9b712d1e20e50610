"""Words about contacts, as the pages say them: outcomes, purposes, directions, kinds of data."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weixi.collect.costs.rules import CostKind
from weixi.collect.customers.rules import BondKind, CustomerType, IdentityKind
from weixi.collect.touchpoints.rules import Direction, Feeling, Outcome, Purpose
from weixi.measure.rules import (
    DeclineFactor,
    LoyaltyKind,
    LoyaltyReason,
    Phase,
    SatisfactionLoyalty,
)

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
FEELINGS: Choices = [
    (Feeling.PLEASED, _("Pleased")),
    (Feeling.CALM, _("Calm")),
    (Feeling.UPSET, _("Upset")),
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
COSTS: Choices = [
    (CostKind.GIFT, _("Gift")),
    (CostKind.COMPENSATION, _("Compensation")),
    (CostKind.DELIVERY, _("Delivery")),
    (CostKind.OTHER, _("Other")),
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
BONDS: Choices = [
    (BondKind.ECONOMIC, _("Economic")),
    (BondKind.TECHNICAL, _("Technical")),
    (BondKind.CONTRACTUAL, _("Contract")),
    (BondKind.EMOTIONAL, _("Feeling")),
    (BondKind.BENEFIT, _("Benefit")),
]
RATINGS: Choices = [
    ("credit", _("Credit")),
    ("size", _("Size, all in all")),
    ("market_share", _("Market share")),
    ("condition", _("Condition of the business")),
]
DIMENSION_WORDS: Choices = [
    ("reliability", _("Reliability")),
    ("tangibles", _("Tangibles")),
    ("responsiveness", _("Responsiveness")),
    ("assurance", _("Assurance")),
    ("empathy", _("Empathy")),
    ("overall", _("Overall")),
]
INDICATOR_WORDS: Choices = [
    ("price_sensitivity", _("Insensitive to price")),
    ("choice_time", _("Chooses quickly")),
    ("competitor_attention", _("Ignores competitors")),
    ("brand_attention", _("Attention to us")),
    ("demand_satisfaction", _("Share of wallet")),
    ("repeat_purchase", _("Repeat purchase")),
    ("quality_tolerance", _("Forgives problems")),
]
LOYALTIES: Choices = [
    (LoyaltyKind.TRUE, pgettext_lazy("loyalty", "True")),
    (LoyaltyKind.LATENT, pgettext_lazy("loyalty", "Latent")),
    (LoyaltyKind.SPURIOUS, pgettext_lazy("loyalty", "Spurious")),
    (LoyaltyKind.NONE, pgettext_lazy("loyalty", "None")),
]
SATISFACTION_LOYALTIES: Choices = [
    (SatisfactionLoyalty.ADVOCATE, _("Advocate")),
    (SatisfactionLoyalty.MERCENARY, _("Mercenary")),
    (SatisfactionLoyalty.HOSTAGE, _("Hostage")),
    (SatisfactionLoyalty.DEFECTOR, _("Defector")),
]
REASONS_TO_STAY: Choices = [
    (LoyaltyReason.MONOPOLY, _("Monopoly")),
    (LoyaltyReason.INERTIA, _("Inertia")),
    (LoyaltyReason.CONVENIENCE, _("Convenience")),
    (LoyaltyReason.PRICE, _("Price")),
    (LoyaltyReason.INCENTIVE, _("Incentive")),
    (LoyaltyReason.PREMIUM, _("Premium value")),
]
FELL: Choices = [
    (DeclineFactor.SERVICE, _("Since a complaint")),
    (DeclineFactor.FREQUENCY, _("Frequency")),
    (DeclineFactor.CATEGORY, _("Fewer categories")),
    (DeclineFactor.BASKET, _("Basket")),
    (DeclineFactor.PRICE, _("Price a piece")),
]
FIELDS: Choices = [
    ("name", _("Name")),
    ("type", _("Type")),
    ("birthday", _("Birthday")),
    ("city", _("City")),
    ("industry", _("Industry")),
    ("source", _("Source")),
    ("note", _("Note")),
    ("custom", _("Own fields")),
    ("kind", _("Kind of bond")),
    ("description", _("What holds the customer")),
    ("value", _("What leaving would cost the customer")),
    ("starts_on", _("First day")),
    ("ends_on", _("Last day")),
]
ALL = {
    "outcome": dict(OUTCOMES),
    "purpose": dict(PURPOSES),
    "direction": dict(DIRECTIONS),
    "feeling": dict(FEELINGS),
    "type": dict(TYPES),
    "phase": dict(PHASES),
    "identity": dict(IDENTITIES),
    "role": dict(ROLES),
    "exclusion": dict(EXCLUSIONS),
    "consent": dict(CONSENTS),
    "bond": dict(BONDS),
    "rating": dict(RATINGS),
    "cost": dict(COSTS),
    "dimension": dict(DIMENSION_WORDS),
    "indicator": dict(INDICATOR_WORDS),
    "loyalty": dict(LOYALTIES),
    "satisfaction_loyalty": dict(SATISFACTION_LOYALTIES),
    "loyalty_reason": dict(REASONS_TO_STAY),
    "decline_factor": dict(FELL),
    "field": dict(FIELDS),
}


def word(kind: str, code: str) -> str:
    """The word for a code; a code that no list knows stands for itself."""
    return str(ALL[kind].get(code, code))
