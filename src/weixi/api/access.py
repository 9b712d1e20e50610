"""Who calls: a bearer token, its scopes, and the permission that an operation asks for."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from weixi.core.actor import Actor
from weixi.core.clock import now
from weixi.staff.actions import note_use
from weixi.staff.queries import actor_of_token, token_of

from .limits import count_call


class ApiRequest(HttpRequest):
    """The request inside an operation (for type hints): `actor` is set."""

    actor: Actor


class Token(HttpBearer):
    """`permission` None: any valid token. Checked before anything of the request is read."""

    def __init__(self, permission: str | None) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        at = now()
        held = token_of(token, at=at)
        if held is None:
            return None
        count_call(held.hash, at=at)
        note_use(held, at=at)
        actor = actor_of_token(held, address=request.META.get("REMOTE_ADDR", ""))
        request.actor = actor  # type: ignore[attr-defined]
        if self.permission:
            actor.need(self.permission)
        return actor


def needs(permission: str | None) -> Any:
    return Token(permission)
