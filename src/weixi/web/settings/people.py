"""People and teams: who signs in, with which role, in which team, and how much a day."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.core.clock import now
from weixi.core.errors import Missing, RuleBroken
from weixi.core.values import value_of
from weixi.staff import actions, queries, second_factor, signed_in
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, page

from .people_forms import NewPerson, Password, Person


@page(permission="people.manage", methods=FORM)
def people(request: Any) -> HttpResponse:
    """The list; a POST makes a person."""
    form = NewPerson(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid() and _made(request, form):
        return redirect("web:people")
    text = request.GET.get("q", "").strip()
    rows = queries.people(request.actor, text=text)
    context = {
        "rows": rows,
        "teams": queries.teams(request.actor),
        "form": form,
        "text": text,
        "factor_needed": value_of(second_factor.IS_NEEDED),
        "factor_missing": [row for row in rows if row.lacks_second_factor],
    }
    status = 422 if form.errors else 200
    return render(request, "settings/people.html", context, status=status)


def _made(request: Any, form: NewPerson) -> bool:
    told = form.cleaned_data
    try:
        actions.create_person(
            username=told["username"],
            name=told["name"],
            role=told["role"],
            team=told["team"],
            password=told["password"],
            by=request.actor,
            at=now(),
        )
    except RuleBroken as no:
        form.add_error("username", str(no))
        return False
    toasts.say(request, _("{name} can sign in now.").format(name=told["name"]))
    return True


@page(permission="people.manage", methods=FORM)
def person(request: Any, user_id: int) -> HttpResponse:
    user = _user(request, user_id)
    form = Person(request.POST or None, actor=request.actor, initial=_told(user))
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["is_active"] or user.is_active is False or _is_confirmed(request):
            return _changed(request, user, form)
        form.add_error("is_active", _("Tick “Yes, deactivate” as well."))
    context = {
        "user": user,
        "form": form,
        "password": Password(),
        "factor": second_factor.state_of(user),
        "sessions": signed_in.sessions_of(request.actor, user_id, at=now()),
    }
    status = 422 if form.errors else 200
    return render(request, "settings/person.html", context, status=status)


def _is_confirmed(request: Any) -> bool:
    return request.POST.get("sure") == "yes"


def _changed(request: Any, user: Any, form: Person) -> HttpResponse:
    told = form.cleaned_data
    actions.change_person(
        user=user,
        name=told["name"],
        role=told["role"],
        team=told["team"],
        capacity=told["capacity"],
        is_active=told["is_active"],
        by=request.actor,
        at=now(),
    )
    toasts.say(request, _("Saved. It holds from their next click on."))
    return redirect("web:people")


def _told(user: Any) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": user.role.code if user.role else "",
        "team": user.team_id or "",
        "capacity": user.daily_capacity,
        "is_active": user.is_active,
    }


@page(permission="people.manage", methods=WRITE)
def password(request: Any, user_id: int) -> HttpResponse:
    user = _user(request, user_id)
    text = request.POST.get("password", "")
    actions.set_password(user=user, password=text, by=request.actor, at=now())
    toasts.say(request, _("New password set. {name} is signed out everywhere.").format(name=user))
    return redirect("web:person", user_id)


@page(permission="people.manage", methods=WRITE)
def sessions_end(request: Any, user_id: int) -> HttpResponse:
    user = _user(request, user_id)
    count = signed_in.end_sessions_of(user, by=request.actor, at=now())
    text = ngettext("{n} session of {name} ended", "{n} sessions of {name} ended", count)
    toasts.say(request, text.format(n=count, name=user))
    return redirect("web:person", user_id)


@page(permission="people.manage", methods=WRITE)
def second_factor_reset(request: Any, user_id: int) -> HttpResponse:
    user = _user(request, user_id)
    second_factor.reset(user, by=request.actor, at=now())
    toasts.say(request, _("The second factor of {name} is removed.").format(name=user))
    return redirect("web:person", user_id)


@page(permission="settings.manage", methods=WRITE)
def second_factor_needed(request: Any) -> HttpResponse:
    is_needed = request.POST.get("needed") == "on"
    second_factor.set_needed(is_needed, by=request.actor, at=now())
    toasts.say(request, _("Saved. It holds from the next sign-in on."))
    return redirect("web:people")


@page(permission="people.manage", methods=WRITE)
def teams(request: Any) -> HttpResponse:
    """Make a team, or give one another name."""
    name, team_id = request.POST.get("name", ""), request.POST.get("team", "")
    if team_id.isdigit():
        actions.rename_team(team_id=int(team_id), name=name, by=request.actor, at=now())
    else:
        actions.add_team(name=name, by=request.actor, at=now())
    toasts.say(request, _("Team saved."))
    return redirect("web:people")


def _user(request: Any, user_id: int) -> Any:
    try:
        return queries.person(request.actor, user_id)
    except Missing as no:
        raise Http404 from no
