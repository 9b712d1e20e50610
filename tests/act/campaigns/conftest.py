"""A campaign by e-mail to ten customers, for each reason not to reach somebody one of them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils.translation import override

from tests.moments import NOON
from weixi.act.campaigns import actions
from weixi.act.campaigns.models import Campaign
from weixi.act.campaigns.rules import Goal, GoalKind, GoalMeasure
from weixi.act.interventions.models import Trial
from weixi.act.interventions.rules import arm_of, bucket_of
from weixi.act.outreach.models import Template, Touch
from weixi.act.outreach.rules import TemplateState
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Consent, Customer, Identity
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import Actor

CITY = "苏州"
GOALS = (
    Goal(
        GoalKind.BEHAVIOUR, GoalMeasure.BOUGHT, "buy again in 30 days", 12, 15, date(2026, 12, 31)
    ),
    Goal(GoalKind.FEELING, GoalMeasure.SATISFACTION, "satisfaction c", 0.94, 1, date(2026, 12, 31)),
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def channels(db: None) -> None:
    create_shipped_channels()


@pytest.fixture
def template(db: None) -> Callable[..., Template]:
    def make(code: str = "winter", channel: str = "email", purpose: str = "care") -> Template:
        return Template.objects.create(
            code=code, channel=channel, language="zh", purpose=purpose, name=code.title(),
            subject="{company}", body="{name}: {topic} {company}", state=TemplateState.APPROVED,
            written_at=NOON, written_by="Zhou", approved_at=NOON, approved_by="Lee",
        )  # fmt: skip

    return make


@pytest.fixture
def reachable_customer(customer: Callable[..., Customer]) -> Callable[..., Customer]:
    """With an e-mail address, in the city of the audience."""

    def make(name: str, *, with_email: bool = True, **fields: Any) -> Customer:
        made = customer(name, city=CITY, **fields)
        if with_email:
            mail = f"{made.number}@example.com"
            Identity.objects.create(
                customer=made, kind="email", sealed="x", fingerprint=mail, masked="a***@example.com"
            )
        return made

    return make


@pytest.fixture
def audience(reachable_customer: Callable[..., Customer], channels: None) -> dict[str, Customer]:
    names = ["opted", "complains", "called", *(f"n{n}" for n in range(6))]
    found = {name: reachable_customer(name) for name in names}
    found["mute"] = reachable_customer("mute", with_email=False)
    Consent.objects.create(customer=found["opted"], purpose="contact", granted=False, at=NOON)
    Consent.objects.create(customer=found["complains"], purpose="marketing", granted=True, at=NOON)
    Complaint.objects.create(
        number="P1", customer=found["complains"], received_at=NOON, description="leaks"
    )
    for days in range(1, 12):
        Touch.objects.create(
            customer=found["called"], channel="email", purpose="care", state="done",
            at=NOON - timedelta(days=days / 12), booked_at=NOON, booked_by="x", step=str(days),
            source_kind="manual", source_id="1",
        )  # fmt: skip
    return found


@pytest.fixture
def maker(actor: Callable[..., Actor]) -> Actor:
    return actor("marketer")


@pytest.fixture
def chief(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


@pytest.fixture
def designed(
    audience: dict[str, Customer], maker: Actor, template: Callable[..., Template]
) -> Callable[..., Campaign]:
    """designed(held_out_e4=5_000) → a draft that is ready, its reach counted."""

    def make(**changes: Any) -> Campaign:
        purpose = changes.pop("purpose", "care")
        if not Template.objects.filter(code="winter", purpose=purpose).exists():
            template(purpose=purpose)
        made = actions.create(
            name="Winter visit", purpose=purpose, audience=f"city={CITY}", by=maker, at=NOON
        )
        made = actions.change(
            made.pk, seen=0, by=maker, at=NOON,
            changes={
                "goals": [actions.goal_row(goal, today=NOON.date()) for goal in GOALS],
                "content": actions.content_row({"main": "A free check", "action": "Reply"}),
                "lines": [{"wave": 1, "channel": "email", "template": "winter"}],
                "budget": 60_000, "starts_at": NOON + timedelta(hours=1), "held_out_e4": 3_000,
                **changes,
            },
        )  # fmt: skip
        _draw_both_arms(made, audience)
        return actions.count_reach(made.pk, by=maker, at=NOON)

    return make


def _draw_both_arms(campaign: Campaign, audience: dict[str, Customer]) -> None:
    """Of so few people chance may hold out nobody: the first salt that does hold out some."""
    ids = [audience[f"n{n}"].pk for n in range(6)]
    for n in count():
        drawn = {arm_of(bucket_of(f"salt {n}", pk), campaign.held_out_e4) for pk in ids}
        if len(drawn) == 2 or not campaign.held_out_e4:
            Trial.objects.filter(source_id=campaign.pk).update(salt=f"salt {n}")
            return


@pytest.fixture
def approved(
    designed: Callable[..., Campaign], maker: Actor, chief: Actor
) -> Callable[..., Campaign]:
    def make(**changes: Any) -> Campaign:
        made = designed(**changes)
        actions.submit(made.pk, by=maker, at=NOON)
        return actions.approve(made.pk, by=chief, at=NOON)

    return make
