"""Real processes: two that walk the same runs at once, and are killed at any moment."""

import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from weixi.act.care.models import Ask
from weixi.act.care.playbooks.actions import publish, save_draft
from weixi.act.care.playbooks.advancing import advance_due
from weixi.act.care.playbooks.models import Effect, Playbook, Run
from weixi.act.interventions.models import Intervention
from weixi.collect.points.models import PointsEntry
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 11, 20)
BUYERS = 60
STEPS = [
    {"code": "gift", "kind": "points", "points": 10},
    {"code": "call", "kind": "task", "zh": "打电话", "en": "Call"},
]


@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.nightly)])
def test_two_workers_that_are_killed_do_no_step_twice_and_none_never(
    kills, customer, order, child_environment
):
    create_shipped_channels()
    dice, pace = random.Random(kills), 1
    for number in range(BUYERS):
        order(customer(f"C{number}"), DAY)
    for number in range(kills):
        playbook(f"own-{number}")
        children = [walker(child_environment) for _ in range(2)]
        for child in children:
            killed_after(child, pace * dice.uniform(0.1, 1.2))
        assert_nothing_twice()
        pace *= 1 if Effect.objects.exists() else 2  # a busy machine
    assert Effect.objects.exists()
    advance_due(day=DAY, at=NOON)
    assert_nothing_twice()
    treated = Intervention.objects.filter(arm="treated").count()
    assert treated > BUYERS * kills / 2
    assert Run.objects.exclude(state="held_out").count() == treated
    assert Effect.objects.count() == 2 * treated
    assert Ask.objects.count() == PointsEntry.objects.count() == treated


def playbook(code):
    Playbook.objects.create(code=code, name_zh=code, name_en=code, changed_at=NOON)
    stored = {"trigger": {"kind": "event", "event": "first_purchase"}, "steps": STEPS,
              "held_out": 0.2}  # fmt: skip
    save_draft(code=code, stored=stored, by=SYSTEM, at=NOON)
    publish(code=code, at_publish="finish", by=SYSTEM, at=NOON)
    Playbook.objects.filter(code=code).update(is_on=True)


def walker(environment):
    """Says a word when it is about to begin."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.act.care.playbooks.walker", NOON.isoformat(),
         DAY.isoformat()],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def killed_after(child, seconds):
    with child.stdout:
        assert child.stdout.readline()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    else:
        pytest.fail(f"ended by itself with {child.returncode}")


def assert_nothing_twice():
    effects = Counter(Effect.objects.values_list("run", "step"))
    points = Counter(PointsEntry.objects.values_list("customer", "reference"))
    asks = Counter(Ask.objects.values_list("customer", "playbook_id"))
    for counted in (effects, points, asks):
        assert max(counted.values(), default=0) <= 1
