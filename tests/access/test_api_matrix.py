"""Every operation × every role × own and foreign objects, against the table."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.access.conftest import belongings
from tests.access.footprint import footprint
from tests.access.matrix import API, REACHES_ALL, ROLES, Entry
from tests.moments import NOON
from weixi.api.urls import api
from weixi.core.actor import SYSTEM
from weixi.staff.actions import create_token
from weixi.staff.models import User
from weixi.staff.permissions import SCOPES

pytestmark = pytest.mark.slow

ROOT = "/api/v1"
OPERATIONS = sorted(API.items(), key=lambda item: item[0][::-1])
# Other places, {undo}, hold what the call is about.
PLACES = {
    "customer_id": "customer", "identity_id": "identity", "number": "order", "task_id": "task",
    "contact_id": "contact", "import_id": "import", "code": "scheme", "cell": "cell",
    "complaint_id": "complaint", "bond_id": "bond", "exclusion_id": "exclusion",
    "referral_id": "referral",
    "alert_id": "warning", "loss_id": "loss", "day": "tomorrow", "year": "year",
    "version": "version",
    "campaign_id": "campaign", "prevention_id": "prevention",
}  # fmt: skip


def token_of(user: User, scopes: list[str] | None = None) -> str:
    held = sorted(set(user.role.permissions) & set(SCOPES))  # type: ignore[union-attr]
    return create_token(
        user=user, name="t", scopes=held if scopes is None else scopes, expires_at=None,
        by=SYSTEM, at=NOON,
    )  # fmt: skip


# No day was refreshed, no stage was set by hand.
REFUSED_BY_RULES_OF_SCHEMES = {"scheme-previews", "count", "stage", "preview"}
# Nothing is merged, done or closed; the agent did not record the contact.
REFUSED_BY_RULES = {"unmerge", "undo", "reopen", "{contact_id}", "replay", "decide"} | {
    "reach", "submit", "approve", "launch", "stop",  # a campaign is a draft without an audience
}  # fmt: skip


class Caller:
    """Calls an operation of the table and takes back whatever it did."""

    def __init__(self, token: str | None, user: Any = None) -> None:
        self.user = user
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client(raise_request_exception=False)

    def __call__(self, method: str, address: str, entry: Entry, ids: dict[str, Any]) -> Any:
        ids = ids | ({"scheme": entry.code} if entry.code else {})
        address = re.sub(r"\{(\w+)\}", lambda m: str(ids[PLACES.get(m[1], entry.about)]), address)
        body = "" if method in {"get", "delete"} else json.dumps(entry.body(ids))
        return self.client.generic(
            method.upper(), ROOT + address, body, content_type="application/json",
            headers=self.headers, query_params=dict(entry.query) or None,
        )  # fmt: skip

    def taken_back(self, *call: Any) -> Any:
        with transaction.atomic():
            response = self(*call)
            transaction.set_rollback(True)
        return response


@pytest.fixture
def caller(person: Callable[..., User], team: Any, company: Any) -> Callable[[str], Caller]:
    """caller("a") → a program of a person with that role in the north; the agent owns its rows."""

    def make(letter: str) -> Caller:
        owner = company["north"]["owner"]
        user = owner if letter == "a" else person(ROLES[letter], team=team("north"))
        return Caller(token_of(user), user)

    return make


def test_every_operation_has_an_entry_and_every_entry_its_operation() -> None:
    document = api.get_openapi_schema(path_prefix="")
    there = {(m, address) for address, methods in document["paths"].items() for m in methods}
    assert there == set(API)


def test_without_a_token_every_operation_is_closed_and_silent(company: Any) -> None:
    before, nobody = footprint(), Caller(None)
    for (method, address), entry in OPERATIONS:
        response = nobody(method, address, entry, company["south"])
        assert response.status_code == 401, (method, address)
        assert b"canary" not in response.content, (method, address)
    assert footprint() == before


@pytest.mark.parametrize("letter", ROLES)
def test_a_role_that_may_not_changes_nothing_and_learns_nothing(
    letter: str, caller: Any, company: Any
) -> None:
    program, before = caller(letter), footprint()
    before = footprint()
    for (method, address), entry in OPERATIONS:
        if letter not in entry.roles:
            for ids in company.values():
                response = program(method, address, entry, ids)
                assert response.status_code == 403, (method, address, response.content)
                assert b"canary" not in response.content
    assert footprint() == before


@pytest.mark.parametrize("letter", ROLES)
def test_a_role_that_may_reaches_its_own(letter: str, caller: Any, company: Any) -> None:
    program = caller(letter)
    own = company["north"] | belongings(program.user)
    for (method, address), entry in OPERATIONS:
        if letter in entry.roles:
            response = program.taken_back(method, address, entry, own)
            said = (method, address, response.status_code, response.content[:300])
            assert response.status_code in {200, 201, 204, 409, 422}, said
            if response.status_code in {409, 422}:  # reached, and refused by a rule
                refused = REFUSED_BY_RULES | REFUSED_BY_RULES_OF_SCHEMES
                assert address.rsplit("/", 1)[-1] in refused, said


@pytest.mark.parametrize("letter", sorted(set(ROLES) - REACHES_ALL))
def test_what_belongs_to_another_team_is_not_there(letter: str, caller: Any, company: Any) -> None:
    program, before = caller(letter), footprint()
    for (method, address), entry in OPERATIONS:
        if letter not in entry.roles:
            continue
        if entry.about:
            response = program(method, address, entry, company["south"])
            assert response.status_code == 404, (method, address, response.content)
        elif method == "get":
            response = program(method, address, entry, company["south"])
        else:
            continue
        assert b"canary-south" not in response.content, (method, address)
    assert footprint() == before


@pytest.mark.parametrize("letter", sorted(set(ROLES) - REACHES_ALL))
def test_not_yours_and_not_there_look_the_same(letter: str, caller: Any, company: Any) -> None:
    program = caller(letter)
    nothing = dict.fromkeys(company["south"], 987_654_321) | {
        name: company["south"][name] for name in ("changed_at", "tomorrow", "scheme", "cell")
    }
    nothing["second_customer"] += 1
    for (method, address), entry in OPERATIONS:
        if letter in entry.roles and entry.about:
            theirs = program(method, address, entry, company["south"])
            missing = program(method, address, entry, nothing)
            assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)


def test_a_token_does_no_more_than_its_scopes(person: Any, team: Any, company: Any) -> None:
    admin = person("admin", team=team("north"))
    program, before = Caller(token_of(admin, ["orders.view"])), footprint()
    may = {("get", "/me"), ("get", "/orders"), ("get", "/orders/{number}")}
    for (method, address), entry in OPERATIONS:
        response = program.taken_back(method, address, entry, company["north"])
        is_order_list = address == "/customers/{customer_id}/orders"  # needs customers.view too
        expected = 200 if (method, address) in may else 403
        assert response.status_code == expected or is_order_list, (method, address)
    assert {k: v for k, v in footprint().items() if k != "staff_apitoken"} == {
        k: v for k, v in before.items() if k != "staff_apitoken"
    }
