"""The contacts of the API."""

from typing import Any

import pytest

from weixi.collect.touchpoints.models import Contact

pytestmark = pytest.mark.usefixtures("channels")


def new_contact(customer_id: int, **values: Any) -> dict[str, Any]:
    return {
        "customer_id": customer_id, "channel": "phone", "direction": "out", "purpose": "care",
        "minutes": 2.5,
    } | values  # fmt: skip


def test_a_contact_is_recorded_with_its_cost_and_taken_back(program: Any, customer: Any) -> None:
    caller = program("admin")
    who = customer("A")
    made = caller.post("/contacts", new_contact(who.pk, note="两行\n文字"))
    assert made.status_code == 201, made.content
    contact = made.json()
    assert contact["cost"] == 50 + 250  # 0.50 a call and 1.00 a minute
    assert contact["staff"] == caller.user.name
    assert caller.get(f"/customers/{who.pk}/contacts").json()["items"] == [contact]
    assert caller("DELETE", f"/contacts/{contact['id']}").status_code == 204
    assert caller.get("/contacts").json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "pigeon"}, {"direction": "up"}, {"purpose": "spam"}, {"minutes": -1},
        {"minutes": 1e9}, {"cost": -1}, {"at": "2999-01-01T00:00:00Z"},
        {"at": "1900-01-01T00:00:00Z"}, {"outcome": "fine"}, {"note": "a\u0000"}, {"staff": 1},
    ],
)  # fmt: skip
def test_a_wrong_contact_is_refused(program: Any, customer: Any, wrong: Any) -> None:
    response = program("admin").post("/contacts", new_contact(customer("A").pk, **wrong))
    assert response.status_code == 422, response.content
    assert not Contact.objects.exists()


def test_only_who_recorded_a_contact_or_a_supervisor_takes_it_back(
    program: Any, customer: Any, team: Any
) -> None:
    north = team("north")
    who = customer("A", team=north)
    one, two = program("manager", team=north), program("manager", team=north)
    contact = one.post("/contacts", new_contact(who.pk)).json()
    assert two("DELETE", f"/contacts/{contact['id']}").status_code == 422
    elsewhere = program("manager", team=team("south"))
    assert elsewhere("DELETE", f"/contacts/{contact['id']}").status_code == 404
    chief = program("supervisor", team=north)
    assert chief("DELETE", f"/contacts/{contact['id']}").status_code == 204


def test_contacts_of_others_are_not_seen(program: Any, customer: Any, team: Any) -> None:
    who = customer("A", team=team("south"))
    program("admin").post("/contacts", new_contact(who.pk))
    caller = program("manager", team=team("north"))
    assert caller.get("/contacts").json()["items"] == []
    assert caller.get(f"/customers/{who.pk}/contacts").status_code == 404
    assert caller.post("/contacts", new_contact(who.pk)).status_code == 404


def test_the_channels_come_with_their_nature(program: Any) -> None:
    channels = {row["code"]: row for row in program("agent").get("/channels").json()["items"]}
    assert set(channels) >= {
        "phone", "wecom", "sms", "email", "face", "letter", "website", "club",
    }  # fmt: skip
    assert (channels["face"]["cost_level"], channels["face"]["richness"]) == (3, 5)
    assert channels["phone"]["name"] == "Phone"
