"""Playbooks and promises of the API."""

from datetime import timedelta
from typing import Any

import pytest

from tests.moments import NOON
from weixi.act.care.playbooks.actions import create_shipped_playbooks
from weixi.act.care.playbooks.models import Playbook, Run
from weixi.classify.actions import create_shipped_schemes
from weixi.collect.touchpoints.models import Promise
from weixi.core.clock import now, today

pytestmark = pytest.mark.usefixtures("channels")


@pytest.fixture
def shipped(db: None) -> None:
    create_shipped_schemes(at=NOON)
    create_shipped_playbooks(at=NOON)


def run_of(customer: Any, state: str = "waiting", step: str = "wish") -> Run:
    book = Playbook.objects.get(code="birthday")
    return Run.objects.create(
        playbook=book, version=book.published, customer=customer, occurrence="2026", state=state,
        step=step, since=NOON, started_at=NOON, anchor=today(),
    )  # fmt: skip


@pytest.mark.usefixtures("shipped")
def test_a_figure_of_a_playbook_is_the_number_of_its_runs(program: Any, customer: Any) -> None:
    caller = program("admin")
    for name, state in (("A", "waiting"), ("B", "waiting"), ("C", "done")):
        run_of(customer(name), state)
    listed = {row["code"]: row for row in caller.get("/playbooks").json()["items"]}
    assert len(listed) == 14
    figures = listed["birthday"]["figures"]
    assert (figures["running"], figures["done"], figures["treated"]) == (2, 1, 3)
    for figure in ("running", "done", "held_out"):
        runs = caller.get("/playbooks/birthday/runs", figure=figure).json()["items"]
        assert len(runs) == figures[figure]
    assert caller.get("/playbooks/birthday/runs", figure="lost").status_code == 422
    assert caller.get("/playbooks/none/runs").status_code == 404
    one = caller.get("/playbooks/birthday").json()
    assert one["definition"]["steps"]
    assert one["version"] == 1


@pytest.mark.usefixtures("shipped")
def test_a_playbook_is_switched_on_and_off_and_runs_stop_with_it(
    program: Any, customer: Any
) -> None:
    caller = program("admin")
    run = run_of(customer("A"))
    off = caller.post("/playbooks/birthday/switch", {"is_on": False}).json()
    assert (off["is_on"], off["figures"]["running"]) == (False, 1)
    on = caller.post("/playbooks/birthday/switch", {"is_on": True}).json()
    assert on["is_on"] is True
    assert on["switched_on_at"] is not None
    off = caller.post("/playbooks/birthday/switch", {"is_on": False, "stop_running": True}).json()
    assert (off["is_on"], off["figures"]["stopped"]) == (False, 1)
    run.refresh_from_db()
    assert run.reason == "switched_off"
    assert caller.post("/playbooks/none/switch", {"is_on": True}).status_code == 404


@pytest.mark.usefixtures("shipped")
def test_one_customer_leaves_a_playbook_with_a_reason(program: Any, customer: Any) -> None:
    caller, run = program("admin"), run_of(customer("A"))
    address = f"/playbook-runs/{run.pk}/stop"
    assert caller.post(address, {"reason": ""}).status_code == 422
    assert caller.post(address, {"reason": "moved away"}).json()["state"] == "stopped"
    run.refresh_from_db()
    assert run.reason_text == "moved away"
    assert caller.post(address, {"reason": "again"}).status_code == 422


@pytest.mark.slow
@pytest.mark.usefixtures("shipped")
def test_a_simulation_counts_and_writes_nothing(program: Any, customer: Any) -> None:
    customer("A", birthday=today() - timedelta(days=365 * 30))
    found = program("admin").get("/playbooks/birthday/simulation").json()
    assert (found["last"], found["is_draft"]) == (today().isoformat(), False)
    assert found["starts"] == sum(day["starts"] for day in found["by_day"])
    assert not Run.objects.exists()


def test_a_promise_is_made_kept_and_opened_again(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("A")
    due = (now() + timedelta(days=2)).isoformat()
    made = caller.post("/promises", {"customer_id": who.pk, "what": "send it", "due_at": due})
    assert made.status_code == 201, made.content
    promise = made.json()
    assert (promise["state"], promise["is_overdue"]) == ("open", False)
    assert caller.get("/promises").json()["items"] == [promise]
    kept = caller.post(f"/promises/{promise['id']}/keep", {"more": "by courier"}).json()
    assert (kept["state"], kept["more"]) == ("kept", "by courier")
    assert caller.get("/promises").json()["items"] == []
    assert caller.get("/promises", state="kept").json()["items"] == [kept]
    assert caller.post(f"/promises/{promise['id']}/keep").status_code == 409
    assert caller.post(f"/promises/{promise['id']}/reopen").json() == promise
    assert caller.get(f"/customers/{who.pk}/promises").json()["items"] == [promise]


def test_a_promise_is_broken_only_with_a_reason_and_made_only_ahead(
    program: Any, customer: Any
) -> None:
    caller, who = program("admin"), customer("A")
    past = {"customer_id": who.pk, "what": "x", "due_at": "2026-01-01T00:00:00Z"}
    assert caller.post("/promises", past).status_code == 422
    made = Promise.objects.create(
        customer=who, what="call", made_at=NOON, due_at=NOON + timedelta(hours=1)
    )
    assert len(caller.get("/promises", state="overdue").json()["items"]) == 1
    assert caller.post(f"/promises/{made.pk}/break").status_code == 422
    broken = caller.post(f"/promises/{made.pk}/break", {"reason": "sold out"}).json()
    assert (broken["state"], broken["reason"]) == ("broken", "sold out")
