"""Promises that are due stand on the day's list, before everything else."""

from datetime import timedelta

import pytest

from tests.moments import NOON
from weixi.act.care.candidates import asked_of_us
from weixi.act.care.rules import SignalKind
from weixi.act.care.thresholds import PROMISE_DAYS_AHEAD
from weixi.collect.touchpoints.promising import keep_promise, make_promise
from weixi.core.actor import SYSTEM
from weixi.core.values import set_value

pytestmark = pytest.mark.django_db


def test_a_promise_is_reminded_of_before_the_day_that_was_named_and_until_it_is_kept(customer):
    """As shipped a day ahead; the day after tomorrow is not yet reminded of."""
    ana, day = customer(), NOON.date()
    told = {"customer_id": ana.pk, "by": SYSTEM, "at": NOON - timedelta(days=3)}
    old = make_promise(what="the drawing", due_at=NOON - timedelta(days=1), **told)
    make_promise(what="the invoice", due_at=NOON, **told)
    make_promise(what="the key", due_at=NOON + timedelta(days=1), **told)
    make_promise(what="the visit", due_at=NOON + timedelta(days=2), **told)

    signals = asked_of_us(day)[ana.pk].signals

    assert [signal.kind for signal in signals] == [SignalKind.PROMISE] * 3
    assert [signal.facts["what"] for signal in signals] == ["the drawing", "the invoice", "the key"]
    assert [signal.facts["short_en"] for signal in signals] == [
        "Promise overdue", "Promise due today", "Promise due 21 Nov",
    ]  # fmt: skip
    keep_promise(old.pk, by=SYSTEM, at=NOON)
    assert len(asked_of_us(day)[ana.pk].signals) == 2
    set_value(PROMISE_DAYS_AHEAD, 0, by=SYSTEM, at=NOON)
    assert [signal.facts["what"] for signal in asked_of_us(day)[ana.pk].signals] == ["the invoice"]
