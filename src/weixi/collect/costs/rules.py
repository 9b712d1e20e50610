"""Words and limits of what a customer costs beside contacts."""

from enum import StrEnum

COST_MOST = 10**11  # minor units in one row
NOTE_LENGTH = 120


class CostKind(StrEnum):
    GIFT = "gift"
    COMPENSATION = "compensation"
    DELIVERY = "delivery"
    OTHER = "other"
