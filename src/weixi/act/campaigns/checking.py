"""A design is checked as a whole before anybody is asked to approve it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from weixi.collect.touchpoints.queries import channels
from weixi.core.errors import RuleBroken, Sentence
from weixi.core.text import checked, told

from .models import Campaign
from .reach import chosen, first_lines
from .rules import WAVES_MOST, Goal, GoalKind, GoalMeasure, MainMessage, check_goal, check_goals
from .wordings import Wording, wording

LINES_MOST = 12
CONTENT = {"main": 200, "reason": 200, "action": 200, "avoid": 200}


@dataclass(frozen=True)
class Check:
    """One step of the design; `problem` is empty when it is ready."""

    section: str
    problem: str


def checks(campaign: Campaign, *, at: datetime) -> list[Check]:
    """Every section in its order, with the first thing that is missing."""
    asked = {
        "goals": lambda: check_goals(goals_of(campaign.goals)),
        "audience": lambda: _audience(campaign),
        "content": lambda: _content(campaign),
        "channels": lambda: _channels(campaign),
        "control": lambda: _control(campaign),
        "schedule": lambda: _schedule(campaign, at),
    }
    return [Check(section, _problem(ask)) for section, ask in asked.items()]


def refuse_unready(campaign: Campaign, *, at: datetime) -> None:
    for check in checks(campaign, at=at):
        if check.problem:
            raise RuleBroken(check.problem)


def goals_of(rows: Sequence[Mapping[str, Any]]) -> list[Goal]:
    return [
        Goal(
            kind=GoalKind(row["kind"]), measure=GoalMeasure(row["measure"]), text=row["text"],
            now=row["now"], target=row["target"], by=parse_date(row["by"] or ""),
        )
        for row in rows
    ]  # fmt: skip


def goal_row(goal: Goal, *, today: date) -> dict[str, Any]:
    """As it is kept; RuleBroken with the sentence that says what the goal lacks."""
    checked(goal.text, what=_("The goal"), at_most=80, need=True)
    try:
        check_goal(goal, today=today)
    except Sentence as no:
        raise RuleBroken(told(no)) from None
    return {
        "kind": goal.kind, "measure": goal.measure, "text": goal.text.strip(), "now": goal.now,
        "target": goal.target, "by": goal.by.isoformat() if goal.by else "",
    }  # fmt: skip


def content_row(given: Mapping[str, str]) -> dict[str, str]:
    names = {
        "main": _("Main message"), "reason": _("Reason"), "action": _("What they can do"),
        "avoid": _("What we leave out"),
    }  # fmt: skip
    found = {
        name: checked(given.get(name, ""), what=names[name], at_most=most)
        for name, most in CONTENT.items()
    }
    order = given.get("order") or MainMessage.FIRST
    if order not in set(MainMessage):
        raise RuleBroken(_("The main message stands first or last."))
    return found | {"order": order}


def line_rows(given: Sequence[Mapping[str, Any]], purpose: str) -> list[dict[str, Any]]:
    """Channels and templates of each wave; the template must exist and be of that purpose."""
    if len(given) > LINES_MOST:
        raise RuleBroken(_("At most {most} channels over all waves.").format(most=LINES_MOST))
    on = {row.code for row in channels()}
    rows = []
    for row in given:
        if row["wave"] not in range(1, WAVES_MOST + 1):
            raise RuleBroken(_("A campaign has 1 to {most} waves.").format(most=WAVES_MOST))
        if row["channel"] not in on:
            raise RuleBroken(_("This channel is not in use."))
        rows.append({"wave": row["wave"], "channel": row["channel"], "template": row["template"]})
        template_for(row["template"], row["channel"], purpose)
    doubled = len({(row["wave"], row["channel"]) for row in rows}) < len(rows)
    if doubled:
        raise RuleBroken(_("A channel stands once in a wave."))
    return sorted(rows, key=lambda row: row["wave"])


def template_for(code: str, channel: str, purpose: str) -> Wording:
    """The approved wording in the customers' language; RuleBroken where it does not fit."""
    found = wording(code, channel)
    if found is None:
        raise RuleBroken(_("Choose an approved template of this channel."))
    if found.purpose != purpose:
        raise RuleBroken(
            _("The template “{name}” is for another purpose than the campaign.").format(
                name=found.name
            )
        )
    return found


def _problem(ask: Any) -> str:
    try:
        ask()
    except Sentence as no:
        return told(no)
    except RuleBroken as no:
        return str(no)
    return ""


def _audience(campaign: Campaign) -> None:
    if not campaign.audience:
        raise RuleBroken(_("Choose the audience."))
    chosen(campaign.audience)
    if campaign.reach_at is None:
        raise RuleBroken(_("Count the reach: nobody knows yet how many will receive it."))


def _content(campaign: Campaign) -> None:
    if not campaign.content.get("main"):
        raise RuleBroken(_("Write the main message."))
    if not campaign.content.get("action"):
        raise RuleBroken(_("Write what the customer can do next."))


def _channels(campaign: Campaign) -> None:
    if not first_lines(campaign):
        raise RuleBroken(_("Choose a channel with a template for the first wave."))
    for row in campaign.lines:
        template_for(row["template"], row["channel"], campaign.purpose)
    if campaign.budget is None:
        raise RuleBroken(_("Enter the budget; 0 when nothing may be spent."))


def _control(campaign: Campaign) -> None:
    if campaign.held_out_e4 == 0 and not campaign.why_no_control:
        raise RuleBroken(
            _("Without a control group the effect cannot be told: hold some out, or say why not.")
        )


def _schedule(campaign: Campaign, at: datetime) -> None:
    if campaign.starts_at is None:
        raise RuleBroken(_("Choose when it starts."))
