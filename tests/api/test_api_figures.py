"""Measures, schemes, imports and the system through the API."""

from datetime import date
from typing import Any

import pytest

from tests.moments import NOON
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.collect.intake.models import ImportBatch
from weixi.core.models import Heartbeat, Run
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

DAY = date(2026, 11, 20)


def test_unknown_is_said_and_not_zero(program: Any, customer: Any) -> None:
    caller, who = program("analyst"), customer("A")
    body = caller.get(f"/customers/{who.pk}/measures").json()
    assert body["score"] is None
    assert body["measures"]["revenue_12m"]["why_unknown"] == "not_refreshed"
    Snapshot.objects.create(customer=who, as_of=DAY, revenue_12m=123_456, phase="existing")
    Score.objects.create(customer=who, as_of=DAY, horizon_days=90, churn_risk=0.42)
    body = caller.get(f"/customers/{who.pk}/measures").json()
    assert body["measures"]["revenue_12m"] == {
        "value": 123_456, "unit": "money", "as_of": "2026-11-20", "why_unknown": "",
    }  # fmt: skip
    assert body["score"]["churn_risk"] == 0.42
    codes = {row["code"] for row in caller.get("/measures").json()["items"]}
    assert codes == set(body["measures"])


def test_measures_of_another_team_are_not_there(program: Any, customer: Any, team: Any) -> None:
    who = customer("A", team=team("south"))
    caller = program("manager", team=team("north"))
    for what in ("measures", "cells", "orders", "contacts"):
        assert caller.get(f"/customers/{who.pk}/{what}").status_code == 404


@pytest.fixture
def pyramid(customer: Any, team: Any) -> Scheme:
    create_shipped_schemes(at=NOON)
    scheme = Scheme.objects.get(code="value_pyramid")
    for i, code in enumerate(("north", "north", "south")):
        who = customer(f"A{i}", team=team(code))
        Snapshot.objects.create(customer=who, as_of=DAY, revenue_12m=100)
        Membership.objects.create(customer=who, scheme=scheme, cell="gold", since=DAY)
    return scheme


def test_a_cell_counts_what_its_list_holds(program: Any, pyramid: Any, team: Any) -> None:
    for caller, expected in ((program("analyst"), 3), (program("manager", team=team("north")), 2)):
        table = caller.get("/schemes/value_pyramid").json()
        gold = next(cell for cell in table["cells"] if cell["code"] == "gold")
        listed = caller.get("/schemes/value_pyramid/cells/gold/customers").json()["items"]
        assert gold["customers"] == len(listed) == table["population"] == expected
    assert caller.get("/schemes/nothing").status_code == 404
    assert caller.get("/schemes").json()["items"][0]["cells"][0] == "platinum"


def test_an_import_is_seen_by_who_ran_it(program: Any, team: Any) -> None:
    caller = program("supervisor", team=team("north"))
    batch = ImportBatch.objects.create(
        kind="orders", file_name="o.csv", file_hash="x", state="done", started_at=NOON,
        actor_id=caller.user.pk, actor_name="x", rows=3, created=3,
    )  # fmt: skip
    assert caller.get(f"/imports/{batch.pk}").json()["created"] == 3
    assert len(caller.get("/imports").json()["items"]) == 1
    assert caller.get(f"/imports/{batch.pk}/rejects").json()["items"] == []
    other = program("supervisor", team=team("north"))
    assert other.get(f"/imports/{batch.pk}").status_code == 404
    assert program("agent").get("/imports").status_code == 403


def test_the_state_of_the_system(program: Any) -> None:
    Run.objects.create(
        as_of=DAY, engine="duckdb", state="done", started_at=NOON, lease_until=NOON,
        stages=[{"name": "measure", "rows": 3, "seconds": 0.1}],
    )  # fmt: skip
    Heartbeat.objects.create(name="w", kind="worker", started_at=NOON, beat_at=NOON)
    caller = program("auditor")
    assert caller.get("/runs").json()["items"][0]["stages"][0]["rows"] == 3
    assert caller.get("/heartbeats").json()["items"][0]["kind"] == "worker"
    assert program("agent").get("/runs").status_code == 403


def test_a_token_says_whose_it_is(program: Any) -> None:
    me = program("agent", scopes=["customers.view"]).get("/me").json()
    assert (me["reach"], me["scopes"]) == ("own", ["customers.view"])
