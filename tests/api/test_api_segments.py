"""Segments, schemes, stages and the flow through the API."""

from typing import Any

import pytest

from tests.classify.lake import BEFORE, DAY, furnish, write
from weixi.classify.models import Membership

pytestmark = pytest.mark.django_db
RICH = {"measure": "revenue_12m", "is": ">=", "value": 500}
RULES = {
    "cells": [
        {"code": "rich", "name_zh": "富", "name_en": "Rich", "color": "h5", "when": RICH},
        {"code": "rest", "name_zh": "余", "name_en": "Rest", "color": "h1"},
    ]
}


@pytest.fixture
def ids(customer: Any) -> dict[str, int]:
    return furnish(customer, BEFORE, DAY)


@pytest.mark.slow
def test_a_segment_is_counted_saved_changed_deleted_and_restored(ids: Any, program: Any) -> None:
    admin = program("admin")
    assert admin.post("/segments/count", {"when": RICH}).json() == {
        "customers": 2, "as_of": DAY.isoformat(),
    }  # fmt: skip
    made = admin.post("/segments", {"name_zh": "富裕", "when": RICH})
    assert made.status_code == 201
    code = made.json()["code"]
    assert (made.json()["customers"], made.json()["is_published"]) == (2, True)
    body = {"name_zh": "富裕", "when": {"not": RICH}, "seen": 1}
    assert admin("PUT", f"/segments/{code}", body).json()["customers"] == 4
    assert admin("PUT", f"/segments/{code}", body).status_code == 409
    assert admin("DELETE", f"/segments/{code}").status_code == 204
    assert admin.get(f"/segments/{code}").status_code == 404
    assert admin.post(f"/segments/{code}/restore", {}).json()["customers"] == 4


def test_a_scheme_is_previewed_before_it_is_saved(ids: Any, program: Any) -> None:
    admin = program("admin")
    told = admin.post("/scheme-previews", {"definition": RULES}).json()
    assert [(cell["code"], cell["after"]) for cell in told["cells"]] == [("rich", 2), ("rest", 4)]
    assert not Membership.objects.exists()
    made = admin.post("/schemes", {"name_zh": "贫富", "definition": RULES}).json()
    assert (made["version"], made["state"]) == (1, "now")
    assert Membership.objects.filter(cell="rich").count() == 2


def test_a_rule_that_is_not_allowed_is_told_in_a_sentence(ids: Any, program: Any) -> None:
    wrong = {"name_zh": "坏", "when": {"field": "note", "is": "known"}}
    answer = program("admin").post("/segments", wrong)
    assert answer.status_code == 422
    assert "note" in answer.json()["detail"]


def test_the_moves_of_a_segment_tell_who_came_in_and_who_left(ids: Any, program: Any) -> None:
    admin = program("admin")
    code = admin.post("/segments", {"name_zh": "富裕", "when": RICH}).json()["code"]
    was_in = [None, "in", "in", "in", None, None]  # Bo, Cy and Di; now Ana and Bo
    write("cells", BEFORE, {"customer_id": list(ids.values()), code: was_in})
    told = admin.get(f"/schemes/{code}/moves").json()
    assert (told["earlier"], told["later"]) == (BEFORE.isoformat(), DAY.isoformat())
    assert {(m["came"], m["went"]): m["customers"] for m in told["moves"]} == {
        ("", "in"): 1, ("in", ""): 2, ("in", "in"): 1,
    }  # fmt: skip
    wrong = {"earlier": DAY.isoformat(), "later": BEFORE.isoformat()}
    assert admin.get(f"/schemes/{code}/moves", **wrong).status_code == 404
    assert admin.get(f"/schemes/{code}/moves", earlier="2020-01-01").status_code == 404
