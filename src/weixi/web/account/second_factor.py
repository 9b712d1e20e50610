"""The second factor: the code after the password, and setting it up, renewing, removing it."""

from typing import Any

import segno
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.core.clock import now
from weixi.core.errors import RuleBroken, TooOften
from weixi.staff import second_factor as factor
from weixi.staff.signed_in import end_other_sessions
from weixi.web import toasts
from weixi.web.access import FORM, MUST_ENROL, WRITE, open_page, page

from .entering import NEXT, begin_session, first_page, waiting, web_actor
from .forms import Code


@open_page(methods=FORM)
def sign_in_code(request: Any) -> HttpResponse:
    """Between a right password and the session."""
    who = waiting(request)
    if who is None:
        return redirect("web:sign-in")
    form = Code(request.POST or None)
    if not form.is_bound:
        form.fields["passcode"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid() and _is_right(request, who.user, form):
        begin_session(request, who.user)
        return redirect(first_page(request, who.user, who.next))
    status = 422 if form.errors else 200
    return render(request, "account/sign_in_code.html", {"form": form}, status=status)


def _is_right(request: Any, user: Any, form: Code) -> bool:
    code, actor = form.cleaned_data["passcode"], web_actor(request, user)
    was_recovery: list[bool] = []
    is_right = _did(
        form, lambda: was_recovery.append(factor.check(user, code=code, by=actor, at=now()))
    )
    if any(was_recovery):
        left = factor.state_of(user).codes_left
        toasts.say(request, _("Recovery codes left: {n}").format(n=left))
    return is_right


@page(permission=None, before_second_factor=True)
def own(request: Any) -> HttpResponse:
    return _shown(request)


@page(permission=None, methods=WRITE, before_second_factor=True)
def begin(request: Any) -> HttpResponse:
    factor.begin(request.user)
    return redirect("web:second-factor")


@page(permission=None, methods=WRITE, before_second_factor=True)
def confirm(request: Any) -> HttpResponse:
    form = Code(request.POST, recovery=False)
    made: list[str] = []
    if not form.is_valid() or not _did(form, lambda: made.extend(_confirmed(request, form))):
        return _shown(request, confirm=form, status=422)
    end_other_sessions(keep=request.session.session_key, by=request.actor, at=now())
    request.session.pop(MUST_ENROL, None)
    return _shown_codes(request, made, is_new=True)


def _confirmed(request: Any, form: Code) -> list[str]:
    code = form.cleaned_data["passcode"]
    return factor.confirm(request.user, code=code, by=request.actor, at=now())


@page(permission=None, methods=WRITE)
def codes(request: Any) -> HttpResponse:
    """New recovery codes; the old ones are void."""
    form = Code(request.POST, prefix="codes")
    made: list[str] = []
    if not form.is_valid() or not _did(form, lambda: made.extend(_renewed(request, form))):
        return _shown(request, codes=form, status=422)
    return _shown_codes(request, made)


def _renewed(request: Any, form: Code) -> list[str]:
    code = form.cleaned_data["passcode"]
    return factor.renew_codes(request.user, code=code, by=request.actor, at=now())


@page(permission=None, methods=WRITE)
def remove(request: Any) -> HttpResponse:
    form = Code(request.POST, prefix="remove")
    if not form.is_valid() or not _did(form, lambda: _removed(request, form)):
        return _shown(request, remove=form, status=422)
    if factor.is_needed_of(request.user):
        request.session[MUST_ENROL] = True
        factor.begin(request.user)
    toasts.say(request, _("The second factor is removed."))
    return redirect("web:second-factor")


def _removed(request: Any, form: Code) -> None:
    code = form.cleaned_data["passcode"]
    factor.remove_own(request.user, code=code, by=request.actor, at=now())


def _did(form: Code, what: Any) -> bool:
    """False, with the sentence at the field, when the code was wrong."""
    try:
        what()
    except TooOften:
        raise
    except RuleBroken as no:
        form.add_error("passcode", str(no))
        return False
    return True


def _shown(request: Any, *, status: int = 200, **forms: Code) -> HttpResponse:
    secret = factor.pending_of(request.user)
    context = {
        "state": factor.state_of(request.user),
        "secret": secret,
        "groups": _in_fours(secret.text) if secret else "",
        "picture": _picture(secret.address) if secret else "",
        "confirm": forms.get("confirm") or Code(recovery=False),
        "codes": forms.get("codes") or Code(prefix="codes"),
        "remove": forms.get("remove") or Code(prefix="remove"),
        "is_wrong": status != 200,
    }
    return render(request, _template(request), context, status=status)


def _shown_codes(request: Any, made: list[str], *, is_new: bool = False) -> HttpResponse:
    """Not kept anywhere readable: this answer is the only one that holds them."""
    address = first_page(request, request.user, request.session.pop(NEXT, ""))
    context = {"made": made, "next_url": address, "is_new": is_new}
    return render(request, "account/recovery_codes.html", context)


def _template(request: Any) -> str:
    """Who must set it up first gets the page without the ways that lead nowhere yet."""
    is_first = MUST_ENROL in request.session
    return "account/second_factor_first.html" if is_first else "account/second_factor.html"


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _picture(address: str) -> str:
    """Black on white in both themes: cameras want it so."""
    picture: str = segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff")
    return picture
