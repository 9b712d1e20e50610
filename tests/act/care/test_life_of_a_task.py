"""Whatever two people do in whatever order, a task stays in a state that makes sense."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.act.care.conftest import DAY
from tests.conftest import NOON
from weixi.act.care.actions import claim, complete, postpone, release, undo
from weixi.act.care.models import Task
from weixi.act.care.planning import plan_day
from weixi.collect.touchpoints.models import Contact
from weixi.core.errors import RuleBroken
from weixi.staff.queries import actor_of

pytestmark = pytest.mark.slow

people = st.sampled_from([0, 1])
outcomes = st.sampled_from(["accepted", "not_reached", "follow_up", ""])


def machine_of(actors, customer):
    class LifeOfATask(RuleBasedStateMachine):
        """The customer 林晓燕 stays overdue; time passes with every step."""

        @initialize()
        def begin(self):
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()
            self.at, self.holder, self.held_until = NOON, None, NOON

        def teardown(self):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

        def newest(self):
            return Task.objects.filter(customer=customer).order_by("-pk").first()

        def may_act(self, who):
            """By the model: nobody else holds it now."""
            return self.holder in (None, who) or self.held_until <= self.at

        def attempt(self, who, act, *, needs_free=True):
            """The act must succeed exactly when the model allows it, or leave all as it was."""
            before = Task.objects.filter(customer=customer).order_by("pk").values()
            before, contacts = list(before), Contact.objects.count()
            try:
                act()
            except RuleBroken:
                after = list(Task.objects.filter(customer=customer).order_by("pk").values())
                assert after == before
                assert Contact.objects.count() == contacts
                return False
            assert not needs_free or self.may_act(who)
            return True

        @rule(who=people)
        def hold(self, who):
            task = self.newest()
            free = task.state == "open" and self.may_act(who)
            got = self.attempt(who, lambda: claim(task_id=task.pk, by=actors[who], at=self.at))
            assert got == free
            if got:
                self.holder, self.held_until = who, self.at + timedelta(minutes=15)

        @rule(who=people)
        def let_go(self, who):
            task = self.newest()
            done = self.attempt(
                who,
                lambda: release(task_id=task.pk, by=actors[who], at=self.at),
                needs_free=False,
            )
            if done and self.holder == who:
                self.holder = None

        @rule(who=people, outcome=outcomes)
        def finish(self, who, outcome):
            task = self.newest()
            allowed = task.state == "open" and self.may_act(who) and bool(outcome)
            done = self.attempt(
                who,
                lambda: complete(task_id=task.pk, outcome=outcome, by=actors[who], at=self.at),
            )
            assert done == allowed
            self.holder = None if done else self.holder

        @rule(who=people, days=st.integers(0, 4))
        def put_off(self, who, days):
            task = self.newest()
            until = self.at.date() + timedelta(days=days)
            done = self.attempt(
                who,
                lambda: postpone(
                    task_id=task.pk, until=until, reason="Later", by=actors[who], at=self.at
                ),
            )
            self.holder = None if done else self.holder

        @rule(who=people)
        def take_back(self, who):
            task = self.newest()
            done = self.attempt(
                who, lambda: undo(task_id=task.pk, by=actors[who], at=self.at), needs_free=False
            )
            self.holder = None if done else self.holder

        @rule(minutes=st.sampled_from([1, 9, 20]))
        def time_passes(self, minutes):
            self.at += timedelta(minutes=minutes)

        @rule(days=st.integers(1, 15))
        def nights_pass_and_the_day_is_planned(self, days):
            self.at += timedelta(days=days)
            plan_day(self.at.date())

        @invariant()
        def at_most_one_task_is_open(self):
            assert Task.objects.filter(customer=customer, state="open").count() <= 1

        @invariant()
        def every_finished_task_has_its_contact_and_no_other_is_left(self):
            finished = Task.objects.filter(customer=customer, state="done")
            contacts = set(Contact.objects.filter(customer=customer).values_list("pk", flat=True))
            assert {task.contact_id for task in finished} == contacts

        @invariant()
        def a_closed_task_is_held_by_nobody(self):
            closed = Task.objects.filter(customer=customer).exclude(state="open")
            assert not closed.exclude(claimed_by=None).exists()

    return LifeOfATask


def test_a_task_keeps_its_word_whatever_happens(planned, lee, wen):
    task = planned["林晓燕"]
    assert task.due_on == DAY
    actors = [actor_of(person, door="web") for person in (lee, wen)]
    run_state_machine_as_test(
        lambda: machine_of(actors, task.customer)(),
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None),
    )
