"""Reply clocks: what waits, how fast we answer, and the targets."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from weixi.collect.calendar.queries import is_running_out
from weixi.collect.replies import actions, queries
from weixi.collect.replies.rules import DEFAULT_MINUTES, MINUTES_MOST, Figures, ReplyState
from weixi.collect.touchpoints.queries import channels
from weixi.core.clock import now, today
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.forms import Form

from .span import DAYS, address, span_of

SHOWN_MOST = 200
STATES = {
    ReplyState.RUNNING: pgettext_lazy("reply clock", "in time"),
    ReplyState.NEAR: pgettext_lazy("reply clock", "nearly due"),
    ReplyState.OVERDUE: pgettext_lazy("reply clock", "overdue"),
    ReplyState.MET: pgettext_lazy("reply clock", "met"),
    ReplyState.MET_LATE: pgettext_lazy("reply clock", "answered late"),
    ReplyState.CANCELLED: pgettext_lazy("reply clock", "cancelled"),
}
LOOKS = {
    ReplyState.RUNNING: ("info", "hourglass"),
    ReplyState.NEAR: ("warn", "alarm"),
    ReplyState.OVERDUE: ("danger", "alert-triangle"),
    ReplyState.MET: ("ok", "circle-check"),
    ReplyState.MET_LATE: ("warn", "circle-check"),
    ReplyState.CANCELLED: ("", "ban"),
}


class TargetForm(Form):
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    team = forms.TypedChoiceField(
        label=gettext_lazy("Team"), required=False, coerce=int, empty_value=None
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Working minutes"), min_value=1, max_value=MINUTES_MOST
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", pgettext("reply target", "every"))
        fields: Any = self.fields
        fields["channel"].choices = [every, *((c.code, c.name) for c in channels())]
        fields["team"].choices = [every, *queries.team_choices()]


@page(permission="customers.view")
def listing(request: PageRequest) -> HttpResponse:
    """What waits now; with `days` what a figure of the report counted."""
    at = now()
    asked = {name: request.GET.get(name, "") for name in ("channel", "team", "state", "kind")}
    if asked["state"] not in {"", "open", "answered", *map(str, ReplyState)}:
        raise Http404
    if request.GET.get("days"):
        span = span_of(request)
        rows = queries.clocks_in(request.actor, since=span.since, until=span.until, at=at)
    else:
        rows = queries.open_clocks(request.actor, at=at)
    found = queries.selected(rows, **asked)
    context = {
        "count": len(found),
        "most": SHOWN_MOST if len(found) > SHOWN_MOST else None,
        "rows": [
            {"row": row, "word": STATES[row.state], "look": LOOKS[row.state],
             "left": row.target - row.used}
            for row in found[:SHOWN_MOST]
        ],
        "is_report": bool(request.GET.get("days")),
        "may_cancel": request.actor.may("contacts.edit"),
        "is_running_out": is_running_out(today()),
    }  # fmt: skip
    return render(request, "touch/replies.html", context)


@page(permission="contacts.edit", methods=WRITE)
def no_reply(request: PageRequest, source: str, reference: int) -> HttpResponse:
    """No answer is needed; with `again` it is after all."""
    if request.GET.get("again"):
        actions.needs_reply_after_all(source, reference, by=request.actor, at=now())
        toasts.say(request, _("The clock runs again."))
    else:
        reason = request.POST.get("reason", "")
        actions.needs_no_reply(source, reference, reason=reason, by=request.actor, at=now())
        undo = reverse("web:reply-none", args=[source, reference])
        toasts.say(request, _("No reply needed. Its clock is cancelled."), undo=f"{undo}?again=1")
    return redirect("web:replies")


@page(permission="reports.view")
def report(request: PageRequest) -> HttpResponse:
    span = span_of(request)
    rows = queries.clocks_in(request.actor, since=span.since, until=span.until, at=now())
    whole = queries.of_all(rows)
    context = {
        "span": span,
        "choices": DAYS,
        "tables": [
            {"title": _("All"), "lines": [_line("", whole, span.days)]},
            {"title": _("By channel"), "lines": _lines("channel", queries.by_channel(rows), span)},
            {"title": _("By team"), "lines": _lines("team", queries.by_team(rows), span)},
        ],
        "n": whole.every.n,
        "is_assumed": any(row.is_assumed for row in rows),
    }
    return render(request, "touch/reply_report.html", context)


def _lines(by: str, rows: list[queries.FigureRow], span: Any) -> list[dict[str, Any]]:
    return [_line(by, row, span.days) for row in rows]


def _line(by: str, row: queries.FigureRow, days: int) -> dict[str, Any]:
    query: dict[str, object] = {"days": days} | ({by: row.key} if by else {})
    return {
        "name": row.name or (_("No team") if by == "team" else ""),
        "first": _cells(row.first, query | {"kind": "first"}),
        "every": _cells(row.every, query),
    }


def _cells(counts: Figures, query: dict[str, object]) -> dict[str, Any]:
    base = reverse("web:replies")
    names = {
        "answered": counts.n,
        "met": counts.met,
        "met_late": counts.late,
        "overdue": counts.overdue,
        "open": counts.open,
        "cancelled": counts.cancelled,
    }
    urls = {name: address(base, **query, state=name) for name in names}
    return {"counts": counts, "links": [(name, n, urls[name]) for name, n in names.items()]}


@page(permission="settings.manage", methods=FORM)
def targets(request: PageRequest) -> HttpResponse:
    form = TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        toasts.say(request, _("Target saved. Open clocks follow it at once."))
        return redirect("web:reply-targets")
    context = {"form": form, "rows": queries.targets(), "default": DEFAULT_MINUTES}
    status = 422 if form.errors else 200
    return render(request, "touch/reply_targets.html", context, status=status)


def _saved(request: PageRequest, form: TargetForm) -> bool:
    told = form.cleaned_data
    try:
        actions.set_target(
            channel=told["channel"],
            team_id=told["team"],
            minutes=told["minutes"],
            by=request.actor,
            at=now(),
        )
    except RuleBroken as no:
        form.add_error("minutes", str(no))
        return False
    return True


@page(permission="settings.manage", methods=WRITE)
def remove(request: PageRequest, target_id: int) -> HttpResponse:
    actions.remove_target(target_id, by=request.actor, at=now())
    toasts.say(request, _("Target removed."))
    return redirect("web:reply-targets")
