"""People, teams, roles: effects first, changes hold from the next request, nobody locked out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from weixi.staff.models import Role, Team, User

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    return signed_in("admin")


def role_form(role: Role, **changed: Any) -> dict[str, Any]:
    return {"reach": role.reach, "permission": role.permissions} | changed


def test_the_effect_is_shown_before_anything_changes(boss: Client, person: Any) -> None:
    for _n in range(3):
        person("supervisor")
    role = Role.objects.get(code="supervisor")
    kept = [name for name in role.permissions if name != "customers.export"]
    answer = boss.post(
        "/settings/roles/supervisor/effect", role_form(role, permission=kept), headers=ENGLISH
    )
    assert "3 people lose: Export lists of customers" in answer.content.decode()
    assert "customers.export" in Role.objects.get(code="supervisor").permissions


def test_a_permission_taken_is_gone_at_the_next_request(boss: Client, signed_in: Any) -> None:
    client = signed_in("supervisor")
    assert client.get("/reports/").status_code == 200
    role = Role.objects.get(code="supervisor")
    kept = [name for name in role.permissions if name != "reports.view"]
    assert (
        boss.post("/settings/roles/supervisor", role_form(role, permission=kept)).status_code == 302
    )
    assert client.get("/reports/").status_code == 403


def test_a_reach_taken_is_gone_at_the_next_request(
    boss: Client, signed_in: Any, customer: Any, team: Any
) -> None:
    customer("Xenia", team=team("south"))
    client = signed_in("analyst", team=team("north"))
    assert "Xenia" in client.get("/customers/").content.decode()
    role = Role.objects.get(code="analyst")
    boss.post("/settings/roles/analyst", role_form(role, reach="team"))
    assert "Xenia" not in client.get("/customers/").content.decode()


def test_the_last_way_to_manage_people_cannot_be_closed(boss: Client) -> None:
    role = Role.objects.get(code="admin")
    kept = [name for name in role.permissions if name != "people.manage"]
    answer = boss.post("/settings/roles/admin", role_form(role, permission=kept))
    assert answer.status_code == 422
    assert "people.manage" in Role.objects.get(code="admin").permissions


def test_a_person_is_made_and_signs_in(boss: Client, team: Any) -> None:
    told = {"name": "李雷", "username": "lilei", "role": "agent", "team": team("north").pk,
            "password": "long-enough-7391"}  # fmt: skip
    assert boss.post("/settings/people", told).status_code == 302
    made = User.objects.get(username="lilei")
    assert (made.role.code if made.role else "", made.team) == ("agent", team("north"))
    told = {"username": "lilei", "password": "long-enough-7391"}
    assert Client().post("/sign-in", told).status_code == 302


def test_a_weak_password_and_a_taken_name_are_named(boss: Client, person: Any) -> None:
    person("agent", username="lilei")
    told = {"name": "李雷", "username": "lilei", "role": "agent", "password": "12345678"}
    answer = boss.post("/settings/people", told, headers=ENGLISH)
    assert answer.status_code == 422
    told["password"] = "long-enough-7391"
    answer = boss.post("/settings/people", told, headers=ENGLISH)
    assert "The user name lilei is taken." in answer.content.decode()


def form_of(user: User, **changed: Any) -> dict[str, Any]:
    told = {"name": user.name, "role": user.role.code if user.role else "", "team": "",
            "capacity": 20, "is_active": "on"}  # fmt: skip
    return {key: value for key, value in (told | changed).items() if value is not None}


def test_deactivating_asks_twice_and_ends_the_session(boss: Client, signed_in: Any) -> None:
    client = signed_in("agent")
    user = client.user
    address = f"/settings/people/{user.pk}"
    assert boss.post(address, form_of(user, is_active=None)).status_code == 422
    assert boss.post(address, form_of(user, is_active=None, sure="yes")).status_code == 302
    assert client.get("/").status_code == 302  # to the sign-in


def test_nobody_deactivates_themselves(boss: Client, person: Any) -> None:
    person("admin")
    me: Any = boss.user  # type: ignore[attr-defined]
    answer = boss.post(f"/settings/people/{me.pk}", form_of(me, is_active=None, sure="yes"))
    assert answer.status_code == 422
    assert User.objects.get(pk=me.pk).is_active


def test_the_last_manager_stays(boss: Client) -> None:
    me: Any = boss.user  # type: ignore[attr-defined]
    answer = boss.post(f"/settings/people/{me.pk}", form_of(me, role="agent"))
    assert answer.status_code == 422


def test_a_new_password_ends_every_session(boss: Client, signed_in: Any) -> None:
    client = signed_in("agent")
    address = f"/settings/people/{client.user.pk}/password"
    assert boss.post(address, {"password": "12345678"}).status_code == 422
    assert boss.post(address, {"password": "long-enough-7391"}).status_code == 302
    assert client.get("/settings/").status_code == 302


def test_teams_are_made_and_renamed_once_each(boss: Client) -> None:
    boss.post("/settings/teams", {"name": "华东"})
    team = Team.objects.get(name="华东")
    boss.post("/settings/teams", {"team": team.pk, "name": "华南"})
    assert Team.objects.get(pk=team.pk).name == "华南"
    assert boss.post("/settings/teams", {"name": "华南"}).status_code == 422


@pytest.mark.parametrize("role", ["agent", "supervisor", "analyst", "auditor"])
def test_who_may_not_manage_people_changes_nobody(role: str, signed_in: Any) -> None:
    client = signed_in(role)
    told = form_of(client.user, role="admin")
    assert client.post(f"/settings/people/{client.user.pk}", told).status_code == 403
    assert (
        client.post("/settings/roles/agent", {"permission": ["people.manage"]}).status_code == 403
    )
    assert User.objects.get(pk=client.user.pk).role.code == role  # type: ignore[union-attr]
