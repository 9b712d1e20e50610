"""Who of the audience will receive the campaign, and where everybody else leaves the funnel."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from weixi.act.audiences import queries as audiences
from weixi.act.audiences.selection import OF_CUSTOMERS, Selection, selection_from
from weixi.act.interventions import queries as interventions
from weixi.act.interventions.rules import PARTS, Arm, SourceKind
from weixi.act.outreach import queries as outreach
from weixi.act.outreach.rules import Decision, Reason
from weixi.core.actor import SYSTEM, Actor
from weixi.core.errors import RuleBroken

from .models import Campaign, Member
from .rules import ReachStep, step_of

AT_ONCE = 1_000
MOST_MEMBERS = 500_000
NO_MATTER = frozenset({"order", "columns", "cursor", "from"})
KNOWN = OF_CUSTOMERS | {name for name in Selection.__dataclass_fields__ if name != "customers"}


def chosen(query: str) -> Selection:
    """The selection that an address of the customer list stands for; RuleBroken for others."""
    given = {name: text for name, text in parse_qsl(query) if name not in NO_MATTER}
    strange = sorted(set(given) - KNOWN)
    if strange:
        raise RuleBroken(
            _("A list by “{name}” changes with the day it is looked at; keep its customers as a "
              "segment and use that.").format(name=strange[0][:40])
        )  # fmt: skip
    return selection_from(given)


def audience_ids(actor: Actor, query: str) -> list[int]:
    if not query:
        raise RuleBroken(_("Choose the audience first."))
    ids = audiences.ids(actor, chosen(query), most=MOST_MEMBERS)
    if len(ids) > MOST_MEMBERS:
        raise RuleBroken(
            _("An audience has at most {most} customers.").format(most=f"{MOST_MEMBERS:,}")
        )
    return ids


def members_of(campaign: Campaign, actor: Actor, at: datetime) -> list[Member]:
    """Everyone of the audience with the step they leave at, as things stand now."""
    return _placed(campaign, audience_ids(actor, campaign.audience), actor, at)


def members_again(campaign: Campaign, at: datetime) -> list[Member]:
    """The same people as approved, with the step they leave at now: who opted out meanwhile, or
    complained, or was reached by others, falls out; nobody comes in that nobody approved."""
    ids = Member.objects.filter(campaign=campaign).order_by("customer_id")
    return _placed(campaign, list(ids.values_list("customer_id", flat=True)), SYSTEM, at)


def _placed(campaign: Campaign, ids: Sequence[int], actor: Actor, at: datetime) -> list[Member]:
    left_out = _left_out(campaign, actor, at)
    members = [_member(campaign, pk, ReachStep.EXCLUDED) for pk in ids if pk in left_out]
    asked = [pk for pk in ids if pk not in left_out]
    for some in _batches(asked):
        members += _by_policy(campaign, some, max(campaign.starts_at or at, at))
    return _with_arms(campaign, members)


def first_lines(campaign: Campaign) -> list[str]:
    """Channels of the first wave, in the order they are tried."""
    return list(dict.fromkeys(row["channel"] for row in campaign.lines if row["wave"] == 1))


def _left_out(campaign: Campaign, actor: Actor, at: datetime) -> set[int]:
    """By the design: a list of its own, and who was in another campaign a short time ago."""
    found: set[int] = set()
    if campaign.excluded:
        found |= set(audience_ids(actor, campaign.excluded))
    if campaign.excluded_recent_days:
        since = at - timedelta(days=campaign.excluded_recent_days)
        recent = Member.objects.filter(
            campaign__launched_at__gte=since, step__in=(ReachStep.RECEIVES, ReachStep.HELD_OUT)
        ).exclude(campaign=campaign.pk)
        found |= set(recent.values_list("customer_id", flat=True))
    return found


def _by_policy(campaign: Campaign, ids: Sequence[int], at: datetime) -> Iterator[Member]:
    """The first channel that may be used; quiet hours only put it off."""
    reasons: dict[int, list[str]] = {pk: [] for pk in ids}
    waiting = list(ids)
    for channel in first_lines(campaign):
        verdicts = outreach.may_contact_many(
            waiting, channel=channel, purpose=campaign.purpose, at=at
        )
        for pk in waiting:
            verdict = verdicts.get(pk)
            if verdict is not None and _goes(verdict.decision, verdict.reason):
                yield _member(campaign, pk, ReachStep.RECEIVES, channel)
                del reasons[pk]
            else:
                reasons[pk].append(verdict.reason if verdict else Reason.MERGED)
        waiting = list(reasons)
    for pk, why in reasons.items():
        yield _member(campaign, pk, step_of(why))


def _goes(decision: str, reason: str) -> bool:
    return decision == Decision.ALLOW or (
        decision == Decision.DEFER and reason == Reason.QUIET_HOURS
    )


def _with_arms(campaign: Campaign, members: list[Member]) -> list[Member]:
    reached = [member for member in members if member.step == ReachStep.RECEIVES]
    arms = interventions.arms_to_be(
        SourceKind.CAMPAIGN, campaign.pk, [m.customer_id for m in reached],
        share=campaign.held_out_e4 / PARTS,
    )  # fmt: skip
    for member in reached:
        if arms[member.customer_id] is Arm.HELD_OUT:
            member.step = ReachStep.HELD_OUT
    return members


def _member(campaign: Campaign, customer_id: int, step: ReachStep, channel: str = "") -> Member:
    return Member(campaign=campaign, customer_id=customer_id, step=step, channel=channel)


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
