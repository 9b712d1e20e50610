"""Memberships and moves against the cells of a day, held against a plain account by hand."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from tests.moments import NOON
from weixi.classify.models import Membership, Scheme, Transition
from weixi.classify.publishing import publish_cells
from weixi.core.runs import RunContext

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = (date(2026, 11, 20) + timedelta(days=n) for n in range(3))


@pytest.fixture
def scheme():
    return Scheme.objects.create(
        code="size", name_zh="规模", name_en="Size", definition={}, changed_at=NOON
    )


@pytest.fixture
def people(customer):
    return [customer(name).pk for name in ("Ana", "Bo", "Cy", "Di")]


def publish(scheme, people, cells, day):
    table = pa.table({"customer_id": people, "size": pa.array(cells, pa.string())})
    return publish_cells(scheme, table, RunContext(1, day, "duckdb"))


def members(people):
    held = {one.customer_id: (one.cell, one.since) for one in Membership.objects.all()}
    return [held.get(pk) for pk in people]


def moves(people, day):
    rows = Transition.objects.filter(on=day)
    return sorted(
        (people.index(one.customer_id), one.from_cell, one.from_since, one.to_cell) for one in rows
    )


def test_the_first_day_founds_the_scheme_and_nobody_has_moved(scheme, people):
    assert publish(scheme, people, ["big", "small", None, ""], FIRST) == 2
    assert members(people) == [("big", FIRST), ("small", FIRST), None, None]
    assert not Transition.objects.exists()


def test_who_moves_comes_and_leaves_is_told_and_who_stays_is_not_written(scheme, people):
    publish(scheme, people, ["big", "small", "small", None], FIRST)
    assert publish(scheme, people, ["big", "big", None, "small"], SECOND) == 2
    assert members(people) == [("big", FIRST), ("big", SECOND), None, ("small", SECOND)]
    assert moves(people, SECOND) == [
        (1, "small", FIRST, "big"), (2, "small", FIRST, ""), (3, "", None, "small"),
    ]  # fmt: skip


def test_the_rows_of_the_lake_may_lie_in_any_order(scheme, people):
    publish(scheme, people, ["big", "small", "small", None], FIRST)
    publish(scheme, people[::-1], ["small", None, "big", "big"], SECOND)
    assert members(people) == [("big", FIRST), ("big", SECOND), None, ("small", SECOND)]


def test_a_customer_the_lake_does_not_know_leaves(scheme, people):
    publish(scheme, people, ["big", "small", "small", "big"], FIRST)
    publish(scheme, people[:2], ["big", "small"], SECOND)
    assert members(people) == [("big", FIRST), ("small", FIRST), None, None]
    assert moves(people, SECOND) == [(2, "small", FIRST, ""), (3, "big", FIRST, "")]


def test_a_day_without_customers_empties_the_scheme(scheme, people):
    publish(scheme, people, ["big", "small", None, None], FIRST)
    publish(scheme, [], [], SECOND)
    assert members(people) == [None] * 4
    assert len(moves(people, SECOND)) == 2


def test_a_day_run_again_is_held_against_the_state_before_it(scheme, people):
    publish(scheme, people, ["big", "small", "small", None], FIRST)
    publish(scheme, people, ["small", "big", None, "small"], SECOND)
    publish(scheme, people, ["big", "huge", "small", None], SECOND)
    assert members(people) == [("big", FIRST), ("huge", SECOND), ("small", FIRST), None]
    assert moves(people, SECOND) == [(1, "small", FIRST, "huge")]


def test_the_same_day_again_writes_no_member_and_keeps_the_moves(scheme, people):
    publish(scheme, people, ["big", "small", "small", None], FIRST)
    publish(scheme, people, ["big", "big", None, "small"], SECOND)
    before = members(people), moves(people, SECOND)
    assert publish(scheme, people, ["big", "big", None, "small"], SECOND) == 0
    assert (members(people), moves(people, SECOND)) == before


def test_each_move_names_the_version_that_made_it(scheme, people):
    publish(scheme, people, ["big", "small", "small", None], FIRST)
    scheme.version = 2
    publish(scheme, people, ["big", "big", "small", None], SECOND)
    publish(scheme, people, ["big", "big", "big", None], THIRD)
    told = dict(Membership.objects.values_list("customer_id", "version"))
    assert [told.get(pk) for pk in people] == [1, 2, 2, None]
    assert set(Transition.objects.values_list("version", flat=True)) == {2}
