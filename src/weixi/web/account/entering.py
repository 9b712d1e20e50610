"""What follows a right password: the second factor, then the session."""

from typing import Any, NamedTuple

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from weixi.core.clock import now
from weixi.staff import second_factor
from weixi.staff.queries import actor_of, signing_in
from weixi.web.access import MUST_ENROL
from weixi.web.appearance import take_from
from weixi.web.rail import home_of

WAITING, NEXT = "sign_in_waiting", "sign_in_next"
WAITS_SECONDS = 600
DEVICE_LENGTH = 300


class Waiting(NamedTuple):
    """Whose password was right and whose code is still to come."""

    user: Any
    next: str


def enter(request: Any, user: Any, next_address: str) -> HttpResponse:
    """The password was right. Nobody is signed in before the code was right, too."""
    if second_factor.is_on(user):
        request.session.cycle_key()
        request.session[WAITING] = {
            "user": user.pk,
            "backend": user.backend,
            "hash": user.get_session_auth_hash(),
            "second": int(now().timestamp()),
            "next": next_address,
        }
        return redirect("web:sign-in-code")
    begin_session(request, user)
    if not second_factor.is_needed_of(user):
        return redirect(first_page(request, user, next_address))
    second_factor.begin(user)
    request.session[MUST_ENROL] = True
    request.session[NEXT] = next_address
    return redirect("web:second-factor")


def waiting(request: Any) -> Waiting | None:
    """None: nobody gave a password here, too long ago, or it was changed or taken since."""
    told = request.session.get(WAITING)
    if not told or now().timestamp() - told["second"] > WAITS_SECONDS:
        return None
    user = signing_in(told["user"])
    if user is None or not constant_time_compare(user.get_session_auth_hash(), told["hash"]):
        return None
    user.backend = told["backend"]
    return Waiting(user, told["next"])


def begin_session(request: Any, user: Any) -> None:
    """login() gives the session a new key (S-14)."""
    request.session.pop(WAITING, None)
    login(request, user)
    second = int(now().timestamp())
    request.session["signed_in_at"] = request.session["seen_at"] = second
    request.session["device"] = request.META.get("HTTP_USER_AGENT", "")[:DEVICE_LENGTH]
    request.session["address"] = request.META.get("REMOTE_ADDR", "")
    take_from(user, request)


def first_page(request: Any, user: Any, next_address: str) -> str:
    return safe(request, next_address) or home_of(web_actor(request, user))


def web_actor(request: Any, user: Any) -> Any:
    return actor_of(user, door="web", address=request.META.get("REMOTE_ADDR", ""))


def safe(request: Any, address: str) -> str:
    """Only addresses of this host; everything else is dropped."""
    fits = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if fits else ""
