"""Tasks that a person asks for, joined with the reasons that were found; absences; reassigning."""

from datetime import timedelta

import pytest

from tests.act.care.conftest import DAY
from tests.conftest import NOON
from weixi.act.care.absences import end_absence, record_absence
from weixi.act.care.actions import complete
from weixi.act.care.manual import add_task, reassign, undo_reassign, withdraw_task
from weixi.act.care.models import Ask, Task
from weixi.act.care.planning import plan_day
from weixi.act.care.queries import queue
from weixi.core.errors import Missing, NotAllowed, RuleBroken
from weixi.staff.queries import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(lee):
    return actor_of(lee, door="web")


@pytest.fixture
def boss(person, north):
    return actor_of(person("supervisor", team=north), door="web")


def asked(me, company, name="吴二", **fields):
    values = {"text": "回电说明报价", "due_on": DAY, **fields}
    return add_task(customer_id=company[name].pk, by=me, at=NOON, **values)


def test_it_stands_above_everything_reckoned_and_at_once(planned, company, me):
    asked(me, company, "周一")
    first = queue(me, day=DAY, at=NOON, scope="mine").rows[0]
    assert first.customer.name != "周一"  # whom 文 looks after: on her list
    task = Task.objects.get(customer=company["周一"])
    assert (task.kind, task.owner.username, task.signals[0]["facts"]["zh"]) == (
        "manual", "wen", "回电说明报价",
    )  # fmt: skip


def test_it_is_joined_with_what_was_found_into_one_row(planned, company, me):
    asked(me, company, "云栖酒店")
    row = queue(me, day=DAY, at=NOON).rows[0]
    assert row.customer.name == "云栖酒店"
    assert [chip.kind for chip in row.signals] == ["manual", "overdue", "gone_quiet"]
    assert row.is_word
    plan_day(DAY)
    assert Task.objects.filter(customer=company["云栖酒店"], state="open").count() == 1


def test_a_word_given_is_shown_even_when_the_day_is_full(company, lee, me):
    lee.daily_capacity = 1
    lee.save()
    asked(me, company, "欧阳静")
    plan_day(DAY)
    mine = Task.objects.filter(owner=lee, state="open").values_list("customer__name", flat=True)
    assert set(mine) == {"欧阳静"}


def test_before_its_day_it_waits(company, me):
    asked(me, company, due_on=DAY + timedelta(days=3))
    plan_day(DAY)
    assert not Task.objects.filter(customer=company["吴二"]).exists()
    plan_day(DAY + timedelta(days=3))
    assert Task.objects.get(customer=company["吴二"], state="open").kind == "manual"


def test_withdrawn_it_leaves_the_list_with_its_reason(company, me):
    ask = asked(me, company)
    withdraw_task(ask_id=ask.pk, by=me, at=NOON)
    task = Task.objects.get(customer=company["吴二"])
    assert (task.state, task.outcome, Ask.objects.get().state) == (
        "dropped", "withdrawn", "withdrawn",
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"due_on": DAY - timedelta(days=1)}, {"channel": "pigeon"},
              {"purpose": "spam"}],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(company, me, wrong):
    with pytest.raises(RuleBroken):
        asked(me, company, **wrong)


def test_the_customers_of_an_absent_person_go_to_the_stand_in(company, lee, wen, boss):
    away = record_absence(
        person_id=lee.pk, first_day=DAY, last_day=DAY + timedelta(days=3), stand_in_id=wen.pk,
        by=boss, at=NOON,
    )  # fmt: skip
    plan_day(DAY)
    assert not Task.objects.filter(owner=lee).exists()
    assert Task.objects.get(customer=company["林晓燕"]).owner == wen
    end_absence(absence_id=away.pk, by=boss, at=NOON)
    plan_day(DAY + timedelta(days=1))
    assert Task.objects.get(customer=company["林晓燕"], state="open").owner == lee


def test_without_a_stand_in_the_team_has_them(company, lee, boss):
    record_absence(person_id=lee.pk, first_day=DAY, last_day=DAY, by=boss, at=NOON)
    plan_day(DAY)
    assert Task.objects.get(customer=company["林晓燕"]).owner is None


def test_who_leads_gives_a_task_to_somebody_else_and_the_plan_leaves_it(
    planned, company, wen, boss
):
    task = planned["林晓燕"]
    given = reassign(task_ids=[task.pk], owner_id=wen.pk, by=boss, at=NOON)
    assert given.ids == [task.pk]
    plan_day(DAY)
    task.refresh_from_db()
    assert task.owner == wen


def test_what_was_given_away_comes_back_unless_it_is_done_or_was_given_on(
    planned, me, lee, wen, boss, actor
):
    mine, done, on = (planned[name] for name in ("林晓燕", "云栖酒店", "单文博"))
    given = reassign(task_ids=[mine.pk, done.pk, on.pk], owner_id=wen.pk, by=boss, at=NOON)
    complete(task_id=done.pk, outcome="reached", by=me, at=NOON)
    reassign(task_ids=[on.pk], owner_id=None, by=boss, at=NOON)
    with pytest.raises(Missing):
        undo_reassign(given.undo, by=actor("admin"), at=NOON)  # somebody else
    assert undo_reassign(given.undo, by=boss, at=NOON) == 1
    assert undo_reassign(given.undo, by=boss, at=NOON) == 0
    mine.refresh_from_db()
    on.refresh_from_db()
    assert (mine.owner, mine.is_given, on.owner) == (lee, False, None)


def test_only_who_leads_may_give_tasks_away_and_only_within_the_team(planned, me, wen, boss, team,
                                                                      person):  # fmt: skip
    with pytest.raises(NotAllowed):
        reassign(task_ids=[planned["林晓燕"].pk], owner_id=wen.pk, by=me, at=NOON)
    stranger = person("agent", team=team("south"))
    with pytest.raises(Missing):
        reassign(task_ids=[planned["林晓燕"].pk], owner_id=stranger.pk, by=boss, at=NOON)
