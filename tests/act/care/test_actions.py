"""What people do on the list: hold, complete, postpone, undo; two people at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.act.care.conftest import DAY, later
from tests.conftest import NOON
from weixi.act.care.actions import claim, complete, postpone, release, undo
from weixi.act.care.models import Task
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import COMMAND_LINE, SYSTEM
from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of
from weixi.core.values import set_value
from weixi.staff.queries import actor_of


@pytest.fixture
def me(lee):
    return actor_of(lee, door="web")


@pytest.fixture
def other(wen):
    return actor_of(wen, door="web")


@pytest.fixture
def task(planned):
    return planned["林晓燕"]


def state_of(task):
    fields = Task.objects.filter(pk=task.pk).values().get()
    return {k: v for k, v in fields.items() if k not in {"version", "undo"}}


def test_the_second_person_is_told_who_holds_the_task_and_until_when(task, me, other):
    claim(task_id=task.pk, by=me, at=NOON)
    with pytest.raises(Conflict, match=r"Lee.*12:15"):
        claim(task_id=task.pk, by=other, at=later(minutes=14))
    with pytest.raises(Conflict, match="Lee"):
        complete(task_id=task.pk, outcome="reached", by=other, at=later(minutes=14))


def test_a_hold_ends_by_itself_or_by_letting_go(task, me, other):
    claim(task_id=task.pk, by=me, at=NOON)
    claim(task_id=task.pk, by=other, at=later(minutes=15))
    release(task_id=task.pk, by=me, at=later(minutes=15))  # somebody else's hold stays
    with pytest.raises(Conflict):
        claim(task_id=task.pk, by=me, at=later(minutes=16))
    release(task_id=task.pk, by=other, at=later(minutes=16))
    claim(task_id=task.pk, by=me, at=later(minutes=16))


def test_holding_again_makes_the_lease_longer(task, me, other):
    claim(task_id=task.pk, by=me, at=NOON)
    claim(task_id=task.pk, by=me, at=later(minutes=10))
    with pytest.raises(Conflict):
        claim(task_id=task.pk, by=other, at=later(minutes=20))


def test_completing_records_a_contact_that_cares(task, me, lee):
    complete(task_id=task.pk, outcome="accepted", note="Comes on Sunday", minutes=6, by=me, at=NOON)
    contact = Contact.objects.get()
    assert (contact.customer_id, contact.channel.code) == (task.customer_id, "phone")
    assert (contact.direction, contact.purpose, contact.outcome) == ("out", "care", "accepted")
    assert (contact.note, contact.minutes, contact.staff) == ("Comes on Sunday", 6, lee)
    done = Task.objects.get(pk=task.pk)
    assert (done.state, done.contact_id, done.closed_by) == ("done", contact.pk, lee)
    assert "task.completed" in entries_of(task.customer_id).values_list("kind", flat=True)


def test_a_call_about_the_next_purchase_is_a_sale_and_the_channel_can_be_another(planned, me):
    task = planned["单文博"]
    complete(task_id=task.pk, outcome="declined", channel="sms", by=me, at=NOON)
    contact = Contact.objects.get()
    assert (contact.purpose, contact.channel.code) == ("sale", "sms")


def test_a_task_is_done_once(task, me, other):
    complete(task_id=task.pk, outcome="reached", by=me, at=NOON)
    with pytest.raises(Conflict, match="Lee has already done this"):
        complete(task_id=task.pk, outcome="reached", by=other, at=NOON)
    assert Contact.objects.count() == 1


def test_an_old_page_is_told_that_the_task_changed(task, me):
    postpone(task_id=task.pk, until=DAY + timedelta(days=1), reason="Busy", by=me, at=NOON)
    with pytest.raises(Conflict, match="changed"):
        complete(task_id=task.pk, outcome="reached", version=task.version, by=me, at=NOON)
    assert Contact.objects.count() == 0


def test_completing_needs_an_outcome_and_leaves_nothing_behind_when_refused(task, me):
    before = state_of(task)
    with pytest.raises(RuleBroken, match="how the contact ended"):
        complete(task_id=task.pk, outcome="", by=me, at=NOON)
    with pytest.raises(RuleBroken, match="Unknown channel"):
        complete(task_id=task.pk, outcome="reached", channel="pigeon", by=me, at=NOON)
    assert state_of(task) == before
    assert Contact.objects.count() == 0


@pytest.mark.parametrize("days", [0, -1, 181])
def test_a_task_is_postponed_to_a_day_ahead(task, me, days):
    with pytest.raises(RuleBroken, match="day after today"):
        postpone(task_id=task.pk, until=DAY + timedelta(days=days), reason="x", by=me, at=NOON)


def test_postponing_needs_a_reason(task, me):
    with pytest.raises(RuleBroken, match="needed"):
        postpone(task_id=task.pk, until=DAY + timedelta(days=1), reason=" ", by=me, at=NOON)


def test_undo_brings_the_task_back_and_takes_the_contact_away(task, me):
    before = state_of(task)
    claim(task_id=task.pk, by=me, at=NOON)
    complete(task_id=task.pk, outcome="reached", by=me, at=NOON)
    undo(task_id=task.pk, by=me, at=later(minutes=10))
    assert state_of(task) == before
    assert Contact.objects.count() == 0
    assert "task.undone" in entries_of(task.customer_id).values_list("kind", flat=True)


def test_undo_restores_the_day_before_postponing(task, me):
    before = state_of(task)
    postpone(task_id=task.pk, until=DAY + timedelta(days=9), reason="On a trip", by=me, at=NOON)
    undo(task_id=task.pk, by=me, at=later(minutes=1))
    assert state_of(task) == before


def test_undo_is_for_who_did_it_within_minutes_and_once(task, me, other):
    complete(task_id=task.pk, outcome="reached", by=me, at=NOON)
    with pytest.raises(RuleBroken, match="Only who did it"):
        undo(task_id=task.pk, by=other, at=NOON)
    with pytest.raises(RuleBroken, match="10 minutes"):
        undo(task_id=task.pk, by=me, at=later(minutes=10, seconds=1))
    set_value("care.undo_minutes", 60, by=SYSTEM, at=NOON)
    undo(task_id=task.pk, by=me, at=later(minutes=11))
    with pytest.raises(RuleBroken, match="nothing to undo"):
        undo(task_id=task.pk, by=me, at=later(minutes=11))


def test_undo_steps_aside_for_a_newer_task(task, me):
    complete(task_id=task.pk, outcome="reached", by=me, at=NOON)
    Task.objects.create(
        customer_id=task.customer_id, kind="birthday", channel="sms", due_on=DAY, planned_on=DAY
    )
    with pytest.raises(Conflict, match="planned meanwhile"):
        undo(task_id=task.pk, by=me, at=NOON)
    assert Contact.objects.count() == 1


def test_a_task_of_a_customer_out_of_reach_is_as_if_not_there(task, actor, team):
    stranger = actor("manager", team=team("south"))
    for act in (
        lambda: claim(task_id=task.pk, by=stranger, at=NOON),
        lambda: release(task_id=task.pk, by=stranger, at=NOON),
        lambda: complete(task_id=task.pk, outcome="reached", by=stranger, at=NOON),
        lambda: postpone(task_id=task.pk, until=DAY, reason="x", by=stranger, at=NOON),
        lambda: undo(task_id=task.pk, by=stranger, at=NOON),
        lambda: claim(task_id=999_999, by=stranger, at=NOON),
    ):
        with pytest.raises(Missing):
            act()


def test_working_on_the_list_needs_the_permission(task, actor):
    with pytest.raises(NotAllowed):
        claim(task_id=task.pk, by=actor("analyst"), at=NOON)


def test_a_program_without_a_person_can_complete_but_not_hold(task):
    with pytest.raises(RuleBroken, match="signed-in"):
        claim(task_id=task.pk, by=COMMAND_LINE, at=NOON)
    complete(task_id=task.pk, outcome="reached", by=COMMAND_LINE, at=NOON)
    assert Task.objects.get(pk=task.pk).closed_by is None


def at_once(*acts):
    """Run each in a thread of its own, all started together; the results or what they raised."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            results[place] = act()
        except RuleBroken as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_gets_the_task(task, me, other):
    for _ in range(5):
        results = at_once(
            lambda: claim(task_id=task.pk, by=me, at=NOON),
            lambda: claim(task_id=task.pk, by=other, at=NOON),
        )
        assert sorted(isinstance(r, Conflict) for r in results) == [False, True]
        Task.objects.filter(pk=task.pk).update(claimed_by=None, claimed_until=None)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_completions_at_once_one_records_a_contact(task, me, other):
    results = at_once(
        lambda: complete(task_id=task.pk, outcome="reached", by=me, at=NOON),
        lambda: complete(task_id=task.pk, outcome="accepted", by=other, at=NOON),
        lambda: complete(task_id=task.pk, outcome="reached", by=me, at=NOON),
    )
    assert sorted(isinstance(r, Conflict) for r in results) == [False, True, True]
    assert Contact.objects.count() == 1
