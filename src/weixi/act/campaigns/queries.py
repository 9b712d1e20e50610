"""Read campaigns: their list, one with its reach, who is behind each figure, what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from weixi.act.interventions.rules import SourceKind
from weixi.act.outreach import queries as outbox
from weixi.act.outreach.queries import company_name
from weixi.act.outreach.rules import MessageState
from weixi.classify.models import Membership
from weixi.collect.customers.models import Customer, Identity
from weixi.collect.touchpoints.queries import ChannelRow, channels
from weixi.core import masking
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import listed

from .checking import Check, checks, goals_of
from .models import Campaign, Member
from .reach import chosen
from .rules import LAUNCHED, OPEN_STATES, FunnelRow, Goal, ReachStep, funnel
from .wordings import Wording, wording, wordings

__all__ = ["Check", "Wording", "checks", "goals_of", "wordings"]
NEWEST = Keyset(("-id",), "campaigns")
PREVIEWS = 5
LIFECYCLE = "lifecycle"
AFTERWARDS: dict[str, tuple[str, ...]] = {
    "sent": (MessageState.SENT,),
    "unsure": (MessageState.UNKNOWN,),
    "on_the_way": (MessageState.WAITING, MessageState.CLAIMED, MessageState.SENDING),
    "refused": (MessageState.REFUSED,),
    "failed": (MessageState.BOUNCED, MessageState.DEAD),
    "held_back": (MessageState.CANCELLED,),
}


@dataclass(frozen=True)
class ChannelLine:
    """What a channel carries of the first wave; money in minor units."""

    channel: ChannelRow
    wording: Wording | None
    wave: int
    customers: int
    cost: int


@dataclass(frozen=True)
class Preview:
    """As one real customer will read it, nothing of the person shown."""

    name: str
    address: str
    channel: str
    subject: str
    body: str
    characters: int
    parts: int


def listing(
    actor: Actor, *, state: str = "", cursor: str = "", limit: int = LIMIT
) -> Page[Campaign]:
    actor.need("customers.view")
    rows = Campaign.objects.all()
    if state == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    elif state:
        rows = rows.filter(state=state)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=list)


def get(actor: Actor, campaign_id: int) -> Campaign:
    actor.need("customers.view")
    found = Campaign.objects.select_related("submitted_by").filter(pk=campaign_id).first()
    if found is None:
        raise Missing("campaign")
    return found


def is_audience(query: str) -> bool:
    """Whether a list of customers can be frozen as an audience."""
    try:
        chosen(query)
    except RuleBroken:
        return False
    return True


def name_of(campaign_id: int) -> str:
    """Empty when there is no such campaign."""
    names = Campaign.objects.filter(pk=campaign_id).values_list("name", flat=True)
    return names.first() or ""


def counts_of(actor: Actor, campaign_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Campaign → step → customers within reach."""
    rows = Member.objects.filter(listed(actor, "customer__"), campaign__in=list(campaign_ids))
    found: dict[int, dict[str, int]] = {pk: {} for pk in campaign_ids}
    for pk, step, n in rows.values_list("campaign_id", "step").annotate(n=Count("pk")):
        found[pk][step] = n
    return found


def reach(actor: Actor, campaign: Campaign) -> list[FunnelRow]:
    return funnel(counts_of(actor, [campaign.pk])[campaign.pk])


def members(actor: Actor, campaign_id: int, step: str = "") -> "QuerySet[Member, int]":
    """Ids of those at a step (empty: the whole audience), to cut a list by."""
    rows = Member.objects.filter(listed(actor, "customer__"), campaign=campaign_id)
    if step:
        rows = rows.filter(step=step)
    return rows.values_list("customer_id", flat=True)


def became(actor: Actor, campaign: Campaign, figure: str) -> "QuerySet[Member, int]":
    """Ids of those whose message of the first wave became this."""
    states = AFTERWARDS[figure]
    ids = outbox.customers_in_state(SourceKind.CAMPAIGN, str(campaign.pk), *states)
    return members(actor, campaign.pk, ReachStep.RECEIVES).filter(customer__in=ids)


def outcome(actor: Actor, campaign: Campaign) -> dict[str, int]:
    """Figure → customers, of a campaign that was launched; with one wave they add up to those who
    receive it, as soon as the outbox is filled."""
    if campaign.state not in LAUNCHED:
        return {}
    return {name: became(actor, campaign, name).count() for name in AFTERWARDS}


def stages(actor: Actor, campaign: Campaign) -> dict[str, int]:
    """Lifecycle stage → customers of the audience; those without a stage under ""."""
    ids = members(actor, campaign.pk)
    rows = Membership.objects.filter(scheme__code=LIFECYCLE, customer__in=ids)
    found = dict(rows.values_list("cell").annotate(n=Count("pk")))
    rest = ids.count() - sum(found.values())
    return found | ({"": rest} if rest else {})


def channel_lines(actor: Actor, campaign: Campaign) -> list[ChannelLine]:
    """Customers and cost of each channel: the first wave as counted, later ones go by the same."""
    rows = Member.objects.filter(
        listed(actor, "customer__"), campaign=campaign, step=ReachStep.RECEIVES
    )
    by_channel = dict(rows.values_list("channel").annotate(n=Count("pk")))
    known = {row.code: row for row in channels(all_of_them=True)}
    found = []
    for wave in sorted({row["wave"] for row in campaign.lines}):
        lines = [row for row in campaign.lines if row["wave"] == wave]
        for row in lines:
            n = _carried(row, lines, by_channel)
            channel = known[row["channel"]]
            found.append(
                ChannelLine(
                    channel, wording(row["template"], row["channel"]), wave, n,
                    n * channel.unit_cost,
                )
            )  # fmt: skip
    return found


def previews(actor: Actor, campaign: Campaign) -> list[Preview]:
    """Five real customers of those who will receive it, masked."""
    rows = (
        Member.objects.filter(
            listed(actor, "customer__"), campaign=campaign, step=ReachStep.RECEIVES
        )
        .select_related("customer__owner")
        .order_by("customer_id")[:PREVIEWS]
    )
    lines = {row["channel"]: row["template"] for row in campaign.lines if row["wave"] == 1}
    known = {row.code: row for row in channels(all_of_them=True)}
    return [
        _preview(campaign, row, lines[row.channel], known[row.channel])
        for row in rows
        if row.channel in lines
    ]


def alike(actor: Actor, campaign: Campaign) -> list[Campaign]:
    """Earlier campaigns for the same purpose, by one of its channels or to the same audience."""
    actor.need("customers.view")
    used = {row["channel"] for row in campaign.lines}
    rows = Campaign.objects.filter(state__in=LAUNCHED, purpose=campaign.purpose).exclude(
        pk=campaign.pk
    )
    return [
        row
        for row in rows.order_by("-launched_at")[:200]
        if row.audience == campaign.audience or used & {line["channel"] for line in row.lines}
    ]


def goals(campaign: Campaign) -> list[Goal]:
    return goals_of(campaign.goals)


def _carried(
    row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], by_channel: Mapping[str, int]
) -> int:
    """Those counted for the channel; the first of a wave also takes those it has no channel for."""
    own = by_channel.get(row["channel"], 0)
    if row is not lines[0]:
        return own
    has = {line["channel"] for line in lines}
    return own + sum(n for channel, n in by_channel.items() if channel not in has)


def _preview(campaign: Campaign, member: Member, template: str, channel: ChannelRow) -> Preview:
    found = wording(template, member.channel)
    values = _values(campaign, member.customer)
    subject, body = found.read(values) if found else ("", "")
    characters, parts = found.parts(values) if found else (0, 0)
    return Preview(
        name=values["name"], address=_address(member.customer_id, channel.needs_identity),
        channel=channel.code, subject=subject, body=body, characters=characters, parts=parts,
    )  # fmt: skip


def _values(campaign: Campaign, customer: Customer) -> dict[str, str]:
    return {
        "name": masking.person_name(customer.name),
        "owner": str(customer.owner) if customer.owner else "",
        "company": company_name(),
        "topic": campaign.content.get("main", ""),
    }


def _address(customer_id: int, kind: str) -> str:
    if not kind:
        return ""
    rows = Identity.objects.filter(customer=customer_id, kind=kind).order_by("-is_primary", "pk")
    return rows.values_list("masked", flat=True).first() or ""
