"""What is done against losses, through the API."""

from typing import Any

import pytest

from weixi.act.warnings.models import Prevention

pytestmark = pytest.mark.django_db
BODY = {"cause": "ours", "title": "faster delivery", "started_on": "2026-11-01"}


def test_a_prevention_is_written_down_changed_and_ended(program: Any) -> None:
    chief = program("supervisor")
    made = chief.post("/preventions", BODY).json()
    assert (made["cause"], made["before"], made["since"], made["unclear"]) == (
        "ours",
        0,
        0,
        "early",
    )
    assert made["ratio"] is None
    body = {**BODY, "title": "own drivers", "ended_on": "2026-11-20"}
    changed = chief("PUT", f"/preventions/{made['id']}", body).json()
    assert (changed["title"], changed["ended_on"]) == ("own drivers", "2026-11-20")
    assert program("agent").get("/preventions").json()["items"] == [changed]


@pytest.mark.parametrize(
    "body", [{**BODY, "cause": "weather"}, {**BODY, "title": ""}, {**BODY, "until": "2026-12-01"}]
)
def test_what_it_cannot_be_is_refused(program: Any, body: Any) -> None:
    assert program("supervisor").post("/preventions", body).status_code == 422
    assert not Prevention.objects.exists()


def test_it_does_not_end_before_it_began_and_an_agent_writes_none(program: Any) -> None:
    made = program("supervisor").post("/preventions", BODY).json()
    body = {**BODY, "ended_on": "2026-10-01"}
    answer = program("supervisor")("PUT", f"/preventions/{made['id']}", body)
    assert answer.status_code == 422
    assert "before it began" in answer.json()["detail"]
    assert program("agent").post("/preventions", BODY).status_code == 403
    nowhere = f"/preventions/{made['id'] + 1}"
    assert program("supervisor")("PUT", nowhere, BODY).status_code == 404
