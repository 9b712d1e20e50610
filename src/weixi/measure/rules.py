"""Pure decisions of the measures: the phase of a customer (C7)."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    PROSPECT = "prospect"
    NEW = "new"
    EXISTING = "existing"
    LOYAL = "loyal"


@dataclass(frozen=True)
class PhaseLimits:
    """New within `new_days` of the first purchase; loyal: an existing customer with at least
    `loyal_purchase_days` in 12 months and no more than `loyal_lateness` own gaps late."""

    new_days: int = 90
    loyal_purchase_days: int = 6
    loyal_lateness: float = 1.5
