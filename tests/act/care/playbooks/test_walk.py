"""The steps of a playbook as a state machine: examples by hand, and properties of any flow."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.act.care.playbooks.rules import (
    LAST,
    Again,
    Around,
    Flow,
    Place,
    RunState,
    Step,
    StepKind,
    may_enter,
    moved_to,
    start_of,
    walk,
)

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
BOUGHT = {"since_start": "purchase"}


@dataclass
class Truth:
    holding: list = field(default_factory=list)
    results: dict = field(default_factory=dict)

    def holds(self, condition, since):
        return condition in self.holding

    def result_of(self, step):
        return self.results.get(step)


def step(code, kind, **fields):
    return Step(code, StepKind(kind), fields)


def around(**fields):
    return Around(**{"started_at": NOON, "anchor": date(2026, 11, 20), "zone": ZONE, **fields})


def flow(*steps, **fields):
    return Flow(tuple(steps), **fields)


def codes(walked):
    return [one.code for one in walked.effects]


CALL = step("call", "task")
WAIT = step("wait", "wait", days=3, hour=9)
THANK = step("thank", "task")


def test_a_task_is_made_once_and_the_run_waits_until_it_is_done():
    first = walk(flow(CALL, THANK), start_of(flow(CALL, THANK), NOON), Truth(), around(), NOON)
    assert (codes(first), first.place.step, first.place.state) == (["call"], "call", "active")
    again = walk(flow(CALL, THANK), first.place, Truth(results={"call": ""}), around(), NOON)
    assert (codes(again), again.place) == ([], first.place)
    done = walk(flow(CALL, THANK), again.place, Truth(results={"call": "accepted"}), around(), NOON)
    assert (codes(done), done.place.step) == (["thank"], "thank")


def test_three_days_until_nine_o_clock_in_the_company_s_zone():
    one = flow(WAIT, CALL)
    waiting = walk(one, start_of(one, NOON), Truth(), around(), NOON)
    # 20 November in Shanghai plus three days, 09:00 there = 01:00 UTC
    assert waiting.place.wake_at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    early = walk(one, waiting.place, Truth(), around(), datetime(2026, 11, 23, 0, 59, tzinfo=UTC))
    assert codes(early) == []
    late = walk(one, waiting.place, Truth(), around(), datetime(2026, 11, 23, 1, tzinfo=UTC))
    assert codes(late) == ["call"]


def test_days_before_the_end_of_the_contract_are_counted_from_it():
    one = flow(step("month", "wait_until", days=-30, hour=9), CALL)
    held = walk(one, start_of(one, NOON), Truth(), around(anchor=date(2027, 1, 19)), NOON)
    assert held.place.wake_at == datetime(2026, 12, 20, 1, tzinfo=UTC)
    past = walk(one, start_of(one, NOON), Truth(), around(anchor=date(2026, 12, 1)), NOON)
    assert codes(past) == ["call"]


def test_waiting_for_an_order_ends_with_it_or_after_its_days():
    one = flow(step("back", "wait_for", until=BOUGHT, days=14, then="end", **{"else": "lead"}),
               step("lead", "escalate"))  # fmt: skip
    waiting = walk(one, start_of(one, NOON), Truth(), around(), NOON).place
    assert (waiting.state, waiting.wake_at) == ("waiting", NOON + timedelta(days=14))
    bought = walk(one, waiting, Truth(holding=[BOUGHT]), around(), NOON + timedelta(days=1))
    assert (codes(bought), bought.place.state, bought.place.reason) == ([], "done", "finished")
    nothing = walk(one, waiting, Truth(), around(), NOON + timedelta(days=14))
    assert codes(nothing) == ["lead"]


def test_a_branch_asks_how_the_task_ended():
    unreached = {"outcome_in": ["not_reached"]}
    one = flow(step("b", "branch", when=unreached, then="c", **{"else": LAST}), step("c", "task"))
    place = start_of(one, NOON)
    assert codes(walk(one, place, Truth(holding=[unreached]), around(), NOON)) == ["c"]
    assert walk(one, place, Truth(), around(), NOON).place.state == "done"


def test_a_stop_condition_ends_it_early_whatever_it_waits_for():
    one = flow(WAIT, CALL, stop=(BOUGHT, {"since_start": "care_refused"}))
    place = walk(one, start_of(one, NOON), Truth(), around(), NOON).place
    stopped = walk(one, place, Truth(holding=[BOUGHT]), around(), NOON)
    assert (stopped.place.state, stopped.place.reason) == ("ended_early", "stop_condition")
    both = flow(WAIT, CALL, stop=one.stop, needs_all=True)
    assert walk(both, place, Truth(holding=[BOUGHT]), around(), NOON).place.state == "waiting"
    assert walk(both, place, Truth(holding=list(one.stop)), around(), NOON).place.is_over


def test_points_do_not_hold_the_run_up_and_a_message_until_it_is_under_way():
    one = flow(step("m", "message"), step("p", "points", points=10), CALL)
    written = walk(one, start_of(one, NOON), Truth(), around(), NOON)
    assert (codes(written), written.place.state) == (["m"], "active")
    as_a_task = walk(one, written.place, Truth(results={"m": ""}), around(), NOON)
    assert codes(as_a_task) == []
    sent = walk(one, written.place, Truth(results={"m": "done"}), around(), NOON)
    assert codes(sent) == ["p", "call"]


def test_a_customer_enters_again_only_as_the_rule_says():
    last = date(2026, 1, 1)
    asked = {"is_running": False, "last_start": last, "on": date(2026, 4, 1)}  # 90 days later
    assert may_enter(Again.AFTER, 90, **asked)
    assert not may_enter(Again.AFTER, 91, **asked)
    assert not may_enter(Again.NEVER, 0, **asked)
    assert not may_enter(Again.AFTER, 0, **{**asked, "is_running": True})
    assert may_enter(Again.NEVER, 0, **{**asked, "last_start": None})


def test_a_run_moved_to_a_new_version_keeps_its_step_or_ends_where_the_step_is_gone():
    place = Place("call", NOON, RunState.ACTIVE)
    assert moved_to(flow(THANK, CALL), place) == place
    assert moved_to(flow(THANK), place).step == LAST


# ── Properties of any flow ──

KINDS = ["task", "message", "wait", "wait_until", "wait_for", "branch", "points", "escalate", "end"]


@st.composite
def flows(draw):
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=9))
    steps = []
    for place, kind in enumerate(kinds):
        later = [f"s{n}" for n in range(place + 1, len(kinds))] + [LAST, ""]
        target = st.sampled_from(later)
        steps.append(Step(f"s{place}", StepKind(kind), {
            "days": draw(st.integers(0, 40)), "hour": draw(st.integers(0, 23)),
            "until": draw(st.sampled_from([BOUGHT, {"since_start": "answer"}])), "when": BOUGHT,
            "then": draw(target), "else": draw(target), "go_on": draw(st.booleans()),
        }))  # fmt: skip
    stop = draw(st.sampled_from([(), ({"since_start": "complaint_opened"},)]))
    return Flow(tuple(steps), stop)


SITUATIONS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(["purchase", "answer", "complaint_opened"])),
        st.floats(-2, 30),  # days the clock moves, also back
        st.booleans(),  # the open task is done
    ),
    min_size=1,
    max_size=25,
)


def lived(one, situations):
    """A life of a run, as the worker would have it: every walk with its effects kept."""
    now, place, truth = NOON, start_of(one, NOON), Truth()
    made, places = [], [place]
    for happened, days, is_done in situations:
        now += timedelta(days=days)
        truth.holding = [{"since_start": word} for word in happened]
        walked = walk(one, place, truth, around(), now)
        assert walk(one, walked.place, with_(truth, walked), around(), now).effects == ()
        made += codes(walked)
        truth = with_(truth, walked)
        place = walked.place
        places.append(place)
        if is_done and truth.results.get(place.step) == "":
            truth.results[place.step] = "accepted"
    return made, places


def with_(truth, walked):
    results = dict(truth.results)
    for one in walked.effects:
        results[one.code] = "" if one.kind in ("task", "escalate", "message") else "done"
    return Truth(list(truth.holding), results)


@pytest.mark.slow
@given(flows(), SITUATIONS)
@settings(deadline=None, max_examples=300)
def test_no_step_is_done_twice_and_steps_go_forward_only(one, situations):
    made, places = lived(one, situations)
    order = [one.index(code) for code in made]
    assert len(made) == len(set(made))
    assert order == sorted(order)
    visited = [len(one.steps) if p.step == LAST else one.index(p.step) for p in places]
    assert visited == sorted(visited)


@pytest.mark.slow
@given(flows(), SITUATIONS)
@settings(deadline=None, max_examples=200)
def test_a_run_that_is_over_stays_over_and_says_why(one, situations):
    _, places = lived(one, situations)
    over = [place.is_over for place in places]
    assert over == sorted(over)
    assert all(place.reason for place in places if place.is_over)
    assert all(place.since >= NOON - timedelta(days=60) for place in places)


@pytest.mark.slow
@given(flows())
@settings(deadline=None, max_examples=200)
def test_every_run_comes_to_an_end_when_its_tasks_are_done(one):
    situations = [(set(), 41, True)] * 25
    _, places = lived(one, situations)
    assert places[-1].is_over
