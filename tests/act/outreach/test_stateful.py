"""Two workers, crashes, lapsed leases and clocks that jump: no message twice, none after an
opt-out, none in quiet hours, none beyond a cap. Steps of the workers are interleaved at will."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.act.outreach.ways import Kept
from tests.moments import NOON
from weixi.act.outreach import actions, claiming
from weixi.act.outreach.actions import Source
from weixi.act.outreach.handing import Accepted, Later, Unsure
from weixi.act.outreach.models import Message, Preference, Template
from weixi.act.outreach.policy_rules import SHIPPED
from weixi.act.outreach.quiet_rules import is_quiet
from weixi.act.outreach.sending import Sender
from weixi.collect.complaints.actions import record_complaint
from weixi.collect.customers.actions import add_identity, give_consent, withdraw_consent
from weixi.collect.customers.models import Customer
from weixi.collect.touchpoints.actions import create_shipped_channels, record_contact
from weixi.core.actor import COMMAND_LINE

WORKERS = ("one", "two")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
ANSWERS = st.sampled_from([Accepted(), Accepted(), Later("421"), Unsure("time-out")])
PEOPLE = st.integers(0, 2)
HAPPENED: Counter[str] = Counter()  # so that a run which tries nothing is seen
# Beside the ends of quiet hours, at midnight, and where Berlin and New York set their clocks back.
EDGES = [
    datetime.fromisoformat(f"2026-{text}:00+00:00")
    for text in (
        "10-24T13:59", "10-24T14:00", "10-24T23:59", "10-25T00:00", "10-24T22:00", "10-25T00:59",
        "10-25T01:01", "10-25T07:00", "11-01T05:59", "11-01T06:01", "11-01T13:00", "11-02T03:00",
    )
]  # fmt: skip
LONG_AGO = NOON - timedelta(days=400)


class Outbox(RuleBasedStateMachine):
    """The clock starts a day before Berlin sets it back (25 October 2026)."""

    @initialize()
    def furnish(self):
        self.now = datetime(2026, 10, 24, 10, tzinfo=ZoneInfo("UTC"))
        self.number = 0
        self.steps = {}
        self.way = Kept()
        self.gone = []  # (message, customer, purpose, moment)
        create_shipped_channels()
        self.people = [self._person(zone) for zone in ZONES]
        for purpose in ("care", "sale", "service"):
            Template.objects.create(
                code=purpose, channel="email", language="zh", purpose=purpose, name=purpose,
                subject="s", body="b", state="approved", written_at=NOON, written_by="x",
            )  # fmt: skip
        for person, purpose in enumerate(("care", "sale", "service")):  # never nothing to do
            self.write(person, purpose, again=False)

    def _person(self, zone):
        made = Customer.objects.create(number=zone, name=zone, created_at=NOON, changed_at=NOON)
        add_identity(made.pk, "email", f"x{made.pk}@example.com", by=COMMAND_LINE, at=NOON)
        give_consent(made.pk, "marketing", source="form", by=COMMAND_LINE, at=LONG_AGO)
        Preference.objects.create(customer=made, time_zone=zone, changed_at=NOON)
        return made

    @rule(person=PEOPLE, purpose=st.sampled_from(["care", "sale", "service"]), again=st.booleans())
    def write(self, person, purpose, again):
        self.number += not again
        actions.enqueue(
            source=Source("campaign", self.number), customer_id=self.people[person].pk,
            channel="email", purpose=purpose, template=purpose, variables={},
            not_before=self.now, by=COMMAND_LINE, at=self.now,
        )  # fmt: skip

    @rule(hours=st.integers(-30, 60), minutes=st.integers(0, 59))
    def the_clock_moves(self, hours, minutes):
        self.now += timedelta(hours=hours, minutes=minutes)

    @rule(edge=st.sampled_from(EDGES))
    def the_clock_jumps(self, edge):
        self.now = edge

    @rule(worker=st.sampled_from(WORKERS), steps=st.integers(1, 3), answer=ANSWERS,
          crashes=st.booleans())  # fmt: skip
    def works(self, worker, steps, answer, crashes):
        """One step or more: between any two of them the other one and everybody else may act."""
        for _ in range(steps):
            held, is_marked = self.steps.get(worker, ([], False))
            if not held:
                self._claims(worker)
            elif not is_marked:
                claiming.mark_sending(held, at=self.now, lease_seconds=60)
                self.steps[worker] = (held, True)
            else:
                self._hands_over(worker, held, answer, crashes)

    @rule(worker=st.sampled_from(WORKERS), answer=ANSWERS, crashes=st.booleans())
    def works_undisturbed(self, worker, answer, crashes):
        """Claims, marks and hands over; the shuffled steps alone seldom get so far."""
        self.steps.pop(worker, None)
        self.works(worker, 3, answer, crashes)

    @rule(worker=st.sampled_from(WORKERS), person=PEOPLE)
    def somebody_opts_out_at_the_last_moment(self, worker, person):
        """Between the mark and the handing over: what was marked is held back."""
        self.steps.pop(worker, None)
        self.works(worker, 2, Accepted(), crashes=False)
        self.opts_out(person)
        self.works(worker, 1, Accepted(), crashes=False)

    def _claims(self, worker):
        held = claiming.claim(worker, channels=["email"], at=self.now, size=3, lease_seconds=60)
        self.steps[worker] = (held, False)

    def _hands_over(self, worker, held, answer, crashes):
        del self.steps[worker]
        self.way.answer = lambda parcel: answer
        before = len(self.way.parcels)
        with transaction.atomic():
            Sender({"email": self.way}, clock=lambda: self.now, worker=worker)._hand_over(
                self.way, held, []
            )
            transaction.set_rollback(crashes)  # killed before the commit
        handed = len(self.way.parcels) > before
        HAPPENED["handed"] += handed
        HAPPENED["crashed after handing over"] += handed and crashes
        HAPPENED["held back"] += not handed
        self._note(self.way.parcels[before:], answer)

    def _note(self, parcels, answer):
        if isinstance(answer, Later):
            return
        for parcel in parcels:
            message = Message.objects.get(identity=parcel.id)
            self.gone.append((parcel.id, message.customer_id, message.purpose, self.now))
            self._judge(message)

    def _judge(self, message):
        """At the very moment of handing over."""
        assert (message.customer_id, message.purpose) not in self.stopped
        zone = ZoneInfo(Preference.objects.get(customer=message.customer_id).time_zone)
        rule_ = SHIPPED.purposes[message.purpose]
        if rule_.keeps_quiet:
            assert not is_quiet(self.now, SHIPPED.quiet_from, SHIPPED.quiet_until, zone)

    @rule(worker=st.sampled_from(WORKERS))
    def dies(self, worker):
        self.steps.pop(worker, None)

    @rule()
    def leases_lapse_and_somebody_reaps(self):
        Message.objects.exclude(lease_until=None).update(lease_until=LONG_AGO)
        claiming.reap(at=self.now)

    @rule(person=PEOPLE)
    def opts_out(self, person):
        who = self.people[person].pk
        for purpose in ("care", "marketing"):
            withdraw_consent(who, purpose, source="x", by=COMMAND_LINE, at=NOON)
        self.stopped |= {(who, "care"), (who, "sale")}
        waiting = Message.objects.filter(customer=who, state="waiting").exclude(purpose="service")
        HAPPENED["opted out while a message waited"] += waiting.exists()

    @rule(person=PEOPLE)
    def complains(self, person):
        who = self.people[person].pk
        record_complaint(customer_id=who, description="leaks", by=COMMAND_LINE, at=NOON)
        self.stopped.add((who, "sale"))

    @rule(person=PEOPLE)
    def somebody_calls(self, person):
        record_contact(
            customer_id=self.people[person].pk, channel="phone", direction="out", purpose="care",
            at=self.now, by=COMMAND_LINE,
        )  # fmt: skip

    @invariant()
    @precondition(lambda self: hasattr(self, "gone"))
    def nothing_went_twice(self):
        ids = [entry[0] for entry in self.gone]
        assert len(ids) == len(set(ids))

    @invariant()
    @precondition(lambda self: hasattr(self, "gone"))
    def no_cap_is_broken(self):
        """Two e-mails in any seven days, service apart. What a crash left unknown counts too."""
        span = timedelta(days=7)
        for who in {entry[1] for entry in self.gone}:
            times = sorted(e[3] for e in self.gone if e[1] == who and e[2] != "service")
            for start in times:
                assert sum(start <= t < start + span for t in times) <= 2

    def __init__(self):
        super().__init__()
        self.stopped = set()
        self._frame = transaction.atomic()
        self._frame.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self._frame.__exit__(None, None, None)


SEEN = ("handed", "crashed after handing over", "held back", "opted out while a message waited")


def run(examples, steps, **more):
    HAPPENED.clear()
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), **more,
        ),
    )  # fmt: skip
    assert min(HAPPENED[one] for one in SEEN) > 0, HAPPENED


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_happens_to_two_workers_nothing_goes_wrong():
    run(15, 40, derandomize=True)


@pytest.mark.nightly
@pytest.mark.django_db
def test_whatever_happens_for_a_whole_night():
    run(300, 60)
