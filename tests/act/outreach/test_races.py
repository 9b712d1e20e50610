"""Real threads on a real database: nothing leaves after an opt-out has been committed."""

import random
import threading
import time
from itertools import count

import pytest
from django.db import connection

from tests.act.outreach.ways import Kept
from tests.moments import NOON
from weixi.act.outreach import actions
from weixi.act.outreach.actions import Refused, Source
from weixi.act.outreach.handing import Accepted
from weixi.act.outreach.models import Message, Touch
from weixi.act.outreach.sending import Sender
from weixi.collect.customers.actions import withdraw_consent
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import COMMAND_LINE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NUMBERS = count(1)


def at_once(*steps):
    """Runs them in threads that start together."""
    gate = threading.Barrier(len(steps))

    def run(step):
        gate.wait()
        try:
            step()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def races(rounds, reachable_customer, template):
    template()
    dice = random.Random(20261121)
    late = gone = 0
    for _ in range(rounds):
        ana, handed, committed = reachable_customer(), [], []
        message = actions.enqueue(
            source=Source("manual", next(NUMBERS)), customer_id=ana.pk, channel="email",
            purpose="care", template="hello", variables={}, not_before=NOON, by=COMMAND_LINE,
            at=NOON,
        )  # fmt: skip
        pause = dice.random() * 0.02

        def answer(parcel, handed=handed):
            handed.append(time.monotonic())
            return Accepted()

        def opt_out(ana=ana, committed=committed, pause=pause):
            threading.Event().wait(pause)
            withdraw_consent(ana.pk, "care", source="x", by=COMMAND_LINE, at=NOON)
            committed.append(time.monotonic())

        def send(answer=answer):
            Sender({"email": Kept(answer)}, clock=lambda: NOON, worker="w").drain()

        at_once(opt_out, send)
        message.refresh_from_db()
        assert message.state == ("sent" if handed else "refused")
        gone += bool(handed)
        late += bool(handed and handed[0] > committed[0])
    return late, gone


def test_nothing_leaves_after_an_opt_out(reachable_customer, template):
    late, gone = races(40, reachable_customer, template)
    assert late == 0
    assert gone > 0


@pytest.mark.nightly
def test_nothing_leaves_after_an_opt_out_in_a_thousand_races(reachable_customer, template):
    late, gone = races(1_000, reachable_customer, template)
    assert late == 0
    assert 0 < gone < 1_000


def test_two_workers_send_each_message_once(reachable_customer, template):
    template()
    ids = [reachable_customer().pk for _ in range(60)]
    actions.enqueue_many(
        source=Source("campaign", 1), customer_ids=ids, channel="email", purpose="care",
        template="hello", variables={}, not_before=NOON, by=COMMAND_LINE, at=NOON,
    )  # fmt: skip
    ways = [Kept(), Kept()]
    at_once(*[
        lambda way=way, n=n: Sender(
            {"email": way}, clock=lambda: NOON, worker=str(n), batch=7, chunk=3
        ).drain()
        for n, way in enumerate(ways)
    ])  # fmt: skip
    sent = ways[0].ids + ways[1].ids
    assert len(sent) == len(set(sent)) == 60
    assert Message.objects.filter(state="sent").count() == Contact.objects.count() == 60


def test_two_colleagues_cannot_both_book_the_last_slot(reachable_customer):
    """Two calls in seven days: of five who ask at once, two get one."""
    ana, refused = reachable_customer(), []

    def book(number):
        try:
            actions.reserve(
                customer_id=ana.pk, channel="phone", purpose="care", at=NOON,
                source=Source("task", number), by=COMMAND_LINE,
            )  # fmt: skip
        except Refused:
            refused.append(number)

    at_once(*[lambda n=n: book(n) for n in range(5)])
    assert (Touch.objects.count(), len(refused)) == (2, 3)
