"""Campaigns of a demo's past whose effect is known. Imported after `django.setup()`."""

from datetime import datetime, timedelta

from weixi.act.campaigns import actions as campaigns
from weixi.act.campaigns.models import Campaign
from weixi.act.campaigns.rules import CampaignState
from weixi.act.interventions.actions import assign
from weixi.collect.customers.models import Customer
from weixi.core.actor import SYSTEM, Actor
from weixi.evaluate.effect_actions import evaluate_source

PAST = (("春季回访", 250), ("端午问候", 165), ("秋茶回访", 75))
WINDOW = 60


def past_campaigns(*, by: Actor, at: datetime) -> None:
    """Every third customer was in each; the orders of the demo say what came of it."""
    known = Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
    for turn, (name, days) in enumerate(PAST):
        began = at - timedelta(days=days)
        made = campaigns.create(name=name, purpose="care", by=by, at=began)
        assign(
            source_kind="campaign", source_id=made.pk, customer_ids=list(known)[turn::3],
            held_out_share=0.3, window_days=WINDOW, at=began, by=SYSTEM,
        )  # fmt: skip
        Campaign.objects.filter(pk=made.pk).update(state=CampaignState.ENDED, starts_at=began)
        evaluate_source("campaign", made.pk, at=at)
