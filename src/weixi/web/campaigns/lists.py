"""The lists behind the figures of campaigns and effects, for the list of customers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.act.campaigns import queries
from weixi.act.campaigns.rules import ReachStep
from weixi.act.interventions import queries as ledger
from weixi.act.interventions.rules import Arm, SourceKind
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.web.wording import labelled

from .words import AFTERWARDS, ARMS, STEPS, of

Found = tuple[Any, str]


def of_campaign(given: Mapping[str, str], actor: Actor) -> Found:
    """campaign=ID:STEP; without a step the whole audience."""
    number, _colon, step = given["campaign"].partition(":")
    if step and step not in set(ReachStep):
        raise _unknown(given["campaign"])
    campaign = queries.get(actor, _number(number))
    return queries.members(actor, campaign.pk, step), labelled(
        campaign.name, of(STEPS, step or "audience")
    )


def of_became(given: Mapping[str, str], actor: Actor) -> Found:
    """became=ID:FIGURE"""
    number, _colon, figure = given["became"].partition(":")
    if figure not in queries.AFTERWARDS:
        raise _unknown(given["became"])
    campaign = queries.get(actor, _number(number))
    return queries.became(actor, campaign, figure), labelled(campaign.name, of(AFTERWARDS, figure))


def of_arm(given: Mapping[str, str], actor: Actor) -> Found:
    """arm=KIND:ID:ARM"""
    kind, number, arm = (*given["arm"].split(":"), "", "")[:3]
    if kind not in set(SourceKind) or arm not in set(Arm):
        raise _unknown(given["arm"])
    return ledger.customers_in(kind, _number(number), arm), of(ARMS, arm)


FIGURES: dict[str, Callable[[Mapping[str, str], Actor], Found]] = {
    "campaign": of_campaign,
    "became": of_became,
    "arm": of_arm,
}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise _unknown(text)
    return int(text)


def _unknown(text: str) -> RuleBroken:
    return RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:60]})
