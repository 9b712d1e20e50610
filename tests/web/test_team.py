"""The team's day for who leads: figures with equal lists, tasks given away, absences."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.desk import Desk, set_up, task_of
from weixi.act.care.models import Absence, Task
from weixi.core.clock import now, today
from weixi.staff.models import User

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order, people=5)


@pytest.fixture
def helper(desk: Desk, person: Callable[..., User]) -> User:
    made = person("agent", team=desk.team, username="helper")
    made.name, made.daily_capacity = "高山", 1
    made.save()
    return made


@pytest.fixture
def lead(desk: Desk, signed_in: Callable[..., Client]) -> Client:
    return signed_in(user=desk.me)


def page(client: Client, url: str) -> str:
    return client.get(url, headers={"Accept-Language": "en"}).content.decode()


def figures(html: str) -> list[tuple[str, int]]:
    """(address, number) of every figure that opens a list."""
    found = re.findall(r'class="wx-fig" href="(/today/team[^"]*)"[^>]*>(\d+)<', html)
    return [(url, int(number)) for url, number in found]


def spread(desk: Desk, helper: User) -> None:
    """Two late with the helper, one put off, one of nobody, one done by the lead."""
    day = today()
    first, second, third, fourth, fifth = (task.pk for task in desk.tasks)
    Task.objects.filter(pk__in=[first, second]).update(owner=helper, due_on=day - timedelta(days=2))
    Task.objects.filter(pk=third).update(owner=helper, hidden_until=day + timedelta(days=3))
    Task.objects.filter(pk=fourth).update(owner=None)
    Task.objects.filter(pk=fifth).update(state="done", closed_by=desk.me, closed_at=now())


def test_every_figure_opens_a_list_of_as_many_tasks(lead: Client, desk: Desk, helper: User) -> None:
    spread(desk, helper)
    found = figures(page(lead, "/today/team"))
    assert len(found) == 5 + 3 * 4  # the counters of tasks; helper, lead, queue
    for url, number in found:
        html = page(lead, url)
        assert html.count('<th scope="row">') == number, url
    assert dict(found)[f"/today/team/{helper.pk}?figure=overdue"] == 2
    assert dict(found)[f"/today/team/{helper.pk}?figure=later"] == 1
    assert dict(found)["/today/team/0?figure=open"] == 1
    assert dict(found)[f"/today/team/{desk.me.pk}?figure=done"] == 1


def test_more_than_a_person_can_do_is_said(lead: Client, desk: Desk, helper: User) -> None:
    assert "More than that" not in page(lead, "/today/team")
    spread(desk, helper)
    html = page(lead, "/today/team")
    assert html.count("More than that") == 1
    row = html[html.index("高山") :]
    assert ">12</td>" in row[: row.index("</tr>")]  # two open tasks of six minutes


def test_chosen_tasks_are_given_only_after_a_clear_question(
    lead: Client, desk: Desk, helper: User
) -> None:
    form = {"task": [desk.tasks[0].pk, desk.tasks[1].pk], "to": str(helper.pk)}
    asked = lead.post("/today/team/give", form, headers={"Accept-Language": "en"})
    html = asked.content.decode()
    assert "Give 2 tasks to: 高山?" in html
    assert "林晓燕" in html
    assert not Task.objects.filter(owner=helper).exists()
    lead.post("/today/team/give", form | {"sure": "1"})
    given = Task.objects.filter(owner=helper, is_given=True)
    assert set(given.values_list("pk", flat=True)) == set(form["task"])
    assert desk.customers[0].owner_id == desk.me.pk


def test_all_tasks_of_a_person_go_to_the_teams_queue_at_once(lead: Client, desk: Desk) -> None:
    form = {"all": "1", "from": str(desk.me.pk), "figure": "open", "to": "0"}
    html = lead.post("/today/team/give", form).content.decode()
    ids = re.findall(r'name="task" value="(\d+)"', html)
    assert {int(pk) for pk in ids} == {task.pk for task in desk.tasks}
    lead.post("/today/team/give", {"task": ids, "to": "0", "sure": "1"})
    assert Task.objects.filter(owner=None).count() == 5


def test_nothing_chosen_and_nobody_named_are_told(lead: Client, desk: Desk) -> None:
    english = {"Accept-Language": "en"}
    answer = lead.post("/today/team/give", {"to": "0"}, headers=english)
    assert answer.status_code == 422
    assert "Choose at least one open task." in answer.content.decode()
    answer = lead.post("/today/team/give", {"task": desk.tasks[0].pk}, headers=english)
    assert "Give to: choose a person or the team" in answer.content.decode()


def test_an_absence_leads_on_to_the_tasks_of_today_and_can_be_ended(
    lead: Client, desk: Desk, helper: User
) -> None:
    day = today()
    form = {"person": desk.me.pk, "first_day": day.isoformat(), "stand_in": helper.pk}
    answer = lead.post("/today/team/absence", form | {"last_day": day - timedelta(days=1)})
    assert answer.status_code == 422
    answer = lead.post("/today/team/absence", form | {"last_day": day + timedelta(days=4)})
    assert answer["Location"] == f"/today/team/{desk.me.pk}?figure=open"
    made = Absence.objects.get()
    assert (made.person_id, made.stand_in_id) == (desk.me.pk, helper.pk)
    html = page(lead, "/today/team")
    assert f"Until {day + timedelta(days=4)}" in html
    assert html.count("data-absence=") == 1
    lead.post(f"/today/team/absence/{made.pk}/end")
    assert not Absence.objects.exists()
    assert "Nobody is away" in page(lead, "/today/team")


def test_a_person_of_another_team_is_nobody(
    lead: Client, desk: Desk, team: Any, person: Any, customer: Any
) -> None:
    south = team("south")
    stranger = person("agent", team=south, username="stranger")
    User.objects.filter(pk=stranger.pk).update(name="远方")
    task_of(customer("外", team=south, owner=stranger), stranger, today(), value=1)
    assert lead.get(f"/today/team/{stranger.pk}").status_code == 404
    assert "远方" not in page(lead, "/today/team")
    form = {"task": desk.tasks[0].pk, "to": str(stranger.pk), "sure": "1"}
    assert lead.post("/today/team/give", form).status_code == 422
    assert desk.tasks[0].owner_id == desk.me.pk


def test_who_leads_finds_it_from_the_list_and_others_do_not(
    lead: Client, helper: User, signed_in: Callable[..., Client]
) -> None:
    assert 'href="/today/team"' in page(lead, "/")
    agent = signed_in(user=helper)
    assert 'href="/today/team"' not in page(agent, "/")
    assert agent.get("/today/team").status_code == 403
