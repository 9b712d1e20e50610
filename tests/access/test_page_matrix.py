"""Every page × every role × own and foreign objects, against the table."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from tests.access.conftest import belongings
from tests.access.footprint import footprint
from tests.access.matrix import REACHES_ALL, ROLES, Entry
from tests.access.pages import PAGES
from weixi.web.access import Route, routes

# Other places, {undo}, hold what the call is about.
PLACES = {
    "customer_id": "customer", "identity_id": "identity", "number": "order", "task_id": "task",
    "contact_id": "contact", "code": "scheme", "person_id": "person",
    "exclusion_id": "exclusion",
    "view_id": "view", "batch_id": "import", "token": "staged", "user_id": "colleague",
    "loss_id": "loss", "kind": "evidence", "version": "version", "root": "root",
    "rated": "rated",
    "campaign_id": "campaign", "section": "section", "what": "what", "place": "place",
    "finding_id": "finding",
    "promise_id": "promise", "source": "source", "reference": "reply", "target_id": "target",
    "privilege_id": "privilege", "surprise_id": "surprise",
    "channel": "channel", "language": "language", "template_id": "template",
    "prevention_id": "prevention",
    "snippet_id": "snippet", "call_id": "call", "extension_id": "extension",
}  # fmt: skip

# Read from the lake: they have a test of their own, after a refresh.
AFTER_A_REFRESH = {"segment-bands"}


class Answer(NamedTuple):
    status_code: int
    text: str


NOWHERE = 987_654_321


def calls() -> Iterator[tuple[str, Route, Entry]]:
    """(method, route, entry) of every route that has an entry."""
    for route in routes(("web",)):
        entry = PAGES.get(route.name.partition(":")[2])
        if entry is not None and route.need is not None:
            for method in route.need.methods:
                if method != "HEAD":
                    yield method, route, entry


def call(
    client: Client,
    method: str,
    route: Route,
    entry: Entry,
    ids: dict[str, Any],
    *,
    htmx: bool = False,
) -> Answer:
    ids = ids | ({"scheme": entry.code} if entry.code else {})
    address = re.sub(
        r"<(?:\w+:)?(\w+)>",
        lambda m: str(ids.get(PLACES.get(m[1], entry.about), NOWHERE)),
        route.pattern,
    )
    headers = {"Accept-Language": "en"} | ({"HX-Request": "true"} if htmx else {})
    query = dict(entry.query) or None
    response: Any = client.generic(
        method, address, urlencode(entry.body(ids)), query_params=query, headers=headers,
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    body = b"".join(response) if response.streaming else response.content
    asked = str(ids.get("order", "")) if entry.about == "order" else ""  # a 404 repeats the address
    text = body.decode(errors="replace")
    return Answer(response.status_code, text.replace(asked, "") if asked else text)


@pytest.fixture
def at_desk(
    person: Callable[..., Any], team: Any, company: Any, signed_in: Any
) -> Callable[[str], Client]:
    """at_desk("a") → somebody with that role in the north; the agent owns its rows."""

    def make(letter: str) -> Client:
        user = company["north"]["owner"] if letter == "a" else None
        client = signed_in(ROLES[letter], user=user, team=team("north"))
        client.raise_request_exception = False
        return client

    return make


def test_every_page_has_an_entry_and_every_entry_its_page() -> None:
    assert {route.name.partition(":")[2] for route in routes(("web",))} == set(PAGES)


def test_every_page_says_itself_what_it_needs() -> None:
    assert [route.name for route in routes(("web",)) if route.need is None] == []


@pytest.mark.slow
def test_nobody_sees_anything_before_signing_in(company: Any) -> None:
    before, nobody = footprint(), Client(raise_request_exception=False)
    for method, route, entry in calls():
        if entry.roles != "open":
            response = call(nobody, method, route, entry, company["south"])
            assert response.status_code in {302, 401}, (method, route.name)
            assert "canary" not in response.text
    assert footprint() == before


@pytest.mark.slow
@pytest.mark.parametrize("letter", ROLES)
def test_a_role_that_may_not_changes_nothing_and_learns_nothing(
    letter: str, at_desk: Any, company: Any
) -> None:
    client = at_desk(letter)
    before = footprint()
    for method, route, entry in calls():
        if entry.roles != "open" and letter not in entry.roles:
            response = call(client, method, route, entry, company["north"])
            assert response.status_code == 403, (method, route.name, response.status_code)
            assert "canary-north-1" not in response.text
    assert footprint() == before


@pytest.mark.slow
@pytest.mark.parametrize("letter", ROLES)
def test_a_role_that_may_reaches_its_own(letter: str, at_desk: Any, company: Any) -> None:
    client = at_desk(letter)
    own = company["north"] | belongings(client.user)  # type: ignore[attr-defined]
    for method, route, entry in calls():
        if letter in entry.roles and _is_ready(route):
            with transaction.atomic():
                response = call(client, method, route, entry, own)
                transaction.set_rollback(True)
            said = (method, route.name, response.status_code, response.text[-400:])
            assert response.status_code not in {401, 403, 404, 405, 500}, said


@pytest.mark.slow
@pytest.mark.parametrize("letter", sorted(set(ROLES) - REACHES_ALL))
def test_what_belongs_to_another_team_is_not_there(letter: str, at_desk: Any, company: Any) -> None:
    client = at_desk(letter)
    before = footprint()
    for method, route, entry in calls():
        if letter not in entry.roles or (not entry.about and method != "GET"):
            continue
        for htmx in (True, False):
            response = call(client, method, route, entry, company["south"], htmx=htmx)
            said = (method, route.name, response.status_code, htmx)
            assert "canary-south" not in response.text, said
            if entry.about:
                # A plain GET of what is a drawer goes to its page, whether there is one or not.
                missing = call(client, method, route, entry, {}, htmx=htmx)
                assert response.status_code == missing.status_code, said
                assert response.status_code == 404 or (method, htmx) == ("GET", False), said
            else:
                assert response.status_code < 500, said
    assert footprint() == before


def _is_ready(route: Route) -> bool:
    return route.name.partition(":")[2] not in AFTER_A_REFRESH
