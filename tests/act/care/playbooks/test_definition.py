"""What can be written as a playbook, and the sentence for what cannot."""

import copy

import pytest

from weixi.act.care.playbooks.definition import playbook
from weixi.act.care.playbooks.rules import StepKind
from weixi.act.care.playbooks.shipped import BY_CODE, SHIPPED
from weixi.core.errors import Sentence

TASK = {"code": "s1", "kind": "task", "zh": "联系", "en": "Contact"}
GOOD = {"trigger": {"kind": "event", "event": "first_purchase"}, "steps": [TASK]}


def refused(**changes):
    with pytest.raises(Sentence) as problem:
        playbook({**copy.deepcopy(GOOD), **changes})
    return str(problem.value)


def test_the_fourteen_shipped_playbooks_can_be_read():
    assert len(SHIPPED) == 14
    assert [playbook(one["definition"]) for one in SHIPPED]


def test_the_fourteen_are_those_of_the_domain():
    assert set(BY_CODE) == {
        "welcome", "first_purchase", "birthday", "anniversary", "satisfaction", "complaint",
        "at_risk", "decline", "win_back", "renewal", "thank_you", "points", "tier_change",
        "festival",
    }  # fmt: skip


def test_every_reason_that_the_list_finds_by_itself_has_a_shipped_playbook():
    standing = {}
    for one in SHIPPED:
        for kind in playbook(one["definition"]).covers:
            standing.setdefault(kind, set()).add(one["code"])
    assert standing == {
        "warning": {"at_risk"},
        "overdue": {"at_risk", "decline"},
        "gone_quiet": {"at_risk", "decline", "win_back"},
        "next_due": {"first_purchase"},
        "birthday": {"birthday"},
    }


def test_a_playbook_stands_for_reasons_that_the_list_finds_only():
    assert refused(covers=["promise"]) == "A playbook can stand for no reason “promise”."


def test_every_shipped_step_is_worded_in_both_languages():
    for one in SHIPPED:
        assert all(one[name] for name in ("name_zh", "name_en", "about_zh", "about_en"))
        for step in playbook(one["definition"]).flow.steps:
            if step.kind in (StepKind.TASK, StepKind.MESSAGE, StepKind.ESCALATE):
                assert all(step.get(language) for language in ("zh", "en"))


def test_a_playbook_needs_a_step():
    assert refused(steps=[]) == "A playbook has 1 to 30 steps, this one has 0."


def test_a_branch_leads_forward_only():
    back = {"code": "s2", "kind": "branch", "when": {"since_start": "purchase"}, "then": "s1"}
    assert refused(steps=[TASK, back]) == "Step 2 leads to a step that does not come later."


def test_a_task_says_what_is_to_be_done():
    assert refused(steps=[{**TASK, "zh": " "}]) == (
        "Step 1: what is to be done has 1 to 200 characters."
    )


def test_waiting_for_something_has_an_end():
    wait = {"code": "w", "kind": "wait_for", "until": {"since_start": "purchase"}}
    assert refused(steps=[wait]) == "Step 1: say after how many days it goes on anyway."


@pytest.mark.parametrize(
    ("trigger", "sentence"),
    [
        ({"kind": "enter"}, "Choose the segment and at least one cell that starts it."),
        ({"kind": "date"}, "Choose the date that starts it."),
        ({"kind": "event"}, "Choose the event that starts it."),
        ({"kind": "event", "event": "care_refused"}, "Choose the event that starts it."),
        ({"kind": "date", "occasion": "festival"}, "Choose at least one festival of the list."),
        ({"kind": "moon"}, "A playbook knows no “moon”."),
    ],
)
def test_what_starts_it_is_said_completely(trigger, sentence):
    assert refused(trigger=trigger) == sentence


def test_numbers_have_limits_that_are_named():
    assert refused(held_out=0.8) == "Share held out: 0 to 50 %."
    assert refused(limits={"entries_a_day": 0}) == (
        "Customers a day: a whole number from 1 to 100,000."
    )
    assert refused(steps=[{"kind": "wait", "days": 1000}]) == (
        "Step 1, days: a whole number from 0 to 730."
    )
    assert refused(steps=[{"kind": "points", "points": 0}]) == (
        "Step 1, points: a whole number from 1 to 100,000."
    )
