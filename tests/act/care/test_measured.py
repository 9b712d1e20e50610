"""Today's list ranks by what acting has been seen to change, where enough customers tell it."""

from datetime import timedelta

import pytest

from tests.act.care.conftest import DAY
from tests.conftest import NOON
from weixi.act.care.measured import measured_chances
from weixi.act.care.models import Ask, Task
from weixi.act.care.planning import plan_day
from weixi.act.care.playbooks.models import Playbook, Version
from weixi.act.care.queries import queue
from weixi.act.interventions.actions import assign, write_measured
from weixi.act.interventions.models import Trial
from weixi.core.actor import SYSTEM
from weixi.core.values import set_value
from weixi.evaluate.effect_actions import evaluate_source
from weixi.staff.queries import actor_of

pytestmark = pytest.mark.django_db


def playbook(code, *, covers=()):
    row = Playbook.objects.create(code=code, name_zh=code, name_en=code, changed_at=NOON)
    row.published = Version.objects.create(
        playbook=row, number=1, definition={"covers": list(covers)}, published_at=NOON
    )
    row.save()
    Trial.objects.create(source_kind="playbook", source_id=row.pk, salt="x", created_at=NOON)
    return row.pk


def measured(playbook_id, effect, *, half=0.03, arms=(400, 120)):
    write_measured(
        source_kind="playbook", source_id=playbook_id, at=NOON, treated=arms[0], held_out=arms[1],
        share=(effect, effect - half, effect + half),
    )  # fmt: skip


def planned(name):
    plan_day(DAY)
    return Task.objects.get(customer__name=name, state="open")


def test_the_measured_chance_of_a_reason_takes_the_place_of_the_assumed_one(company):
    task = planned("林晓燕")  # 8,640.00 at stake, overdue: assumed 10 %, 8 minutes on the phone
    assert (task.chance, task.chance_is_measured, task.worth) == (0.1, False, 648_000)
    measured(playbook("own", covers=["overdue"]), 0.25)
    task = planned("林晓燕")
    assert (task.chance, task.chance_is_measured, task.worth) == (0.25, True, 1_620_000)


def test_the_list_says_which_chance_is_used(company, lee):
    plan_day(DAY)
    rows = {
        row.customer.name: row for row in queue(actor_of(lee, door="web"), day=DAY, at=NOON).rows
    }
    assert (
        rows["林晓燕"].ranking == "¥8,640 at stake × 10% chance (assumed) ÷ 8 min = ¥6,480 an hour"
    )
    measured(playbook("own", covers=["overdue"]), 0.25)
    plan_day(DAY)
    rows = {
        row.customer.name: row for row in queue(actor_of(lee, door="web"), day=DAY, at=NOON).rows
    }
    assert rows["林晓燕"].ranking == (
        "¥8,640 at stake × 25% chance (measured) ÷ 8 min = ¥16,200 an hour"
    )


def test_with_fewer_customers_in_an_arm_than_asked_for_it_stays_assumed(company):
    own = playbook("own", covers=["overdue"])
    measured(own, 0.25, arms=(5_000, 99))
    assert planned("林晓燕").chance == 0.1
    set_value("care.measured_least", 99, by=SYSTEM, at=NOON)
    assert planned("林晓燕").chance == 0.25


def test_what_changed_nothing_is_ranked_by_one_in_a_hundred(company):
    measured(playbook("own", covers=["overdue"]), -0.04)
    assert planned("林晓燕").chance == 0.01


def test_two_playbooks_for_one_reason_weigh_by_how_sure_they_are(company):
    """Half ranges 0.02 and 0.04: weights 4 to 1, (4 · 0.10 + 0.09) / 5."""
    measured(playbook("one", covers=["overdue"]), 0.10, half=0.02)
    measured(playbook("two", covers=["overdue"]), 0.09, half=0.04)
    found = measured_chances().by_kind["overdue"]
    assert found.customers == 1_040
    assert found.effect == pytest.approx(0.098)
    assert found.high - found.effect == pytest.approx(0.0179, abs=1e-4)


def test_a_step_of_a_playbook_goes_by_its_own_effect(company):
    own = playbook("own")
    measured(own, 0.3)
    Ask.objects.create(
        customer=company["周一"], source="playbook", key="x", playbook_id=own, text_zh="打电话",
        text_en="Call", chance=0.05, due_on=DAY, created_at=NOON,
    )  # fmt: skip
    task = planned("周一")
    assert (task.chance, task.chance_is_measured) == (0.3, True)


def test_an_effect_is_told_only_when_its_window_has_passed_and_somebody_was_held_out(
    customer, order
):
    people = [customer(f"P{n}") for n in range(80)]
    arms = assign(
        source_kind="playbook", source_id=1, customer_ids=[one.pk for one in people],
        held_out_share=0.5, window_days=60, at=NOON, by=SYSTEM,
    )  # fmt: skip
    for one in people:
        if arms[one.pk] == "treated":
            order(one, (NOON + timedelta(days=3)).date())
    evaluate_source("playbook", 1, at=NOON + timedelta(days=30))
    assert Trial.objects.get().measured is None
    evaluate_source("playbook", 1, at=NOON + timedelta(days=61))
    row = Trial.objects.get()
    assert row.measured == pytest.approx(1.0)
    assert (row.measured_treated, row.measured_held_out) == (
        list(arms.values()).count("treated"),
        list(arms.values()).count("held_out"),
    )


def test_arms_that_are_not_filled_as_planned_tell_nothing(customer):
    people = [customer(f"P{n}") for n in range(60)]
    assign(source_kind="playbook", source_id=1, customer_ids=[one.pk for one in people],
           held_out_share=0.5, window_days=60, at=NOON, by=SYSTEM)  # fmt: skip
    Trial.objects.get().interventions.filter(arm="held_out").delete()
    evaluate_source("playbook", 1, at=NOON + timedelta(days=61))
    assert Trial.objects.get().measured is None
