"""Campaigns, their reach and steps, and the effects of all care."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.act.campaigns import actions, queries
from weixi.act.campaigns.foreseen import foreseen_of
from weixi.act.campaigns.rules import CampaignState
from weixi.collect.touchpoints.rules import Purpose
from weixi.core.clock import now
from weixi.evaluate import effect_actions, effect_queries
from weixi.evaluate.rules import EffectOutcome, FindingKind, Verdict

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, PageOf, items_of, page_of

router = Router(tags=["campaigns"])
VIEW, EDIT = needs("customers.view"), needs("campaigns.edit")
APPROVE, REPORTS = needs("campaigns.approve"), needs("reports.view")
Reason = Annotated[str, Field(min_length=1, max_length=200)]


class CampaignOut(Schema):
    id: int
    name: str
    purpose: Purpose
    state: CampaignState
    audience: str
    goals: list[dict[str, Any]]
    budget: int | None
    held_out_e4: int
    window_days: int
    starts_at: datetime | None
    launched_at: datetime | None
    ended_at: datetime | None
    version: int


class StepOut(Schema):
    """One line of the reach: the audience, then each step at which customers leave it."""

    step: str
    customers: int


class ResponseOut(Schema):
    """Buyers expected among those who receive it; the range holds in 95 of 100 cases."""

    buyers: int
    low: int
    high: int
    campaigns: int


class ForeseenOut(Schema):
    """Kept when it was approved. Shares 0-1, money in minor units; `found`: the smallest rise of
    buying again that the control group can show; null: it could not be told."""

    receives: int
    held_out: int
    cost: int
    found: float | None
    base: float | None
    rise: float | None
    response: ResponseOut | None


class CampaignDetail(CampaignOut):
    """`outcome`: what became of the messages of the first wave; empty before the launch.
    `foreseen`: null until it is approved."""

    reach: list[StepOut]
    outcome: dict[str, int]
    foreseen: ForeseenOut | None


class NewCampaign(Body):
    """`audience`: what a list of customers is cut by, as in its address: cell=SCHEME:CELL."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    purpose: Purpose = Purpose.CARE
    audience: Annotated[str, Field(max_length=1_000)] = ""


class WithReason(Body):
    reason: Reason


class Stopped(Schema):
    held_back: int


class EffectOut(Schema):
    """Shares 0-1, money in minor units per customer; 95 % limits. `adjusted` uses what was known
    before the assignment. `name`: of a campaign; of a playbook its code."""

    source_kind: str
    source_id: int
    name: str
    outcome: EffectOutcome
    is_final: bool
    assigned_from: datetime
    window_days: int
    treated: int
    held_out: int
    contacted: int
    mean_treated: float
    mean_held_out: float | None
    effect: float | None
    low: float | None
    high: float | None
    p_value: float | None
    adjusted: float | None
    adjusted_low: float | None
    adjusted_high: float | None
    sample_ratio_p: float | None
    cost: int
    verdict: Verdict


class ReturnOut(Schema):
    """Money in minor units. `each`: for each additional buyer; `gain`: margin of all treated beyond
    those held out; null: cannot be told, or not clear that there was any."""

    cost: int
    each: float | None
    each_low: float | None
    each_high: float | None
    gain: float | None
    gain_low: float | None
    gain_high: float | None


class FindingIn(Body):
    kind: FindingKind
    text: Annotated[str, Field(min_length=1, max_length=300)]


class FindingOut(Schema):
    id: int
    source_kind: str
    source_id: int
    kind: FindingKind
    text: str
    by_name: str
    at: datetime


@router.get("/campaigns", response=PageOf[CampaignOut], auth=VIEW)
def list_campaigns(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    state: CampaignState | Literal[""] = "",
) -> Any:
    """The newest first."""
    page = queries.listing(request.actor, state=state, cursor=cursor, limit=limit)
    return page_of(page, CampaignOut.from_orm)


@router.post("/campaigns", response={201: CampaignOut}, auth=EDIT)
@idempotent
def create_campaign(request: ApiRequest, body: NewCampaign) -> Any:
    """A draft; goals, content and channels are designed on its page."""
    made = actions.create(
        name=body.name, purpose=body.purpose, audience=body.audience,
        audience_name=body.audience[:120], by=request.actor, at=now(),
    )  # fmt: skip
    return Status(201, CampaignOut.from_orm(made))


@router.get("/campaigns/{int:campaign_id}", response=CampaignDetail, auth=VIEW)
def get_campaign(request: ApiRequest, campaign_id: Id) -> Any:
    """Counts are of the customers within reach."""
    row = queries.get(request.actor, campaign_id)
    reach, foreseen = queries.reach(request.actor, row), foreseen_of(row)
    return CampaignOut.from_orm(row).dict() | {
        "reach": [{"step": one.step, "customers": one.count} for one in reach],
        "outcome": queries.outcome(request.actor, row),
        "foreseen": foreseen and ForeseenOut.from_orm(foreseen),
    }


@router.post("/campaigns/{int:campaign_id}/reach", response=CampaignOut, auth=EDIT)
@idempotent
def count_reach(request: ApiRequest, campaign_id: Id) -> Any:
    return CampaignOut.from_orm(actions.count_reach(campaign_id, by=request.actor, at=now()))


@router.post("/campaigns/{int:campaign_id}/submit", response=CampaignOut, auth=EDIT)
@idempotent
def submit(request: ApiRequest, campaign_id: Id) -> Any:
    return CampaignOut.from_orm(actions.submit(campaign_id, by=request.actor, at=now()))


@router.post("/campaigns/{int:campaign_id}/approve", response=CampaignOut, auth=APPROVE)
@idempotent
def approve(request: ApiRequest, campaign_id: Id) -> Any:
    """By somebody else than who submitted it."""
    done = effect_actions.approve_campaign(campaign_id, by=request.actor, at=now())
    return CampaignOut.from_orm(done)


@router.post("/campaigns/{int:campaign_id}/launch", response=CampaignOut, auth=EDIT)
@idempotent
def launch(request: ApiRequest, campaign_id: Id) -> Any:
    return CampaignOut.from_orm(actions.launch(campaign_id, by=request.actor, at=now()))


@router.post("/campaigns/{int:campaign_id}/stop", response=Stopped, auth=EDIT)
@idempotent
def stop(request: ApiRequest, campaign_id: Id, body: WithReason) -> Any:
    """Nothing that has not left goes out any more."""
    held_back = actions.stop(campaign_id, reason=body.reason, by=request.actor, at=now())
    return Stopped(held_back=held_back)


@router.get("/campaigns/{int:campaign_id}/effects", response=PageOf[EffectOut], auth=REPORTS)
def effects_of_campaign(request: ApiRequest, campaign_id: Id) -> Any:
    queries.get(request.actor, campaign_id)
    found = effect_queries.effects_of_source("campaign", campaign_id)
    return items_of(list(found.values()), EffectOut.from_orm)


@router.get("/campaigns/{int:campaign_id}/return", response=ReturnOut | None, auth=REPORTS)
def return_of_campaign(request: ApiRequest, campaign_id: Id) -> Any:
    """What the effect cost and brought; null: nobody is assigned yet."""
    queries.get(request.actor, campaign_id)
    return effect_queries.return_of("campaign", campaign_id)


@router.get("/campaigns/{int:campaign_id}/findings", response=PageOf[FindingOut], auth=VIEW)
def findings_of_campaign(request: ApiRequest, campaign_id: Id) -> Any:
    queries.get(request.actor, campaign_id)
    return items_of(list(effect_queries.findings_of("campaign", campaign_id)), FindingOut.from_orm)


@router.post("/campaigns/{int:campaign_id}/findings", response={201: FindingOut}, auth=EDIT)
@idempotent
def write_finding(request: ApiRequest, campaign_id: Id, body: FindingIn) -> Any:
    queries.get(request.actor, campaign_id)
    made = effect_actions.write_finding(
        "campaign", campaign_id, kind=body.kind, text=body.text, by=request.actor, at=now()
    )
    return Status(201, FindingOut.from_orm(made))


@router.get("/effects", response=PageOf[EffectOut], auth=REPORTS)
def list_effects(request: ApiRequest, outcome: EffectOutcome = EffectOutcome.BOUGHT) -> Any:
    """Of campaigns and playbooks, the newest assignment first, at most 200."""
    rows = effect_queries.newest(request.actor, outcome=outcome)
    return items_of(rows, EffectOut.from_orm)


@router.get("/findings", response=PageOf[FindingOut], auth=REPORTS)
def search_findings(request: ApiRequest, q: Annotated[str, Field(max_length=60)] = "") -> Any:
    """Problems and findings of campaigns and playbooks that hold a word, at most 200."""
    return items_of(list(effect_queries.search_findings(request.actor, q)), FindingOut.from_orm)
