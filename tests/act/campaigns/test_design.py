"""What a design must say before it may be approved."""

from dataclasses import replace
from datetime import date

import pytest

from tests.act.campaigns.conftest import GOALS
from tests.moments import NOON
from weixi.act.campaigns import actions, queries
from weixi.act.campaigns.models import Campaign, Member
from weixi.act.campaigns.rules import (
    Goal,
    GoalKind,
    GoalMeasure,
    ReachStep,
    check_goal,
    check_goals,
    funnel,
)
from weixi.core.errors import Conflict, NotAllowed, RuleBroken, Sentence

TODAY = NOON.date()
VAGUE = Goal(GoalKind.FEELING, GoalMeasure.SATISFACTION, "improve satisfaction", None, None, None)


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (VAGUE, "“improve satisfaction” has no number"),
        (replace(VAGUE, now=0.9), "does not say how much"),
        (replace(VAGUE, target=1.0), "does not say where it stands now"),
        (replace(VAGUE, now=0.9, target=1.0), "has no date"),
        (replace(VAGUE, now=0.9, target=1.0, by=TODAY), "on a day after today"),
        (replace(VAGUE, now=0.9, target=0.9, by=date(2026, 12, 31)), "changes nothing"),
        (replace(VAGUE, now=0.9, target=94, by=date(2026, 12, 31)), "c is around 1"),
        (replace(GOALS[0], target=115), "at most 100 percent"),
        (replace(GOALS[0], now=-1), "zero or more"),
    ],
)
def test_a_goal_without_number_or_date_is_refused_and_told_which(goal, told):
    with pytest.raises(Sentence, match=told):
        check_goal(goal, today=TODAY)


def test_goals_are_of_more_than_one_kind():
    check_goals(GOALS)
    with pytest.raises(Sentence, match="at least two goals"):
        check_goals(GOALS[:1])
    with pytest.raises(Sentence, match="one kind"):
        check_goals([GOALS[0], GOALS[0]])


def test_the_funnel_of_the_picture():
    counts = {
        "opted_out": 612, "no_address": 438, "capped": 951, "complaint": 37, "held_out": 1_416,
        "receives": 5_666,
    }  # fmt: skip

    rows = {row.step: row for row in funnel(counts)}

    assert rows["audience"].count == 9_120
    assert (rows["capped"].left, rows["capped"].width) == (78.06, 10.43)
    assert (rows["receives"].left, rows["receives"].width) == (0.0, 62.13)


@pytest.mark.django_db
@pytest.mark.slow
def test_everybody_leaves_the_funnel_at_the_right_step(designed, audience, maker):
    campaign = designed(held_out_e4=0, why_no_control="five people")

    steps = dict(Member.objects.values_list("customer__name", "step"))
    assert steps["opted"] == ReachStep.OPTED_OUT
    assert steps["mute"] == ReachStep.NO_ADDRESS
    assert steps["called"] == ReachStep.CAPPED
    assert {steps[f"n{n}"] for n in range(6)} == {ReachStep.RECEIVES}
    for row in queries.reach(maker, campaign):
        step = "" if row.step == "audience" else row.step
        assert row.count == queries.members(maker, campaign.pk, step).count()


@pytest.mark.django_db
def test_an_open_complaint_keeps_a_campaign_that_sells_away(designed):
    designed(purpose="sale", held_out_e4=0, why_no_control="x")

    assert Member.objects.get(customer__name="complains").step == ReachStep.COMPLAINT


@pytest.mark.django_db
def test_who_is_held_out_is_known_before_the_launch_and_stays_so(approved, chief):
    campaign = approved()
    before = set(queries.members(chief, campaign.pk, ReachStep.HELD_OUT))

    actions.launch(campaign.pk, by=chief, at=NOON)

    assert set(queries.members(chief, campaign.pk, ReachStep.HELD_OUT)) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"goals": []}, "at least two goals"),
        ({"lines": []}, "Choose a channel with a template"),
        ({"content": {"main": "", "action": "x"}}, "main message"),
        ({"held_out_e4": 0}, "hold some out, or say why not"),
        ({"starts_at": None}, "when it starts"),
    ],
)
def test_a_design_that_is_not_ready_is_not_submitted(designed, maker, changes, told):
    campaign = designed(**changes)

    with pytest.raises(RuleBroken, match=told):
        actions.submit(campaign.pk, by=maker, at=NOON)

    assert Campaign.objects.get().state == "draft"


@pytest.mark.django_db
def test_a_change_of_the_audience_asks_for_a_new_count(designed, maker):
    campaign = designed()
    changes = {"audience": "city=上海"}

    actions.change(campaign.pk, seen=campaign.version, changes=changes, by=maker, at=NOON)

    with pytest.raises(RuleBroken, match="Count the reach"):
        actions.submit(campaign.pk, by=maker, at=NOON)


@pytest.mark.django_db
def test_of_two_who_write_the_second_is_told(designed, maker, chief):
    campaign = designed()
    actions.change(campaign.pk, seen=campaign.version, changes={"name": "A"}, by=chief, at=NOON)

    with pytest.raises(Conflict, match=f"{chief.name} changed this campaign"):
        actions.change(campaign.pk, seen=campaign.version, changes={"name": "B"}, by=maker, at=NOON)

    assert Campaign.objects.get().name == "A"


@pytest.mark.django_db
def test_a_second_person_approves(designed, maker, actor):
    one = actor("supervisor")
    campaign = designed()
    actions.submit(campaign.pk, by=one, at=NOON)

    with pytest.raises(NotAllowed):
        actions.approve(campaign.pk, by=maker, at=NOON)
    with pytest.raises(RuleBroken, match="a second person"):
        actions.approve(campaign.pk, by=one, at=NOON)
    assert actions.approve(campaign.pk, by=actor("supervisor"), at=NOON).state == "approved"


@pytest.mark.django_db
def test_only_a_draft_is_changed(approved, maker):
    campaign = approved()

    with pytest.raises(Conflict, match="Only a draft"):
        actions.change(campaign.pk, seen=campaign.version, changes={"name": "B"}, by=maker, at=NOON)

    back = actions.send_back(campaign.pk, reason="Name is dull", by=maker, at=NOON)
    assert (back.state, back.approved_by, back.sent_back) == ("draft", "", "Name is dull")


@pytest.mark.django_db
def test_a_template_of_another_purpose_or_channel_is_refused(template, channels):
    template("buy", purpose="sale")

    with pytest.raises(RuleBroken, match="another purpose"):
        actions.line_rows([{"wave": 1, "channel": "email", "template": "buy"}], "care")
    with pytest.raises(RuleBroken, match="approved template"):
        actions.line_rows([{"wave": 1, "channel": "sms", "template": "buy"}], "sale")


@pytest.mark.django_db
def test_a_list_that_moves_with_the_day_is_no_audience(maker):
    with pytest.raises(RuleBroken, match="“cohort”"):
        actions.create(name="X", audience="cohort=2026-01&later=2", by=maker, at=NOON)


@pytest.mark.django_db
def test_previews_are_of_real_customers_and_masked(designed, maker):
    campaign = designed(held_out_e4=0, why_no_control="x")

    shown = queries.previews(maker, campaign)

    assert len(shown) == 5
    assert {one.name for one in shown} <= {"c***", "n***"}
    assert all("A free check" in one.body and one.address == "a***@example.com" for one in shown)
