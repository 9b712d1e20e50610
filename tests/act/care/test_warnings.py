"""Alerts whose cause asks for an answer become reasons of the care list."""

from datetime import timedelta

import pytest

from tests.act.care.conftest import DAY
from tests.moments import NOON
from weixi.act.care.actions import complete, undo
from weixi.act.care.models import Task
from weixi.act.care.planning import plan_day
from weixi.act.care.words import chip_of
from weixi.act.warnings.models import Alert, Reading
from weixi.staff.queries import actor_of

pytestmark = pytest.mark.django_db
FACTS = {"complaints_open": 1, "complaint_open_days": 9}


def alert_of(customer, **fields):
    values = {
        "kind": "complaint_open", "cause": "ours", "points": 20, "opened_on": DAY,
        "evidence_on": DAY, "facts": {**FACTS, "complaint_open_days": 2}, "answer": "put_right",
        "due_on": DAY + timedelta(days=1),
    }  # fmt: skip
    return Alert.objects.create(customer=customer, **(values | fields))


def task_of(customer):
    plan_day(DAY)
    return Task.objects.filter(customer=customer).first()


def test_a_complaint_leads_the_reasons_with_its_cause_and_the_numbers_of_today(company):
    hotel = company["云栖酒店"]
    made = alert_of(hotel)
    part = {"signal": "complaint_open", "points": 20, "facts": FACTS}
    Reading.objects.create(
        customer=hotel, as_of=DAY, points=50, base=30, held=1, contributions=[part]
    )
    task = task_of(hotel)
    assert [signal["kind"] for signal in task.signals][:2] == ["warning", "overdue"]
    chip = chip_of(task.signals[0], DAY)
    assert (chip.cause, chip.sentence) == ("ours", "A complaint has been open for 9 days")
    assert task.signals[0]["facts"]["alerts"] == [made.pk]


def test_a_signal_of_purchases_alone_adds_no_second_reason(company):
    alert_of(company["吴二"], kind="overdue", cause="unknown", answer="ask", facts={})
    assert task_of(company["吴二"]) is None


def test_a_customer_with_no_other_reason_is_planned_for_its_alert(company):
    alert_of(company["陈六"])
    task = task_of(company["陈六"])
    assert (task.kind, task.due_on) == ("warning", DAY + timedelta(days=1))


def test_a_task_done_deals_with_its_alerts_and_undone_opens_them_again(company, lee):
    made = alert_of(company["云栖酒店"])
    task, by = task_of(company["云栖酒店"]), actor_of(lee, door="web")
    complete(task_id=task.pk, outcome="accepted", by=by, at=NOON)
    made.refresh_from_db()
    assert (made.state, made.handled_by) == ("handled", lee)
    undo(task_id=task.pk, by=by, at=NOON)
    made.refresh_from_db()
    assert (made.state, made.handled_by) == ("open", None)


def test_a_customer_who_was_not_reached_stays_warned_of(company, lee):
    made = alert_of(company["云栖酒店"])
    task = task_of(company["云栖酒店"])
    complete(task_id=task.pk, outcome="not_reached", by=actor_of(lee, door="web"), at=NOON)
    made.refresh_from_db()
    assert made.state == "open"
