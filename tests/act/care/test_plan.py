"""The plan of a day: capacity, places that are kept, nothing doubled."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.act.care.plan import (
    Candidate,
    Capacity,
    Plan,
    Standing,
    leading,
    least_worth,
    planned,
)
from weixi.act.care.rules import Dropped, Signal, SignalKind

DAY = date(2026, 11, 20)
LEE, WEN = 1, 2


def candidate(customer: int, value: int | None = 100, *, owner: int | None = LEE, team=None):
    signal = Signal(SignalKind.OVERDUE, {"days": 47}, DAY)
    return Candidate(customer, owner, team, (signal,), value, -1 if value is None else value)


def standing(customer: int, **fields) -> Standing:
    return Standing(task_id=customer * 10, customer_id=customer, due_on=DAY, **fields)


def plan(candidates, open_tasks=(), *, capacity=None, done=None) -> Plan:
    return planned(
        candidates,
        open_tasks,
        as_of=DAY,
        capacity=capacity or Capacity({LEE: 2, WEN: 2}, of_team=1),
        done=done or {},
    )


def created(found: Plan) -> set[int]:
    return {c.customer_id for c in found.create}


def test_each_person_gets_the_most_valuable_that_fit_in_the_day():
    found = plan(
        [candidate(1, 100), candidate(2, 300), candidate(3, 200), candidate(4, 50, owner=WEN)]
    )
    assert created(found) == {2, 3, 4}


def test_an_unknown_value_comes_last_and_ties_go_to_the_older_customer():
    assert created(plan([candidate(1, None), candidate(2, 0), candidate(3, 0)])) == {2, 3}
    assert created(plan([candidate(3), candidate(1), candidate(2)])) == {1, 2}


def test_customers_without_owner_share_the_queue_of_their_team():
    found = plan(
        [
            candidate(1, 100, owner=None, team=7),
            candidate(2, 200, owner=None, team=7),
            candidate(3, 50, owner=None, team=8),
        ]
    )
    assert created(found) == {2, 3}


def test_what_was_done_today_uses_up_the_day():
    assert created(plan([candidate(1), candidate(2)], done={("owner", LEE): 1})) == {1}


def test_an_open_task_is_confirmed_not_doubled():
    found = plan([candidate(1)], [standing(1)])
    assert found.create == []
    assert [task.task_id for task, _ in found.keep] == [10]


def test_a_task_whose_reason_ended_is_dropped_unless_somebody_holds_it():
    found = plan([], [standing(1), standing(2, is_held=True)])
    assert found.drop == [(standing(1), Dropped.ENDED)]


def test_one_worth_more_takes_the_place_of_an_untouched_task():
    found = plan([candidate(1, 10), candidate(2, 20), candidate(3, 30)], [standing(1)])
    assert created(found) == {2, 3}
    assert found.drop == [(standing(1), Dropped.OUTRANKED)]


def test_late_held_and_postponed_tasks_keep_their_place():
    late = Standing(task_id=10, customer_id=1, due_on=DAY - timedelta(days=1))
    found = plan(
        [candidate(1, 1), candidate(2, 1), candidate(3, 99)], [late, standing(2, is_held=True)]
    )
    assert {task.customer_id for task, _ in found.keep} == {1, 2}
    assert found.create == []


def test_a_task_put_off_until_later_takes_no_place_today():
    hidden = standing(1, hidden_until=DAY + timedelta(days=1))
    found = plan([candidate(1), candidate(2), candidate(3)], [hidden])
    assert created(found) == {2, 3}
    assert [task.customer_id for task, _ in found.keep] == [1]


values = st.one_of(st.none(), st.integers(0, 5))
candidate_lists = st.lists(
    st.tuples(values, st.sampled_from([LEE, WEN, None]), st.sampled_from([None, 7])), max_size=12
)


@pytest.mark.slow
@given(candidate_lists, st.integers(0, 3), st.integers(0, 3))
def test_planning_a_day_again_changes_nothing_and_no_queue_is_overfilled(rows, each, team):
    found = [
        candidate(number, value, owner=owner, team=at)
        for number, (value, owner, at) in enumerate(rows, 1)
    ]
    capacity = Capacity({LEE: each, WEN: each}, team)
    first = plan(found, capacity=capacity)
    queues = [capacity.queue_of(c) for c in first.create]
    assert all(queues.count(queue) <= capacity.places(queue) for queue in queues)

    again = plan(found, [standing(c.customer_id) for c in first.create], capacity=capacity)
    assert again.create == []
    assert again.drop == []
    assert {c.customer_id for _, c in again.keep} == created(first)


contending_lists = st.lists(
    st.tuples(
        st.integers(-1, 9),  # what it is worth
        st.integers(0, 5),  # and how much more with the quickest channel
        st.sampled_from([LEE, WEN, None]),
        st.sampled_from(["new", "open", "postponed"]),
    ),
    max_size=14,
)


@pytest.mark.slow
@given(contending_lists, st.integers(0, 3))
def test_who_could_not_be_worth_a_place_is_left_out_and_the_plan_stays_the_same(rows, places):
    true = {n: replace(candidate(n, 1, owner=row[2]), worth=row[0]) for n, row in enumerate(rows)}
    hoped = [replace(true[n], worth=row[0] + row[1]) for n, row in enumerate(rows)]
    later = {"open": None, "postponed": DAY + timedelta(days=1)}
    tasks = [
        standing(n, hidden_until=later[row[3]]) for n, row in enumerate(rows) if row[3] in later
    ]
    capacity, have = (
        Capacity({LEE: places, WEN: places}, places),
        {one.customer_id for one in tasks},
    )

    first, rest = leading(hoped, have, capacity)
    floor = least_worth([true[one.customer_id] for one in first], have, capacity)
    second = [one for one in rest if one.worth >= floor.get(capacity.queue_of(one), -1)]
    fewer = plan([true[one.customer_id] for one in first + second], tasks, capacity=capacity)

    whole = plan(list(true.values()), tasks, capacity=capacity)
    assert created(fewer) == created(whole)
    assert sorted(map(str, fewer.keep)) == sorted(map(str, whole.keep))
    assert sorted(map(str, fewer.drop)) == sorted(map(str, whole.drop))
