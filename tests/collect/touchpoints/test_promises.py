"""Promises: kept to the minute, late, broken; and the rate counted by hand."""

from datetime import timedelta

import pytest

from tests.moments import NOON
from weixi.collect.touchpoints import promise_queries as queries
from weixi.collect.touchpoints.promising import (
    break_promise,
    keep_promise,
    make_promise,
    reopen_promise,
)
from weixi.collect.touchpoints.rules import Kept
from weixi.core.actor import SYSTEM
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.models import JournalEntry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def promise(customer):
    ana = customer()

    def make(hours=1, by=SYSTEM, who=None):
        return make_promise(
            customer_id=(who or ana).pk, what="send the drawing", due_at=NOON + hours * HOUR,
            by=by, at=NOON,
        )  # fmt: skip

    make.ana = ana
    return make


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (HOUR - timedelta(minutes=1), "kept"),
        (HOUR + timedelta(seconds=59), "kept"),
        (HOUR + timedelta(minutes=1), "late"),
    ],
)
def test_kept_to_the_minute(promise, after, state):
    assert keep_promise(promise().pk, by=SYSTEM, at=NOON + after).state == state


def test_what_was_done_beyond_it_is_kept(promise):
    done = keep_promise(promise().pk, more="and a spare part", by=SYSTEM, at=NOON)
    assert done.more == "and a spare part"


def test_a_broken_one_needs_its_reason(promise):
    made = promise()
    with pytest.raises(RuleBroken, match="Reason is needed"):
        break_promise(made.pk, reason=" ", by=SYSTEM, at=NOON)
    assert break_promise(made.pk, reason="no stock", by=SYSTEM, at=NOON).state == "broken"


def test_settled_once_and_opened_again(promise):
    made = promise()
    keep_promise(made.pk, by=SYSTEM, at=NOON)
    with pytest.raises(Conflict):
        keep_promise(made.pk, by=SYSTEM, at=NOON)
    assert reopen_promise(made.pk, by=SYSTEM, at=NOON).state == "open"
    kinds = list(JournalEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["promise.made", "promise.kept", "promise.reopened"]


@pytest.mark.parametrize("hours", [0, -1, 24 * 4000])
def test_it_is_due_in_the_future_within_ten_years(promise, hours):
    with pytest.raises(RuleBroken, match="in the future"):
        promise(hours)


def test_nobody_settles_a_promise_to_a_customer_out_of_reach(promise, actor, team):
    made = promise()
    with pytest.raises(Missing):
        keep_promise(made.pk, by=actor("agent", team=team("south")), at=NOON)


def test_the_rate_by_hand(promise):
    """Six due: 2 kept (one with more), 1 late, 1 broken, 1 overdue, 1 still to come."""
    kept, more, late, broken, _overdue = (promise(n) for n in (1, 2, 3, 4, 5))
    promise(100)
    keep_promise(kept.pk, by=SYSTEM, at=NOON)
    keep_promise(more.pk, by=SYSTEM, at=NOON, more="gift")
    keep_promise(late.pk, by=SYSTEM, at=NOON + 4 * HOUR)
    break_promise(broken.pk, reason="no stock", by=SYSTEM, at=NOON)
    span = {"since": NOON, "until": NOON + 200 * HOUR, "at": NOON + 10 * HOUR}
    found = queries.kept_of_all(SYSTEM, **span)
    assert found == Kept(open=2, kept=2, late=1, broken=1, overdue=1, exceeded=1)
    assert found.rate == 2 / 5
    for state in ("open", "kept", "late", "broken", "overdue", "exceeded", "decided"):
        listed = queries.listing(SYSTEM, state=state, **span).rows
        assert len(listed) == getattr(found, state), state


def test_by_person_and_by_team(promise, actor, team, customer):
    lee = actor("agent", team=team("north"))
    theirs = customer("Ben", owner_id=lee.user_id, team=team("north"))
    keep_promise(promise(by=lee, who=theirs).pk, by=lee, at=NOON)
    promise()
    span = {"since": NOON, "until": NOON + 9 * HOUR, "at": NOON + 5 * HOUR}
    people = queries.kept_by_person(SYSTEM, **span)
    assert {row.key: row.counts.rate for row in people} == {lee.user_id: 1.0, None: 0.0}
    teams = queries.kept_by_team(SYSTEM, **span)
    assert {row.name: row.counts.decided for row in teams} == {"North": 1, "": 1}
    assert queries.matching(SYSTEM, person=lee.user_id, **span).count() == 1
    assert queries.matching(SYSTEM, team=0, **span).count() == 1


def test_what_is_due_on_a_day_is_for_its_plan(promise):
    promise(1)
    promise(24)
    day = NOON.date()
    assert [what for what, _day in queries.promises_due(day)[promise.ana.pk]] == [
        "send the drawing"
    ]
    assert len(queries.promises_due(day + timedelta(days=1))[promise.ana.pk]) == 2


def test_nothing_decided_has_no_rate():
    assert Kept(open=3).rate is None
