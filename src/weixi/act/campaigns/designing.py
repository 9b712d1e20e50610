"""Write a design: only while it is a draft, and only on top of what one has seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from weixi.act.interventions.actions import HELD_OUT_SHARE, LONGEST_WINDOW_DAYS, prepare
from weixi.act.interventions.rules import PARTS, SourceKind
from weixi.collect.touchpoints.rules import Purpose
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked
from weixi.core.values import value_of

from .models import Campaign, Member
from .reach import chosen, members_of
from .rules import CampaignState

MOST_HELD_OUT = 5_000
RECENT_MOST, WAVE_MOST = 365, 60
BUDGET_MOST = 10**11
ASKS_ANEW = frozenset(
    {"purpose", "audience", "lines", "excluded", "excluded_recent_days", "held_out_e4", "starts_at"}
)  # the reach must be counted again


@transaction.atomic
def create(*, name: str, purpose: str = Purpose.CARE, audience: str = "", audience_name: str = "",
           by: Actor, at: datetime) -> Campaign:  # fmt: skip
    by.need("campaigns.edit")
    made = Campaign(
        held_out_e4=round(value_of(HELD_OUT_SHARE) * PARTS), made_by_id=by.user_id,
        changed_by=by.name[:80], changed_at=at,
    )  # fmt: skip
    given = {"name": name, "purpose": purpose, "audience": audience, "audience_name": audience_name}
    for field, value in _checked(given).items():
        setattr(made, field, value)
    made.save()
    prepare(source_kind=SourceKind.CAMPAIGN, source_id=made.pk, at=at)
    record("campaign.created", by=by, at=at, campaign=made.pk, name=made.name)
    return made


@transaction.atomic
def change(
    campaign_id: int, *, seen: int, changes: Mapping[str, Any], by: Actor, at: datetime
) -> Campaign:
    """`seen` is the version that the person looked at: of two who write, the second is told."""
    by.need("campaigns.edit")
    campaign = locked(campaign_id)
    if campaign.state != CampaignState.DRAFT:
        raise Conflict(_("Only a draft can be changed. Take it back to draft first."))
    if campaign.version != seen:
        raise Conflict(
            _("{name} changed this campaign meanwhile. Look at it again, then change it.").format(
                name=campaign.changed_by
            )
        )
    values = _checked(changes)
    for field, value in values.items():
        setattr(campaign, field, value)
    if ASKS_ANEW & set(values):
        campaign.reach_at = None
    written(campaign, by, at)
    record("campaign.changed", by=by, at=at, campaign=campaign.pk, fields=sorted(values))
    return campaign


@transaction.atomic
def count_reach(campaign_id: int, *, by: Actor, at: datetime) -> Campaign:
    """Each customer of the audience with the step it leaves at; replaces what was counted."""
    by.need("campaigns.edit")
    campaign = locked(campaign_id)
    if campaign.state != CampaignState.DRAFT:
        raise Conflict(_("Only a draft can be changed. Take it back to draft first."))
    write_members(campaign, members_of(campaign, by, at))
    campaign.reach_at = at
    written(campaign, by, at)
    return campaign


def write_members(campaign: Campaign, members: list[Member]) -> None:
    Member.objects.filter(campaign=campaign).delete()
    Member.objects.bulk_create(members, batch_size=1_000)


def locked(campaign_id: int) -> Campaign:
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    if campaign is None:
        raise Missing("campaign")
    return campaign


def written(campaign: Campaign, by: Actor, at: datetime) -> None:
    campaign.version += 1
    campaign.changed_by, campaign.changed_at = by.name[:80], at
    campaign.save()


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {field: _CHECKS[field](value) for field, value in changes.items()}


def _name(value: str) -> str:
    return checked(value, what=pgettext("thing", "Name"), at_most=60, need=True)


def _purpose(value: str) -> str:
    if value not in set(Purpose):
        raise RuleBroken(_("Choose what the campaign is for."))
    return value


def _query(value: str) -> str:
    value = checked(value.lstrip("?"), what=_("Audience"), at_most=1_000)
    chosen(value)
    return value


def _whole(what: str, least: int, most: int) -> Any:
    def check(value: int) -> int:
        if not least <= value <= most:
            raise RuleBroken(
                _("{what}: {least} to {most}.").format(what=_(what), least=least, most=f"{most:,}")
            )
        return value

    return check


def _any(value: Any) -> Any:
    """Checked where it was read: goals, content and lines in checking.py."""
    return value


_CHECKS: dict[str, Any] = {
    "name": _name,
    "purpose": _purpose,
    "audience": _query,
    "audience_name": lambda value: checked(value, what=_("Audience"), at_most=120),
    "excluded": _query,
    "excluded_recent_days": _whole(gettext_noop("Days since another campaign"), 0, RECENT_MOST),
    "goals": _any,
    "content": _any,
    "lines": _any,
    "wave_days": _whole(gettext_noop("Days between two waves"), 1, WAVE_MOST),
    "budget": _whole(gettext_noop("Budget"), 0, BUDGET_MOST),
    "held_out_e4": _whole(gettext_noop("Control group"), 0, MOST_HELD_OUT),
    "why_no_control": lambda value: checked(value, what=_("The reason"), at_most=200),
    "window_days": _whole(
        gettext_noop("Days until the outcome is counted"), 1, LONGEST_WINDOW_DAYS
    ),
    "starts_at": _any,
}
