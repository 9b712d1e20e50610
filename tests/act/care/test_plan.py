"""The plan of a day: capacity, places that are kept, nothing doubled."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.act.care.plan import (
    Candidate,
    Capacity,
    Hope,
    Plan,
    Standing,
    Waiting,
    contending,
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
        st.one_of(st.none(), st.integers(-1, 9)),  # what it is worth; None: no reason after all
        st.integers(0, 5),  # and how much more with the quickest channel of all
        st.integers(0, 5),  # of which its own channels have less
        st.sampled_from([LEE, WEN, None]),
        st.sampled_from(["new", "open", "postponed"]),
    ),
    max_size=14,
)


@dataclass
class Told:
    """Looks at a list that is known."""

    rows: list[tuple[int | None, int, int, int | None, str]]

    def hope(self, n, *, is_near=False):
        worth, more, less, *_ = self.rows[n]
        return Hope((-1 if worth is None else worth) + max(more - less * is_near, 0), n)

    def nearer(self, hopes):
        return [self.hope(one.customer_id, is_near=True) for one in hopes]

    def closely(self, ids):
        known = ((n, self.rows[n]) for n in ids)
        return [
            replace(candidate(n, 1, owner=owner), worth=worth)
            for n, (worth, _, _, owner, _) in known
            if worth is not None
        ]

    def waiting(self, capacity, have, deep):
        found = defaultdict(Waiting)
        for n, (_, _, _, owner, _) in enumerate(self.rows):
            if n not in have:
                found[capacity.queue(owner, None)].hopes.append(self.hope(n))
        for of in found.values():
            of.hopes.sort(key=lambda one: one.rank)
            of.beyond = of.hopes[deep].worth if len(of.hopes) > deep else None
            del of.hopes[deep:]
        return found


@pytest.mark.slow
@given(contending_lists, st.integers(0, 3), st.integers(1, 9))
def test_who_could_not_be_worth_a_place_is_left_out_and_the_plan_stays_the_same(rows, places, deep):
    later, look = {"open": None, "postponed": DAY + timedelta(days=1)}, Told(rows)
    tasks = [
        standing(n, hidden_until=later[row[-1]]) for n, row in enumerate(rows) if row[-1] in later
    ]
    capacity = Capacity({LEE: places, WEN: places}, places)
    have = [one.customer_id for one in tasks]

    some, is_sure = contending(look.waiting(capacity, have, deep), capacity, look)
    if not is_sure:
        some, is_sure = contending(look.waiting(capacity, have, len(rows)), capacity, look)
    fewer = plan(look.closely(have) + some, tasks, capacity=capacity)

    assert is_sure
    whole = plan(look.closely(range(len(rows))), tasks, capacity=capacity)
    assert created(fewer) == created(whole)
    assert sorted(map(str, fewer.keep)) == sorted(map(str, whole.keep))
    assert sorted(map(str, fewer.drop)) == sorted(map(str, whole.drop))
