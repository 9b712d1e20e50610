"""The plain sums of keeping customers: no model, numbers anyone can check by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True)
class RetentionRow:
    """Costs in the unit of `keep_cost` (the cost n to keep one customer)."""

    base: float
    churn: float
    ratio: float
    keep_cost: float
    new_customers: float
    acquisition_cost: float
    keeping_cost: float
    total_cost: float


def lifetime_value(*, order_value: float, per_year: float, years: float) -> float:
    """Order value x orders per year x years.

    >>> lifetime_value(order_value=10, per_year=10, years=1)
    100
    """
    for name, value in (("order_value", order_value), ("per_year", per_year), ("years", years)):
        _at_least_zero(name, value)
    return order_value * per_year * years


def retention_row(
    *, base: float, churn: float, ratio: float = 5.0, keep_cost: float = 1.0
) -> RetentionRow:
    """What it costs to hold `base` customers when a share `churn` leaves.

    Winning one costs `ratio` times as much as keeping one (5 to 10 in the literature).

    >>> row = retention_row(base=1000, churn=0.10, ratio=5, keep_cost=1)
    >>> row.new_customers, row.acquisition_cost, row.keeping_cost, row.total_cost
    (100.0, 500.0, 900.0, 1400.0)
    """
    for name, value in (("base", base), ("ratio", ratio), ("keep_cost", keep_cost)):
        _at_least_zero(name, value)
    if not 0 <= churn <= 1:
        raise ValueError(f"churn must lie between 0 and 1, got {churn}")
    new = base * churn
    winning, keeping = new * ratio * keep_cost, (base - new) * keep_cost
    return RetentionRow(base, churn, ratio, keep_cost, new, winning, keeping, winning + keeping)


def retention_table(
    *, base: float, churns: Sequence[float], ratio: float = 5.0, keep_cost: float = 1.0
) -> list[RetentionRow]:
    return [retention_row(base=base, churn=c, ratio=ratio, keep_cost=keep_cost) for c in churns]


def break_even_care(
    *, base: float, churn: float, lower_churn: float, ratio: float = 5.0, keep_cost: float = 1.0
) -> float:
    """Most that may be spent on care, in total, to bring `churn` down to `lower_churn`."""
    now = retention_row(base=base, churn=churn, ratio=ratio, keep_cost=keep_cost)
    then = retention_row(base=base, churn=lower_churn, ratio=ratio, keep_cost=keep_cost)
    return now.total_cost - then.total_cost


def _at_least_zero(name: str, value: float) -> None:
    if not isfinite(value) or value < 0:
        raise ValueError(f"{name} must be a number of at least 0, got {value}")
