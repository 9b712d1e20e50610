"""Killed at random moments, a refresh has published all of a day or nothing of it."""

import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from weixi import pipeline
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership
from weixi.core.actor import SYSTEM
from weixi.core.runs import newest_run
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DAYS = [date(2026, 11, 1) + timedelta(days) for days in range(18)]


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.nightly)])
def test_a_killed_refresh_loses_and_doubles_nothing(kills, customer_with_orders, child_environment):
    dice = random.Random(kills)
    create_shipped_schemes(at=datetime.now(UTC))
    for who in range(60):
        customer_with_orders(f"C{who}", [DAYS[0] - timedelta(7 * who + 20 * n) for n in range(6)])
    refresh(DAYS[0])
    for kill in range(kills):
        day = DAYS[1 + kill % (len(DAYS) - 2)]
        killed_after(dice.uniform(1.0, 6.0), day, child_environment)
        assert_whole()
    refresh(DAYS[-1])
    assert_whole()
    assert newest_run().as_of == DAYS[-1]


def refresh(day):
    pipeline.run(as_of=day, engine="duckdb", by=SYSTEM, at=datetime.now(UTC))


def killed_after(seconds, day, environment):
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.refresh_child", *[day.isoformat()] * 9],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def assert_whole():
    """Every table tells of the same day, once for each customer."""
    day = newest_run().as_of
    assert set(Snapshot.objects.values_list("as_of", flat=True)) == {day}
    assert set(Score.objects.values_list("as_of", flat=True)) == {day}
    assert Snapshot.objects.count() == Score.objects.count() == 60
    stages = Membership.objects.filter(scheme__code="lifecycle")
    assert stages.count() == stages.values("customer").distinct().count() == 60
