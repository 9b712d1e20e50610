"""The way to all settings, the living page of components, and how the system is doing."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weixi.collect.customers import demo
from weixi.core import heartbeats, jobs, timetable
from weixi.core.clock import now
from weixi.core.runs import recent_runs
from weixi.web.access import page
from weixi.web.rail import address

from .samples import samples


class Card(NamedTuple):
    """One way from the settings page; shown when its route exists and the person may."""

    route: str
    icon: str
    title: str | Promise
    text: str | Promise
    permission: str | None


CARDS = (
    Card("web:own-settings", "user-circle", _("Own settings"),
         _("Language, light or dark, keys, password"), None),
    Card("web:people", "users", _("People and teams"),
         _("Who signs in, with which role, in which team"), "people.manage"),
    Card("web:roles", "shield-lock", _("Roles"),
         _("What each role may do and whose customers it sees"), "people.manage"),
    Card("web:schemes", "layout-grid", _("Schemes"),
         _("Measures, cut points and names of the cells"), "schemes.edit"),
    Card("web:thresholds", "adjustments-horizontal", _("Thresholds"),
         _("What makes a customer overdue, quiet, loyal; how far ahead risk looks"),
         "settings.manage"),
    Card("web:signals", "bell", _("Warning signals"),
         _("What warns of losing a customer: conditions, points, causes, wording"),
         "settings.manage"),
    Card("web:calendar", "calendar", _("Calendar"),
         _("Hours of the week, holidays and make-up days; reply clocks run in them"),
         "settings.manage"),
    Card("web:privileges", "crown", _("Special treatment"),
         _("Privileges of tiers, budgets of surprises"), "privileges.edit"),
    Card("web:contact-policy", "shield-check", _("Contact policy"),
         _("Consent, quiet hours, how often, care before sale"), "settings.manage"),
    Card("web:templates", "file-text", _("Templates"),
         _("Approved wording for each channel and language"), "messages.view"),
    Card("web:outbox", "send", _("Outbox"),
         _("Messages to customers: waiting, sent, failed"), "messages.view"),
    Card("web:channels", "route", _("Channels"),
         _("Cost, speed and richness of each way to a customer"), "settings.manage"),
    Card("web:reason-channels", "arrows-sort", _("Channel by reason"),
         _("Which channels today's list suggests, in which order"), "settings.manage"),
    Card("web:openings", "message-circle", _("What to say"),
         _("Opening sentences and what to keep in mind, for each reason"), "settings.manage"),
    Card("web:advisor-weights", "scale", _("Channel advisor"),
         _("How much speed, richness, interaction and cost count for a purpose"),
         "settings.manage"),
    Card("web:reply-targets", "clock", _("Reply targets"),
         _("Within how many working minutes an answer goes out"), "settings.manage"),
    Card("web:extensions", "phone", _("Telephones"),
         _("Which extension stands on whose desk; the card of a caller opens there"),
         "settings.manage"),
    Card("web:approved", "checklist", _("Approved words"),
         _("Phone checklist, and the one answer to a question"), "settings.manage"),
    Card("web:custom-fields", "list-details", _("Own fields"),
         _("Fields your company adds to its customers"), "settings.manage"),
    Card("web:imports", "file-import", _("Imports"),
         _("Files brought in, rows refused, undo"), "imports.run"),
    Card("web:models", "chart-dots", _("Models"),
         _("What predicts, and how right it has been"), "models.view"),
    Card("web:access-log", "eye", _("Access log"),
         _("Who looked at whose personal data, and why"), "audit.view"),
    Card("web:system", "server", _("System"),
         _("Runs, workers, jobs, timetable"), "system.view"),
    Card("web:components", "palette", _("Components"),
         _("Every part of the pages in every state"), "settings.manage"),
)  # fmt: skip
DEMO = Card("web:demo-company", "building", _("Demo company"),
            _("What is invented here, and how to remove it"), "settings.manage")  # fmt: skip


@page(permission=None)
def index(request: Any) -> HttpResponse:
    shown = (DEMO, *CARDS) if demo.state() else CARDS
    cards = [
        {"card": card, "url": address(card.route)}
        for card in shown
        if address(card.route) and (card.permission is None or request.actor.may(card.permission))
    ]
    return render(request, "settings/index.html", {"cards": cards})


@page(permission="settings.manage")
def components(request: Any) -> HttpResponse:
    return render(request, "settings/components.html", samples(now()))


@page(permission="system.view")
def system(request: Any) -> HttpResponse:
    at = now()
    beats = [
        {"beat": beat, "is_alive": at - beat.beat_at < heartbeats.ALIVE + timedelta(seconds=5)}
        for beat in heartbeats.all_beats()
    ]
    context = {
        "runs": [_with_length(run) for run in recent_runs(10)],
        "beats": beats,
        "is_busy": heartbeats.is_busy(),
        "counts": jobs.counts(),
        "jobs": jobs.newest_jobs()[:20],
        "timetable": timetable.entries(),
        "alive": heartbeats.alive().count(),
    }
    template = "settings/_system.html" if request.htmx else "settings/system.html"
    return render(request, template, context)


def _with_length(run: Any) -> Any:
    run.took = sum(stage["seconds"] for stage in run.stages) if run.finished_at else None
    return run
