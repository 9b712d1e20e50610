"""Runs of playbooks on real tables: who starts, what is made, and that nothing is done twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from weixi.act.care.actions import complete, undo
from weixi.act.care.models import Ask, Task
from weixi.act.care.planning import plan_day
from weixi.act.care.playbooks.actions import (
    create_shipped_playbooks,
    publish,
    save_draft,
    stop_run,
    switch,
)
from weixi.act.care.playbooks.advancing import advance, advance_due
from weixi.act.care.playbooks.models import Effect, Playbook, Run
from weixi.act.interventions.models import Intervention
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Scheme, Transition
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Bond, Consent
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import SYSTEM
from weixi.core.errors import RuleBroken
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 11, 20)
PHONE_COST = 50  # of a call without minutes, as shipped
STEP = {"kind": "task", "zh": "打电话", "en": "Call"}


def at(days=0, **more):
    return NOON + timedelta(days=days, **more)


@pytest.fixture(autouse=True)
def tables(db):
    create_shipped_channels()
    create_shipped_schemes(at=NOON)


def written(code="own", *, trigger=None, steps=None, **more):
    """A published playbook that is on, and the only one that is."""
    row = Playbook.objects.filter(code=code).first() or Playbook.objects.create(
        code=code, name_zh="自己的", name_en="Own", changed_at=NOON
    )
    stored = {
        "trigger": trigger or {"kind": "event", "event": "first_purchase"},
        "steps": steps or [{**STEP, "code": "call"}],
        **more,
    }
    save_draft(code=code, stored=stored, by=SYSTEM, at=NOON)
    publish(code=code, at_publish=more.get("at_publish", "finish"), by=SYSTEM, at=NOON)
    Playbook.objects.filter(pk=row.pk).update(is_on=True)
    return Playbook.objects.get(pk=row.pk)


def states(playbook):
    rows = Run.objects.filter(playbook=playbook).order_by("pk")
    return [(run.customer.name, run.state, run.step) for run in rows.select_related("customer")]


def go(days=0):
    return advance(day=DAY + timedelta(days=days), at=at(days))


def test_a_first_purchase_starts_it_and_asks_for_a_task(customer, order):
    written()
    new, old = customer("林晓燕"), customer("单雄信")
    order(new, DAY)
    order(old, DAY - timedelta(days=400))
    order(old, DAY)
    assert go().started == 1
    ask = Ask.objects.get()
    assert (ask.customer, ask.text_en, ask.from_en, ask.due_on) == (new, "Call", "Own", DAY)
    plan_day(DAY)
    task = Task.objects.get()
    assert (task.kind, task.signals[0]["facts"]["zh"]) == ("playbook", "打电话")


def test_the_same_day_again_or_two_workers_one_after_the_other_do_nothing_twice(customer, order):
    written()
    order(customer(), DAY)
    go()
    again = go()
    assert (again.started, again.steps) == (0, 0)
    advance_due(day=DAY, at=at())
    assert (Run.objects.count(), Effect.objects.count(), Ask.objects.count()) == (1, 1, 1)


def test_a_move_into_a_cell_starts_it_and_out_of_it_another(customer):
    scheme = Scheme.objects.get(code="lifecycle")
    into = written("in", trigger={"kind": "enter", "scheme": "lifecycle", "cells": ["decline"]})
    out = written("out", trigger={"kind": "leave", "scheme": "lifecycle", "cells": ["decline"]})
    falling, rising = customer("林晓燕"), customer("单雄信")
    Transition.objects.create(
        customer=falling, scheme=scheme, on=DAY, from_cell="maturity", to_cell="decline"
    )
    Transition.objects.create(
        customer=rising, scheme=scheme, on=DAY, from_cell="decline", to_cell="maturity"
    )
    go()
    assert [name for name, *_ in states(into)] == ["林晓燕"]
    assert [name for name, *_ in states(out)] == ["单雄信"]


def test_the_day_the_next_purchase_is_expected_starts_it_once_for_each_purchase(customer):
    """Seven days before; the expected day moves by a week, and nothing starts a second time."""
    own = written(
        trigger={"kind": "date", "occasion": "next_purchase", "days": -7}, again={"rule": "after"}
    )
    due, later = customer("林晓燕"), customer("单雄信")
    for who, days in ((due, 7), (later, 8)):
        Snapshot.objects.create(
            customer=who, as_of=DAY, purchase_days=3, last_purchase=DAY - timedelta(days=30)
        )
        Score.objects.create(
            customer=who, as_of=DAY, horizon_days=60, next_median=DAY + timedelta(days=days)
        )
    go()
    assert [name for name, *_ in states(own)] == ["林晓燕"]
    Run.objects.update(state="done")
    Score.objects.filter(customer=due).update(next_median=DAY + timedelta(days=14))
    go(days=7)
    assert [name for name, *_ in states(own)] == ["林晓燕"]


def test_birthdays_by_the_calendar_that_the_customer_keeps(customer):
    row = written(trigger={"kind": "date", "occasion": "birthday", "days": 0})
    customer("solar", birthday=date(1990, 11, 20))
    # 20 November 2026 is the 12th of the 10th lunar month; so was 28 November 1990
    customer("lunar", birthday=date(1990, 11, 28), custom={"birthday_calendar": "lunar"})
    customer("elsewhen", birthday=date(1990, 11, 20), custom={"birthday_calendar": "lunar"})
    go()
    assert [name for name, *_ in states(row)] == ["solar", "lunar"]


def test_sixty_days_before_a_contract_ends(customer):
    row = written(trigger={"kind": "date", "occasion": "renewal", "days": -60})
    who = customer("云栖酒店")
    Bond.objects.create(
        customer=who, kind="contractual", description="年度供货", ends_on=DAY + timedelta(days=60),
        recorded_at=NOON,
    )  # fmt: skip
    go()
    run = Run.objects.get(playbook=row)
    assert (run.anchor, run.occurrence) == (DAY + timedelta(days=60), "2027-01-19")


def test_a_complaint_that_was_closed_starts_a_callback_once_each(customer):
    row = written(trigger={"kind": "event", "event": "complaint_closed"},
                  again={"rule": "after", "days": 0})  # fmt: skip
    who = customer()
    for number in ("T1", "T2"):
        Complaint.objects.create(
            number=number, customer=who, received_at=at(-5), resolved_at=at(), description="x",
            outcome="resolved",
        )  # fmt: skip
    go()
    # the second waits until the first is over: never two at a time
    assert len(states(row)) == 1


def test_who_bought_meanwhile_leaves_early_and_the_open_task_with_it(customer, order):
    row = written(trigger={"kind": "event", "event": "complaint_opened"},
                  stop=[{"since_start": "purchase"}])  # fmt: skip
    who = customer()
    Complaint.objects.create(number="T1", customer=who, received_at=at(), description="x")
    go()
    plan_day(DAY)
    order(who, DAY + timedelta(days=1))
    go(2)
    run = Run.objects.get(playbook=row)
    assert (run.state, run.reason) == ("ended_early", "stop_condition")
    assert Ask.objects.get().state == "withdrawn"
    plan_day(DAY + timedelta(days=2))
    assert Task.objects.get().outcome == "reason_ended"


def test_the_run_goes_on_when_the_task_is_done_and_undo_brings_it_back(customer, order, actor):
    steps = [{**STEP, "code": "call"}, {"code": "pause", "kind": "wait", "days": 2, "hour": 9}]
    row, boss = written(steps=steps), actor("admin")
    order(customer(), DAY)
    go()
    plan_day(DAY)
    task = Task.objects.get()
    complete(task_id=task.pk, outcome="accepted", by=boss, at=at())
    assert Ask.objects.get().state == "done"
    undo(task_id=task.pk, by=boss, at=at(minutes=1))
    assert Ask.objects.get().state == "open"
    complete(task_id=task.pk, outcome="accepted", by=boss, at=at(minutes=2))
    advance_due(day=DAY, at=at(minutes=3))
    assert states(row) == [("Ana", "waiting", "pause")]
    go(3)
    treated = Intervention.objects.get()
    # one phone call, however often it was undone: the ledger waits until it cannot be any more
    assert (treated.first_contact_at, treated.cost) == (at(minutes=2), PHONE_COST)
    assert Run.objects.get().state == "done"


def test_nobody_reached_is_tried_again_and_after_three_times_the_result_stands(
    customer, order, actor
):
    written()
    boss = actor("admin")
    order(customer(), DAY)
    go()
    for n, due in enumerate((0, 2, 4)):
        plan_day(DAY + timedelta(days=due))
        task = Task.objects.get(state="open")
        complete(task_id=task.pk, outcome="not_reached", by=boss, at=at(due))
        assert Ask.objects.get().tries == n + 1
    ask = Ask.objects.get()
    assert (ask.state, ask.outcome) == ("done", "not_reached")


def test_some_are_held_out_before_anything_happens_and_nothing_is_asked_for_them(customer, order):
    row = written(held_out=0.5, steps=[{**STEP, "code": "call"}])
    for n in range(40):
        order(customer(f"C{n}"), DAY)
    counted = go()
    assert counted.started + counted.held_out == 40
    assert 8 <= counted.held_out <= 32  # half of 40, five standard deviations
    held = set(
        Run.objects.filter(playbook=row, state="held_out").values_list("customer", flat=True)
    )
    assert held.isdisjoint(Ask.objects.values_list("customer", flat=True))
    assert Intervention.objects.filter(arm="held_out").count() == counted.held_out


def test_so_many_a_day_and_the_rest_another_day_is_not_forgotten(customer, order):
    row = written(limits={"entries_a_day": 2})
    for n in range(5):
        order(customer(f"C{n}"), DAY)
    assert [go(n).started for n in (0, 1, 2, 3)] == [2, 2, 1, 0]
    assert Run.objects.filter(playbook=row).count() == 5


def test_each_person_gets_only_so_many_tasks_of_it_a_day(customer, order, person):
    owner = person("manager")
    written(limits={"tasks_a_person": 2})
    for n in range(5):
        order(customer(f"C{n}", owner=owner), DAY)
    go()
    days = sorted((ask.due_on - DAY).days for ask in Ask.objects.all())
    assert days == [0, 0, 1, 1, 2]


def test_who_refuses_care_is_left_alone(customer, order):
    written()
    who = customer()
    order(who, DAY)
    Consent.objects.create(
        customer=who, purpose="care", channel="", granted=False, at=at(-1), evidence="phone"
    )
    assert go().started == 0


def test_a_new_version_leaves_who_is_on_the_way_or_moves_them_as_chosen(customer, order):
    wait = {"code": "pause", "kind": "wait", "days": 5, "hour": 9}
    row = written(steps=[wait, {**STEP, "code": "old"}])
    order(customer("林晓燕"), DAY)
    go()
    changed = {"trigger": {"kind": "event", "event": "first_purchase"},
               "steps": [wait, {**STEP, "code": "new"}]}  # fmt: skip
    save_draft(code="own", stored=changed, by=SYSTEM, at=at(1))
    publish(code="own", at_publish="finish", by=SYSTEM, at=at(1))
    order(customer("单雄信"), DAY + timedelta(days=1))
    go(1)
    go(10)
    assert [(name, step) for name, _, step in states(row)] == [("林晓燕", "old"), ("单雄信", "new")]


def test_moved_customers_go_on_with_the_new_version(customer, order):
    wait = {"code": "pause", "kind": "wait", "days": 5, "hour": 9}
    row = written(steps=[wait, {**STEP, "code": "old"}])
    order(customer("林晓燕"), DAY)
    go()
    changed = {"trigger": {"kind": "event", "event": "first_purchase"},
               "steps": [wait, {**STEP, "code": "new"}]}  # fmt: skip
    save_draft(code="own", stored=changed, by=SYSTEM, at=at(1))
    publish(code="own", at_publish="move", by=SYSTEM, at=at(1))
    go(10)
    assert states(row) == [("林晓燕", "active", "new")]


def test_switched_off_nobody_starts_and_stopped_runs_say_so(customer, order):
    row = written()
    order(customer(), DAY)
    go()
    switch(code="own", on=False, stop_running=True, by=SYSTEM, at=at())
    run = Run.objects.get(playbook=row)
    assert (run.state, run.reason) == ("stopped", "switched_off")
    assert Ask.objects.get().state == "withdrawn"
    order(customer("x"), DAY)
    assert go().started == 0


def test_a_person_stops_one_run_with_a_reason(customer, order, actor):
    row = written()
    order(customer(), DAY)
    go()
    run = Run.objects.get(playbook=row)
    with pytest.raises(RuleBroken):
        stop_run(run_id=run.pk, reason=" ", by=actor("admin"), at=at())
    stopped = stop_run(run_id=run.pk, reason="已当面谈过", by=actor("admin"), at=at())
    assert (stopped.state, stopped.reason_text) == ("stopped", "已当面谈过")


def test_points_are_given_once(customer, order):
    written(steps=[{"code": "gift", "kind": "points", "points": 50}])
    who = customer()
    order(who, DAY)
    go()
    go()
    assert [entry.points for entry in who.points_entries.all()] == [50]


def test_installing_again_leaves_what_people_changed():
    assert create_shipped_playbooks(at=NOON) == 14
    Playbook.objects.filter(code="birthday").update(name_zh="寿星")
    assert create_shipped_playbooks(at=NOON) == 0
    assert Playbook.objects.get(code="birthday").name_zh == "寿星"
    on = set(Playbook.objects.filter(is_on=True).values_list("code", flat=True))
    assert on == {"first_purchase", "birthday", "satisfaction", "complaint", "decline", "renewal",
                  "tier_change"}  # fmt: skip
