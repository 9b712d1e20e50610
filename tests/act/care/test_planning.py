"""The plan of a day, worked by hand for the company of conftest.py."""

from datetime import timedelta

import pytest

from tests.act.care.conftest import DAY, identity
from tests.conftest import NOON
from weixi.act.care.actions import complete, postpone
from weixi.act.care.models import Task
from weixi.act.care.planning import plan_day
from weixi.collect.customers.models import Consent
from weixi.core.actor import SYSTEM
from weixi.core.values import set_value
from weixi.measure.models import Snapshot
from weixi.staff.queries import actor_of

pytestmark = pytest.mark.django_db


def names(**query):
    return set(Task.objects.filter(state="open", **query).values_list("customer__name", flat=True))


def stored(task):
    return [signal["kind"] for signal in task.signals]


def test_everyone_with_a_reason_is_planned_and_nobody_else(planned):
    # 启明幼儿园 is 0.8 of its own gap along; 周一 only 5 days beyond his; 吴二 10 gaps late: gone;
    # 陈六 bought lately; 褚七 never did.
    assert set(planned) == {"林晓燕", "云栖酒店", "单文博", "欧阳静", "郑三", "王四", "冯五"}


def test_each_task_says_its_reasons_the_leading_one_first(planned):
    assert stored(planned["林晓燕"]) == ["overdue"]
    # rank 1 of 11 is within the top fifth (3 places); 61 days without order, contact 90 days ago
    assert stored(planned["云栖酒店"]) == ["overdue", "gone_quiet"]
    assert stored(planned["单文博"]) == ["next_due"]
    assert stored(planned["欧阳静"]) == ["birthday"]
    assert planned["林晓燕"].signals[0]["facts"] == {"days": 47, "rhythm": 20, "lateness": 2.4}


def test_due_days_follow_the_reason(planned):
    assert planned["林晓燕"].due_on == DAY
    assert planned["单文博"].due_on == DAY + timedelta(days=2)
    assert planned["欧阳静"].due_on == DAY + timedelta(days=2)
    assert planned["冯五"].due_on == DAY


def test_the_value_is_the_score_s_else_the_revenue_of_twelve_months(planned):
    assert planned["林晓燕"].value_at_stake == 864_000
    assert planned["王四"].value_at_stake == 40_000


def test_customers_without_owner_go_to_the_team(planned, lee):
    assert planned["林晓燕"].owner == lee
    assert planned["郑三"].owner is None


def test_a_customer_whose_owner_left_goes_to_the_team(company, lee):
    lee.is_active = False
    lee.save()
    plan_day(DAY)
    assert Task.objects.get(customer=company["林晓燕"]).owner is None


def test_planning_again_changes_nothing(planned):
    before = list(Task.objects.order_by("pk").values())
    assert plan_day(DAY) == 7
    assert list(Task.objects.order_by("pk").values()) == before


def test_thresholds_changed_on_the_page_take_effect(company):
    set_value("care.overdue_from", 3.0, by=SYSTEM, at=NOON)
    set_value("care.birthday_days_ahead", 1, by=SYSTEM, at=NOON)
    plan_day(DAY)
    # 郑三: 45/15 = 3.0, 王四: 40/10 = 4.0; 云栖酒店 is quiet still; 欧阳静 has her day in two days
    assert names() == {"云栖酒店", "单文博", "郑三", "王四", "冯五"}


def test_each_person_gets_as_many_as_a_day_holds(company, lee):
    lee.daily_capacity = 2
    lee.save()
    set_value("care.team_capacity", 1, by=SYSTEM, at=NOON)
    plan_day(DAY)
    assert names(owner=lee) == {"云栖酒店", "林晓燕"}
    # 郑三 and 王四 are both worth ¥400: the older customer comes first
    assert names(owner=None) == {"郑三"}


def test_a_task_is_dropped_when_its_reason_ended(planned):
    Snapshot.objects.filter(customer=planned["林晓燕"].customer).update(
        days_since_purchase=1, lateness=0.05
    )
    plan_day(DAY + timedelta(days=1))
    task = Task.objects.get(pk=planned["林晓燕"].pk)
    assert (task.state, task.outcome) == ("dropped", "reason_ended")


def test_an_open_task_is_updated_and_grows_late_instead_of_being_doubled(planned):
    Snapshot.objects.filter(customer=planned["林晓燕"].customer).update(
        days_since_purchase=48, lateness=2.4
    )
    plan_day(DAY + timedelta(days=1))
    task = Task.objects.get(customer=planned["林晓燕"].customer)
    assert task.signals[0]["facts"]["days"] == 48
    assert (task.due_on, task.planned_on) == (DAY, DAY + timedelta(days=1))


def test_what_was_done_rests_for_two_weeks_then_comes_again(planned, lee):
    complete(task_id=planned["林晓燕"].pk, outcome="reached", by=actor(lee), at=NOON)
    plan_day(DAY + timedelta(days=13))
    assert "林晓燕" not in names()
    plan_day(DAY + timedelta(days=14))
    assert "林晓燕" in names()


def test_a_customer_who_was_not_reached_is_tried_again_in_two_days(planned, lee):
    complete(task_id=planned["林晓燕"].pk, outcome="not_reached", by=actor(lee), at=NOON)
    plan_day(DAY + timedelta(days=1))
    assert "林晓燕" not in names()
    plan_day(DAY + timedelta(days=2))
    assert "林晓燕" in names()


def test_a_postponed_task_keeps_its_day(planned, lee):
    until = DAY + timedelta(days=3)
    postpone(task_id=planned["林晓燕"].pk, until=until, reason="On a trip", by=actor(lee), at=NOON)
    plan_day(DAY + timedelta(days=1))
    task = Task.objects.get(pk=planned["林晓燕"].pk)
    assert (task.state, task.hidden_until, task.due_on) == ("open", until, until)


def test_the_channel_follows_identities_reason_and_type(planned, company):
    assert planned["林晓燕"].channel == "phone"
    assert planned["欧阳静"].channel == "wecom"
    identity(company["欧阳静"], "phone", "139****0000")
    plan_day(DAY)
    assert Task.objects.get(pk=planned["欧阳静"].pk).channel == "sms"


def refuse(customer, purpose, channel="", *, granted=False, at=NOON):
    Consent.objects.create(
        customer=customer, purpose=purpose, channel=channel, granted=granted, at=at, source="form"
    )


def test_refusals_are_respected_until_taken_back(company):
    refuse(company["单文博"], "marketing")  # only a reason to sell: no task
    refuse(company["林晓燕"], "marketing")  # care is still welcome
    refuse(company["林晓燕"], "care", "phone")
    refuse(company["云栖酒店"], "care")  # leave in peace
    refuse(company["郑三"], "contact")  # no contact at all
    refuse(company["欧阳静"], "care")
    refuse(company["欧阳静"], "care", granted=True, at=NOON + timedelta(hours=1))
    plan_day(DAY)
    assert names() == {"林晓燕", "欧阳静", "王四", "冯五"}
    assert Task.objects.get(customer=company["林晓燕"]).channel != "phone"


def test_a_customer_merged_away_is_left_out(company):
    company["林晓燕"].merged_into = company["单文博"]
    company["林晓燕"].save()
    plan_day(DAY)
    assert "林晓燕" not in names()


def test_a_task_in_somebody_s_hands_is_not_dropped(planned, lee):
    task = planned["林晓燕"]
    Task.objects.filter(pk=task.pk).update(
        claimed_by=lee, claimed_until=NOON + timedelta(minutes=15)
    )
    Snapshot.objects.filter(customer=task.customer).update(days_since_purchase=1, lateness=0.05)
    plan_day(DAY)
    assert "林晓燕" in names()


def actor(user):
    return actor_of(user, door="web")
