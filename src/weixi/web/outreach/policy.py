"""The contact policy as a page: rules are data, and a change shows its effect before it is made."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.act.outreach import policy_actions as actions
from weixi.act.outreach.policy_rules import CONSENT_MODES, CONSENTS, SHIPPED, Policy
from weixi.act.outreach.queries import company_name
from weixi.act.outreach.queries import policy as policy_in_force
from weixi.act.outreach.robot import ADDRESS as ROBOT
from weixi.collect.touchpoints.queries import channel_names
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.core.values import value_of
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.vocabulary import PURPOSES, word

EMPTY_CAPS = 2
SWITCHES = ("waits_for_complaint", "is_capped", "keeps_quiet", "sells")


@page(permission="settings.manage", methods=FORM)
def policy(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, policy_in_force().as_data())
    told = _told(request.POST)
    try:
        actions.change_policy(told, by=request.actor, at=now())
    except RuleBroken as no:
        return _shown(request, told, str(no), status=422)
    toasts.say(request, _("Saved. It holds for every contact from now on."))
    return redirect("web:contact-policy")


@page(permission="settings.manage", methods=WRITE)
def sender(request: PageRequest) -> HttpResponse:
    actions.change_sender(
        company=request.POST.get("company", ""),
        robot_url=request.POST.get("robot_url", ""),
        by=request.actor,
        at=now(),
    )
    toasts.say(request, _("Saved."))
    return redirect("web:contact-policy")


@page(permission="settings.manage", methods=WRITE)
def effect(request: PageRequest) -> HttpResponse:
    """What the change would do to the messages planned for the next day."""
    new = actions.checked_policy(_told(request.POST))
    found = actions.effect_of(new, by=request.actor, at=now())
    return render(request, "outreach/_effect.html", {"effect": found, "words": _words(found)})


def _words(found: actions.Effect) -> str:
    if not found.planned:
        return _("No message is planned for the next 24 hours.")
    planned = ngettext(
        "Of {n} message planned for the next 24 hours",
        "Of {n} messages planned for the next 24 hours",
        found.planned,
    ).format(n=found.planned)
    return _("{planned}, {waits} would wait and {refused} would not be sent.").format(
        planned=planned, waits=found.waits, refused=found.refused
    )


def _told(posted: Any) -> dict[str, Any]:
    caps = zip(
        posted.getlist("cap_channel"), posted.getlist("cap_most"), posted.getlist("cap_days"),
        posted.getlist("cap_hard"), strict=False,
    )  # fmt: skip
    return {
        "purposes": {code: _purpose(posted, str(code)) for code, _name in PURPOSES},
        "caps": [
            {"channel": channel, "most": most.strip(), "days": days.strip(),
             "is_hard": hard == "yes"}
            for channel, most, days, hard in caps
            if most.strip() or days.strip()
        ],
        "quiet_from": posted.get("quiet_from", ""),
        "quiet_until": posted.get("quiet_until", ""),
        "quiet_channels": posted.getlist("quiet_channels"),
        "sale_every": posted.get("sale_every", ""),
        "balance_days": posted.get("balance_days", ""),
    }  # fmt: skip


def _purpose(posted: Any, code: str) -> dict[str, Any]:
    return {
        "consent": posted.get(f"{code}.consent", ""),
        "consent_for": posted.get(f"{code}.consent_for", ""),
        **{name: f"{code}.{name}" in posted for name in SWITCHES},
    }


def _shown(request: PageRequest, data: Any, wrong: str = "", status: int = 200) -> HttpResponse:
    names = list(channel_names().items())
    blank = {"channel": "", "most": "", "days": "", "is_hard": False}
    context = {
        "data": data,
        "wrong": wrong,
        "purposes": [
            {"code": code, "name": name, "rule": data["purposes"][code]} for code, name in PURPOSES
        ],
        "modes": [(mode, _mode(mode)) for mode in CONSENT_MODES],
        "consents": [(one, word("consent", one)) for one in CONSENTS],
        "caps": [*data["caps"], *[blank] * EMPTY_CAPS],
        "channels": names,
        "company": company_name(),
        "robot_url": value_of(ROBOT),
        "is_shipped": not wrong and policy_in_force() == SHIPPED,
        "default": _line(SHIPPED),
    }
    return render(request, "outreach/policy.html", context, status=status)


def _mode(mode: str) -> str:
    return {
        "none": _("not asked for"),
        "opt_out": _("unless refused"),
        "opt_in": _("only when given"),
    }[mode]


def _line(policy_: Policy) -> str:
    return f"{policy_.quiet_from:%H:%M}–{policy_.quiet_until:%H:%M}"
