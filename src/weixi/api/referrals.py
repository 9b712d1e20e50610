"""Recommendations: which customer recommended us, to whom, when."""

from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.collect.customers.queries import get as get_customer
from weixi.collect.referrals import actions, queries
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Day, Id, Reference

router = Router(tags=["referrals"])
VIEW, EDIT = needs("customers.view"), needs("customers.edit")


class ReferralOut(Schema):
    """`other_id`: the customer at the other end; null when that is nobody yet or out of reach."""

    id: int
    customer_id: int
    other_id: int | None
    other_number: str
    name: str
    day: Day
    source: str
    recorded_by: str


class ReferralsOut(Schema):
    """`made` by this customer; `through`: those it came by. The newest first."""

    made: list[ReferralOut]
    through: list[ReferralOut]


class ReferralIn(Body):
    """`recommended_id`: the customer recommended, or a `name` while that person is none."""

    day: Day
    recommended_id: Reference | None = None
    name: Annotated[str, Field(max_length=80)] = ""
    source: Annotated[str, Field(max_length=60)] = ""


@router.get("/customers/{int:customer_id}/referrals", response=ReferralsOut, auth=VIEW)
def referrals_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    get_customer(request.actor, customer_id)
    return ReferralsOut.from_orm(queries.referrals_of(request.actor, customer_id))


@router.post("/customers/{int:customer_id}/referrals", response={201: ReferralOut}, auth=EDIT)
@idempotent
def add_referral(request: ApiRequest, customer_id: Id, body: ReferralIn) -> Any:
    new = actions.NewReferral(**body.model_dump())
    made = actions.add_referral(customer_id, new, by=request.actor, at=now())
    return Status(201, _shown(request, made.pk))


@router.put("/referrals/{int:referral_id}", response=ReferralOut, auth=EDIT)
@idempotent
def change_referral(request: ApiRequest, referral_id: Id, body: ReferralIn) -> Any:
    """All values are written as given."""
    new = actions.NewReferral(**body.model_dump())
    actions.change_referral(referral_id, new, by=request.actor, at=now())
    return _shown(request, referral_id)


@router.delete("/referrals/{int:referral_id}", response={204: None}, auth=EDIT)
@idempotent
def remove_referral(request: ApiRequest, referral_id: Id) -> Any:
    """Recorded by mistake."""
    actions.remove_referral(referral_id, by=request.actor, at=now())
    return Status(204, None)


def _shown(request: ApiRequest, referral_id: int) -> ReferralOut:
    return ReferralOut.from_orm(queries.referral(request.actor, referral_id))
