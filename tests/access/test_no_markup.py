"""S-09: whatever people or files wrote into a stored text, no page makes markup of it."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client

from tests.access.conftest import belongings
from tests.access.matrix import ROLES
from tests.access.test_page_matrix import call, calls
from weixi.core import append_only

MARKUP = "\"'><i x>"
SHORTEST = 30  # characters a column must hold for the markup to fit behind the text
LINKED_BY = {("orders", "number"), ("staff", "code")}  # stand in addresses that the test calls
FILES = {"message-visit", "import-rejects"}  # a calendar entry, a table: no pages

pytestmark = pytest.mark.slow


def spoil_every_text() -> set[str]:
    """Markup behind every stored text of the two teams; returns the columns that hold it now."""
    spoiled = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices:
                continue
            if (model._meta.app_label, field.name) in LINKED_BY or field.max_length == 0:
                continue
            if field.max_length is not None and field.max_length < SHORTEST:
                continue
            texts = model._default_manager.filter(**{f"{field.name}__icontains": "canary"})
            if texts.update(**{field.name: Concat(F(field.name), Value(MARKUP))}):
                spoiled.add(f"{model._meta.label}.{field.name}")
    return spoiled


def test_no_stored_text_becomes_markup_on_any_page(company: Any, signed_in: Any, team: Any) -> None:
    client: Client = signed_in(ROLES["d"], team=team("north"))
    client.raise_request_exception = False
    own = company["north"] | belongings(client.user)  # type: ignore[attr-defined]
    with append_only.opened():
        spoiled = spoil_every_text()
    assert len(spoiled) > 15, spoiled
    shown = 0
    for method, route, entry in calls():
        name = route.name.partition(":")[2]
        if method != "GET" or "d" not in entry.roles or name in FILES:
            continue
        for htmx in (True, False):
            text = call(client, method, route, entry, own, htmx=htmx).text
            assert MARKUP not in text, (route.name, htmx)
            assert "<i x>" not in text, (route.name, htmx)
            shown += "&lt;i x&gt;" in text
    assert shown > 30  # it stood there, escaped
