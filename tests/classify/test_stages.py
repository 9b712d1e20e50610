"""Stages by rule and by a person's word; the flow between days."""

from datetime import date, timedelta

import pytest

from tests.classify.lake import BEFORE, DAY, cells_on, furnish, write
from tests.moments import NOON
from weixi.classify import actions, flow, overriding
from weixi.classify.applying import apply_scheme
from weixi.classify.models import Membership, Override, Scheme, Transition
from weixi.classify.stages import stage_of
from weixi.core.actor import SYSTEM
from weixi.core.errors import Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of
from weixi.core.runs import RunContext

pytestmark = pytest.mark.django_db
TODAY = DAY
UNTIL = TODAY + timedelta(days=30)
RULES = {
    "population": [["purchase_days", 1]],
    "cells": [
        {"code": "ended", "name_zh": "终止", "name_en": "Ended", "color": "h1",
         "when": {"measure": "days_since_purchase", "is": ">=", "value": 540}},
        {"code": "decline", "name_zh": "退化期", "name_en": "Decline", "color": "h3",
         "when": {"measure": "days_since_purchase", "is": ">=", "value": 60}},
        {"code": "maturity", "name_zh": "稳定期", "name_en": "Maturity", "color": "h5",
         "when": {"measure": "purchase_days", "is": ">=", "value": 5}},
        {"code": "exploration", "name_zh": "考察期", "name_en": "Exploration", "color": "h2"},
    ],
}  # fmt: skip


@pytest.fixture
def ids(customer):
    found = furnish(customer, BEFORE, DAY)
    scheme = Scheme.objects.create(
        code="lifecycle", name_zh="生命周期", name_en="Lifecycle", kind="lifecycle",
        definition=RULES, changed_at=NOON,
    )  # fmt: skip
    actions.add_version(scheme, from_day=None, saved_by="", at=NOON)
    apply_scheme("lifecycle", at=NOON)
    return found


def stage(ids, name):
    found = Membership.objects.filter(customer_id=ids[name]).first()
    return found.cell if found else None


def set_stage(ids, name="Bo", *, cell="maturity", until=UNTIL, by=SYSTEM, reason="签了新合同"):
    overriding.set_stage(ids[name], cell=cell, reason=reason, until=until, by=by, at=NOON)


def test_the_rules_put_everybody_where_the_hand_does(ids):
    assert {name: stage(ids, name) for name in ids} == {
        "Ana": "maturity", "Bo": "decline", "Cy": "exploration", "Di": "decline",
        "Eve": "ended", "Flo": None,
    }  # fmt: skip


def test_a_persons_word_holds_at_once_in_table_lake_and_journal(ids):
    set_stage(ids)
    assert stage(ids, "Bo") == "maturity"
    assert cells_on(DAY, "lifecycle", ids)["Bo"] == "maturity"
    shown = stage_of(ids["Bo"], today=TODAY)
    assert (shown.cell.code, shown.word.reason, shown.word.until) == (
        "maturity", "签了新合同", UNTIL,
    )  # fmt: skip
    assert entries_of(ids["Bo"]).first().kind == "stage.set"


def test_a_refresh_keeps_the_word_until_its_last_day_and_no_longer(ids):
    set_stage(ids, until=DAY)
    assert actions.overrides_on(DAY) == {"lifecycle": {ids["Bo"]: "maturity"}}
    assert actions.overrides_on(DAY + timedelta(days=1)) == {}
    actions.compute(RunContext(1, DAY, "duckdb"))
    assert cells_on(DAY, "lifecycle", ids)["Bo"] == "maturity"
    assert stage_of(ids["Bo"], today=DAY + timedelta(days=1)).word is None


def test_a_day_before_the_word_is_computed_without_it(ids):
    set_stage(ids)
    actions.compute(RunContext(1, BEFORE, "duckdb"))
    assert cells_on(BEFORE, "lifecycle", ids)["Bo"] == "decline"


def test_taken_back_the_rule_decides_again_and_the_word_stays_in_the_history(ids):
    set_stage(ids)
    overriding.take_back(ids["Bo"], by=SYSTEM, at=NOON)
    assert stage(ids, "Bo") == "decline"
    assert not Transition.objects.filter(customer_id=ids["Bo"]).exists()  # back the same day
    shown = stage_of(ids["Bo"], today=TODAY)
    assert shown.word is None
    assert [word.reason for word in shown.said_before] == ["签了新合同"]
    with pytest.raises(RuleBroken):
        overriding.take_back(ids["Bo"], by=SYSTEM, at=NOON)


def test_a_second_word_ends_the_first(ids):
    set_stage(ids)
    set_stage(ids, cell="exploration")
    assert Override.objects.filter(ended_on=None).count() == 1
    assert stage(ids, "Bo") == "exploration"


def test_a_customer_who_never_bought_can_be_put_into_a_stage_and_leaves_it_again(ids):
    set_stage(ids, "Flo", cell="exploration")
    assert stage(ids, "Flo") == "exploration"
    overriding.take_back(ids["Flo"], by=SYSTEM, at=NOON)
    assert stage(ids, "Flo") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "  "}, {"reason": "x" * 201}, {"cell": "nowhere"},
        {"until": TODAY - timedelta(days=1)}, {"until": TODAY + timedelta(days=400)},
    ],
)  # fmt: skip
def test_a_word_needs_a_reason_a_stage_and_a_day_within_a_year(ids, wrong):
    with pytest.raises(RuleBroken):
        set_stage(ids, **wrong)
    assert stage(ids, "Bo") == "decline"
    assert not Override.objects.exists()


def test_who_does_not_reach_the_customer_sets_nothing(ids, actor, team):
    with pytest.raises(Missing):
        set_stage(ids, by=actor("agent", team=team("south")))
    with pytest.raises(NotAllowed):
        set_stage(ids, by=actor("auditor"))


def test_the_entry_date_and_the_way_so_far_are_told(ids):
    scheme = Scheme.objects.get(code="lifecycle")
    Transition.objects.create(
        customer_id=ids["Bo"], scheme=scheme, on=DAY, from_cell="maturity", to_cell="decline",
        from_since=BEFORE,
    )  # fmt: skip
    shown = stage_of(ids["Bo"], today=TODAY)
    assert [(stay.cell.code, stay.since, stay.until) for stay in shown.stays] == [
        ("decline", DAY, None), ("maturity", BEFORE, DAY),
    ]  # fmt: skip


# ── Flow ────────────────────────────────────────────────────────────────────


@pytest.fixture
def moved(ids):
    """Three days. Ana stays mature, Bo falls then ends, Cy is new on the second day and comes on,
    Eve ended stays, Flo leaves after the first day."""
    third = DAY
    second, first = BEFORE, date(2026, 9, 20)
    ways = {
        "Ana": ("maturity", "maturity", "maturity"),
        "Bo": ("maturity", "decline", "ended"),
        "Cy": (None, "exploration", "maturity"),
        "Eve": ("ended", "ended", "ended"),
        "Flo": ("exploration", None, None),
    }
    for place, day in enumerate((first, second, third)):
        cells = {ids[name]: way[place] for name, way in ways.items()}
        write("cells", day, {"customer_id": list(cells), "lifecycle": list(cells.values())})
    return (first, second, third)


def test_what_goes_into_a_stage_on_a_day_comes_out_of_it(ids, moved):
    found = flow.flow(SYSTEM, Scheme.objects.get(code="lifecycle"), moved)
    first, second = (period.moves for period in found.periods)
    for cell in found.cells:
        came = sum(n for (_a, b), n in first.items() if b == cell.code)
        went = sum(n for (a, _b), n in second.items() if a == cell.code)
        assert came == went, cell.code
    assert first == {
        ("maturity", "maturity"): 1, ("maturity", "decline"): 1, ("", "exploration"): 1,
        ("ended", "ended"): 1, ("exploration", ""): 1,
    }  # fmt: skip


def test_what_became_of_a_stage_adds_up_to_it(ids, moved):
    found = flow.flow(SYSTEM, Scheme.objects.get(code="lifecycle"), moved[:2])
    told = {fate.cell.code: fate for fate in flow.fates(found)}
    mature = told["maturity"]
    assert (mature.whole, mature.stayed, mature.fallen, mature.gone) == (2, 1, 1, 0)
    assert (told["exploration"].whole, told["exploration"].gone) == (1, 1)
    for fate in told.values():
        assert fate.whole == sum((fate.advanced, fate.stayed, fate.back, fate.fallen, fate.gone))


def test_days_in_a_stage_are_the_median_of_those_in_it(ids):
    scheme = Scheme.objects.get(code="lifecycle")
    Membership.objects.filter(customer_id=ids["Di"]).update(since=DAY - timedelta(days=40))
    told = flow.stays(SYSTEM, scheme)
    assert told["decline"].so_far == 20  # Bo 0, Di 40
    assert told["decline"].finished is None
