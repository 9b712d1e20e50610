"""The team's day for who leads: by person, given to others, and who is away."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.act.care import absences, manual, team
from weixi.act.care.day import list_day
from weixi.core.clock import now, today
from weixi.core.errors import Missing, RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page

from .forms import AbsenceForm, GiveForm

NAMED_MOST = 12  # customers told by name before they are given away


@page(permission="tasks.assign")
def overview(request: PageRequest) -> HttpResponse:
    day = list_day(today())
    found = team.team_day(request.actor, day=day)
    totals = {name: found.total(name) for name in (*team.FIGURES, "minutes")}
    context = {
        "today": day, "found": found, "totals": totals,
        "rows": [(row, _figures(row.id, row)) for row in found.people],
        "urls": {name: _url(None, name) for name in team.FIGURES},
        "absences": [
            ("away", _("Away today"), found.away_now),
            ("away-later", _("Away later"), found.away_later),
        ],
        "may_set": request.actor.may("people.manage"),
        "nobodys_url": _url(team.NOBODY, team.OPEN),
    }  # fmt: skip
    return render(request, "today/team.html", context)


@page(permission="tasks.assign")
def tasks(request: PageRequest, user_id: int | None = None) -> HttpResponse:
    """The tasks behind a figure, to be given to somebody."""
    day, actor = list_day(today()), request.actor
    figure = request.GET.get("figure", team.OPEN)
    if figure not in team.FIGURES:
        raise Http404
    name = "" if user_id is None else team.person_name(actor, user_id, day=day)
    found = team.tasks_page(
        actor, day=day, at=now(), person=user_id, figure=figure,
        cursor=request.GET.get("cursor", ""),
    )  # fmt: skip
    context = {
        "who": _who(user_id, name), "figure": figure, "rows": found.rows, "person": user_id,
        "count": team.task_count(actor, day=day, person=user_id, figure=figure),
        "figures": [(code, _word(code), _url(user_id, code)) for code in team.FIGURES],
        "next_url": f"{_url(user_id, figure)}&{urlencode({'cursor': found.next})}"
        if found.next else "",
        "form": GiveForm(people=_people(request, user_id)),
    }  # fmt: skip
    return render(request, "today/team_tasks.html", context)


@page(permission="tasks.assign", methods=WRITE)
def give(request: PageRequest) -> HttpResponse:
    """Asks first, with the number and the names; then gives."""
    form = GiveForm(request.POST, people=_people(request, None))
    if not form.is_valid():
        raise RuleBroken(next(iter(form.errors.values()))[0])
    to = form.cleaned_data["to"]
    person = int(to)
    chosen = _chosen(request)
    if not chosen:
        raise RuleBroken(_("Choose at least one open task."))
    named = team.tasks_named(request.actor, chosen)
    if not named:
        raise Missing("task")
    whom = _who(person, dict(form.people)[to])
    if not request.POST.get("sure"):
        shown = [name for _pk, name in named[:NAMED_MOST]]
        context = {
            "ids": [pk for pk, _name in named], "to": to, "whom": whom, "names": shown,
            "rest": len(named) - len(shown),
        }  # fmt: skip
        return render(request, "today/team_give.html", context)
    ids = [pk for pk, _name in named]
    given = manual.reassign(task_ids=ids, owner_id=person or None, by=request.actor, at=now())
    text = ngettext("{n} task given: {whom}", "{n} tasks given: {whom}", len(given.ids))
    undo = reverse("web:team-give-undo", args=[given.undo])
    toasts.say(request, text.format(n=len(given.ids), whom=whom), undo=undo)
    return redirect("web:team")


@page(permission="tasks.assign", methods=WRITE)
def undo_give(request: PageRequest, undo: int) -> HttpResponse:
    back = manual.undo_reassign(undo, by=request.actor, at=now())
    text = ngettext(
        "{n} task is back with who had it", "{n} tasks are back with who had them", back
    )
    toasts.say(request, text.format(n=back))
    return redirect("web:team")


@page(permission="tasks.assign", methods=FORM)
def absence(request: PageRequest) -> HttpResponse:
    day, people = list_day(today()), _people(request, team.NOBODY)
    start = {"first_day": day, "last_day": day, "person": request.GET.get("person", "")}
    form = AbsenceForm(request.POST or None, people=people, initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        stand_in = int(given["stand_in"]) if given["stand_in"] else None
        try:
            made = absences.record_absence(
                person_id=int(given["person"]), first_day=given["first_day"],
                last_day=given["last_day"], stand_in_id=stand_in, by=request.actor, at=now(),
            )  # fmt: skip
        except RuleBroken as no:
            form.add_error(None, str(no))
        else:
            return _absent(request, made.person_id, made.first_day <= day <= made.last_day)
    status = 422 if request.method == "POST" else 200
    return render(request, "today/absence.html", {"form": form}, status=status)


def _absent(request: PageRequest, person: int, is_away_today: bool) -> HttpResponse:
    """What stands on today's list already is given by hand: on to that when there is any."""
    toasts.say(request, _("The absence is recorded. The next plan of the day goes by it."))
    day = list_day(today())
    waits = team.task_count(request.actor, day=day, person=person, figure=team.OPEN)
    return redirect(_url(person, team.OPEN) if is_away_today and waits else reverse("web:team"))


@page(permission="tasks.assign", methods=WRITE)
def end_absence(request: PageRequest, absence_id: int) -> HttpResponse:
    absences.end_absence(absence_id=absence_id, by=request.actor, at=now())
    toasts.say(request, _("The absence has ended. The next plan of the day goes by it."))
    return redirect("web:team")


def _chosen(request: PageRequest) -> list[int]:
    """The ticked ones; or with `all` the whole list that was looked at."""
    if not request.POST.get("all"):
        return [int(text) for text in request.POST.getlist("task") if _is_number(text)]
    person, figure = request.POST.get("from", ""), request.POST.get("figure", team.OPEN)
    return team.task_ids(
        request.actor, day=list_day(today()), person=int(person) if _is_number(person) else None,
        figure=figure if figure in team.FIGURES else team.OPEN, most=manual.MOST_AT_ONCE,
    )  # fmt: skip


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _people(request: PageRequest, without: int | None) -> list[tuple[str, str]]:
    """To choose from; the team's queue first, unless it is what is given away."""
    queue = [] if without == team.NOBODY else [(str(team.NOBODY), _("The team's queue"))]
    workers = [(str(one.pk), str(one)) for one in team.workers(request.actor) if one.pk != without]
    return queue + workers


def _who(person: int | None, name: str) -> str:
    if person is None:
        return _("The whole team")
    return _("The team's queue") if person == team.NOBODY else name


def _word(figure: str) -> str:
    return {
        team.OPEN: _("Open tasks"), team.OVERDUE: _("Overdue"), team.LATER: _("Put off"),
        team.DONE: _("Done today"),
    }[figure]  # fmt: skip


def _figures(person: int, row: team.PersonRow) -> list[tuple[str, str, int, str]]:
    return [
        (code, _word(code), getattr(row, code), _url(person, code)) for code in team.FIGURES
    ]  # fmt: skip


def _url(person: int | None, figure: str) -> str:
    base = reverse("web:team-all") if person is None else reverse("web:team-tasks", args=[person])
    return f"{base}?{urlencode({'figure': figure})}"
