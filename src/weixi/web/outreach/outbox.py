"""The outbox: what waits, what went, what failed, and what only a person can decide."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.act.outreach import actions  # fmt: skip
from weixi.act.outreach import outbox as queries
from weixi.collect.touchpoints.queries import channel_names
from weixi.core import heartbeats
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import WRITE, PageRequest, page

from .words import ORDER, channel_icons, problem_words, state_chip, state_word

ACTS = {
    "replay": ("dead",),
    "cancel": ("waiting", "claimed"),
    "arrived": ("unknown",),
    "again": ("unknown",),
}


@page(permission="messages.view")
def outbox(request: PageRequest) -> HttpResponse:
    at = now()
    asked = {k: request.GET.get(k, "") for k in ("state", "channel", "span")}
    filters: dict[str, Any] = {"state": asked["state"], "channel": asked["channel"]}
    if asked["span"] == "hour":
        filters["since"] = at - timedelta(minutes=queries.RATE_MINUTES)
    if asked["span"] == "due":
        filters["due_at"] = at
    found = queries.listing(request.actor, cursor=request.GET.get("cursor", ""), **filters)
    given = {key: value for key, value in asked.items() if value}
    following = urlencode(given | {"cursor": found.next})
    context = {
        "figures": queries.figures(request.actor, at=at),
        "states": _states(request, at, asked["state"]),
        "rows": [_shown(row) for row in found.rows],
        "asked": asked,
        "channels": list(channel_names().items()),
        "is_cut": bool(given),
        "is_alive": heartbeats.is_any_alive(),
        "may_approve": request.actor.may("messages.edit"),
        "paging": {
            "count_text": "",
            "first_url": f"?{urlencode(given)}" if request.GET.get("cursor") else "",
            "next_url": f"?{following}" if found.next else "",
        },
    }
    return render(request, "outreach/outbox.html", context)


def _states(request: PageRequest, at: Any, chosen: str) -> list[dict[str, Any]]:
    counts = queries.figures(request.actor, at=at).by_state
    return [
        {"code": code, "name": state_word(code), "n": counts[code], "is_on": code == chosen}
        for code in ORDER
    ]


def _shown(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "chip": state_chip(row.state),
        "problem": problem_words(row.problem) if row.problem else "",
        "channel": channel_names()[row.channel],
        "icon": channel_icons().get(row.channel, "message"),
        "at": row.ended_at or row.not_before,
    }


@page(permission="messages.view")
def message(request: PageRequest, message_id: int) -> HttpResponse:
    row = queries.message(request.actor, message_id)
    context = {"one": _shown(row), "may": _may(request, row.state)}
    return render(request, "outreach/message.html", context)


def _may(request: PageRequest, state: str) -> list[str]:
    if not request.actor.may("messages.edit"):
        return []
    return [act for act, states in ACTS.items() if state in states]


@page(permission="messages.edit", methods=WRITE)
def act(request: PageRequest, message_id: int) -> HttpResponse:
    told, at = request.POST.get("act", ""), now()
    match told:
        case "replay":
            actions.replay(message_id=message_id, by=request.actor, at=at)
            said = _("The message is in the outbox again.")
        case "cancel":
            actions.cancel_one(message_id=message_id, by=request.actor, at=at)
            said = _("The message is cancelled.")
        case "arrived" | "again":
            actions.decide_unknown(
                message_id=message_id, arrived=told == "arrived", by=request.actor, at=at
            )
            said = _("Decided.")
        case _:
            raise RuleBroken(_("Choose what to do with the message."))
    toasts.say(request, said)
    return redirect("web:message", message_id)
