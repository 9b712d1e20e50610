"""Jobs: held once, retried after a crash, refused to whoever lost them (J-06)."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from tests.moments import NOON
from weixi.core import jobs
from weixi.core.actor import SYSTEM
from weixi.core.errors import NotAllowed, RuleBroken
from weixi.core.journal import record
from weixi.core.models import Job, JournalEntry
from weixi.staff.queries import NOBODY

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    return jobs.enqueue("count", {"to": 3}, by=SYSTEM, at=NOON)


def let_the_lease_run_out(job):
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_a_job_is_held_by_one_worker(job):
    held = jobs.claim("first")

    assert (held.job_id, held.payload, held.fence) == (job.pk, {"to": 3}, 1)
    assert jobs.claim("second") is None


def test_a_job_waits_for_its_time(job):
    Job.objects.filter(pk=job.pk).update(run_after=Now() + timedelta(minutes=1))

    assert jobs.claim("first") is None


def test_the_same_key_is_the_same_job():
    made = [jobs.enqueue("refresh", key="refresh@day", by=SYSTEM, at=NOON).pk for _ in range(2)]

    assert made[0] == made[1]
    assert Job.objects.count() == 1


def test_a_lapsed_job_goes_to_another_worker_and_the_first_can_write_nothing(job):
    first = jobs.claim("first")
    let_the_lease_run_out(job)
    assert jobs.reap() == 1
    second = jobs.claim("second")

    assert second.fence == 2
    with pytest.raises(jobs.LeaseLost):
        first.progress(1, 3)
    with pytest.raises(jobs.LeaseLost):
        jobs.complete(first)
    jobs.complete(second)
    assert Job.objects.get().state == "done"


def test_a_worker_that_wakes_up_after_the_reaper_leaves_no_effect(job):
    first = jobs.claim("first")
    let_the_lease_run_out(job)
    jobs.reap()

    with pytest.raises(jobs.LeaseLost), first.finishing():
        record("test.effect", by=SYSTEM, at=NOON)
    assert not JournalEntry.objects.exists()


def half_an_effect():
    record("test.effect", by=SYSTEM, at=NOON)
    raise ZeroDivisionError


def test_effects_and_the_end_of_a_job_are_one_transaction(job):
    held = jobs.claim("first")

    with pytest.raises(ZeroDivisionError), held.finishing():
        half_an_effect()
    assert not JournalEntry.objects.exists()
    assert Job.objects.get().state == "running"


def test_a_failed_job_is_tried_again_later_and_is_dead_after_the_last_attempt():
    job = jobs.enqueue("count", by=SYSTEM, at=NOON, max_attempts=2)

    jobs.fail(jobs.claim("first"), ValueError("the server did not answer"))
    job.refresh_from_db()
    assert (job.state, job.problem) == ("waiting", "the server did not answer")
    assert jobs.claim("first") is None  # it waits five seconds first

    Job.objects.update(run_after=Now())
    jobs.fail(jobs.claim("first"), ValueError("still not"))
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("dead", 2)


def test_a_business_no_is_final(job):
    jobs.fail(jobs.claim("first"), RuleBroken("The file is empty."))

    assert Job.objects.get().state == "dead"


def test_a_job_whose_workers_keep_dying_ends_dead():
    job = jobs.enqueue("count", by=SYSTEM, at=NOON, max_attempts=1)
    jobs.claim("first")
    let_the_lease_run_out(job)
    jobs.reap()

    job.refresh_from_db()
    assert (job.state, job.problem) == ("dead", "The worker stopped midway.")


def test_progress_shows_and_renews_the_lease(job):
    held = jobs.claim("first")
    let_the_lease_run_out(job)
    held.progress(2, 3)

    job.refresh_from_db()
    assert (job.done, job.total) == (2, 3)
    assert jobs.reap() == 0


def test_a_running_job_is_cancelled_at_its_next_report(job):
    held = jobs.claim("first")
    jobs.cancel(job.pk, by=SYSTEM)

    with pytest.raises(jobs.Cancelled):
        held.progress(1, 3)


def test_a_waiting_job_is_cancelled_at_once(job):
    jobs.cancel(job.pk, by=SYSTEM)

    assert Job.objects.get().state == "cancelled"


def test_nobody_cancels_the_job_of_another_without_permission(job):
    with pytest.raises(NotAllowed):
        jobs.cancel(job.pk, by=NOBODY)
    assert Job.objects.get().state == "waiting"


def test_a_job_given_back_costs_no_attempt(job):
    jobs.give_back(jobs.claim("first"))

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)


def test_a_dead_job_can_be_revived(job):
    jobs.fail(jobs.claim("first"), RuleBroken("No."))
    jobs.revive(job.pk, by=SYSTEM)

    assert jobs.claim("first").job_id == job.pk
