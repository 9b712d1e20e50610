"""The table of channels, as a person changes it on a page."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from weixi.collect.customers.rules import IdentityKind
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import Channel

COST_MOST = 10**9
NOTE_LENGTH, NAME_LENGTH = 200, 40
CODE = re.compile(r"[a-z][a-z0-9_-]{0,19}")
ICON = "message-circle"


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


MIDDLE = ChannelNature(2, 3, 3, 3, 0, 0, is_on=True)


def channel_table(actor: Actor) -> list[Channel]:
    actor.need("settings.manage")
    return list(Channel.objects.all())


@transaction.atomic
def change_channel(
    code: str,
    nature: ChannelNature,
    *,
    names: tuple[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> Channel:
    """A channel that is off is not suggested any more; contacts made by it stay. `names`: Chinese
    and English; None: as they are."""
    by.need("settings.manage")
    channel = Channel.objects.filter(code=code).first()
    if channel is None:
        raise Missing("channel")
    _check(nature)
    after: dict[str, Any] = {**vars(nature)}
    if names is not None:
        zh, en = _checked_names(*names)
        _refuse_taken(Q(name_zh__iexact=zh) | Q(name_en__iexact=en), but=code)
        after |= {"name_zh": zh, "name_en": en}
    before = {name: getattr(channel, name) for name in after}
    for name, value in after.items():
        setattr(channel, name, value)
    channel.save(update_fields=list(after))
    record("channel.changed", by=by, at=at, channel=code, before=before, after=after)
    return channel


@transaction.atomic
def add_channel(
    *, code: str, name_zh: str, name_en: str, reached_by: str = "", by: Actor, at: datetime
) -> Channel:
    """A channel of the company's own, of middle nature and no cost until somebody says more.
    `reached_by`: the kind of identity that a customer is reached by; "" for none."""
    by.need("settings.manage")
    if not CODE.fullmatch(code):
        raise RuleBroken(
            _("A code has 1 to 20 small letters, digits, - and _, and begins with a letter.")
        )
    zh, en = _checked_names(name_zh, name_en)
    if reached_by not in {"", *IdentityKind}:
        raise RuleBroken(_("Choose what a customer is reached by."))
    _refuse_taken(Q(code=code) | Q(name_zh__iexact=zh) | Q(name_en__iexact=en))
    last = Channel.objects.aggregate(last=Max("position"))["last"] or 0
    channel = Channel.objects.create(
        code=code, name_zh=zh, name_en=en, icon=ICON, needs_identity=reached_by,
        position=last + 1, **vars(MIDDLE),
    )  # fmt: skip
    record("channel.added", by=by, at=at, channel=code, name_zh=zh, name_en=en)
    return channel


def _checked_names(zh: str, en: str) -> tuple[str, str]:
    return (
        checked(zh, what=_("Chinese name"), at_most=NAME_LENGTH, need=True),
        checked(en, what=_("English name"), at_most=NAME_LENGTH, need=True),
    )


def _refuse_taken(same: Q, *, but: str = "") -> None:
    if Channel.objects.filter(same).exclude(code=but).exists():
        raise RuleBroken(_("There is a channel of this code or name already."))


def _check(nature: ChannelNature) -> None:
    if not 1 <= nature.cost_level <= 3:
        raise RuleBroken(_("The level of cost is 1, 2 or 3."))
    if not all(1 <= level <= 5 for level in (nature.speed, nature.richness, nature.interaction)):
        raise RuleBroken(_("Speed, richness and interaction are 1 to 5."))
    if not all(0 <= cost <= COST_MOST for cost in (nature.unit_cost, nature.minute_cost)):
        raise RuleBroken(_("A cost is zero or more."))
    for note in (nature.note_zh, nature.note_en):
        checked(note, what=_("Note"), at_most=NOTE_LENGTH)
