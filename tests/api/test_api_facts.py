"""Complaints, answers, points, bonds and ratings of the API."""

from typing import Any

import pytest

from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Bond, Rating
from weixi.collect.points.models import PointsEntry
from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.actions import create_shipped_channels

WRITES = {
    "complaints": {"description": "滤芯漏水", "severity": "high"},
    "answers": {"survey": "服务小调查", "question": "nps", "score": "9"},
    "points": {"kind": "earn", "points": 100},
}
TABLES = {"complaints": Complaint, "answers": Answer, "points": PointsEntry}


def test_a_complaint_is_heard_answered_closed_and_opened_again(program: Any, customer: Any) -> None:
    caller, who = program("agent"), customer("A")
    who.owner = caller.user
    who.save()
    made = caller.post("/complaints", {"customer_id": who.pk, **WRITES["complaints"]})
    assert made.status_code == 201, made.content
    address = f"/complaints/{made.json()['id']}"
    assert caller.get(address).json() == made.json()
    assert caller.post(f"{address}/reply", {}).json()["first_reply_at"]
    assert caller.post(f"{address}/reply", {}).status_code == 409
    closed = caller.post(f"{address}/close", {}).json()
    assert (closed["outcome"], closed["resolved_at"] is None) == ("resolved", False)
    assert caller.get("/complaints", outcome="open").json()["items"] == []
    again = caller.post(f"{address}/reopen", {"reason": "又漏了"}).json()
    assert (again["outcome"], again["resolved_at"]) == ("open", None)
    assert caller.get(f"/customers/{who.pk}/complaints").json()["items"] == [again]


def test_a_complaint_names_its_channel_and_one_that_is_none_is_refused_with_the_table(
    program: Any, customer: Any
) -> None:
    create_shipped_channels()
    caller, who = program("admin"), customer("A")
    told = {"customer_id": who.pk, **WRITES["complaints"]}
    made = caller.post("/complaints", told | {"channel": "phone"}).json()
    assert (made["channel"], made["channel_name"]) == ("phone", "Phone")
    refused = caller.post("/complaints", told | {"channel": "pigeon"})
    assert refused.status_code == 422
    assert "no channel “pigeon” in the table of channels: phone, wecom" in refused.json()["detail"]
    consent = {"purpose": "care", "granted": True, "channel": "pigeon", "source": "form"}
    assert caller.post(f"/customers/{who.pk}/consents", consent).status_code == 422
    Complaint.objects.update(channel="12315")  # as a file brought it
    [row] = caller.get("/complaints").json()["items"]
    assert row["channel_name"] == "“12315” (not in the table of channels)"


def test_an_answer_tells_its_satisfaction(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("A")
    pair = {"dimension": "empathy", "expected": "5", "perceived": "4", "question": "quality"}
    body = {"customer_id": who.pk, "survey": "s", **pair}
    made = caller.post("/answers", body)
    assert made.status_code == 201, made.content
    assert made.json()["satisfaction"] == 0.8
    assert caller.get(f"/customers/{who.pk}/answers").json()["items"] == [made.json()]
    assert caller.get("/answers", question="nps").json()["items"] == []


def test_points_are_added_and_used_once(program: Any, customer: Any) -> None:
    caller, who = program("supervisor"), customer("A")
    who.owner = caller.user
    who.team = caller.user.team
    who.save()
    caller = program("admin")
    caller.post("/points", {"customer_id": who.pk, **WRITES["points"]})
    spend = {"customer_id": who.pk, "kind": "redeem", "points": 60}
    first = caller.post("/points", spend, key="k1")
    assert first.status_code == 201, first.content
    assert (first.json()["points"], first.json()["balance"]) == (-60, 40)
    assert caller.post("/points", spend, key="k1").json() == first.json()
    assert caller.post("/points", spend, key="k2").status_code == 422
    account = caller.get(f"/customers/{who.pk}/points/account").json()
    assert account == {
        "balance": 40, "earned": 100, "redeemed": 60, "expired": 0, "adjusted": 0,
    }  # fmt: skip
    rows = caller.get(f"/customers/{who.pk}/points").json()["items"]
    assert [row["balance"] for row in rows] == [40, 100]


def test_bonds_say_whether_loyalty_is_fragile(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("A")
    address = f"/customers/{who.pk}/bonds"
    barrier = {"kind": "technical", "description": "接口是专为我们做的", "value": 100}
    made = caller.post(address, barrier)
    assert made.status_code == 201, made.content
    assert caller.get(address).json() == {"items": [made.json()], "is_fragile": True}
    changed = caller("PUT", f"/bonds/{made.json()['id']}", {**barrier, "kind": "emotional"})
    assert changed.json()["is_barrier"] is False
    assert caller.get(address).json()["is_fragile"] is False
    assert caller("DELETE", f"/bonds/{made.json()['id']}").status_code == 204
    assert not Bond.objects.exists()


def test_ratings_carry_their_evidence(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("A")
    address = f"/customers/{who.pk}/ratings"
    for score in (50, 70):
        caller.post(address, {"kind": "credit", "score": score, "evidence": "三次逾期"})
    assert [row["score"] for row in caller.get(address).json()["items"]] == [70, 50]
    for kind, status in (("market_share", 201), ("condition", 201), ("beauty", 422)):
        body = {"kind": kind, "score": 60, "evidence": "年报"}
        assert caller.post(address, body).status_code == status


def test_credit_limits_stay_and_say_who_set_them(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("A")
    address = f"/customers/{who.pk}/credit-limits"
    assert caller.post(address, {"amount": 10_000}).status_code == 201
    later = caller.post(address, {"amount": 0, "since": "2027-01-01", "note": "cash only"})
    assert later.status_code == 201, later.content
    items = caller.get(address).json()["items"]
    assert [(row["amount"], row["note"]) for row in items] == [(0, "cash only"), (10_000, "")]
    for wrong in ({"amount": -1}, {"amount": 10**13 + 1}, {"amount": 5, "since": "1900-01-01"}):
        assert caller.post(address, wrong).status_code == 422


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("complaints", {"severity": "awful"}), ("complaints", {"description": ""}),
        ("complaints", {"received_at": "2999-01-01T00:00:00Z"}), ("complaints", {"x": 1}),
        ("answers", {"score": "11"}), ("answers", {"score": None}),
        ("answers", {"dimension": "charm"}), ("answers", {"text": "a\u0000"}),
        ("points", {"points": 0}), ("points", {"points": -1}), ("points", {"points": 1.5}),
        ("points", {"kind": "gift"}), ("points", {"points": 10**12}),
    ],
)  # fmt: skip
def test_a_wrong_fact_is_refused(program: Any, customer: Any, address: str, wrong: Any) -> None:
    body = {"customer_id": customer("A").pk, **WRITES[address], **wrong}
    response = program("admin").post(f"/{address}", body)
    assert response.status_code == 422, response.content
    assert not TABLES[address].objects.exists()


@pytest.mark.parametrize("address", WRITES)
def test_facts_of_others_are_not_seen(program: Any, customer: Any, team: Any, address: str) -> None:
    who = customer("A", team=team("south"))
    body = {"customer_id": who.pk, **WRITES[address]}
    assert program("admin").post(f"/{address}", body).status_code == 201
    caller = program("supervisor", team=team("north"))
    assert caller.get(f"/customers/{who.pk}/{address}").status_code == 404
    assert caller.post(f"/{address}", body).status_code == 404
    for other in ("bonds", "ratings", "credit-limits"):
        assert caller.get(f"/customers/{who.pk}/{other}").status_code == 404
    if address != "points":
        assert caller.get(f"/{address}").json()["items"] == []


@pytest.mark.parametrize("address", WRITES)
def test_who_lacks_the_permission_writes_nothing(program: Any, customer: Any, address: str) -> None:
    body = {"customer_id": customer("A").pk, **WRITES[address]}
    assert program("analyst").post(f"/{address}", body).status_code == 403
    narrow = program("admin", scopes=[f"{address}.edit", "customers.view"])
    if address != "points":  # the answer shows the row, which this token may not see
        assert narrow.post(f"/{address}", body).status_code == 403
        assert not TABLES[address].objects.exists()
    assert not Rating.objects.exists()
