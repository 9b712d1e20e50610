"""Where a person is signed in: one ends, or all others."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.core.clock import now
from weixi.staff import signed_in
from weixi.web import toasts
from weixi.web.access import WRITE, page

from .devices import device_name


@page(permission=None)
def sessions(request: Any) -> HttpResponse:
    at, this = now(), request.session.session_key
    rows = [
        {"one": one, "device": device_name(one.device)}
        for one in signed_in.own_sessions(request.actor, this=this, at=at)
    ]
    return render(request, "account/sessions.html", {"rows": rows})


@page(permission=None, methods=WRITE)
def end(request: Any) -> HttpResponse:
    handle = request.POST.get("session", "")
    signed_in.end_own_session(handle=handle, by=request.actor, at=now())
    toasts.say(request, _("The session has ended."))
    return redirect("web:own-sessions")


@page(permission=None, methods=WRITE)
def end_others(request: Any) -> HttpResponse:
    keep = request.session.session_key
    count = signed_in.end_other_sessions(keep=keep, by=request.actor, at=now())
    text = ngettext("{n} other session ended", "{n} other sessions ended", count)
    toasts.say(request, text.format(n=count))
    return redirect("web:own-sessions")
