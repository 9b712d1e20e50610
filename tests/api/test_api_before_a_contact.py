"""Reply clocks, the advisor, approved words, consent and wishes in the API."""

from datetime import timedelta
from typing import Any

import pytest

from weixi.act.interventions.actions import assign
from weixi.collect.touchpoints.actions import record_contact
from weixi.collect.touchpoints.approved import create_shipped_checklist
from weixi.core.actor import SYSTEM
from weixi.core.clock import now

pytestmark = pytest.mark.usefixtures("channels")


def came(who: Any, minutes_ago: int = 5) -> Any:
    return record_contact(
        customer_id=who.pk, channel="email", direction="in", purpose="service", by=SYSTEM,
        at=now() - timedelta(minutes=minutes_ago),
    )  # fmt: skip


def span() -> dict[str, str]:
    at = now()
    since, until = at - timedelta(days=2), at + timedelta(days=1)
    return {"since": since.isoformat(), "until": until.isoformat()}


def test_what_waits_for_an_answer_is_listed_until_it_is_answered(
    program: Any, customer: Any
) -> None:
    caller, who = program("admin"), customer("Ana")
    word = came(who)
    (row,) = caller.get("/replies").json()["items"]
    assert (row["customer"], row["reference"], row["source"]) == ("Ana", word.pk, "contact")
    assert row["target"] == 30
    record_contact(customer_id=who.pk, channel="email", direction="out", purpose="service",
                   by=SYSTEM, at=now())  # fmt: skip
    assert caller.get("/replies").json()["items"] == []
    figures = caller.get("/replies/figures", **span()).json()
    assert figures["whole"]["every"]["n"] == 1
    assert [row["key"] for row in figures["by_channel"]] == ["email"]


def test_what_needs_no_answer_is_cancelled_with_a_reason_and_back_again(
    program: Any, customer: Any
) -> None:
    caller = program("admin")
    word = came(customer("Ana"))
    assert caller.post(f"/replies/{word.pk}/cancel", {"reason": ""}).status_code == 422
    assert caller.post(f"/replies/{word.pk}/cancel", {"reason": "spam"}).status_code == 204
    assert caller.get("/replies").json()["items"] == []
    assert caller.post(f"/replies/{word.pk}/reopen", {}).status_code == 204
    assert len(caller.get("/replies").json()["items"]) == 1
    assert caller.post(f"/replies/{word.pk}/reopen", {}).status_code == 409


def test_targets_are_set_for_a_channel_and_removed(program: Any) -> None:
    caller = program("admin")
    made = caller.post("/reply-targets", {"channel": "email", "minutes": 240}).json()
    assert (made["channel"], made["team_id"], made["minutes"]) == ("email", None, 240)
    assert made in caller.get("/reply-targets").json()["items"]
    assert caller("DELETE", f"/reply-targets/{made['id']}").status_code == 204
    assert made not in caller.get("/reply-targets").json()["items"]


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"minutes": 9**9}, {"channel": "pigeon"}])
def test_a_wrong_target_is_refused(program: Any, wrong: Any) -> None:
    told = {"channel": "email", "minutes": 30} | wrong
    assert program("admin").post("/reply-targets", told).status_code == 422


def test_channels_are_advised_with_reasons(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("Ana")
    rows = caller.get("/advice", aim="bond", customer_id=who.pk).json()
    by_code = {row["channel"]: row for row in rows["items"]}
    assert by_code["phone"]["barred"]  # no number is stored
    free = [row for row in rows["items"] if not row["barred"]]
    assert free == sorted(free, key=lambda row: -row["fit"])
    assert free[0]["reasons"]
    assert caller.get("/advice", aim="spam").status_code == 422


def test_the_checklist_and_what_was_ticked_of_it(program: Any, customer: Any) -> None:
    create_shipped_checklist()
    caller = program("admin")
    codes = [row["code"] for row in caller.get("/checklist").json()["items"]]
    assert codes == ["greeting", "name", "listening", "promise", "thanks"]
    told = {"customer_id": customer("Ana").pk, "channel": "phone", "direction": "out",
            "purpose": "care", "feeling": "pleased"}  # fmt: skip
    assert caller.post("/contacts", told | {"checklist": ["name"]}).status_code == 201
    assert caller.post("/contacts", told | {"checklist": ["juggling"]}).status_code == 422
    new = caller.post("/checklist", {"text_zh": "笑", "text_en": "Smiled"}).json()
    assert new["code"] == "smiled"
    caller.post("/checklist", new | {"is_on": False})
    assert "smiled" not in [row["code"] for row in caller.get("/checklist").json()["items"]]


def test_an_approved_answer_is_written_found_and_changed(program: Any) -> None:
    caller = program("admin")
    answer = {"question": "退货", "answer": "七天内可退", "words": "refund"}
    made = caller.post("/knowledge", answer).json()
    found = caller.get("/knowledge", q="refund").json()["items"]
    assert [row["id"] for row in found] == [made["id"]]
    changed = caller("PUT", f"/knowledge/{made['id']}", answer | {"is_on": False})
    assert changed.json()["is_on"] is False
    assert caller.get("/knowledge", q="refund").json()["items"] == []


def test_withdrawn_consent_is_followed_event_by_event(program: Any, customer: Any) -> None:
    caller, ana, ben = program("admin"), customer("Ana"), customer("Ben")
    said = {"purpose": "marketing", "granted": True, "source": "form"}
    caller.post(f"/customers/{ana.pk}/consents", said)
    caller.post(f"/customers/{ana.pk}/consents", said | {"granted": False, "channel": "email"})
    caller.post(f"/customers/{ben.pk}/consents", said | {"granted": False, "purpose": "contact"})
    first = caller.get("/consents", granted="false", limit=1).json()
    rest = caller.get("/consents", granted="false", cursor=first["next"])
    events = first["items"] + rest.json()["items"]
    assert [(e["customer_id"], e["purpose"], e["channel"]) for e in events] == [
        (ana.pk, "marketing", "email"), (ben.pk, "contact", ""),
    ]  # fmt: skip
    assert rest.json()["next"] is None


def test_wishes_are_kept_and_checked(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("Ana")
    address = f"/customers/{who.pk}/wishes"
    assert caller.get(address).json()["time_zone"] == ""
    wish = {"time_zone": "Europe/Berlin", "quiet_from": "20:00", "quiet_until": "10:00"}
    assert caller("PUT", address, wish).json() == wish | {"paused_until": None}
    assert caller.get(address).json()["quiet_from"] == "20:00"
    assert caller("PUT", address, {"time_zone": "Moon/Crater"}).status_code == 422
    assert caller("PUT", address, {"quiet_from": "20:00"}).status_code == 422
    assert caller("PUT", address, wish | {"quiet_from": "20:00+01:00"}).status_code == 422


@pytest.mark.slow
def test_what_treated_a_customer_is_told(program: Any, customer: Any) -> None:
    caller, who = program("admin"), customer("Ana")
    assign(source_kind="playbook", source_id=3, customer_ids=[who.pk], held_out_share=0,
           window_days=60, at=now(), by=SYSTEM)  # fmt: skip
    (row,) = caller.get(f"/customers/{who.pk}/interventions").json()["items"]
    assert (row["source_kind"], row["source_id"], row["arm"], row["cost"]) == (
        "playbook", 3, "treated", 0,
    )  # fmt: skip
