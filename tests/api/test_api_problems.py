"""Every wrong request is answered by a problem document."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.moments import NOON
from weixi.collect.customers import queries
from weixi.staff.models import ApiToken, User


def problem(response: Any, status: int) -> Any:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["detail"]
    return body


def test_without_a_token_nothing_is_told(a_stranger: Client) -> None:
    response = a_stranger.get("/api/v1/customers")
    problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "change",
    [{"revoked_at": NOON}, {"expires_at": NOON - timedelta(days=9_999)}, {"hash": "x"}],
)
def test_a_token_that_ended_opens_nothing(program: Any, change: dict[str, Any]) -> None:
    caller = program("admin")
    ApiToken.objects.update(**change)
    problem(caller.get("/customers"), 401)


def test_a_token_ends_with_its_owner(program: Any) -> None:
    caller = program("admin")
    User.objects.update(is_active=False)
    problem(caller.get("/customers"), 401)


def test_a_scope_that_the_token_lacks_is_named(program: Any) -> None:
    caller = program("admin", scopes=["orders.view"])
    assert "customers.view" in problem(caller.get("/customers"), 403)["detail"]


def test_an_address_that_is_not_there(program: Any) -> None:
    problem(program().get("/nothing"), 404)


def test_a_method_that_is_not_there_says_which_are(program: Any) -> None:
    response = program()("PUT", "/customers", {})
    problem(response, 405)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_a_value_that_does_not_fit_is_placed_and_not_repeated(program: Any) -> None:
    body = {"name": "A", "type": "friend-13800002046"}
    found = problem(program().post("/customers", body), 422)
    assert found["errors"][0]["where"] == "body.body.type"
    assert "13800002046" not in str(found)


@pytest.mark.parametrize("query", [{"wheel": "1"}, {"owner__password": "x"}, {"city": "a\0b"}])
def test_an_unknown_filter_is_refused(program: Any, query: dict[str, str]) -> None:
    problem(program().get("/customers", **query), 400)


@pytest.mark.parametrize("body", ["{", "[" * 100_000, "null", '"x"', "\ud83d"])
def test_a_body_that_is_no_object_is_refused(program: Any, body: str) -> None:
    caller = program()
    response = caller.client.generic(
        "POST", "/api/v1/customers", body.encode(errors="surrogatepass"),
        content_type="application/json", headers={"Authorization": f"Bearer {caller.token}"},
    )  # fmt: skip
    assert response.status_code in {400, 422}
    problem(response, response.status_code)


def test_a_body_that_is_too_large_is_refused_and_is_not_our_fault(
    program: Any, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    answer = program("admin").post("/messages/bounces", {"mail": "x" * 2_000})
    assert answer.status_code == 413
    assert answer.json()["detail"] == "The request is too large."


def test_a_forged_cursor_is_refused(program: Any) -> None:
    problem(program().get("/customers", cursor="eyJ4Ijoi"), 422)


def test_our_own_fault_tells_nothing_of_the_inside(
    program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("secret of the inside")

    caller = program()
    monkeypatch.setattr(queries, "listing", broken)
    assert "secret" not in str(problem(caller.get("/customers"), 500))
