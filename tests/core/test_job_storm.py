"""Workers die and freeze at random: every job has its effect exactly once (J-06)."""

import random
import subprocess
import sys

import pytest

from tests.moments import NOON
from weixi.core import jobs
from weixi.core.actor import SYSTEM
from weixi.core.models import Job, JournalEntry


def storm_over(count, environment):
    for _ in range(count):
        jobs.enqueue("effect", by=SYSTEM, at=NOON, max_attempts=1_000)
    seed = random.randrange(10**6)
    subprocess.run(
        [sys.executable, "-m", "tests.core.job_storm", "1.0", str(seed)],
        env=environment,
        check=True,
        timeout=1_500,
    )
    done = [entry.facts["job"] for entry in JournalEntry.objects.filter(kind="test.effect")]
    assert sorted(done) == sorted(Job.objects.values_list("pk", flat=True)), f"seed {seed}"
    assert jobs.counts()["done"] == count


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_300_jobs_survive_a_storm_with_each_effect_once(child_environment):
    storm_over(300, child_environment)


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_5000_jobs_survive_a_storm_with_each_effect_once(child_environment):
    storm_over(5_000, child_environment)
