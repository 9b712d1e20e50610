"""The table of channels, as a person changes it on a page."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import Channel

COST_MOST = 10**9
NOTE_LENGTH = 200


@dataclass(frozen=True)
class ChannelNature:
    """T1: cost level 1 to 3; speed, richness and interaction 1 to 5; costs in minor units."""

    cost_level: int
    speed: int
    richness: int
    interaction: int
    unit_cost: int
    minute_cost: int
    is_on: bool
    is_live: bool = False
    note_zh: str = ""
    note_en: str = ""


def channel_table(actor: Actor) -> list[Channel]:
    actor.need("settings.manage")
    return list(Channel.objects.all())


@transaction.atomic
def change_channel(code: str, nature: ChannelNature, *, by: Actor, at: datetime) -> Channel:
    """A channel that is off is not suggested any more; contacts made by it stay."""
    by.need("settings.manage")
    channel = Channel.objects.filter(code=code).first()
    if channel is None:
        raise Missing("channel")
    if not 1 <= nature.cost_level <= 3:
        raise RuleBroken(_("The level of cost is 1, 2 or 3."))
    if not all(1 <= level <= 5 for level in (nature.speed, nature.richness, nature.interaction)):
        raise RuleBroken(_("Speed, richness and interaction are 1 to 5."))
    if not all(0 <= cost <= COST_MOST for cost in (nature.unit_cost, nature.minute_cost)):
        raise RuleBroken(_("A cost is zero or more."))
    for note in (nature.note_zh, nature.note_en):
        checked(note, what=_("Note"), at_most=NOTE_LENGTH)
    before = {name: getattr(channel, name) for name in vars(nature)}
    for name, value in vars(nature).items():
        setattr(channel, name, value)
    channel.save(update_fields=list(vars(nature)))
    record("channel.changed", by=by, at=at, channel=code, before=before, after=vars(nature))
    return channel
