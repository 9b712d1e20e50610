"""Today's list in the browser's eyes: order, figures, panel, what is done, who may."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.desk import Desk, set_up, task_of
from weixi.act.care.models import Task
from weixi.collect.touchpoints.models import Contact
from weixi.core.clock import today

HTMX = {"HX-Request": "true", "Accept-Language": "en"}

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(team: Any, person: Any, customer: Any, order: Any) -> Desk:
    return set_up(team=team, person=person, customer=customer, order=order)


@pytest.fixture
def me(desk: Desk, signed_in: Callable[..., Client]) -> Client:
    return signed_in(user=desk.me)


def page(client: Client, url: str, **more: Any) -> str:
    return client.get(url, headers={"Accept-Language": "en"}, **more).content.decode()


def test_the_list_shows_the_most_value_first_with_its_reason(me: Client, desk: Desk) -> None:
    html = page(me, "/")
    places = [html.index(f'data-task="{task.pk}"') for task in desk.tasks]
    assert places == sorted(places)
    assert "<b>47 days</b> without an order" in html
    assert "To contact 3" in html
    assert "138****2046" in html
    assert "13800002046" not in html


def test_every_figure_above_the_list_opens_as_many_rows(me: Client, desk: Desk) -> None:
    desk.tasks[2].due_on = today() - timedelta(days=2)
    desk.tasks[2].save()
    for url, rows in (("/?due=today", 2), ("/?due=overdue", 1), ("/?valued=1", 3)):
        assert page(me, url).count("data-task=") == rows
    assert "/today/done" in page(me, "/")


def test_the_list_can_be_cut_to_one_reason(me: Client, desk: Desk) -> None:
    assert page(me, "/?signal=overdue").count("data-task=") == 3
    html = page(me, "/?signal=birthday")
    assert "Nobody on the list fits this" in html
    assert "All care of today is done" not in html


def test_what_else_is_chosen_counts_for_the_reasons_and_not_for_the_figures(
    me: Client, desk: Desk
) -> None:
    desk.tasks[2].due_on = today() - timedelta(days=2)
    desk.tasks[2].save()
    html = page(me, "/?due=overdue&signal=overdue")
    assert re.search(r'signal=overdue&amp;due=overdue"[^>]*>[^<]*<span[^>]*>1<', html)
    assert 'href="/?due=today"' in html


def test_done_records_a_contact_and_can_be_undone(me: Client, desk: Desk) -> None:
    task = desk.tasks[0]
    form = {"outcome": "accepted", "channel": "phone", "note": "all well", "version": "0"}
    answer = me.post(f"/tasks/{task.pk}/complete", form, headers=HTMX)
    assert answer.status_code == 204
    told = json.loads(answer["HX-Trigger"])
    assert told["wx:toast"]["undo"] == f"/tasks/{task.pk}/undo"
    assert {"tasks:changed", "wx:close"} <= set(told)
    assert Contact.objects.get().note == "all well"
    assert "To contact 2" in page(me, "/")
    assert page(me, "/today/done").count("<tr>") == 2
    me.post(f"/tasks/{task.pk}/undo", headers=HTMX)
    assert not Contact.objects.exists()
    assert "To contact 3" in page(me, "/")


def test_done_works_without_script(me: Client, desk: Desk) -> None:
    task = desk.tasks[0]
    html = page(me, f"/tasks/{task.pk}/complete")
    assert 'name="outcome"' in html
    assert "wx-rail" in html
    form = {"outcome": "not_reached", "channel": "phone"}
    answer = me.post(f"/tasks/{task.pk}/complete", form, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert Task.objects.get(pk=task.pk).state == "done"


def test_an_outcome_is_needed_and_what_was_typed_stays(me: Client, desk: Desk) -> None:
    task = desk.tasks[0]
    form = {"outcome": "", "channel": "phone", "note": "typed already"}
    answer = me.post(f"/tasks/{task.pk}/complete", form, headers=HTMX)
    assert answer.status_code == 422
    assert "typed already" in answer.content.decode()
    assert Task.objects.get(pk=task.pk).state == "open"


def test_a_task_is_put_off_with_a_reason(me: Client, desk: Desk) -> None:
    task, day = desk.tasks[0], today() + timedelta(days=1)
    url = f"/tasks/{task.pk}/postpone"
    assert me.post(url, {"when": day.isoformat()}, headers=HTMX).status_code == 422
    form = {"when": "day", "day": day.isoformat(), "reason": "other", "words": "travels"}
    assert me.post(url, form, headers=HTMX).status_code == 204
    task.refresh_from_db()
    assert (task.hidden_until, task.postpone_reason) == (day, "travels")
    assert "To contact 2" in page(me, "/")


def test_when_all_is_put_off_the_list_says_who_comes_back_tomorrow(me: Client, desk: Desk) -> None:
    Task.objects.update(hidden_until=today() + timedelta(days=1))
    html = page(me, "/")
    assert "All care of today is done" in html
    assert "Tomorrow 3 customers come back to the list." in html


def test_before_the_first_figures_the_list_says_what_to_do(
    signed_in: Callable[..., Client],
) -> None:
    assert "No list yet" in page(signed_in("agent"), "/")


def test_starting_holds_the_task_and_a_second_person_sees_who_has_it(
    me: Client, desk: Desk, signed_in: Callable[..., Client]
) -> None:
    task = desk.tasks[0]
    assert me.post(f"/tasks/{task.pk}/start", headers=HTMX).status_code == 200
    other = signed_in("manager", team=desk.team)
    Task.objects.filter(pk=task.pk).update(owner=None)
    html = page(other, "/")
    assert f"{desk.me} is on it" in html
    answer = other.post(f"/tasks/{task.pk}/start", headers=HTMX)
    assert answer.status_code == 409
    assert str(desk.me) in json.loads(answer["HX-Trigger"])["wx:toast"]["text"]
    me.post(f"/tasks/{task.pk}/release", headers=HTMX)
    assert other.post(f"/tasks/{task.pk}/start", headers=HTMX).status_code == 200


def test_somebody_of_another_team_finds_neither_row_nor_task(
    desk: Desk, someone_elsewhere: Client
) -> None:
    assert "林晓燕" not in page(someone_elsewhere, "/")
    for part in ("", "/complete", "/postpone"):
        answer = someone_elsewhere.get(f"/tasks/{desk.tasks[0].pk}{part}", headers=HTMX)
        assert answer.status_code == 404
    form = {"outcome": "accepted", "channel": "phone"}
    url = f"/tasks/{desk.tasks[0].pk}/complete"
    assert someone_elsewhere.post(url, form, headers=HTMX).status_code == 404
    assert Task.objects.filter(state="open").count() == 3


def test_a_name_cannot_carry_markup_into_the_list(me: Client, desk: Desk, customer: Any) -> None:
    evil = customer("<img src=x onerror=alert(1)>", team=desk.team, owner=desk.me)
    task_of(evil, desk.me, today(), value=10**9)
    html = page(me, "/")
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def test_the_list_needs_no_more_queries_for_more_rows(
    me: Client, desk: Desk, customer: Any, django_assert_num_queries: Any
) -> None:
    page(me, "/")
    with django_assert_num_queries(LIST_QUERIES):
        page(me, "/")
    for n in range(20):
        task_of(customer(f"row {n}", team=desk.team, owner=desk.me), desk.me, today(), value=n)
    with django_assert_num_queries(LIST_QUERIES):
        page(me, "/")


LIST_QUERIES = 44  # ten of them ask the contact policy about the customer of the panel
