"""The contract: complete, and a page that people can read."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from weixi.api import problems
from weixi.api.urls import api

document = api.get_openapi_schema(path_prefix="api/v1")


@pytest.mark.slow
def test_the_document_is_open_and_current(db: None) -> None:
    body = Client().get("/api/v1/openapi.json").json()
    assert body["openapi"].startswith("3.1")
    assert set(body["paths"]) == set(document["paths"])


def test_every_operation_says_who_may_and_what_can_go_wrong() -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["security"], operation["operationId"]
            assert {"401", "403", "404", "409", "422", "429", "500"} <= set(operation["responses"])


def test_every_write_takes_an_idempotency_key() -> None:
    without = set()
    for router in api._routers:
        for view in router[1].path_operations.values():
            for one in view.operations:
                if not set(one.methods) <= {"GET"} and not _is_idempotent(one.view_func):
                    without.add(one.view_func.__name__)
    # The answers of the first two hold revealed data, which is not stored; repeating them does no
    # harm. The others ask what would be, and write nothing.
    assert without == {
        "reveal_identity",
        "export_customer",
        "count_segment",
        "preview_scheme",
        "preview_signal",
    }


def _is_idempotent(view: Any) -> bool:
    while view is not None:
        if getattr(view, "wx_idempotent", False):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


@pytest.mark.slow
def test_the_page_for_people_lists_every_operation_without_script(db: None) -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert all(address in text for address in document["paths"])
    assert "<script" not in text
    assert "style=" not in text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_no_two_shapes_have_one_name() -> None:
    """The document knows shapes by name: of two with one name a program reads the wrong one."""
    folder = Path(problems.__file__).parent
    found = [
        name
        for file in folder.glob("*.py")
        for name in re.findall(r"^class (\w+)\((?:Schema|Body)\)", file.read_text(), re.MULTILINE)
    ]
    assert [name for name, times in Counter(found).items() if times > 1] == []
