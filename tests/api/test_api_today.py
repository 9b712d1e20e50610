"""Today's list through the API."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine

from tests.moments import NOON
from weixi.act.care.models import Task
from weixi.collect.touchpoints.models import Contact

pytestmark = pytest.mark.usefixtures("channels")
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def task(customer: Any) -> Any:
    """task(team=…, value=…) → an open task for a new customer."""

    def make(*, value: int = 10_000, **fields: Any) -> Task:
        who = customer("林晓燕", **fields)
        return Task.objects.create(
            customer=who,
            owner=fields.get("owner"),
            signals=[{"kind": "overdue", "facts": {"days": 47, "rhythm": 20, "lateness": 2.4}}],
            kind="overdue",
            channel="phone",
            value_at_stake=value,
            worth=value,
            due_on=TODAY,
            planned_on=TODAY,
        )

    return make


def test_the_list_has_the_shape_of_the_contract(program: Any, task: Any, team: Any) -> None:
    low, high = task(team=team("north"), value=1), task(team=team("north"), value=2)
    caller = program("manager", team=team("north"))
    page = caller.get("/today", limit=1).json()
    (row,) = page["items"]
    assert (row["rank"], row["task_id"], row["customer_id"]) == (1, high.pk, high.customer.number)
    assert {"reason", "signals", "channel", "say", "value_at_stake", "due"} <= set(row)
    following = caller.get("/today", limit=1, cursor=page["next"]).json()
    assert [one["task_id"] for one in following["items"]] == [low.pk]
    assert caller.get("/today", scope="team").status_code == 403


def test_a_task_is_done_once_and_taken_back(program: Any, task: Any, team: Any) -> None:
    one = task(team=team("north"))
    caller = program("manager", team=team("north"))
    address = f"/today/{one.pk}"
    done = caller.post(address + "/complete", {"outcome": "reached", "note": "谢谢"}, key="k")
    assert done.json()["state"] == "done"
    again = caller.post(address + "/complete", {"outcome": "reached", "note": "谢谢"}, key="k")
    assert again.json() == done.json()
    assert Contact.objects.count() == 1
    assert caller.post(address + "/complete", {"outcome": "reached"}).status_code == 409
    assert caller.post(address + "/undo").json()["state"] == "open"
    assert Contact.objects.count() == 0


def test_a_task_is_postponed_with_a_reason(program: Any, task: Any, team: Any) -> None:
    one = task(team=team("north"))
    caller = program("manager", team=team("north"))
    address = f"/today/{one.pk}/postpone"
    assert caller.post(address, {"until": "2026-11-20", "reason": "x"}).status_code == 422
    assert caller.post(address, {"until": "2026-11-23", "reason": "travels"}).status_code == 200
    assert caller.get("/today").json()["items"] == []


def test_two_programs_do_not_take_the_same_task(program: Any, task: Any, team: Any) -> None:
    one = task(team=team("north"))
    first, second = (program("manager", team=team("north")) for _ in range(2))
    assert first.post(f"/today/{one.pk}/claim").status_code == 200
    assert second.post(f"/today/{one.pk}/claim").status_code == 409
    assert first.post(f"/today/{one.pk}/release").status_code == 204
    assert second.post(f"/today/{one.pk}/claim").status_code == 200


def test_tasks_of_another_team_are_not_there(program: Any, task: Any, team: Any) -> None:
    one = task(team=team("south"))
    caller = program("supervisor", team=team("north"))
    for step in ("claim", "release", "undo"):
        assert caller.post(f"/today/{one.pk}/{step}").status_code == 404
    assert caller.post(f"/today/{one.pk}/complete", {"outcome": "reached"}).status_code == 404
    assert caller.get("/today", scope="team").json()["items"] == []


@pytest.mark.slow
def test_the_page_stands_in_the_same_order(
    program: Any, task: Any, team: Any, signed_in: Any
) -> None:
    """UX-01: two ways to one list."""
    values = (3, 1, 4, 1, 5, 9, 2, 6)
    made = [task(team=team("north"), value=value) for value in values]
    caller = program("manager", team=team("north"))
    told = [one["task_id"] for one in caller.get("/today").json()["items"]]
    html = signed_in(user=caller.user).get("/").content.decode()
    assert [int(number) for number in re.findall(r'data-task="(\d+)"', html)] == told
    assert told[0] == made[values.index(9)].pk
    assert len(told) == len(values)
