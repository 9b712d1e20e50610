"""What is done with a campaign: each card is changed in its own dialog, each step is a button."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.campaigns import actions, queries
from weixi.act.campaigns.testing import send_test
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.evaluate import effect_actions
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page

from . import forms
from .audiences import audiences
from .sections import SECTIONS


@page(permission="campaigns.edit", methods=FORM)
def new(request: PageRequest) -> HttpResponse:
    given = request.GET.get("audience", "").lstrip("?")
    known = audiences(request.actor, given)
    form = forms.NewForm(
        request.POST if request.method == "POST" else None,
        audiences=known, initial={"audience": given, "purpose": "care"},
    )  # fmt: skip
    if not form.is_valid():
        return _ask(request, form, _("New campaign"), request.get_full_path(), 0)
    values = form.cleaned_data
    query = values["audience"]
    try:
        made = actions.create(
            name=values["name"], purpose=values["purpose"], audience=query,
            audience_name=dict(known).get(query, "")[:120] if query else "",
            by=request.actor, at=now(),
        )  # fmt: skip
    except RuleBroken as no:
        form.add_error(None, str(no))
        return _ask(request, form, _("New campaign"), request.get_full_path(), 0)
    return _back(request, made.pk, _("Draft made. Go on with the goals"))


@page(permission="campaigns.edit", methods=FORM)
def edit(request: PageRequest, campaign_id: int, section: str) -> HttpResponse:
    """One card of the design. `seen`: the version that the form was filled from."""
    if section not in SECTIONS:
        raise Http404
    one = SECTIONS[section]
    row = queries.get(request.actor, campaign_id)
    form = one.form(request, row)
    url = reverse("web:campaign-edit", args=[campaign_id, section])
    if form.is_valid():
        try:
            changes = one.read(form, row)
            actions.change(
                campaign_id, seen=_seen(request, row), changes=changes, by=request.actor, at=now()
            )
            return _back(request, campaign_id, _("Saved"))
        except RuleBroken as no:
            form.add_error(None, str(no))
    return _ask(request, form, str(one.title), url, row.version, campaign_id)


@page(permission="campaigns.edit", methods=WRITE)
def remove(request: PageRequest, campaign_id: int, what: str, place: int) -> HttpResponse:
    """A goal or a channel line goes."""
    row = queries.get(request.actor, campaign_id)
    kept = {"goals": row.goals, "lines": row.lines}.get(what)
    if kept is None or place >= len(kept):
        raise Http404
    rest = [one for n, one in enumerate(kept) if n != place]
    actions.change(
        campaign_id, seen=_seen(request, row), changes={what: rest}, by=request.actor, at=now()
    )
    return _back(request, campaign_id, _("Taken out"))


@page(permission="campaigns.edit", methods=WRITE)
def reach(request: PageRequest, campaign_id: int) -> HttpResponse:
    actions.count_reach(campaign_id, by=request.actor, at=now())
    return _back(request, campaign_id, _("Counted. Every figure opens its list"))


@page(permission="campaigns.edit", methods=WRITE)
def submit(request: PageRequest, campaign_id: int) -> HttpResponse:
    actions.submit(campaign_id, by=request.actor, at=now())
    return _back(request, campaign_id, _("Waits for the approval of a second person"))


@page(permission="campaigns.approve", methods=WRITE)
def approve(request: PageRequest, campaign_id: int) -> HttpResponse:
    effect_actions.approve_campaign(campaign_id, by=request.actor, at=now())
    return _back(request, campaign_id, _("Approved. It starts at its time"))


@page(permission="campaigns.edit", methods=WRITE)
def launch(request: PageRequest, campaign_id: int) -> HttpResponse:
    """Arms at once; the outbox is filled by the worker within a minute."""
    actions.launch(campaign_id, by=request.actor, at=now())
    return _back(request, campaign_id, _("Started. Messages go out from now on"))


@page(permission="campaigns.edit", methods=FORM)
def send_back(request: PageRequest, campaign_id: int) -> HttpResponse:
    title, url = _("Back to draft"), reverse("web:campaign-back", args=[campaign_id])

    def write(reason: str) -> str:
        actions.send_back(campaign_id, reason=reason, by=request.actor, at=now())
        return _("Back to draft, with the reason")

    return _with_reason(request, campaign_id, title, _("Send back"), url, write)


@page(permission="campaigns.edit", methods=FORM)
def stop(request: PageRequest, campaign_id: int) -> HttpResponse:
    title, url = _("Stop this campaign"), reverse("web:campaign-stop", args=[campaign_id])

    def write(reason: str) -> str:
        held_back = actions.stop(campaign_id, reason=reason, by=request.actor, at=now())
        return _("Stopped. {n} messages were held back").format(n=held_back)

    return _with_reason(request, campaign_id, title, _("Stop"), url, write)


@page(permission="campaigns.edit", methods=WRITE)
def test(request: PageRequest, campaign_id: int) -> HttpResponse:
    to = send_test(campaign_id, by=request.actor)
    return _back(request, campaign_id, _("Test sent to {address}").format(address=to))


@page(permission="campaigns.edit", methods=FORM)
def finding(request: PageRequest, campaign_id: int) -> HttpResponse:
    queries.get(request.actor, campaign_id)
    form = forms.FindingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        url = reverse("web:campaign-finding", args=[campaign_id])
        return _ask(request, form, _("What was learned"), url, 0, campaign_id)
    effect_actions.write_finding(
        "campaign", campaign_id, **form.cleaned_data, by=request.actor, at=now()
    )
    return _back(request, campaign_id, _("Kept. Similar campaigns show it while designed"))


@page(permission="campaigns.edit", methods=WRITE)
def finding_gone(request: PageRequest, campaign_id: int, finding_id: int) -> HttpResponse:
    effect_actions.remove_finding(finding_id, by=request.actor, at=now())
    return _back(request, campaign_id, _("Taken out"))


def _with_reason(
    request: PageRequest, campaign_id: int, title: str, verb: str, url: str,
    write: Callable[[str], str],
) -> HttpResponse:  # fmt: skip
    queries.get(request.actor, campaign_id)
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _ask(request, form, title, url, 0, campaign_id, verb=verb)
    return _back(request, campaign_id, write(form.cleaned_data["reason"]))


def _seen(request: PageRequest, row: Any) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isdigit() and len(text) < 9 else -1


def _ask(
    request: PageRequest, form: Any, title: str, url: str, seen: int, campaign_id: int = 0,
    *, verb: str = "",
) -> HttpResponse:  # fmt: skip
    back = reverse("web:campaign", args=[campaign_id]) if campaign_id else reverse("web:campaigns")
    context = {"form": form, "title": title, "url": url, "seen": seen, "back": back, "verb": verb}
    template = "campaigns/_ask.html" if request.htmx else "campaigns/ask.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _back(request: PageRequest, campaign_id: int, text: str) -> HttpResponse:
    toasts.say(request, text)
    url = reverse("web:campaign", args=[campaign_id])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
