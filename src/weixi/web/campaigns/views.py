"""Campaigns: their list, one with everything that was decided, all effects."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from weixi.act.campaigns import queries
from weixi.act.campaigns.rules import CampaignState
from weixi.act.care.playbooks.queries import names as playbook_names
from weixi.core.clock import now
from weixi.evaluate import effect_queries
from weixi.web.access import PageRequest, page

from . import words
from .dots import plot
from .judged import effect_rows, source_url
from .showing import shown

TABS = ("", "open", *CampaignState)


@page(permission="customers.view")
def campaigns(request: PageRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in TABS else ""
    found = queries.listing(request.actor, state=state, cursor=request.GET.get("cursor", ""))
    counts = queries.counts_of(request.actor, [row.pk for row in found.rows])
    effects = effect_queries.bought_of([row.pk for row in found.rows])
    rows = [
        {
            "row": row,
            "state": words.of(words.STATES, row.state),
            "level": words.STATE_LEVELS.get(row.state, ""),
            "audience": sum(counts[row.pk].values()),
            "receives": counts[row.pk].get("receives", 0),
            "effect": effect_rows(request.actor, [effects[row.pk]])[0]
            if row.pk in effects
            else None,
        }
        for row in found.rows
    ]
    context = {
        "rows": rows, "state": state, "next": found.next,
        "tabs": [(one, words.of(words.STATES, one)) for one in CampaignState],
        "may_edit": request.actor.may("campaigns.edit"),
        "may_report": request.actor.may("reports.view"),
    }  # fmt: skip
    return render(request, "campaigns/list.html", context)


@page(permission="customers.view")
def campaign(request: PageRequest, campaign_id: int) -> HttpResponse:
    row = queries.get(request.actor, campaign_id)
    context = shown(request.actor, row, at=now(), preview=request.GET.get("preview", "1"))
    return render(request, "campaigns/one.html", context)


@page(permission="reports.view")
def effects(request: PageRequest) -> HttpResponse:
    """What care and campaigns changed, the newest first; findings by a word."""
    outcome = request.GET.get("outcome", "bought")
    outcome = outcome if outcome in words.OUTCOMES else "bought"
    is_bought = outcome == "bought"
    rows = effect_queries.newest(request.actor, outcome=outcome)
    text = request.GET.get("q", "").strip()[:60]
    names = playbook_names(request.actor)
    context: dict[str, Any] = {
        "rows": effect_rows(request.actor, rows, names=names),
        "outcome": outcome,
        "outcomes": list(words.OUTCOMES.items()),
        "plot": plot(rows[:12], effect_queries.together(rows[:12]), names=names)
        if is_bought
        else None,
        "q": text,
        "findings": [
            (
                one,
                words.of(words.FINDINGS, one.kind),
                source_url(one.source_kind, one.source_id, names),
            )
            for one in effect_queries.search_findings(request.actor, text)
        ],
    }
    return render(request, "campaigns/effects.html", context)
