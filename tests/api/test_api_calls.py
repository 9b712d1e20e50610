"""The endpoint that telephone systems call."""

import json

import pytest
from django.test import Client

from tests.moments import NOON
from weixi.collect.calls.actions import set_extension
from weixi.core.actor import SYSTEM
from weixi.staff.actions import create_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(person):
    boss = person("admin")
    set_extension("801", boss.pk, by=SYSTEM, at=NOON)

    def make(body, scopes=("calls.tell",), token=""):
        key = token or create_token(
            user=boss, name="telephones", scopes=list(scopes), expires_at=None, by=SYSTEM, at=NOON
        )
        return Client().post(
            "/api/v1/calls", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )  # fmt: skip

    return make


CALL = {"event": "e1", "number": "+86 13800002046", "extension": "801"}


def test_a_call_is_told_once_and_the_answer_names_nobody(post):
    first, second = post(CALL), post(CALL)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert "138" not in first.content.decode()


def test_without_a_token_or_its_scope_nothing_happens(post):
    assert post(CALL, token="wrong").status_code == 401
    assert post(CALL, scopes=("customers.view",)).status_code == 403


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"extension": "999"}, "999"),
        ({"number": "hello"}, "hello"),
        ({"event": ""}, "event"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_does_not_fit_is_named(post, change, named):
    response = post(CALL | change)
    assert response.status_code == 422
    assert named in response.content.decode()
