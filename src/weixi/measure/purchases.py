"""M1 and the phase, from customer-days: what was bought, how often, in what rhythm."""

from datetime import date

import ibis
import ibis.expr.types as ir

from .rules import MONTHS, Phase, PhaseLimits

YEAR, HALF_YEAR, QUARTER, MONTH = 365, 180, 90, 30
ZERO_IF_MISSING = (
    "purchase_days",
    "orders",
    "quantity",
    "revenue",
    "orders_12m",
    "revenue_12m",
    "revenue_prior_12m",
    "revenue_90d",
    "revenue_prior_90d",
    "revenue_180d",
    "revenue_prior_180d",
    "purchase_days_12m",
    "contacts_90d",
    "contact_cost_12m",
    "care_cost_12m",
    "satisfaction_n",
    "complaints_12m",
    "complaints_open",
    "barriers",
    "emotional_bonds",
    "points_balance",
    *(f"month_{back}" for back in range(MONTHS)),
)
# Sums come back as 128-bit integers or doubles; whole numbers are whole in the lake.
WHOLE = (*(name for name in ZERO_IF_MISSING if name != "quantity"), "margin", "margin_12m")


def ago(day: ir.DateColumn, as_of: date) -> ir.IntegerColumn:
    """Whole days from `day` to the as-of day; 0 is today."""
    return ibis.literal(as_of).delta(day, unit="day").cast("int64")


def bought(days: ir.Table, as_of: date) -> ir.Table:
    """M1 over all time and over windows back from the day.

    The windows are asked of the rows that lie in them: what lies before is most of the history.
    """
    days = days.mutate(ago=ago(days.day, as_of), is_purchase=days.sales > 0)
    recent = days.filter(days.ago < 2 * YEAR)
    always = days.group_by("customer_id").aggregate(**_all_time(days))
    table = always.left_join(
        recent.group_by("customer_id").aggregate(
            **_windows(recent), active_quarters=_active_quarters(recent)
        ),
        "customer_id",
    ).drop("customer_id_right")
    is_costed = table.uncosted_12m.fill_null(0) == 0
    return table.mutate(
        margin_12m=ibis.cases((is_costed, table.kept_12m.fill_null(0))),
        active_quarters=table.active_quarters.fill_null(0),
    ).drop("uncosted_12m", "kept_12m")


def _all_time(days: ir.Table) -> dict[str, ir.Column]:
    sales, before_discount = days.sales.sum(), days.sales.sum() + days.discount.sum()
    orders = days.orders.sum()
    average = (sales / orders).round().cast("int64")
    return {
        "first_purchase": days.day.min(where=days.is_purchase),
        "last_purchase": days.day.max(where=days.is_purchase),
        "purchase_days": days.is_purchase.sum(),
        "orders": orders,
        "quantity": days.quantity_e3.sum() / 1000,
        "revenue": days.net.sum(),
        "margin": ibis.cases((days.uncosted.sum() == 0, days.net.sum() - days.cost.sum())),
        "average_order": ibis.cases((orders > 0, average)),
        "returned_share": ibis.cases((sales > 0, days.returned.sum() / sales)),
        "discount_share": ibis.cases((before_discount > 0, days.discount.sum() / before_discount)),
    }


def _windows(days: ir.Table) -> dict[str, ir.Column]:
    """Sums over `length` days up to the day, and over as many before them."""

    def last(length: int) -> ir.BooleanColumn:
        return days.ago < length

    def prior(length: int) -> ir.BooleanColumn:
        return days.ago.between(length, 2 * length - 1)

    return {
        "orders_12m": days.orders.sum(where=last(YEAR)),
        "revenue_12m": days.net.sum(where=last(YEAR)),
        "revenue_prior_12m": days.net.sum(where=prior(YEAR)),
        "uncosted_12m": days.uncosted.sum(where=last(YEAR)),
        "kept_12m": (days.net - days.cost).sum(where=last(YEAR)),
        "purchase_days_12m": days.is_purchase.sum(where=last(YEAR)),
        "revenue_180d": days.net.sum(where=last(HALF_YEAR)),
        "revenue_prior_180d": days.net.sum(where=prior(HALF_YEAR)),
        "days_180d": days.is_purchase.sum(where=last(HALF_YEAR)),
        "days_prior_180d": days.is_purchase.sum(where=prior(HALF_YEAR)),
        "quantity_180d": days.quantity_e3.sum(where=last(HALF_YEAR)),
        "quantity_prior_180d": days.quantity_e3.sum(where=prior(HALF_YEAR)),
        "revenue_90d": days.net.sum(where=last(QUARTER)),
        "revenue_prior_90d": days.net.sum(where=prior(QUARTER)),
        **{
            f"month_{back}": days.net.sum(
                where=days.ago.between(back * MONTH, (back + 1) * MONTH - 1)
            )
            for back in range(MONTHS)
        },
    }


def _active_quarters(days: ir.Table) -> ir.IntegerColumn:
    """In how many of the last four quarters (of 91 days) something was bought."""
    marks = [
        (days.is_purchase & days.ago.between(quarter * 91, quarter * 91 + 90)).cast("int64").max()
        for quarter in range(4)
    ]
    return marks[0] + marks[1] + marks[2] + marks[3]


def rhythm(days: ir.Table) -> ir.Table:
    """Median and quartiles of the gaps between purchase days, for those with two or more."""
    bought = days.filter(days.sales > 0).select("customer_id", "day")
    gapped = bought.mutate(
        gap=bought.day.delta(
            bought.day.lag().over(group_by=bought.customer_id, order_by=bought.day), unit="day"
        ).cast("float64")
    )
    gaps = gapped.filter(gapped.gap.notnull())
    # All three at once: each alone would sort the gaps again.
    found = gaps.group_by("customer_id").aggregate(quarters=gaps.gap.quantile([0.25, 0.5, 0.75]))
    return found.select(
        "customer_id",
        rhythm_low_days=found.quarters[0],
        rhythm_days=found.quarters[1],
        rhythm_high_days=found.quarters[2],
    )


def contacted(contacts: ir.Table, as_of: date) -> ir.Table:
    contacts = contacts.mutate(ago=ago(contacts.day, as_of))
    return contacts.group_by("customer_id").aggregate(
        contacts_90d=contacts.contacts.sum(where=contacts.ago < QUARTER),
        last_contact=contacts.day.max(),
        contact_cost_12m=contacts.cost.sum(where=contacts.ago < YEAR),
    )


def spent(costs: ir.Table, as_of: date) -> ir.Table:
    """Gifts, compensations and deliveries of 12 months."""
    costs = costs.mutate(ago=ago(costs.day, as_of))
    return costs.group_by("customer_id").aggregate(
        care_cost_12m=costs.cost.sum(where=costs.ago < YEAR)
    )


def with_cost_to_serve(table: ir.Table) -> ir.Table:
    """M2: contacts and all that care, amends and delivery cost."""
    table = table.mutate(cost_to_serve_12m=table.contact_cost_12m + table.care_cost_12m)
    return table.mutate(profit_12m=table.margin_12m - table.cost_to_serve_12m)


def filled(table: ir.Table) -> ir.Table:
    """Counts and sums of customers without a row are zero, and whole numbers are whole."""
    table = table.mutate(**{name: table[name].fill_null(0) for name in ZERO_IF_MISSING})
    # Through a double: ibis takes a sum of integers for an integer already and would not cast.
    return table.mutate(**{name: table[name].cast("float64").cast("int64") for name in WHOLE})


def with_spans(table: ir.Table, as_of: date) -> ir.Table:
    table = table.mutate(
        days_since_purchase=ago(table.last_purchase, as_of),
        tenure_days=ago(table.first_purchase, as_of),
    )
    return table.mutate(lateness=table.days_since_purchase / table.rhythm_days)


def placed(customers: ir.Table, bought: ir.Table) -> ir.Table:
    """Rank and shares over the customers with sales in 12 months, equal sales: lower id first; and
    `size_behaviour`, the percentile of those sales among the customers of the same type (M4).

    A table of its own, because a window sorts whole rows: these are narrow.
    """
    sales = bought.select("customer_id", "revenue_12m")
    table = customers.select("customer_id", "type").left_join(sales, "customer_id")
    revenue = table.revenue_12m.fill_null(0).cast("float64").cast("int64")
    table = table.select("customer_id", "type", revenue=revenue, counts=revenue > 0)
    earned = ibis.cases((table.counts, table.revenue), else_=0)
    order = [ibis.desc(table.counts), ibis.desc(table.revenue), table.customer_id]
    running = earned.sum().over(ibis.cumulative_window(order_by=order))
    rank = ibis.row_number().over(order_by=order).cast("int64") + 1
    place = ibis.percent_rank().over(group_by=[table.type, table.counts], order_by=[table.revenue])
    total = earned.sum().over(ibis.window())
    return table.select(
        "customer_id",
        value_rank=ibis.cases((table.counts, rank)),
        share_of_sales=ibis.cases((table.counts, table.revenue / total)),
        cumulative_share=ibis.cases((table.counts, running / total)),
        size_behaviour=ibis.cases((table.counts, 100 * place)),
    )


def with_phase(table: ir.Table, limits: PhaseLimits) -> ir.Table:
    regular = (table.purchase_days_12m >= limits.loyal_purchase_days) & (
        table.lateness <= limits.loyal_lateness
    )
    return table.mutate(
        phase=ibis.cases(
            (table.first_purchase.isnull(), Phase.PROSPECT.value),
            (table.tenure_days <= limits.new_days, Phase.NEW.value),
            (regular.fill_null(False), Phase.LOYAL.value),
            else_=Phase.EXISTING.value,
        )
    )
