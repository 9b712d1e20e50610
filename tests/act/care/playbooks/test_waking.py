"""Only runs that can have come further are walked: none of the others would have moved."""

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.act.care.playbooks.test_advancing import DAY, STEP, at, tables, written  # noqa: F401
from weixi.act.care.asks import answer
from weixi.act.care.models import Ask
from weixi.act.care.playbooks.advancing import advance, place_of
from weixi.act.care.playbooks.definition import playbook as parsed
from weixi.act.care.playbooks.facts import Seen, facts_of, seen_by
from weixi.act.care.playbooks.models import Run, Version
from weixi.act.care.playbooks.rules import RUNNING, Around, walk
from weixi.act.care.playbooks.triggers import starts_between, starts_on
from weixi.act.care.playbooks.waking import woken
from weixi.collect.complaints.models import Complaint
from weixi.collect.surveys.models import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SHANGHAI = ZoneInfo("Asia/Shanghai")
STEPS = [
    {**STEP, "code": "tell", "go_on": True},
    {"code": "pause", "kind": "wait", "days": 2},
    {"code": "buys", "kind": "wait_for", "until": {"since_start": "purchase"}, "days": 5,
     "then": "thank", "else": "call"},
    {**STEP, "code": "thank"},
    {**STEP, "code": "call"},
]  # fmt: skip
FLOWS = {
    "complained": {"stop": [{"since_start": "complaint_opened"}]},
    "declined": {"stop": [{"outcome_in": ["declined"]}]},
    "both": {
        "stop": [{"since_start": "complaint_opened"}, {"since_start": "purchase"}],
        "stop_how": "all",
    },
}
GOAL = {"until": {"since_start": "purchase"}, "days": 6, "share": 0.3}


def complain(person, moment):
    number = f"{person.pk}-{moment.isoformat()}"
    Complaint.objects.create(customer=person, number=number, received_at=moment)


def answered(person, score, moment):
    Answer.objects.create(
        customer=person, number=str(person.pk), question="nps", score=score, at=moment
    )


def would_move(moment):
    """Of all runs on the way, each walked: those whom it takes any further."""
    runs = list(Run.objects.filter(state__in=RUNNING))
    versions = Version.objects.in_bulk({run.version_id for run in runs})
    flows = {pk: parsed(version.definition).flow for pk, version in versions.items()}
    truths, moved = seen_by(runs, flows, at=moment), set()
    for run in runs:
        around = Around(run.started_at, run.anchor, SHANGHAI)
        done = walk(flows[run.version_id], place_of(run), truths[run.pk], around, moment)
        if done.effects or done.place != place_of(run):
            moved.add(run.pk)
    return moved


def something_happens(people, order, dice, moment):
    for person in people:
        if dice.random() < 0.2:
            order(person, moment.date())
        if dice.random() < 0.1:
            complain(person, moment)
    for ask in Ask.objects.filter(state="open"):
        if dice.random() < 0.3:
            outcome = dice.choice(["accepted", "declined", "not_reached"])
            answer([ask.pk], outcome=outcome, task_id=1, contact=None, at=moment)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_who_could_go_further_is_left_standing(customer, order, seed):
    dice = Random(seed)
    for code, more in FLOWS.items():
        written(code, steps=STEPS, trigger={"kind": "event", "event": "purchase"},
                again={"rule": "after", "days": 4}, **more)  # fmt: skip
    people = [customer(f"C{n}") for n in range(12)]
    moved = 0
    for day in range(12):
        something_happens(people, order, dice, at(day))
        advance(day=DAY + timedelta(days=day), at=at(day))
        later = at(day, hours=20)
        something_happens(people, order, dice, later)
        expected = would_move(later)
        moved += len(expected)
        assert expected <= set(woken(later))
    assert moved > 20  # else it was a test of nothing


@pytest.mark.parametrize("goal", ["purchase", "first_purchase", "complaint_opened"])
def test_goals_are_reached_by_those_to_whom_it_happened_after_the_start(customer, order, goal):
    dice, until = Random(goal), {"since_start": goal}
    row = written(trigger={"kind": "event", "event": "bad_answer"}, held_out=0.5,
                  goal=GOAL | {"until": until})  # fmt: skip
    people = [customer(f"C{n}") for n in range(20)]
    for person in people:
        if dice.random() < 0.3:
            order(person, DAY - timedelta(days=3))
        answered(person, 2, at(0, hours=-3))
    advance(day=DAY, at=at())
    something_happens(people, order, dice, at(2))
    advance(day=DAY + timedelta(days=3), at=at(3))
    facts = facts_of([person.pk for person in people], [until], at=at(3))
    runs = list(Run.objects.filter(playbook=row))
    reached = {run.pk for run in runs if Seen(facts, run.customer_id).holds(until, run.started_at)}
    assert {run.pk for run in runs if run.goal_reached_at} == reached
    assert 0 < len(reached) < len(runs) == 20


@pytest.mark.parametrize(
    "trigger",
    [
        {"kind": "event", "event": "purchase"},
        {"kind": "event", "event": "first_purchase"},
        {"kind": "event", "event": "bad_answer"},
        {"kind": "event", "event": "complaint_opened"},
        {"kind": "date", "occasion": "birthday", "days": -1},
    ],
)
def test_days_asked_for_together_are_the_days_one_after_the_other(customer, order, trigger):
    dice, wanted = Random(7), parsed({"trigger": trigger, "steps": [{**STEP, "code": "a"}]}).trigger
    for n in range(25):
        born = DAY.replace(year=dice.randint(1960, 1999)) + timedelta(days=dice.randint(-2, 6))
        lunar = {"birthday_calendar": "lunar"} if dice.random() < 0.5 else {}
        person = customer(f"C{n}", birthday=born, custom=lunar)
        for _ in range(dice.randint(0, 3)):
            order(person, DAY + timedelta(days=dice.randint(-6, 2)))
        moment = at(dice.randint(-4, 1))
        answered(person, dice.randint(0, 9), moment)
        complain(person, moment)
    first = DAY - timedelta(days=3)
    days = [first + timedelta(days=n) for n in range(5)]
    together = starts_between(wanted, first, days[-1])
    assert together == [start for day in days for start in starts_on(wanted, day)]
    assert len({start.anchor for start in together}) > 2
