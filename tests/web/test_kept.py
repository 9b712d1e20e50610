"""A plain form that fails: what was typed stands on the page of the failure and is sent from it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from weixi.collect.customers.models import Customer
from weixi.web import kept

TYPED = {"name": "林晓燕", "note": "asked about the\r\nblue bottle", "type": "consumer"}
HOST = "http://testserver"


def hidden_fields(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: unescape(text) for name, text in found}


@pytest.mark.parametrize(("kind", "status"), [("broken", 500), ("rule", 422), ("conflict", 409)])
@pytest.mark.urls("tests.web.trouble_urls")
def test_the_page_of_a_failure_shows_what_was_typed(
    signed_in: Callable[..., Client], kind: str, status: int
) -> None:
    client = signed_in("agent")
    client.raise_request_exception = False
    answer = client.post(f"/trouble/{kind}", TYPED, headers={"Accept-Language": "en"})
    html = answer.content.decode()
    assert answer.status_code == status
    assert "<blockquote>林晓燕</blockquote>" in html
    assert "<blockquote>asked about the<br>blue bottle</blockquote>" in html
    assert "<blockquote>consumer" not in html  # a code, not words of a person


@pytest.mark.urls("tests.web.trouble_urls")
def test_after_our_fault_it_is_sent_again_as_it_was(signed_in: Callable[..., Client]) -> None:
    client = signed_in("agent")
    client.raise_request_exception = False
    html = client.post("/trouble/broken?from=x", TYPED).content.decode()
    assert 'action="/trouble/broken?from=x"' in html
    fields = hidden_fields(html)
    assert fields.pop("csrfmiddlewaretoken")
    assert fields == TYPED


@pytest.mark.urls("tests.web.trouble_urls")
def test_what_was_typed_cannot_become_markup(signed_in: Callable[..., Client]) -> None:
    client = signed_in("agent")
    client.raise_request_exception = False
    for kind in ("broken", "rule"):
        html = client.post(f"/trouble/{kind}", {"a b": '"><script> x'}).content.decode()
        assert "<script> x" not in html


@pytest.mark.urls("tests.web.trouble_urls")
def test_passwords_and_files_are_never_shown_again(signed_in: Callable[..., Client]) -> None:
    client = signed_in("agent")
    client.raise_request_exception = False
    for given in ({"password": "se cret", "name": "林"}, {"old": "se cret", "new": "x y"}):
        assert "wx-kept" not in client.post("/trouble/broken", given).content.decode()


def test_a_session_that_ended_keeps_the_text_of_a_plain_form(
    db: None, person: Callable[..., Any]
) -> None:
    """Signed in again in another tab, the form goes through: at most one more press."""
    client = Client(enforce_csrf_checks=True)
    token = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)', str(client.get("/sign-in").content)
    )
    assert token
    given = TYPED | {"csrfmiddlewaretoken": token[1]}
    answer = client.post("/customers/new", given, headers={"Accept-Language": "en"})
    html = answer.content.decode()
    assert answer.status_code == 401
    assert "The session ended" in html
    assert "<blockquote>林晓燕</blockquote>" in html
    client.force_login(person("supervisor"))
    client.cookies["wx-csrf"] = "a" * 32  # signing in made a new one
    own = {"Origin": HOST, "Accept-Language": "en"}
    refused = client.post("/customers/new", hidden_fields(html), headers=own)
    assert refused.status_code == 403
    again = client.post("/customers/new", hidden_fields(refused.content.decode()), headers=own)
    assert again.status_code == 302
    assert Customer.objects.get().note == "asked about the\nblue bottle"


def test_words_of_another_host_never_stand_on_our_pages(
    db: None, person: Callable[..., Any]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("supervisor"))
    for headers in ({"Origin": "https://evil.example"}, {}):
        answer = client.post("/customers/new", TYPED, headers=headers)
        assert answer.status_code == 403
        assert "林晓燕" not in answer.content.decode()


def test_without_anything_typed_signing_in_leads_back_to_the_page(db: None) -> None:
    answer = Client().post("/sign-out", headers={"Referer": f"{HOST}/customers/?city=x"})
    assert answer["Location"] == "/sign-in"
    answer = Client().post("/customers/assign", headers={"Referer": f"{HOST}/customers/?city=x"})
    assert answer["Location"] == "/sign-in?next=/customers/%3Fcity%3Dx"
    answer = Client().post("/customers/assign", headers={"Referer": "https://evil.example/x"})
    assert answer["Location"] == "/sign-in?next=/"


def test_a_body_that_cannot_be_read_keeps_nothing(rf: Any) -> None:
    request = rf.post("/x", b"--a\r\nbroken", content_type="multipart/form-data; boundary=")
    assert kept.kept_of(request) is None
