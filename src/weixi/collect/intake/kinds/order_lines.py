"""Order lines as columns: what a million rows pass through, so no object is made for a row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import compress
from operator import mul
from typing import Any

import numpy as np

from weixi.collect.intake.checks.columns import Fault
from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.seen import Seen, keys_of, occurrences
from weixi.collect.orders.rules import line_kind
from weixi.core.money import MINOR_PER_UNIT, PRICE_SCALE, QUANTITY_SCALE

PER_MINOR = QUANTITY_SCALE * PRICE_SCALE // MINOR_PER_UNIT
MOST_AMOUNT = 10**13  # minor units: a hundred thousand million
STEP = 0x9E3779B97F4A7C15  # the n-th of equal lines has its key this far from the first one's
KINDS = {
    (returned, adjusted): line_kind(
        quantity_e3=-1 if returned else 1, unit_price_e4=-1 if adjusted else 1
    ).value
    for returned in (False, True)
    for adjusted in (False, True)
}


@dataclass
class Lines:
    """One list a column, all equally long. `row`: the place in the batch. Money as in OrderLine."""

    row: Sequence[int]
    order: Sequence[str]
    product: Sequence[str | None]
    quantity_e3: Sequence[int]
    unit_price_e4: Sequence[int]
    discount: Sequence[int]
    amount: Sequence[int]
    unit_cost_e4: Sequence[int | None]
    cost: Sequence[int | None]
    key: Sequence[int] = ()

    def where(self, wanted: Sequence[bool]) -> "Lines":
        if all(wanted):
            return self
        return Lines(*(list(compress(getattr(self, f.name), wanted)) for f in fields(self)))

    def without_rows(self, rows: set[int] | dict[int, Any]) -> "Lines":
        return self.where([row not in rows for row in self.row]) if rows else self

    def kinds(self) -> Iterator[str]:
        pairs = zip(self.quantity_e3, self.unit_price_e4, strict=True)
        return (KINDS[quantity < 0, price < 0] for quantity, price in pairs)


def lines_of(values: dict[str, Sequence[Any]], faults: dict[int, Fault], seen: Seen) -> Lines:
    """The lines of all rows without a fault; those whose amount cannot be join the faults."""
    size = len(values["order_id"])
    good = [row not in faults for row in range(size)] if faults else [True] * size
    names = ("order_id", "product_id", "quantity", "unit_price", "discount", "unit_cost")
    order, product, quantity, price, discount, unit_cost = (
        values[name] if not faults else list(compress(values[name], good)) for name in names
    )
    discount = [off or 0 for off in discount]
    gross = [rounded(exact) for exact in map(mul, quantity, price)]
    lines = Lines(
        row=list(compress(range(size), good)),
        order=order,
        product=product,
        quantity_e3=quantity,
        unit_price_e4=price,
        discount=discount,
        amount=[whole - off for whole, off in zip(gross, discount, strict=True)],
        unit_cost_e4=unit_cost,
        cost=[
            None if each is None else rounded(count * each)
            for count, each in zip(quantity, unit_cost, strict=True)
        ],
    )
    _judge(lines, gross, faults)
    return _keyed(lines.without_rows(faults), seen)


def rounded(exact: int) -> int:
    """Thousandths × ten-thousandths → minor units, half away from zero (as money.line_amount)."""
    if exact >= 0:
        return (2 * exact + PER_MINOR) // (2 * PER_MINOR)
    return -((PER_MINOR - 2 * exact) // (2 * PER_MINOR))


def _judge(lines: Lines, gross: Sequence[int], faults: dict[int, Fault]) -> None:
    if gross and max(max(gross), -min(gross)) > MOST_AMOUNT:
        for row, whole in zip(lines.row, gross, strict=True):
            if abs(whole) > MOST_AMOUNT:
                reason = _("The amount of the line is too large.")
                faults[row] = Fault("unit_price", "", reason)
    if any(lines.discount):
        for row, whole, off in zip(lines.row, gross, lines.discount, strict=True):
            if abs(off) > abs(whole):
                faults[row] = Fault("discount", "", _("The discount is larger than the line."))


def _keyed(lines: Lines, seen: Seen) -> Lines:
    """The same content in the same order has the same key in every run; equal lines differ."""
    columns = (lines.order, lines.product, lines.quantity_e3, lines.unit_price_e4, lines.discount)
    keys = keys_of(
        f"{order}\0{product or ''}\0{quantity}\0{price}\0{off}"
        for order, product, quantity, price, off in zip(*columns, strict=True)
    )
    places = occurrences(seen, keys).astype(np.uint64)
    moved = keys + places * np.uint64(STEP)  # wraps around, as it should
    lines.key = moved.view(np.int64).tolist()
    return lines
