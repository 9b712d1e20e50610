"""What a customer will still bring: expected purchases times margin, discounted month by month."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from .arrays import Array, Numbers

MONTHS = (12, 24, 36)
DAYS_PER_MONTH = 365.25 / 12


class BuyingModel(Protocol):
    """BGNBD, MBGNBD or ParetoNBD."""

    def purchases_ahead(
        self, horizons: Sequence[float], frequency: Numbers, recency: Numbers, age: Numbers
    ) -> Iterator[Array]: ...


def expected_margin(
    model: BuyingModel,
    frequency: Numbers,
    recency: Numbers,
    age: Numbers,
    *,
    margin_per_order: Numbers,
    months: Sequence[int] = MONTHS,
    yearly_discount: float = 0.10,
    month: float = DAYS_PER_MONTH,
) -> Mapping[int, Array]:
    """Present value of the margin of the next 12, 24, 36 months, per customer.

    `margin_per_order`: money kept of an expected order (spend times margin rate); `month`: its
    length in the model's unit of time (30.44 for days, 4.348 for weeks). Margin counts at the end
    of the month it falls in.
    """
    if not yearly_discount > -1 or not month > 0 or not months or min(months) < 1:
        raise ValueError("Discount above -100 %, month above 0, and at least one month, please.")
    margin = np.asarray(margin_per_order, dtype=np.float64)
    values: dict[int, Array] = {}
    bought: Array
    total: Array
    bought, total = np.zeros(()), np.zeros(())
    ahead = [number * month for number in range(1, max(months) + 1)]
    for number, by_now in enumerate(model.purchases_ahead(ahead, frequency, recency, age), 1):
        total = total + (by_now - bought) * (1 + yearly_discount) ** (-number / 12)
        bought = by_now
        if number in months:
            values[number] = np.asarray(total * margin, dtype=np.float64)
    return values
