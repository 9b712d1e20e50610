"""May this customer be contacted now? One chip for each channel, with the reason."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from weixi.act.outreach.queries import may_contact as asked
from weixi.act.outreach.words import verdict_words
from weixi.collect.customers.queries import get
from weixi.collect.touchpoints.queries import channels
from weixi.collect.touchpoints.rules import Purpose
from weixi.core.clock import now
from weixi.web.access import PageRequest, page
from weixi.web.vocabulary import PURPOSES

LEVELS = {"allow": ("info", "circle-check"), "defer": ("warn", "clock"), "deny": ("danger", "ban")}
PERSONAL = ("phone", "wecom", "sms", "email", "face", "letter")


@page(permission="customers.view")
def may_contact(request: PageRequest, customer_id: int) -> HttpResponse:
    """`purpose`, `channel` from the dialog in which a contact is about to be made."""
    get(request.actor, customer_id)
    told = request.GET.get("purpose", "")
    purpose = told if told in set(Purpose) else Purpose.CARE
    only = request.GET.get("channel", "")
    rows: dict[str, dict[str, Any]] = {}
    for channel in channels():
        if channel.code in PERSONAL and only in ("", channel.code):
            chip = _chip(customer_id, channel, purpose)
            rows.setdefault(chip["text"], chip | {"names": []})["names"].append(channel.name)
    context = {
        "rows": list(rows.values()),
        "customer_id": customer_id,
        "purpose": purpose,
        "purposes": PURPOSES,
        "is_one": bool(only),
    }
    return render(request, "outreach/_verdicts.html", context)


def _chip(customer_id: int, channel: Any, purpose: str) -> dict[str, Any]:
    verdict = asked(customer_id, channel=channel.code, purpose=purpose, at=now())
    level, icon = LEVELS[verdict.decision]
    return {"text": verdict_words(verdict), "level": level, "icon": icon}
