"""Promises that are due stand on the day's list, before everything else."""

from datetime import timedelta

import pytest

from tests.moments import NOON
from weixi.act.care.candidates import asked_of_us
from weixi.act.care.rules import SignalKind
from weixi.collect.touchpoints.promising import keep_promise, make_promise
from weixi.core.actor import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_promise_of_the_day_and_an_older_one_are_reasons_until_they_are_kept(customer):
    ana, day = customer(), NOON.date()
    told = {"customer_id": ana.pk, "by": SYSTEM, "at": NOON - timedelta(days=3)}
    old = make_promise(what="the drawing", due_at=NOON - timedelta(days=1), **told)
    make_promise(what="the invoice", due_at=NOON, **told)
    make_promise(what="the key", due_at=NOON + timedelta(days=1), **told)

    signals = asked_of_us(day)[ana.pk].signals

    assert [signal.kind for signal in signals] == [SignalKind.PROMISE] * 2
    assert [signal.facts["what"] for signal in signals] == ["the drawing", "the invoice"]
    assert [signal.facts["short_en"] for signal in signals] == [
        "Promise overdue", "Promise due today",
    ]  # fmt: skip
    keep_promise(old.pk, by=SYSTEM, at=NOON)
    assert len(asked_of_us(day)[ana.pk].signals) == 1
