"""The customers of the API."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.moments import NOON
from weixi.collect.customers.models import Customer
from weixi.core.models import AccessEntry, IdempotencyKey, JournalEntry

NEW = {
    "name": "林晓燕",
    "city": "杭州",
    "birthday": "1990-05-01",
    "identities": [{"kind": "phone", "value": "138 0000 2046"}],
}


def test_a_customer_is_made_read_and_changed(program: Any) -> None:
    caller = program("agent")
    made = caller.post("/customers", NEW)
    assert made.status_code == 201, made.content
    card = made.json()
    assert (card["name"], card["phone"], card["type"]) == ("林晓燕", "138****2046", "consumer")
    assert caller.get(f"/customers/{card['id']}").json() == card
    change = {"seen": card["changed_at"], "city": "宁波", "birthday": None}
    changed = caller("PATCH", f"/customers/{card['id']}", change)
    assert (changed.json()["city"], changed.json()["birthday"]) == ("宁波", None)
    again = caller("PATCH", f"/customers/{card['id']}", change | {"city": "绍兴"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    "field", ["id", "owner_id", "team_id", "owner__id", "merged_into", "import_id"]
)
def test_only_declared_fields_are_taken(program: Any, field: str) -> None:
    caller = program("admin")
    assert caller.post("/customers", {"name": "A", field: 1}).status_code == 422
    assert not Customer.objects.exists()


def test_the_same_write_twice_has_one_effect(program: Any) -> None:
    caller = program("agent")
    first = caller.post("/customers", NEW, key="k1")
    second = caller.post("/customers", NEW, key="k1")
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert Customer.objects.count() == 1
    assert caller.post("/customers", NEW | {"city": "宁波"}, key="k1").status_code == 422
    assert program("agent").post("/customers", {"name": "B"}, key="k1").status_code == 201
    assert "13800002046" not in str(list(IdempotencyKey.objects.values()))


def test_a_refused_write_does_not_use_up_its_key(program: Any) -> None:
    caller = program("agent")
    bad = {"name": "A", "identities": [{"kind": "phone", "value": "1380"}]}
    assert caller.post("/customers", bad, key="k1").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert not Customer.objects.exists()
    assert caller.post("/customers", NEW, key="k1").status_code == 201


@pytest.mark.slow
def test_pages_follow_each_other_without_loss(program: Any, customer: Any) -> None:
    rows = [customer(f"客户{i % 3}") for i in range(25)]
    caller = program("admin")
    for order in ("newest", "oldest", "name", "changed", "number"):
        seen, cursor = [], ""
        while True:
            page = caller.get("/customers", limit=7, order=order, cursor=cursor).json()
            seen += [row["id"] for row in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert sorted(seen) == sorted(row.pk for row in rows), order
    assert caller.get("/customers", limit=201).status_code == 422


def test_a_cursor_holds_only_for_its_order(program: Any, customer: Any) -> None:
    for i in range(3):
        customer(f"A{i}")
    caller = program("admin")
    cursor = caller.get("/customers", limit=1).json()["next"]
    assert caller.get("/customers", limit=1, order="name", cursor=cursor).status_code == 422


def test_filters_cut_the_list(program: Any, customer: Any, team: Any) -> None:
    caller = program("admin")
    customer("林晓燕", city="杭州", number="A-1")
    customer("周敏", city="宁波", team=team("north"), type="business", owner=caller.user)

    def names(**query: Any) -> list[str]:
        return [row["name"] for row in caller.get("/customers", **query).json()["items"]]

    assert names(city="杭州") == names(owner="none") == names(number="A-1") == ["林晓燕"]
    assert names(team="north") == names(type="business") == names(owner="me") == ["周敏"]
    assert names(created_from="2026-11-20", created_to="2026-11-20") == ["周敏", "林晓燕"]
    assert names(created_from="2026-11-21") == []
    assert caller.get("/customers", type="friend").status_code == 422


@time_machine.travel(NOON, tick=False)
def test_a_list_takes_the_same_few_queries_for_any_length(program: Any, customer: Any) -> None:
    caller = program("admin")
    caller.get("/me")  # the first call of a minute is written down
    customer("A")
    with CaptureQueriesContext(connection) as one:
        caller.get("/customers")
    for i in range(20):
        customer(f"B{i}")
    with CaptureQueriesContext(connection) as many:
        assert len(caller.get("/customers").json()["items"]) == 21
    assert len(one) == len(many) <= 4
    with CaptureQueriesContext(connection) as card:
        caller.get(f"/customers/{Customer.objects.first().pk}")  # type: ignore[union-attr]
    assert len(card) <= 7


def test_a_stranger_gets_the_same_answer_for_not_yours_and_not_there(
    program: Any, customer: Any, team: Any
) -> None:
    theirs = customer("林晓燕", team=team("south"))
    caller = program("manager", team=team("north"))
    answers = [
        (r.status_code, r.content)
        for address in (f"/customers/{theirs.pk}", "/customers/999999999999")
        for r in (caller.get(address), caller.post(f"{address}/unmerge"))
    ]
    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert caller.get("/customers").json() == {"items": [], "next": None}
    assert caller.get("/customers/search", q="林晓燕").json() == {"items": []}


def test_a_reveal_is_logged_with_its_reason(program: Any) -> None:
    caller = program("agent")
    card = caller.post("/customers", NEW).json()
    address = f"/identities/{card['identities'][0]['id']}/reveal"
    assert caller.post(address, {}).status_code == 422
    assert caller.post(address, {"reason": "calls back"}).json() == {"value": "13800002046"}
    entry = AccessEntry.objects.get()
    assert (entry.door, entry.action, entry.reason) == ("api", "reveal", "calls back")


def test_two_records_merge_and_come_apart(program: Any) -> None:
    caller = program("agent")
    keep = caller.post("/customers", {"name": "林晓燕"}).json()
    other = caller.post("/customers", NEW).json()
    merged = caller.post(f"/customers/{keep['id']}/merge", {"other_id": other["id"]}).json()
    assert merged["phone"] == "138****2046"
    assert caller.get(f"/customers/{other['id']}").json()["merged_into"] == keep["id"]
    apart = caller.post(f"/customers/{other['id']}/unmerge")
    assert apart.json()["phone"] == "138****2046"
    assert caller.post(f"/customers/{other['id']}/unmerge").status_code == 422


def test_customers_change_hands_and_back(program: Any, person: Any, team: Any) -> None:
    chief = program("supervisor", team=team("north"))
    ids = [chief.post("/customers", {"name": f"A{i}"}).json()["id"] for i in range(3)]
    agent = person("agent", team=team("north"))
    done = chief.post("/customers/assign", {"customer_ids": ids, "owner_id": agent.pk}).json()
    assert done["customers"] == 3
    assert Customer.objects.filter(owner=agent).count() == 3
    assert chief.post(f"/customers/assign/{done['undo']}/undo").json() == {"customers": 3}
    assert not Customer.objects.filter(owner=agent).exists()


def test_an_export_holds_everything_of_one_person_and_nothing_of_others(
    program: Any, order: Any, customer: Any
) -> None:
    caller = program("admin")
    card = caller.post("/customers", NEW | {"note": "canary-note"}).json()
    order(
        Customer.objects.get(pk=card["id"]),
        date(2026, 1, 2),
        number="canary-order",
    )
    customer("somebody-else")
    body = caller.post(f"/customers/{card['id']}/export", {"reason": "asked for it"})
    text = body.content.decode()
    for canary in ("13800002046", "canary-note", "canary-order", "customer.created"):
        assert canary in text
    assert "somebody-else" not in text
    assert "orders.OrderLine" in body.json()["tables"]
    assert AccessEntry.objects.get().action == "export"
    assert program("agent").post(f"/customers/{card['id']}/export").status_code == 403


def test_every_write_leaves_its_entry_in_the_journal(program: Any) -> None:
    caller = program("agent")
    card = caller.post("/customers", NEW).json()
    added = caller.post(
        f"/customers/{card['id']}/identities", {"kind": "email", "value": "l@x.cn"}
    ).json()
    mail = next(one for one in added["identities"] if one["kind"] == "email")
    assert caller("DELETE", f"/identities/{mail['id']}").status_code == 204
    kinds = JournalEntry.objects.filter(customer_id=card["id"]).values_list("kind", flat=True)
    assert sorted(kinds) == ["customer.created", "identity.added", "identity.removed"]
