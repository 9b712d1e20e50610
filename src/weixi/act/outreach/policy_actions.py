"""Changing the contact policy, and what a change would do before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core import outgoing
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken, Sentence
from weixi.core.journal import record
from weixi.core.text import checked, told
from weixi.core.values import set_value

from . import facts, queries
from .models import Message
from .policy_rules import Policy, policy_of
from .robot import ADDRESS
from .rules import UNSENT, Decision, decide

PREVIEWED = 2_000
AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Effect:
    """Of the messages planned for the next day (at most 2,000 are asked about)."""

    planned: int
    waits: int
    refused: int
    waits_now: int
    refused_now: int


@transaction.atomic
def change_policy(data: Mapping[str, Any], *, by: Actor, at: datetime) -> Policy:
    by.need("settings.manage")
    new = checked_policy(data)
    before = queries.policy()
    set_value(queries.POLICY, new.as_data(), by=by, at=at)
    record("policy.changed", by=by, at=at, before=before.as_data(), after=new.as_data())
    return new


@transaction.atomic
def change_sender(*, company: str, robot_url: str, by: Actor, at: datetime) -> None:
    """How the company is named in messages, and the robot of the group that is told what waits."""
    by.need("settings.manage")
    company = checked(company, what=_("Name of the company"), at_most=40, need=True)
    robot_url = checked(robot_url, what=_("Address of the robot"), at_most=300)
    if robot_url:
        try:
            outgoing.check(robot_url)
        except (outgoing.Forbidden, outgoing.NotReached):
            raise RuleBroken(
                _("The address of the robot begins with https:// and leads to a public server.")
            ) from None
    set_value(queries.COMPANY, company, by=by, at=at)
    set_value(ADDRESS, robot_url, by=by, at=at)
    record("sender.changed", by=by, at=at, company=company, has_robot=bool(robot_url))


def checked_policy(data: Mapping[str, Any]) -> Policy:
    try:
        return policy_of(data)
    except Sentence as problem:
        raise RuleBroken(told(problem)) from None


def effect_of(new: Policy, *, by: Actor, at: datetime) -> Effect:
    """Those that would wait or be refused under the new policy, beside what holds now."""
    by.need("settings.manage")
    rows = Message.objects.filter(state__in=UNSENT, not_before__lt=at + AHEAD)
    planned = list(rows.order_by("not_before", "pk")[:PREVIEWED])
    then, now_ = _counts(planned, new, at), _counts(planned, queries.policy(), at)
    return Effect(len(planned), *then, *now_)


def _counts(planned: list[Message], policy: Policy, at: datetime) -> tuple[int, int]:
    decisions = []
    for channel in {m.channel for m in planned}:
        some = [m for m in planned if m.channel == channel]
        known = facts.people(
            [m.customer_id for m in some], channel=channel, policy=policy, at=at,
            is_sending=True, without=[m.touch_id for m in some],
        )  # fmt: skip
        decisions += [
            decide(policy, known[m.customer_id], channel=channel, purpose=m.purpose,
                   at=max(m.not_before, at)).decision
            for m in some
        ]  # fmt: skip
    return decisions.count(Decision.DEFER), decisions.count(Decision.DENY)
