"""Pages for what went wrong."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.web.trouble_urls")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    made = signed_in("agent")
    made.post("/language", {"language": "en"})
    return made


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("rule", 422, "The task is already done."),
        ("conflict", 409, "Li Lei changed this customer 2 minutes ago."),
        ("denied", 403, "Your role does not allow this."),
        ("missing", 404, "There is nothing here"),
    ],
)
def test_a_no_is_a_page_in_plain_words(client: Client, kind: str, status: int, words: str) -> None:
    answer = client.get(f"/trouble/{kind}")
    assert answer.status_code == status
    html = answer.content.decode()
    assert words in html
    assert 'class="wx-rail"' in html  # still in the frame: the way on is there


@pytest.mark.parametrize(("kind", "status"), [("rule", 422), ("conflict", 409), ("denied", 403)])
def test_htmx_gets_the_sentence_as_a_toast_and_swaps_nothing(
    client: Client, kind: str, status: int
) -> None:
    answer = client.post(f"/trouble/{kind}", headers=HTMX)
    assert answer.status_code == status
    assert answer["HX-Reswap"] == "none"
    assert json.loads(answer["HX-Trigger"])["wx:toast"]["text"] == answer.content.decode()


def test_our_fault_shows_a_number_that_the_log_holds(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "weixi.web"):
        answer = client.get("/trouble/broken")
    html = answer.content.decode()
    assert answer.status_code == 500
    [line] = [r for r in caplog.records if r.name == "weixi.web"]
    number = line.getMessage().split()[1].rstrip(":")
    assert f"<code>{number}</code>" in html
    assert line.exc_info
    for secret in ("a secret of the code", "ZeroDivisionError", "Traceback"):
        assert secret not in html


def test_our_fault_keeps_typed_text_where_htmx_asked(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.post("/trouble/broken", headers=HTMX)
    told = json.loads(answer["HX-Trigger"])["wx:toast"]
    assert (answer.status_code, answer["HX-Reswap"]) == (500, "none")
    assert told["reference"] == answer["X-Reference"]


def test_a_refusal_is_logged_with_who_and_what(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "weixi.web"):
        answer = client.get("/trouble/denied")
    [line] = [r.getMessage() for r in caplog.records if r.name == "weixi.web"]
    number = line.split()[1].rstrip(":")
    assert number in answer.content.decode()
    assert "/trouble/denied" in line
    assert "customers.edit" in line
    assert str(client.user.pk) in line  # type: ignore[attr-defined]


def test_an_old_form_says_so(person: Callable[..., Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("agent"))
    answer = client.post("/theme", {"theme": "dark"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "The form is too old" in answer.content.decode()


def test_a_stranger_sees_errors_without_the_frame(a_stranger: Client) -> None:
    html = a_stranger.get("/nothing/here").content.decode()
    assert 'class="wx-rail"' not in html
    assert "wx-trouble" in html
