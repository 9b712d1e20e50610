"""Words and pure decisions about orders."""

from enum import StrEnum


class LineKind(StrEnum):
    SALE = "sale"
    RETURN = "return"
    ADJUSTMENT = "adjustment"


def line_kind(*, quantity_e3: int, unit_price_e4: int) -> LineKind:
    """A negative quantity is a return, a negative price an adjustment."""
    if unit_price_e4 < 0:
        return LineKind.ADJUSTMENT
    return LineKind.RETURN if quantity_e3 < 0 else LineKind.SALE
