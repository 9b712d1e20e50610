"""How the models were judged, and what may be wanted next and why the risk is what it is."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.collect.customers import actions, exclusions
from weixi.collect.customers.queries import get as get_customer
from weixi.core.clock import now
from weixi.core.runs import newest_run
from weixi.predict import queries

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Day, Id, PageOf, items_of

router = Router(tags=["models"])
MODELS, VIEW = needs("models.view"), needs("customers.view")
EDIT = needs("customers.edit")

NOTHING: dict[str, Any] = {
    "as_of": None, "horizon_days": None, "n": 0, "base_rate": None, "used": None,
    "why": "not_refreshed", "not_installed": [], "cuts": [], "models": [],
}  # fmt: skip


class HeldOut(Schema):
    """One cut. `season`: purchases of the days after it against an average of the year."""

    day: Day
    n: int
    base_rate: float
    season: float
    season_years: int


class CutFigures(Schema):
    """Null where the figure does not exist for the model or the data."""

    auc: float | None
    average_precision: float | None
    brier: float | None
    lift_10: float | None
    total_predicted: float | None
    total_actual: float | None
    calibration_error: float | None


class Tenth(Schema):
    predicted: float
    actual: float
    n: int


class Mean(Schema):
    brier: float | None
    auc: float | None
    average_precision: float | None
    lift_10: float | None
    calibration_error: float | None


class ModelOut(CutFigures):
    """Figures of the newest cut; `mean` and `cuts` tell of all of them, the newest first."""

    name: str
    used: bool
    mean: Mean
    cuts: list[CutFigures]
    calibration: list[Tenth]


class Judgement(Schema):
    """As `weixi backtest --json`. `used` null: too little data, `why` says which; before the first
    refresh `as_of` and `horizon_days` are null too."""

    as_of: Day | None
    horizon_days: int | None
    n: int
    base_rate: float | None
    used: str | None
    why: str
    not_installed: list[str]
    cuts: list[HeldOut]
    models: list[ModelOut]


class PastOut(Schema):
    judged_on: Day
    horizon_days: int
    used: str
    brier: float | None
    auc: float | None
    rule_brier: float | None
    customers: int
    cuts: int


class SuggestionOut(Schema):
    """`because`: a product of the customer that others buy with this; empty: liked by most."""

    product_id: int
    number: str
    name: str
    because: str
    reason: str
    score: float


class PartOut(Schema):
    """`points`: percentage points that the risk would differ by without it."""

    feature: str
    sentence: str
    points: float


class ExclusionOut(Schema):
    """`value`: the number of a product, a category, or a word in a product's name."""

    id: int
    kind: str
    value: str
    recorded_at: datetime
    recorded_by: str


class ExclusionIn(Body):
    """`reason` is stored sealed: it may be about health."""

    kind: Literal["product", "category", "word"]
    value: Annotated[str, Field(min_length=1, max_length=64)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/models", response=Judgement, auth=MODELS)
def judgement(request: ApiRequest) -> Any:
    """The judgement that the newest refresh went by."""
    cards, run = queries.newest_cards(), newest_run()
    if run is None or not cards:
        return NOTHING
    return queries.competition_json(queries.competition_in_force(run.as_of, cards[0].horizon_days))


@router.get("/models/past", response=PageOf[PastOut], auth=MODELS)
def past(request: ApiRequest) -> Any:
    """Earlier judgements, the newest first."""
    return items_of(queries.past_competitions(), PastOut.from_orm)


@router.get("/customers/{int:customer_id}/suggestions", response=PageOf[SuggestionOut], auth=VIEW)
def suggestions(request: ApiRequest, customer_id: Id) -> Any:
    """What may be wanted next, at most three, without what is excluded."""
    get_customer(request.actor, customer_id)
    return items_of(queries.suggestions_of(customer_id), SuggestionOut.from_orm)


@router.get("/customers/{int:customer_id}/exclusions", response=PageOf[ExclusionOut], auth=VIEW)
def exclusions_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """What must not be suggested."""
    rows = exclusions.exclusions_of(request.actor, customer_id)
    return items_of(rows, ExclusionOut.from_orm)


@router.post("/customers/{int:customer_id}/exclusions", response={201: ExclusionOut}, auth=EDIT)
@idempotent
def add_exclusion(request: ApiRequest, customer_id: Id, body: ExclusionIn) -> Any:
    """It is not suggested any more. The same again only changes the reason."""
    made = actions.exclude(customer_id, **body.model_dump(), by=request.actor, at=now())
    return Status(201, ExclusionOut.from_orm(exclusions.exclusion(request.actor, made.pk)))


@router.delete("/exclusions/{int:exclusion_id}", response={204: None}, auth=EDIT)
@idempotent
def lift_exclusion(request: ApiRequest, exclusion_id: Id) -> Any:
    actions.remove_exclusion(exclusion_id, by=request.actor, at=now())
    return Status(204, None)


@router.get("/customers/{int:customer_id}/explanation", response=PageOf[PartOut], auth=VIEW)
def explanation(request: ApiRequest, customer_id: Id) -> Any:
    """What raises and lowers the risk; empty unless the boosted model tells it."""
    get_customer(request.actor, customer_id)
    return items_of(queries.explanation_of(queries.score_of(customer_id)), PartOut.from_orm)
