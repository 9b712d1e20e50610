"""The same write sent by several at the same moment has one effect and one answer (L-04)."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from weixi.collect.customers.models import Customer
from weixi.core import rates
from weixi.core.models import IdempotencyKey, JournalEntry
from weixi.core.values import DEFAULTS

SENDERS = 5


@pytest.fixture
def post(program: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """post(key, name) → (status, body) of a customer created over a connection of its own."""
    monkeypatch.setitem(DEFAULTS, rates.CALLS, 10**6)
    token = program("admin").token

    def send(key: str, name: str) -> tuple[int, bytes]:
        try:
            response = Client(raise_request_exception=False).post(
                "/api/v1/customers", json.dumps({"name": name}), content_type="application/json",
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
            )  # fmt: skip
            return response.status_code, response.content
        finally:
            connection.close()

    return send


def sent_at_once(post: Any, keys: int, name_of: Any) -> list[list[tuple[int, bytes]]]:
    """The answers of each key's senders, who all start together."""
    start = Barrier(SENDERS)

    def sender(number: int) -> list[tuple[int, bytes]]:
        answers = []
        for key in range(keys):
            start.wait(timeout=60)
            answers.append(post(f"key-{key}", name_of(key, number)))
        return answers

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(zip(*pool.map(sender, range(SENDERS)), strict=True))


def one_effect_each(post: Any, keys: int) -> None:
    for answers in sent_at_once(post, keys, lambda key, number: f"customer {key}"):
        assert {status for status, _body in answers} == {201}, answers
        assert len({json.dumps(json.loads(body)) for _status, body in answers}) == 1
    names = sorted(Customer.objects.values_list("name", flat=True))
    assert names == sorted(f"customer {key}" for key in range(keys))
    assert JournalEntry.objects.filter(kind="customer.created").count() == keys
    assert IdempotencyKey.objects.count() == keys


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_keys_sent_by_five_at_once_have_fifty_effects(post: Any) -> None:
    one_effect_each(post, 50)


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_five_hundred_keys_sent_by_five_at_once_have_five_hundred_effects(post: Any) -> None:
    one_effect_each(post, 500)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_different_requests_with_one_key_one_is_done_and_the_others_refused(post: Any) -> None:
    """Who comes first is done; the others never get its answer."""
    for key, answers in enumerate(sent_at_once(post, 10, lambda key, number: f"{key}-{number}")):
        assert sorted(status for status, _body in answers) == [201, 422, 422, 422, 422]
        done = next(number for number, (status, _body) in enumerate(answers) if status == 201)
        assert list(
            Customer.objects.filter(name__startswith=f"{key}-").values_list("name", flat=True)
        ) == [f"{key}-{done}"]
