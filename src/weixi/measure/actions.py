"""The stages "facts" and "measure": what is known of the day, and one current row a customer."""

from django.conf import settings

from weixi.core.columnar import fits_beside
from weixi.core.runs import RunContext, rows_in
from weixi.core.staging import Whole, replace_with
from weixi.core.values import declare, value_of

from . import reading
from .engines import engine
from .facts_sql import COLUMNS, TABLES
from .models import Snapshot
from .rules import MONTHS, Limits, PhaseLimits

DEFAULTS = Limits()
NEW_DAYS = declare("measure.new_days", PhaseLimits.new_days)
LOYAL_PURCHASE_DAYS = declare("measure.loyal_purchase_days", PhaseLimits.loyal_purchase_days)
LOYAL_LATENESS = declare("measure.loyal_lateness", PhaseLimits.loyal_lateness)
TOLERANCE = declare("measure.satisfaction_tolerance", Limits.satisfaction_tolerance)
LISTENERS = declare("measure.listeners", dict(DEFAULTS.listeners))
DIMENSION_WEIGHTS = declare("measure.dimension_weights", dict(DEFAULTS.dimension_weights))
LOYALTY_HIGH = declare("measure.loyalty_high", Limits.loyalty_high)
LOYALTY_WEIGHTS = declare("measure.loyalty_weights", dict(DEFAULTS.loyalty_weights))
TOLERANCE_DAYS = declare("measure.tolerance_days", Limits.tolerance_days)
DECLINE_FROM = declare("measure.decline_from", Limits.decline_from)
CATEGORY_FROM = declare("measure.category_from", Limits.category_from)
CREDIT_DAYS = declare("measure.credit_days_weight", Limits.credit_days_weight)
PRICE_SHARE = declare("measure.price_reason_share", Limits.price_reason_share)


def read_facts(run: RunContext) -> int:
    """The facts that measures are made of, out of the database into the lake; what else is asked
    for is read meanwhile. Returns customers found."""
    reading.begin(run)
    customers = rows_in(run.file("customers"))
    if not fits_beside(customers):
        reading.end(run)
    return customers


def read_on(run: RunContext) -> int:
    """All facts. Returns how many tables."""
    reading.end(run)
    return len(TABLES)


def compute(run: RunContext) -> int:
    """Write `measures` to the lake, from the facts. Returns customers measured."""
    columns = engine(run.engine, kept=settings.COMPILED, spark_master=settings.SPARK_MASTER)
    facts = {name: run.file(name) for name in COLUMNS}
    columns.write(_limits(), run.as_of, facts, run.file("measures"))
    return rows_in(run.file("measures"))


def publish(run: RunContext) -> int:
    """The current row of every customer; rows of customers merged away go."""
    return sum(map(replace_with, wholes(run)))


def wholes(run: RunContext) -> list[Whole]:
    months = ", ".join(f"month_{back}" for back in reversed(range(MONTHS)))
    columns = {
        "as_of": f"DATE '{run.as_of.isoformat()}'",
        "monthly_revenue": f"to_json([{months}])",
    }
    return [Whole(Snapshot, run.file("measures"), columns)]


def _limits() -> Limits:
    return Limits(
        phase=PhaseLimits(
            new_days=value_of(NEW_DAYS),
            loyal_purchase_days=value_of(LOYAL_PURCHASE_DAYS),
            loyal_lateness=value_of(LOYAL_LATENESS),
        ),
        satisfaction_tolerance=value_of(TOLERANCE),
        listeners=value_of(LISTENERS),
        dimension_weights=value_of(DIMENSION_WEIGHTS),
        loyalty_high=value_of(LOYALTY_HIGH),
        loyalty_weights=value_of(LOYALTY_WEIGHTS),
        tolerance_days=value_of(TOLERANCE_DAYS),
        decline_from=value_of(DECLINE_FROM),
        category_from=value_of(CATEGORY_FROM),
        price_reason_share=value_of(PRICE_SHARE),
        credit_days_weight=value_of(CREDIT_DAYS),
    )
