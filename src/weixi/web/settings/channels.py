"""Channels: what each costs, how fast and rich it is, and whether it is in use."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from weixi.collect.customers.rules import IdentityKind
from weixi.collect.intake.channel_words import name_word, words_of_files
from weixi.collect.touchpoints.channel_table import (
    ChannelNature,
    add_channel,
    change_channel,
    channel_table,
)
from weixi.collect.touchpoints.queries import channel_names
from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.web import toasts
from weixi.web.access import WRITE, page
from weixi.web.vocabulary import word

REACHED_BY = (
    IdentityKind.PHONE, IdentityKind.WECHAT, IdentityKind.EMAIL, IdentityKind.ADDRESS,
)  # fmt: skip


@page(permission="settings.manage")
def channels(request: Any) -> HttpResponse:
    is_chinese = (get_language() or "zh").startswith("zh")
    rows = [
        {
            "channel": one,
            "name": one.name_zh if is_chinese else one.name_en,
            "unit": f"{one.unit_cost / 100:.2f}",
            "minute": f"{one.minute_cost / 100:.2f}",
            "levels": [
                (name, label, getattr(one, name), range(1, 4 if name == "cost_level" else 6))
                for name, label in _labels()
            ],
        }
        for one in channel_table(request.actor)
    ]
    context = {
        "rows": rows,
        "words": words_of_files(request.actor),
        "names": list(channel_names().items()),
        "reached_by": [(str(kind), word("identity", kind)) for kind in REACHED_BY],
    }
    return render(request, "settings/channels.html", context)


@page(permission="settings.manage", methods=WRITE)
def channel_new(request: Any) -> HttpResponse:
    told = request.POST
    made = add_channel(
        code=told.get("code", "").strip(),
        name_zh=told.get("name_zh", ""),
        name_en=told.get("name_en", ""),
        reached_by=told.get("reached_by", ""),
        by=request.actor,
        at=now(),
    )
    toasts.say(request, _("{name} added. Say now what it costs.").format(name=_name(made)))
    return redirect("web:channels")


@page(permission="settings.manage", methods=WRITE)
def channel_word(request: Any) -> HttpResponse:
    """A word of the company's files stands for a channel; "": for none any more."""
    told = request.POST
    code = told.get("channel", "")
    moved = name_word(told.get("word", ""), code, by=request.actor, at=now())
    text = ngettext("Saved: {n} complaint has its channel.",
                    "Saved: {n} complaints have their channel.", moved)  # fmt: skip
    toasts.say(request, text.format(n=moved) if moved else _("Saved."))
    return redirect("web:channels")


def _labels() -> list[tuple[str, str]]:
    return [
        ("cost_level", _("Cost level")),
        ("speed", _("Speed")),
        ("richness", _("Richness")),
        ("interaction", _("Interaction")),
    ]


@page(permission="settings.manage", methods=WRITE)
def channel(request: Any, code: str) -> HttpResponse:
    told = request.POST
    nature = ChannelNature(
        cost_level=_level(told.get("cost_level", "")),
        speed=_level(told.get("speed", "")),
        richness=_level(told.get("richness", "")),
        interaction=_level(told.get("interaction", "")),
        unit_cost=_minor(told.get("unit_cost", "")),
        minute_cost=_minor(told.get("minute_cost", "")),
        is_on=told.get("is_on") == "on",
        is_live=told.get("is_live") == "on",
        note_zh=told.get("note_zh", "").strip(),
        note_en=told.get("note_en", "").strip(),
    )
    try:
        changed = change_channel(code, nature, names=_names(told), by=request.actor, at=now())
    except Missing as no:
        raise Http404 from no
    toasts.say(request, _("{name} saved.").format(name=_name(changed)))
    return redirect("web:channels")


def _names(told: Any) -> tuple[str, str] | None:
    return (told["name_zh"], told["name_en"]) if {"name_zh", "name_en"} <= told.keys() else None


def _name(channel: Any) -> str:
    return channel.name_zh if (get_language() or "zh").startswith("zh") else channel.name_en


def _level(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _minor(text: str) -> int:
    try:
        return round(Decimal(text.strip() or "0") * 100)
    except (InvalidOperation, ValueError):
        raise RuleBroken(_("A cost is a number such as 0.05.")) from None
