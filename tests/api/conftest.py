"""Programs with tokens."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from tests.moments import NOON
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.staff.actions import create_token
from weixi.staff.models import User
from weixi.staff.permissions import SCOPES
from weixi.staff.queries import actor_of

ROOT = "/api/v1"


class Program:
    """Calls the API as `user` with a token; JSON in, the response with `.json()` out."""

    def __init__(self, user: User, token: str) -> None:
        self.user, self.token = user, token
        self.client = Client(raise_request_exception=False)

    def __call__(
        self, method: str, address: str, body: Any = None, *, key: str = "", **query: Any
    ) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.generic(
            method,
            ROOT + address,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
            query_params=query or None,
        )

    def get(self, address: str, **query: Any) -> Any:
        return self("GET", address, **query)

    def post(self, address: str, body: Any = None, *, key: str = "") -> Any:
        return self("POST", address, {} if body is None else body, key=key)


@pytest.fixture
def program(person: Callable[..., User]) -> Callable[..., Program]:
    """program("agent", team=…, scopes=…) → a program with a token of a new person of that role.

    Without `scopes` the token holds all that the role does.
    """

    def make(role: str = "admin", *, scopes: list[str] | None = None, **fields: Any) -> Program:
        user = fields.pop("user", None) or person(role, **fields)
        held = sorted(set(user.role.permissions) & set(SCOPES))
        by = actor_of(user, door="web")
        text = create_token(
            user=user, name="test", scopes=held if scopes is None else scopes, expires_at=None,
            by=by.__class__(**{**vars(by), "permissions": by.permissions | {"tokens.own"}}),
            at=NOON,
        )  # fmt: skip
        return Program(user, text)

    return make


@pytest.fixture
def channels(db: None) -> None:
    create_shipped_channels()


@pytest.fixture
def admin_token(program: Any, channels: None, customer: Any) -> Iterator[str]:
    """The tests' connection is one transaction: it must outlive each request, as in Client."""
    customer("林晓燕")
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield program("admin").token
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
