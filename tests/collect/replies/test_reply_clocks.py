"""Reply clocks by hand: when they start and stop, what they say."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.moments import NOON
from weixi.collect.complaints.actions import record_complaint, reply_complaint
from weixi.collect.replies import actions, queries
from weixi.collect.replies.rules import Event, ReplyState, clocks, figures, state_of, target_of
from weixi.collect.touchpoints.actions import create_shipped_channels, record_contact
from weixi.core.actor import SYSTEM
from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken

WEEK = timedelta(days=7)
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 10:00 in Shanghai
LATER = MONDAY + timedelta(days=3)


def at(minutes):
    return MONDAY + timedelta(minutes=minutes)


def walked(*events):
    """(start, answer) in minutes of each clock; None: it runs still."""
    told = [Event(n, at(m), way == "in", "wecom", answered) for n, (m, way, answered) in
            enumerate(events, 1)]  # fmt: skip
    return [
        ((c.started_at - MONDAY) // timedelta(minutes=1),
         None if c.answered_at is None else (c.answered_at - MONDAY) // timedelta(minutes=1))
        for c in clocks(told, WEEK)
    ]  # fmt: skip


def test_a_clock_runs_from_the_customers_word_to_ours():
    assert walked((0, "in", False), (12, "out", False)) == [(0, 12)]


def test_a_second_word_starts_no_second_clock():
    assert walked((0, "in", False), (5, "in", False), (12, "out", False)) == [(0, 12)]


def test_our_word_alone_starts_none_and_a_second_answer_stops_none():
    events = (0, "out", False), (5, "in", False), (9, "out", False), (20, "out", False)
    assert walked(*events) == [(5, 9)]


def test_a_call_that_was_taken_is_answered_at_once():
    assert walked((0, "in", True)) == [(0, 0)]


def test_a_missed_call_waits_and_a_call_that_was_taken_later_answers_it():
    assert walked((0, "in", False), (30, "in", True)) == [(0, 30)]


def test_without_an_answer_it_runs():
    assert walked((0, "in", False)) == [(0, None)]


def test_a_conversation_begins_after_a_pause():
    events = [Event(1, at(0), True, "sms"), Event(2, at(3), False, "sms"),
              Event(3, at(9), True, "sms"), Event(4, at(20_000), True, "sms"),
              Event(5, at(20_001), False, "sms")]  # fmt: skip
    assert [c.is_first for c in clocks(events, WEEK)] == [True, False]
    events.insert(3, Event(9, at(10), False, "sms"))
    assert [c.is_first for c in clocks(events, WEEK)] == [True, False, True]


@pytest.mark.parametrize(
    ("used", "answered", "cancelled", "state"),
    [
        (0, False, False, "running"),
        (23, False, False, "running"),
        (24, False, False, "near"),
        (30, False, False, "near"),
        (31, False, False, "overdue"),
        (30, True, False, "met"),
        (31, True, False, "met_late"),
        (500, False, True, "cancelled"),
        (10, True, True, "met"),
    ],
)
def test_states_of_a_target_of_thirty_minutes(used, answered, cancelled, state):
    found = state_of(used=used, target=30, is_answered=answered, is_cancelled=cancelled)
    assert found == state


def test_the_most_particular_target_holds():
    targets = {("", 0): 60, ("phone", 0): 5, ("", 7): 20, ("phone", 7): 2}
    assert [target_of(targets, *key) for key in
            [("phone", 7), ("sms", 7), ("phone", 8), ("sms", None)]] == [2, 20, 5, 60]  # fmt: skip
    assert target_of({}, "sms", None) == 30


def test_figures_by_hand():
    """Ten answered: 1 … 9 and 40 minutes; one overdue, two running, one cancelled."""
    met = [(ReplyState.MET, minutes) for minutes in range(1, 10)]
    others = [(ReplyState.MET_LATE, 40), (ReplyState.OVERDUE, 99), (ReplyState.RUNNING, 3),
              (ReplyState.NEAR, 25), (ReplyState.CANCELLED, 70)]  # fmt: skip
    found = figures(met + others)
    assert (found.n, found.median, found.p90) == (10, 5.5, 9)
    assert found.in_target == 9 / 11
    assert (found.met, found.late, found.open, found.overdue, found.cancelled) == (9, 1, 2, 1, 1)


def test_nothing_is_not_zero():
    found = figures([(ReplyState.RUNNING, 3)])
    assert (found.n, found.median, found.p90, found.in_target) == (0, None, None, None)


# ── with the tables ─────────────────────────────────────────────────────────


@pytest.fixture
def write(db, customer):
    create_shipped_channels()
    ana = customer()

    def make(minutes, direction="in", channel="wecom", who=None, **fields):
        moment = at(minutes)
        return record_contact(
            customer_id=(who or ana).pk, channel=channel, direction=direction, purpose="service",
            at=moment, by=SYSTEM, **fields,
        )  # fmt: skip

    make.ana = ana
    return make


def rows(now=LATER, **fields):
    return queries.clocks_in(
        SYSTEM, since=MONDAY - timedelta(days=1), until=LATER, at=now, **fields
    )


def test_used_minutes_are_working_minutes(write):
    write(470)  # 17:50 on Monday
    write(470 + 16 * 60, "out")  # 09:50 on Tuesday
    (row,) = rows()
    assert (row.used, row.target, row.state) == (60, 30, "met_late")
    assert row.due_at == datetime(2026, 11, 24, 1, 20, tzinfo=UTC)  # 09:20


def test_a_target_of_the_channel_is_used(write):
    write(0)
    write(40, "out")
    actions.set_target(channel="wecom", minutes=45, by=SYSTEM, at=NOON)
    actions.set_target(minutes=10, by=SYSTEM, at=NOON)
    assert [row.state for row in rows()] == ["met"]
    actions.set_target(channel="wecom", minutes=39, by=SYSTEM, at=NOON)
    assert [row.state for row in rows()] == ["met_late"]
    assert len(queries.targets()) == 2


def test_a_complaint_runs_until_its_first_reply(write):
    made = record_complaint(
        customer_id=write.ana.pk, description="leaks", channel="phone", received_at=at(0),
        by=SYSTEM, at=at(0),
    )  # fmt: skip
    assert [(row.source, row.state) for row in rows(now=at(10))] == [("complaint", "running")]
    reply_complaint(made.pk, by=SYSTEM, at=at(20))
    assert [(row.state, row.used) for row in rows()] == [("met", 20)]


def test_somebody_may_say_that_none_is_needed(write):
    one = write(0)
    assert [row.state for row in rows(now=at(100))] == ["overdue"]
    actions.needs_no_reply("contact", one.pk, reason="a thank-you", by=SYSTEM, at=at(100))
    assert [row.state for row in rows(now=at(100))] == ["cancelled"]
    with pytest.raises(Conflict):
        actions.needs_no_reply("contact", one.pk, reason="again", by=SYSTEM, at=at(100))
    actions.needs_reply_after_all("contact", one.pk, by=SYSTEM, at=at(101))
    assert [row.state for row in rows(now=at(100))] == ["overdue"]


def test_what_waits_stands_with_the_least_time_first(write, customer):
    write(0)
    write(30, channel="email", who=customer("Ben"))
    actions.set_target(channel="email", minutes=1, by=SYSTEM, at=NOON)
    found = queries.open_clocks(SYSTEM, at=at(30))
    assert [row.customer for row in found] == ["Ana", "Ben"]
    actions.set_target(channel="wecom", minutes=120, by=SYSTEM, at=NOON)
    assert [row.customer for row in queries.open_clocks(SYSTEM, at=at(30))] == ["Ben", "Ana"]


def test_every_figure_opens_its_list(write, customer):
    write(0)
    write(10, "out")
    write(60, who=customer("Ben"))
    write(100, "out", who=write.ana)
    found = rows(now=at(200))
    told = queries.of_all(found)
    assert (told.every.met, told.every.overdue) == (1, 1)
    assert len(queries.selected(found, state="met")) == told.every.met
    assert len(queries.selected(found, state="overdue", channel="wecom")) == told.every.overdue
    assert len(queries.selected(found, kind="first", state="answered")) == told.first.n


def test_other_teams_clocks_are_not_seen(write, actor, team):
    write(0)
    assert (
        queries.clocks_in(actor("agent", team=team("south")), since=MONDAY, until=LATER, at=LATER)
        == []
    )


def test_targets_are_checked(write, actor):
    with pytest.raises(RuleBroken, match="1 to 14400"):
        actions.set_target(minutes=0, by=SYSTEM, at=NOON)
    with pytest.raises(RuleBroken, match="Unknown channel"):
        actions.set_target(channel="pigeon", minutes=5, by=SYSTEM, at=NOON)
    with pytest.raises(NotAllowed):
        actions.set_target(minutes=5, by=actor("agent"), at=NOON)
    with pytest.raises(Missing):
        actions.remove_target(99, by=SYSTEM, at=NOON)
