"""From the approval to the end: launch, send, stop, follow what became of the messages."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from weixi.act.interventions.actions import assign, mark_contacted, set_costs
from weixi.act.interventions.rules import PARTS, Arm, SourceKind
from weixi.act.outreach import actions as outreach
from weixi.act.outreach import queries as outbox
from weixi.act.outreach.models import Message
from weixi.act.outreach.rules import WENT_OUT, MessageState
from weixi.collect.touchpoints.queries import channels
from weixi.core.actor import SYSTEM, Actor
from weixi.core.errors import Conflict, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .checking import refuse_unready
from .designing import locked, write_members, written
from .foreseen import Response, foreseen_now
from .models import Campaign, Member
from .reach import members_again
from .rules import CampaignState, ReachStep

ON_THE_WAY = (MessageState.WAITING, MessageState.CLAIMED, MessageState.SENDING)


@transaction.atomic
def submit(campaign_id: int, *, by: Actor, at: datetime) -> Campaign:
    by.need("campaigns.edit")
    campaign = _in(campaign_id, CampaignState.DRAFT)
    refuse_unready(campaign, at=at)
    if not _received(campaign):
        raise RuleBroken(_("Nobody of the audience would receive it."))
    campaign.state, campaign.submitted_by_id, campaign.sent_back = (
        CampaignState.WAITING,
        by.user_id,
        "",
    )
    campaign.estimate = counts_by_step(campaign)
    return _moved(campaign, "campaign.submitted", by, at)


@transaction.atomic
def approve(
    campaign_id: int, *, by: Actor, at: datetime, response: Response | None = None
) -> Campaign:
    """By somebody else than who submitted it. What is foreseen is kept with it; `response`: what
    similar campaigns let expect."""
    by.need("campaigns.approve")
    campaign = _in(campaign_id, CampaignState.WAITING)
    if by.user_id is not None and by.user_id == campaign.submitted_by_id:
        raise RuleBroken(_("You submitted this campaign: a second person approves it."))
    campaign.state, campaign.approved_by, campaign.approved_at = (
        CampaignState.APPROVED,
        by.name[:80],
        at,
    )
    campaign.foreseen = foreseen_now(campaign, response)
    return _moved(campaign, "campaign.approved", by, at)


@transaction.atomic
def send_back(campaign_id: int, *, reason: str, by: Actor, at: datetime) -> Campaign:
    """Back to draft: by who approves, with a reason, or by who designs, to change it."""
    campaign = _in(campaign_id, CampaignState.WAITING, CampaignState.APPROVED)
    if not by.may("campaigns.approve"):
        by.need("campaigns.edit")
    campaign.state, campaign.approved_by, campaign.approved_at = CampaignState.DRAFT, "", None
    campaign.sent_back = checked(reason, what=_("The reason"), at_most=200, need=True)
    campaign.foreseen = {}
    return _moved(campaign, "campaign.sent_back", by, at)


@transaction.atomic
def launch(campaign_id: int, *, by: Actor, at: datetime) -> Campaign:
    """Members as they are now, frozen; arms written before anything is sent."""
    if not by.may("campaigns.approve"):
        by.need("campaigns.edit")
    campaign = _in(campaign_id, CampaignState.APPROVED)
    campaign.starts_at = max(campaign.starts_at or at, at) if by is SYSTEM else at
    members = members_again(campaign, at)
    reached = [m.customer_id for m in members if m.step in (ReachStep.RECEIVES, ReachStep.HELD_OUT)]
    arms = assign(
        source_kind=SourceKind.CAMPAIGN, source_id=campaign.pk, customer_ids=reached,
        held_out_share=campaign.held_out_e4 / PARTS, window_days=campaign.window_days, at=at, by=by,
    )  # fmt: skip
    for member in members:
        if member.customer_id in arms:
            is_out = arms[member.customer_id] is Arm.HELD_OUT
            member.step = ReachStep.HELD_OUT if is_out else ReachStep.RECEIVES
    write_members(campaign, members)
    campaign.state, campaign.launched_at, campaign.reach_at = CampaignState.RUNNING, at, at
    return _moved(campaign, "campaign.launched", by, at)


def put_in_outbox(campaign_id: int, *, by: Actor, at: datetime) -> int:
    """Every message of every wave; called again it continues where it stopped."""
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.state != CampaignState.RUNNING or campaign.enqueued_at is not None:
        return 0
    asked = sum(_wave(campaign, wave, by, at) for wave in _waves(campaign))
    Campaign.objects.filter(pk=campaign_id, state=CampaignState.RUNNING).update(enqueued_at=at)
    if not Campaign.objects.filter(pk=campaign_id, state=CampaignState.RUNNING).exists():
        _cancel(campaign, by, at)  # stopped while it was filled
    return asked


@transaction.atomic
def stop(campaign_id: int, *, reason: str, by: Actor, at: datetime) -> int:
    """Nothing that has not left goes out any more. Returns how many messages were held back."""
    if not by.may("campaigns.approve"):
        by.need("campaigns.edit")
    campaign = _in(campaign_id, CampaignState.RUNNING)
    campaign.stop_reason = checked(reason, what=_("The reason"), at_most=200, need=True)
    campaign.state, campaign.stopped_by, campaign.ended_at = CampaignState.STOPPED, by.name[:80], at
    held_back = _cancel(campaign, by, at)
    _moved(campaign, "campaign.stopped", by, at)
    return held_back


def advance(*, at: datetime) -> None:
    """What the clock does: start what is due, fill the outbox, follow, end."""
    due = Campaign.objects.filter(state=CampaignState.APPROVED, starts_at__lte=at)
    for pk in due.values_list("pk", flat=True):
        launch(pk, by=SYSTEM, at=at)
    for campaign in Campaign.objects.filter(
        state__in=(CampaignState.RUNNING, CampaignState.STOPPED)
    ):
        if campaign.state == CampaignState.RUNNING and campaign.enqueued_at is None:
            put_in_outbox(campaign.pk, by=SYSTEM, at=at)
        follow(campaign.pk, at=at)


@transaction.atomic
def follow(campaign_id: int, *, at: datetime) -> None:
    """First contacts and costs into the ledger; ended when nothing is on its way any more."""
    campaign = locked(campaign_id)
    counts = outbox.outcome_counts(SourceKind.CAMPAIGN, str(campaign.pk))
    if counts != campaign.followed:
        _write_contacts(campaign, at)
        campaign.followed = counts
        campaign.save(update_fields=["followed"])
    on_the_way = sum(counts.get(state, 0) for state in ON_THE_WAY)
    if campaign.state == CampaignState.RUNNING and campaign.enqueued_at and not on_the_way:
        campaign.state, campaign.ended_at = CampaignState.ENDED, at
        _moved(campaign, "campaign.ended", SYSTEM, at)


@transaction.atomic
def mark_evaluated(campaign_id: int, *, at: datetime) -> None:
    campaign = locked(campaign_id)
    if campaign.state in (CampaignState.STOPPED, CampaignState.ENDED):
        campaign.state = CampaignState.EVALUATED
        _moved(campaign, "campaign.evaluated", SYSTEM, at)


def counts_by_step(campaign: Campaign) -> dict[str, int]:
    rows = Member.objects.filter(campaign=campaign).values_list("step").annotate(n=Count("pk"))
    return {step.value: 0 for step in ReachStep} | dict(rows)


def _wave(campaign: Campaign, wave: int, by: Actor, at: datetime) -> int:
    """Everybody by the channel they were counted for, else by the wave's first."""
    lines = {row["channel"]: row["template"] for row in campaign.lines if row["wave"] == wave}
    by_channel: dict[str, list[int]] = defaultdict(list)
    for pk, channel in _received(campaign).values_list("customer_id", "channel"):
        by_channel[channel if channel in lines else next(iter(lines))].append(pk)
    start = (campaign.starts_at or at) + timedelta(days=campaign.wave_days * (wave - 1))
    topic = {"topic": campaign.content.get("main", "")}
    for channel, ids in by_channel.items():
        outreach.enqueue_many(
            source=outreach.Source(SourceKind.CAMPAIGN, campaign.pk, f"wave-{wave}", ""),
            customer_ids=ids, channel=channel, purpose=campaign.purpose,
            template=lines[channel], variables=dict.fromkeys(ids, topic), not_before=start,
            by=by, at=at,
        )  # fmt: skip
    return sum(map(len, by_channel.values()))


def _write_contacts(campaign: Campaign, at: datetime) -> None:
    unit = {row.code: row.unit_cost for row in channels(all_of_them=True)}
    went = Message.objects.filter(
        touch__source_kind=SourceKind.CAMPAIGN, touch__source_id=str(campaign.pk),
        state__in=WENT_OUT,
    )  # fmt: skip
    by_minute: dict[datetime, list[int]] = defaultdict(list)
    for pk, first in went.values_list("customer_id").annotate(first=Min("handed_at")):
        by_minute[(first or at).replace(second=0, microsecond=0)].append(pk)
    for minute, ids in by_minute.items():
        mark_contacted(
            source_kind=SourceKind.CAMPAIGN, source_id=campaign.pk, customer_ids=ids, at=minute
        )
    costs: dict[int, int] = defaultdict(int)
    for pk, channel, n in went.values_list("customer_id", "channel").annotate(n=Count("pk")):
        costs[pk] += unit.get(channel, 0) * n
    set_costs(source_kind=SourceKind.CAMPAIGN, source_id=campaign.pk, amounts=costs, at=at)


def _cancel(campaign: Campaign, by: Actor, at: datetime) -> int:
    return outreach.cancel(
        source_kind=SourceKind.CAMPAIGN, source_id=str(campaign.pk), by=by, at=at
    )


def _received(campaign: Campaign) -> QuerySet[Member]:
    return Member.objects.filter(campaign=campaign, step=ReachStep.RECEIVES)


def _waves(campaign: Campaign) -> Iterable[int]:
    return sorted({row["wave"] for row in campaign.lines})


def _in(campaign_id: int, *states: CampaignState) -> Campaign:
    campaign = locked(campaign_id)
    if campaign.state not in states:
        raise Conflict(_("The campaign has moved on meanwhile. Look at it again."))
    return campaign


def _moved(campaign: Campaign, kind: str, by: Actor, at: datetime) -> Campaign:
    written(campaign, by, at)
    record(kind, by=by, at=at, campaign=campaign.pk, name=campaign.name)
    return campaign
