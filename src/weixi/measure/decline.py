"""Why a customer's value falls (K10): the last half year against the half year before."""

import ibis
import ibis.expr.types as ir

from .rules import DeclineFactor, Limits

HALF_YEAR = 180
SUMS = tuple(f"{name}_{span}" for name in ("days", "quantity") for span in ("180d", "prior_180d"))


def with_decline(table: ir.Table, limits: Limits, as_of: ir.DateScalar) -> ir.Table:
    """value_change = revenue of 180 days ÷ of the 180 before − 1; decline_factor for those that
    fell by at least limits.decline_from.

    Revenue = purchase days × quantity a day × price a piece: the factor whose ratio fell most is
    named; a complaint within the half year is named before it (service). Who still comes, and has
    given up whole categories that make up most of the fall, has narrowed (category), unless it
    comes even less often than it has narrowed.
    """
    # Without a row in a half year its sums are missing, not zero: nothing was bought.
    table = table.mutate(**{name: table[name].fill_null(0) for name in SUMS})
    before = table.revenue_prior_180d > 0
    change = ibis.cases((before, table.revenue_180d / table.revenue_prior_180d - 1))
    table = table.mutate(value_change=change)
    complained = (
        as_of.delta(table.last_complaint, unit="day").cast("int64") < HALF_YEAR
    ).fill_null(False)
    days = table.days_180d / table.days_prior_180d.nullif(0)
    basket = _ratio(table, "quantity_180d", "days_180d", "quantity_prior_180d", "days_prior_180d")
    price = _ratio(
        table, "revenue_180d", "quantity_180d", "revenue_prior_180d", "quantity_prior_180d"
    )
    given_up = table.given_up.fill_null(0)
    kept = (table.revenue_prior_180d - given_up) / table.revenue_prior_180d.nullif(0)
    fall = table.revenue_prior_180d - table.revenue_180d
    narrowed = (given_up >= limits.category_from * fall) & (kept < days)
    fell = table.value_change <= -limits.decline_from
    return table.mutate(
        decline_factor=ibis.cases(
            (fell & complained, DeclineFactor.SERVICE.value),
            (fell & (table.days_180d == 0), DeclineFactor.FREQUENCY.value),
            (fell & narrowed, DeclineFactor.CATEGORY.value),
            (fell & (days <= basket) & (days <= price), DeclineFactor.FREQUENCY.value),
            (fell & (basket <= price), DeclineFactor.BASKET.value),
            (fell, DeclineFactor.PRICE.value),
        )
    )


def _ratio(
    table: ir.Table, over: str, under: str, over_before: str, under_before: str
) -> ir.Column:
    """(over ÷ under) now against before; 1 where it cannot be told."""
    now = table[over] / table[under].nullif(0)
    before = table[over_before] / table[under_before].nullif(0)
    return (now / before.nullif(0)).fill_null(1.0)
