"""The plain sums of keeping customers (E1, E2) with the company's own figures."""

from typing import Annotated, Any

from ninja import Query, Router, Schema

from weixi.analytics import lifetime_value, retention_table
from weixi.evaluate.economics import CHURNS, GIVEN_RATIO, own_figures

from .access import ApiRequest, needs
from .shapes import Day

router = Router(tags=["economics"])
VIEW = needs("reports.view")


class OwnOut(Schema):
    """Of 12 months; money in minor units. Null: nothing tells it."""

    as_of: Day | None
    base: int
    before: int
    lost: int
    churn: float | None
    order_value: float | None
    per_year: float | None
    years: float | None
    keep_cost: float | None


class RetentionOut(Schema):
    """Costs in the unit of `keep_cost`, the cost to keep one customer."""

    base: float
    churn: float
    ratio: float
    keep_cost: float
    new_customers: float
    acquisition_cost: float
    keeping_cost: float
    total_cost: float


class EconomicsOut(Schema):
    """`lifetime_value`: order value × orders a year × years of the own figures; null when one of
    them is not known. `rows`: the own churn first, where it is known; keep_cost 1 where the own
    is not known."""

    own: OwnOut
    lifetime_value: float | None
    rows: list[RetentionOut]


Ratio = Annotated[float, Query(ge=0, le=1_000, description="Winning one costs times keeping one")]


@router.get("/economics", response=EconomicsOut, auth=VIEW)
def economics(request: ApiRequest, ratio: Ratio = GIVEN_RATIO) -> Any:
    own = own_figures(request.actor)
    churns = ([] if own.churn is None else [own.churn]) + list(CHURNS)
    keep = 1.0 if own.keep_cost is None else own.keep_cost
    value = None
    if own.order_value is not None and own.per_year is not None and own.years is not None:
        value = lifetime_value(order_value=own.order_value, per_year=own.per_year, years=own.years)
    rows = retention_table(base=own.base, churns=churns, ratio=ratio, keep_cost=keep)
    return EconomicsOut(
        own=OwnOut.from_orm(own),
        lifetime_value=value,
        rows=[RetentionOut.from_orm(row) for row in rows],
    )
