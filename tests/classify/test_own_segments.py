"""Segments: what a tree finds, who enters and leaves, versions, deleting and restoring."""

from datetime import timedelta

import pytest

from tests.classify.lake import DAY, cells_on, furnish
from tests.moments import NOON
from weixi.classify import editing, segments
from weixi.classify.applying import apply_scheme
from weixi.classify.models import Membership, Scheme, Transition
from weixi.classify.previewing import found_by
from weixi.classify.vocabulary import known
from weixi.collect.customers.actions import define_custom_field
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import COMMAND_LINE, SYSTEM, Actor
from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken

pytestmark = pytest.mark.django_db
BUYERS = {"measure": "purchase_days", "is": ">=", "value": 1}
RICH = {"measure": "revenue_12m", "is": ">=", "value": 500}


@pytest.fixture
def ids(customer):
    create_shipped_channels()
    for code, kind in (("vip", "yes_no"), ("size", "number")):
        define_custom_field(
            code=code, name_zh=code, name_en=code, kind=kind, by=COMMAND_LINE, at=NOON
        )
    return furnish(customer)


def names(ids, found):
    return [name for name, pk in ids.items() if pk in found]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"field": "city", "is": "=", "value": "上海"}, ["Ana", "Bo", "Eve"]),
        ({"field": "city", "is": "contains", "value": "海"}, ["Ana", "Bo", "Eve"]),
        ({"field": "city", "is": "unknown"}, ["Di", "Flo"]),
        ({"field": "type", "in": ["business", "internal"]}, ["Bo", "Eve"]),
        ({"field": "created", "is": "<=", "value": "2026-01-02"}, ["Ana", "Bo"]),
        ({"field": "own.vip", "is": "=", "value": True}, ["Ana"]),
        ({"field": "own.vip", "is": "=", "value": False}, ["Cy"]),
        ({"field": "own.size", "is": ">", "value": 8}, ["Ana"]),
        ({"field": "own.vip", "is": "unknown"}, ["Bo", "Di", "Eve", "Flo"]),
        ({"consent": "marketing", "channel": "", "is": "given"}, ["Ana", "Cy"]),
        ({"consent": "marketing", "channel": "sms", "is": "given"}, ["Ana"]),
        ({"consent": "marketing", "channel": "sms", "is": "withdrawn"}, ["Bo", "Cy"]),
        ({"consent": "marketing", "channel": "", "is": "none"}, ["Di", "Eve", "Flo"]),
        ({"not": {"any": [RICH, {"field": "city", "is": "unknown"}]}}, ["Cy", "Eve"]),
        (
            {"all": [
                {"event": "complaint", "within_days": 90, "at_least": 1},
                {"event": "purchase", "since": "complaint", "at_most": 0},
            ]},
            ["Bo"],
        ),
    ],
)  # fmt: skip
def test_a_tree_finds_whom_the_hand_finds(ids, tree, expected):
    assert names(ids, found_by(SYSTEM, tree)) == expected


def test_counts_are_cut_to_the_reach(ids):
    nobody = Actor(None, "x", frozenset({"schemes.edit"}), reach="own")
    assert found_by(nobody, BUYERS) == []


def test_a_saved_segment_has_its_members_at_once_in_table_and_lake(ids):
    made = editing.create_segment(name_zh="有钱", when=RICH, by=SYSTEM, at=NOON)
    assert apply_scheme(made.code, at=NOON)
    members = Membership.objects.filter(scheme=made).values_list("customer_id", flat=True)
    assert names(ids, set(members)) == ["Ana", "Bo"]
    assert cells_on(DAY, made.code, ids)["Ana"] == "in"
    row = segments.segment(SYSTEM, made.code, known())
    assert (row.customers, row.sentence_zh) == (2, "近 12 个月销售额 ≥ ¥5")


def test_who_leaves_and_enters_is_kept_with_the_version_of_the_rule(ids):
    made = editing.create_segment(name_zh="有钱", when=RICH, by=SYSTEM, at=NOON)
    apply_scheme(made.code, at=NOON)
    Membership.objects.filter(scheme=made).update(since=DAY - timedelta(days=9))
    few = {"measure": "purchase_days", "is": "=", "value": 5}
    change(made.code, few, seen=1)
    apply_scheme(made.code, at=NOON)
    left = Transition.objects.get(scheme=made)
    assert (left.customer_id, left.from_cell, left.to_cell) == (ids["Bo"], "in", "")
    assert (left.from_since, left.on, left.version) == (DAY - timedelta(days=9), DAY, 2)
    assert Membership.objects.get(scheme=made).version == 1  # Ana came by the first


def change(code, tree, *, seen):
    return editing.change_segment(
        code=code, name_zh="有钱", when=tree, from_day=DAY, seen=seen, by=SYSTEM, at=NOON
    )


def test_somebody_elses_save_is_not_overwritten(ids):
    made = editing.create_segment(name_zh="有钱", when=RICH, by=SYSTEM, at=NOON)
    change(made.code, BUYERS, seen=1)
    with pytest.raises(Conflict):
        change(made.code, RICH, seen=1)


def test_a_deleted_segment_comes_back_within_30_days_and_not_later(ids):
    made = editing.create_segment(name_zh="有钱", when=RICH, by=SYSTEM, at=NOON)
    apply_scheme(made.code, at=NOON)
    editing.delete_segment(code=made.code, by=SYSTEM, at=NOON)
    assert segments.segments(SYSTEM, known()) == []
    assert not Membership.objects.filter(scheme=made).exists()
    with pytest.raises(RuleBroken, match="30"):
        editing.restore_segment(code=made.code, by=SYSTEM, at=NOON + timedelta(days=31))
    editing.restore_segment(code=made.code, by=SYSTEM, at=NOON + timedelta(days=30))
    apply_scheme(made.code, at=NOON)
    assert segments.segment(SYSTEM, made.code, known()).customers == 2


def test_what_was_deleted_long_ago_is_forgotten(ids):
    made = editing.create_segment(name_zh="有钱", when=RICH, by=SYSTEM, at=NOON)
    editing.delete_segment(code=made.code, by=SYSTEM, at=NOON)
    assert editing.forget_deleted(at=NOON + timedelta(days=30)) == 0
    assert editing.forget_deleted(at=NOON + timedelta(days=31)) == 1
    with pytest.raises(Missing):
        editing.restore_segment(code=made.code, by=SYSTEM, at=NOON)


def test_a_segment_that_another_asks_for_is_neither_deleted_nor_made_a_circle(ids):
    first = editing.create_segment(name_zh="一", when=RICH, by=SYSTEM, at=NOON)
    asks = {"cell": first.code, "in": ["in"]}
    second = editing.create_segment(name_zh="二", when=asks, by=SYSTEM, at=NOON)
    with pytest.raises(RuleBroken, match="二"):
        editing.delete_segment(code=first.code, by=SYSTEM, at=NOON)
    with pytest.raises(RuleBroken, match=r"itself|自己"):
        change(first.code, {"cell": second.code, "in": ["in"]}, seen=1)


@pytest.mark.slow
def test_a_segment_of_a_segment_follows_it(ids):
    first = editing.create_segment(name_zh="一", when=RICH, by=SYSTEM, at=NOON)
    apply_scheme(first.code, at=NOON)
    asks = {"not": {"cell": first.code, "in": ["in"]}}
    second = editing.create_segment(name_zh="二", when=asks, by=SYSTEM, at=NOON)
    apply_scheme(second.code, at=NOON)
    change(first.code, BUYERS, seen=1)
    apply_scheme(first.code, at=NOON)
    members = Membership.objects.filter(scheme=second).values_list("customer_id", flat=True)
    assert names(ids, set(members)) == ["Flo"]


def test_a_rule_that_names_a_field_that_is_gone_holds_for_nobody_and_says_so(ids):
    rule = {"field": "own.vip", "is": "known"}
    made = editing.create_segment(name_zh="贵宾", when=rule, by=SYSTEM, at=NOON)
    apply_scheme(made.code, at=NOON)
    known_before = segments.segment(SYSTEM, made.code, known())
    from_model = Scheme.objects.get(pk=made.pk)
    assert (known_before.customers, known_before.problem) == (2, "")
    type(from_model).objects.filter(pk=made.pk).update(
        definition=editing.segment_definition("贵宾", "", {"field": "own.gone", "is": "known"})
    )
    from_model.versions.update(
        definition=editing.segment_definition("贵宾", "", {"field": "own.gone", "is": "known"})
    )
    apply_scheme(made.code, at=NOON)
    row = segments.segment(SYSTEM, made.code, known())
    assert row.customers == 0
    assert "own.gone" in row.problem


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        ({"all": [BUYERS] * 51}, r"50.*51"),
        ({"not": {"not": {"not": {"not": {"not": BUYERS}}}}}, "5"),
        ({"field": "note", "is": "known"}, "note"),
        ({"field": "city", "is": "LIKE", "value": "x"}, "城市"),
        ({"field": "city", "is": "=", "value": ""}, "城市"),
        ({"field": "city", "is": "=", "value": "x" * 101}, "100"),
        ({"measure": "revenue_12m", "is": ">=", "value": 1, "sql": "x"}, "sql"),
        ({"consent": "spam", "is": "given"}, "spam"),
        ({"owner__password": "x"}, "."),
    ],
)
def test_what_a_request_may_not_ask_is_refused_with_the_limit(ids, tree, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        editing.create_segment(name_zh="坏", when=tree, by=SYSTEM, at=NOON)
    assert not Scheme.objects.filter(kind="segment").exists()


def test_who_may_not_change_schemes_saves_no_segment(ids, actor):
    with pytest.raises(NotAllowed):
        editing.create_segment(name_zh="一", when=RICH, by=actor("agent"), at=NOON)
