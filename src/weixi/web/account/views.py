"""Signing in and out, and what a person sets for themselves."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.core import rates
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.core.values import declare, value_of
from weixi.staff.actions import change_own_password, change_own_settings
from weixi.staff.second_factor import state_of
from weixi.staff.signed_in import end_other_sessions, own_sessions
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, open_page, page
from weixi.web.appearance import LANGUAGES, THEME_COOKIE, THEMES, keep
from weixi.web.rail import home_of

from .entering import enter, safe
from .forms import NewPassword, OwnSettings, SignIn

# [{"username": …, "password": …, "role": …}, …]; filled by `weixi demo`, empty elsewhere
DEMO_ACCOUNTS = declare("demo.accounts", [])


@open_page(methods=FORM)
def sign_in(request: Any) -> HttpResponse:
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(home_of(request.actor))
        return _sign_in_page(request, SignIn(initial={"next": request.GET.get("next", "")}))
    form = SignIn(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    user = authenticate(
        request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
    )
    if user is None:
        form.add_error(None, _("User name and password do not belong together."))
        return _sign_in_page(request, form, status=422)
    return enter(request, user, form.cleaned_data["next"])


def _sign_in_page(request: Any, form: SignIn, status: int = 200) -> HttpResponse:
    context = {"form": form, "demo_accounts": value_of(DEMO_ACCOUNTS)}
    return render(request, "account/sign_in.html", context, status=status)


@open_page(methods=WRITE)
def sign_out(request: Any) -> HttpResponse:
    logout(request)
    return redirect("web:sign-in")


@open_page(methods=WRITE)
def set_language(request: Any) -> HttpResponse:
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen in LANGUAGES:
        request.session["language"] = chosen
        keep(response, cookie=settings.LANGUAGE_COOKIE_NAME, value=chosen)
        _set_own(request, language=chosen)
    return response


@open_page(methods=WRITE)
def set_theme(request: Any) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    response = HttpResponse(status=204) if request.htmx else _back(request)
    if chosen in THEMES:
        request.session["theme"] = chosen
        keep(response, cookie=THEME_COOKIE, value=chosen)
        _set_own(request, theme=chosen)
    return response


def _set_own(request: Any, **values: Any) -> None:
    if request.user.is_authenticated:
        change_own_settings(values=values, by=request.actor, at=now())


@page(permission=None, methods=FORM)
def own_settings(request: Any) -> HttpResponse:
    user = request.user
    form = OwnSettings(request.POST or None, initial={n: getattr(user, n) for n in OWN})
    if request.method == "POST" and form.is_valid():
        change_own_settings(values=form.cleaned_data, by=request.actor, at=now())
        request.session["language"] = form.cleaned_data["language"]
        request.session["theme"] = form.cleaned_data["theme"]
        toasts.say(request, _("Own settings saved"))
        return redirect("web:own-settings")
    return _own_page(request, form, NewPassword(), _status(form))


OWN = tuple(OwnSettings.base_fields)


@page(permission=None, methods=WRITE)
def own_password(request: Any) -> HttpResponse:
    form = NewPassword(request.POST)
    if form.is_valid() and (user := _changed(request, form)):
        update_session_auth_hash(request, user)
        end_other_sessions(keep=request.session.session_key, by=request.actor, at=now())
        toasts.say(request, _("New password set; other devices were signed out"))
        return redirect("web:own-settings")
    own = OwnSettings(initial={n: getattr(request.user, n) for n in OWN})
    return _own_page(request, own, form, 422)


def _own_page(request: Any, form: Any, password: Any, status: int) -> HttpResponse:
    at, this = now(), request.session.session_key
    context = {
        "form": form,
        "password_form": password,
        "factor": state_of(request.user),
        "sessions": own_sessions(request.actor, this=this, at=at),
    }
    return render(request, "account/own_settings.html", context, status=status)


def _changed(request: Any, form: NewPassword) -> Any:
    """None, with the error at its field: the present password was wrong. Trying is limited."""
    rates.count(rates.PASSWORDS, f"person {request.user.pk}", seconds=rates.HOUR, at=now())
    try:
        return change_own_password(
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            by=request.actor,
            at=now(),
        )
    except RuleBroken as no:
        form.add_error("old", str(no))
        return None


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _back(request: Any) -> HttpResponseRedirect:
    return redirect(safe(request, request.POST.get("next", "")) or reverse("web:home"))
