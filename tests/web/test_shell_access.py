"""Who gets through which door."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from weixi.core.models import Run
from weixi.staff.permissions import PERMISSIONS, SHIPPED_ROLES
from weixi.web.access import Route, routes

ROUTES = list(routes())
PLAIN = [route for route in ROUTES if "<" not in route.pattern and route.need]
CLOSED = [route for route in PLAIN if route.need and not route.need.is_open]
SENT = (302, "/sign-in?next")
GUARDED = [route for route in ROUTES if route.need and not route.need.is_open]


def test_every_route_says_who_may_open_it() -> None:
    assert [route.pattern for route in ROUTES if route.need is None] == []


def test_every_permission_asked_for_exists() -> None:
    asked = {route.need.permission for route in GUARDED if route.need}
    assert asked - {None} <= set(PERMISSIONS)


def test_the_walk_finds_every_route_of_the_pages() -> None:
    """Counted another way: a namespace or an include that the walk skips would show."""

    def count(patterns: list[URLPattern | URLResolver]) -> int:
        return sum(1 if isinstance(p, URLPattern) else count(p.url_patterns) for p in patterns)

    web = [p for p in get_resolver().url_patterns if getattr(p, "app_name", "") == "web"]
    assert len(ROUTES) == count(web)


@pytest.mark.slow
def test_a_stranger_is_sent_to_sign_in_from_every_page(a_stranger: Client) -> None:
    assert len(CLOSED) > 90
    assert {page.pattern: to for page in CLOSED if (to := _sent(a_stranger, page)) != SENT} == {}


def test_a_stranger_is_sent_to_sign_in(a_stranger: Client) -> None:
    assert {_sent(a_stranger, page) for page in CLOSED[::20]} == {SENT}


def _sent(browser: Client, page: Route) -> tuple[int, str]:
    assert page.need
    method = browser.get if "GET" in page.need.methods else browser.post
    answer = method(page.pattern)
    return answer.status_code, answer.headers.get("Location", "").partition("=")[0]


@pytest.mark.slow
@pytest.mark.parametrize("role", SHIPPED_ROLES, ids=lambda role: role.code)
def test_a_role_opens_exactly_its_pages(role: object, signed_in: Callable[..., Client]) -> None:
    client = signed_in(role.code)  # type: ignore[attr-defined]
    opened, refused, expected = set(), set(), set()
    for route in PLAIN:
        assert route.need
        if route.need.is_open or "GET" not in route.need.methods:
            continue
        answer = client.get(route.pattern)
        (refused if answer.status_code == 403 else opened).add(route.pattern)
        permission = route.need.permission
        if permission is None or permission in role.permissions:  # type: ignore[attr-defined]
            expected.add(route.pattern)
        assert answer.status_code < 500
    assert opened == expected
    assert not refused & expected


def test_a_refused_call_is_not_begun(signed_in: Callable[..., Client]) -> None:
    client = signed_in("marketer")
    assert client.get("/settings/system").status_code == 403
    assert not Run.objects.exists()


def test_a_wrong_method_is_refused(signed_in: Callable[..., Client]) -> None:
    answer = signed_in("admin").post("/settings/system")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


def test_htmx_of_a_lost_session_goes_to_sign_in_and_back(a_stranger: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/settings/system"}
    answer = a_stranger.get("/settings/system", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in?next=/settings/system"


def test_a_permission_taken_away_is_gone_on_the_next_request(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("analyst")
    assert client.get("/settings/system").status_code == 200
    role = client.user.role  # type: ignore[attr-defined]
    role.permissions = []
    role.save()
    assert client.get("/settings/system").status_code == 403
    type(client.user).objects.update(is_active=False)  # type: ignore[attr-defined]
    assert client.get("/settings/own").status_code == 302
