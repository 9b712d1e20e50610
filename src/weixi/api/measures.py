"""What is measured, and the measures and predictions of one customer."""

from typing import Any

from django.conf import settings
from ninja import Router, Schema

from weixi.collect.customers.queries import get as get_customer
from weixi.measure import queries
from weixi.measure.registry import MEASURES
from weixi.predict.queries import score_of

from .access import ApiRequest, needs
from .shapes import Day, Id, PageOf, items_of

router = Router(tags=["measures"])
VIEW = needs("customers.view")


class MeasureOut(Schema):
    """`unit`: money is minor units of the company's currency, spans are days."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    formula_zh: str
    formula_en: str
    period: str
    better: str


class MeasuredOut(Schema):
    value: Any
    unit: str
    as_of: Day | None
    why_unknown: str


class ScoreOut(Schema):
    """`churn_risk`: probability of no purchase in the horizon. Values in minor units."""

    as_of: Day
    horizon_days: int
    churn_risk: float | None
    probability_alive: float | None
    expected_purchases: float | None
    expected_value: int | None
    value_at_stake: int | None
    next_low: Day | None
    next_median: Day | None
    next_high: Day | None
    why_unknown: str


class CustomerMeasures(Schema):
    """`score` is null before the first refresh that saw the customer."""

    currency: str
    measures: dict[str, MeasuredOut]
    score: ScoreOut | None


@router.get("/measures", response=PageOf[MeasureOut], auth=VIEW)
def list_measures(request: ApiRequest) -> Any:
    """The registry: every measure with its formula."""
    return items_of(MEASURES, MeasureOut.from_orm)


@router.get("/customers/{int:customer_id}/measures", response=CustomerMeasures, auth=VIEW)
def measures_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    get_customer(request.actor, customer_id)
    snapshot = queries.snapshot_of(customer_id)
    as_of = snapshot.as_of if snapshot else None
    return {
        "currency": settings.CURRENCY,
        "measures": {
            one.measure.code: MeasuredOut(
                value=one.value, unit=one.measure.unit, as_of=as_of, why_unknown=one.why_unknown
            )
            for one in queries.measured(snapshot)
        },
        "score": score_of(customer_id),
    }
