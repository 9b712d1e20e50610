"""The effect of campaigns and of care by people: by hand, and right as often as promised."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils.translation import override

from tests.moments import NOON
from weixi.act.interventions.actions import add_cost, assign, mark_contacted
from weixi.act.interventions.models import Intervention
from weixi.act.interventions.queries import Assigned
from weixi.act.interventions.rules import Arm
from weixi.collect.surveys.models import Answer
from weixi.core.actor import SYSTEM
from weixi.core.errors import NotAllowed, RuleBroken
from weixi.evaluate import effect_queries
from weixi.evaluate.effect_actions import (
    evaluate_due,
    evaluate_source,
    remove_finding,
    write_finding,
)
from weixi.evaluate.effects import (
    WORTH_MONEY,
    WORTH_SATISFACTION,
    WORTH_SHARE,
    Past,
    _effect,
    estimate_of,
)
from weixi.evaluate.models import Effect, Finding
from weixi.evaluate.rules import EffectOutcome, Verdict, verdict

OVER = NOON + timedelta(days=61)
WORTH = {WORTH_SHARE: 0.05, WORTH_MONEY: 0.1, WORTH_SATISFACTION: 0.05}


@pytest.fixture
def trial(customer):
    """trial("playbook", [True, True, False]) → customers, in their arms, assigned at noon."""

    def make(kind, treated, *, source=1):
        people = [customer(f"P{n}") for n in range(len(treated))]
        ids = [one.pk for one in people]
        assign(source_kind=kind, source_id=source, customer_ids=ids, held_out_share=0.5,
               window_days=60, at=NOON, by=SYSTEM)  # fmt: skip
        for one, is_treated in zip(people, treated, strict=True):
            arm = Arm.TREATED if is_treated else Arm.HELD_OUT
            Intervention.objects.filter(customer=one).update(arm=arm)
        return people

    return make


def written(outcome):
    return Effect.objects.get(outcome=outcome)


def day(n):
    return (NOON + timedelta(days=n)).date()


@pytest.mark.django_db
def test_care_by_people_is_judged_by_hand(trial, order):
    """Of four called three bought, of four held out one: 75 % - 25 %. Orders before the assignment
    and after the window do not count; a return does."""
    people = trial("playbook", [True] * 4 + [False] * 4)
    for one in people[:3]:
        order(one, day(5), amount=10_000, cost=6_000)
    order(people[0], day(9), amount=-2_000)
    order(people[4], day(59), amount=8_000, cost=4_000)
    order(people[5], day(-3), amount=50_000)
    order(people[6], day(60), amount=50_000)
    mark_contacted(source_kind="playbook", source_id=1, customer_ids=[p.pk for p in people[:3]],
                   at=NOON)  # fmt: skip
    add_cost(source_kind="playbook", source_id=1, customer_id=people[0].pk, amount=600, at=NOON)

    evaluate_source("playbook", 1, at=OVER)

    bought, revenue, margin = (written(o) for o in ("bought", "revenue", "margin"))
    assert (bought.treated, bought.held_out, bought.contacted) == (4, 4, 3)
    assert (bought.mean_treated, bought.mean_held_out, bought.effect) == (0.75, 0.25, 0.5)
    assert (revenue.mean_treated, revenue.mean_held_out) == (
        7_000,
        2_000,
    )  # (3·100 - 20) / 4, 80 / 4
    assert (margin.mean_treated, margin.mean_held_out) == (2_500, 1_000)
    assert bought.is_final
    cost = effect_queries.cost_of(bought, margin)
    assert (cost.cost, cost.each, cost.gain) == (600, 300, 6_000)  # two more buyers of four


@pytest.mark.django_db
def test_satisfaction_is_compared_among_those_who_answered(trial):
    people = trial("playbook", [True, True, False, False])
    for one, perceived in zip(people[:3], (6, 4, 4), strict=True):
        Answer.objects.create(
            number=f"A{one.pk}", customer=one, survey="s", at=NOON + timedelta(days=2),
            question="q", expected=5, perceived=perceived,
        )  # fmt: skip

    evaluate_source("playbook", 1, at=OVER)

    found = Effect.objects.get(outcome="satisfaction")
    assert (found.treated, found.held_out) == (2, 1)
    assert found.effect == pytest.approx(0.2)  # (1.2 + 0.8) / 2 - 0.8
    assert found.verdict == Verdict.TOO_SMALL


@pytest.mark.django_db
def test_before_the_window_has_passed_figures_are_preliminary(trial):
    trial("playbook", [True, False])

    evaluate_source("playbook", 1, at=NOON + timedelta(days=10))
    assert not Effect.objects.filter(is_final=True).exists()
    evaluate_source("playbook", 1, at=OVER)
    assert not Effect.objects.filter(is_final=False).exists()


@pytest.mark.django_db
def test_of_those_who_joined_later_only_those_count_whose_window_has_passed(trial, customer):
    trial("playbook", [True, False])
    late = customer("late")
    assign(source_kind="playbook", source_id=1, customer_ids=[late.pk], held_out_share=0.0,
           window_days=60, at=NOON + timedelta(days=30), by=SYSTEM)  # fmt: skip

    evaluate_source("playbook", 1, at=OVER)

    found = Effect.objects.get(outcome="bought")
    assert (found.treated + found.held_out, found.is_final) == (2, False)


@pytest.mark.django_db
def test_what_is_final_is_left_alone_after_a_month(trial):
    trial("playbook", [True, False])

    assert [evaluate_due(at=OVER), evaluate_due(at=OVER + timedelta(days=5))] == [1, 1]
    assert evaluate_due(at=OVER + timedelta(days=40)) == 0


@pytest.mark.django_db
def test_without_anybody_held_out_no_effect_is_claimed(trial):
    trial("playbook", [True, True, True])

    evaluate_source("playbook", 1, at=OVER)

    found = Effect.objects.get(outcome="bought")
    assert (found.effect, found.verdict) == (None, Verdict.NO_CONTROL)


@pytest.mark.parametrize(
    ("low", "high", "ratio_p", "says"),
    [
        (0.01, 0.05, 0.5, "helps"),
        (-0.05, -0.01, 0.5, "harms"),
        (-0.02, 0.03, 0.5, "no_difference"),
        (-0.05, 0.12, 0.5, "too_small"),
        (None, None, 0.5, "too_small"),
        (0.01, 0.05, 0.0009, "unsound"),
        (0.01, 0.05, None, "no_control"),
    ],
)
def test_the_verdict_is_said_plainly(low, high, ratio_p, says):
    assert verdict(low, high, ratio_p=ratio_p, worth=0.05) == says


@pytest.mark.django_db
def test_arms_that_are_not_filled_as_planned_raise_an_alarm(trial):
    trial("playbook", [True] * 40 + [False] * 8)

    evaluate_source("playbook", 1, at=OVER)

    assert Effect.objects.get(outcome="bought").verdict == Verdict.UNSOUND


@pytest.mark.django_db
def test_findings_are_written_by_who_designs_and_taken_away_by_who_wrote(actor):
    marketer, other = actor("marketer"), actor("marketer")
    with override("en"):
        made = write_finding("campaign", 1, kind="finding", text="Call first", by=marketer, at=NOON)
        with pytest.raises(NotAllowed):
            write_finding("campaign", 1, kind="finding", text="x", by=actor("agent"), at=NOON)
        with pytest.raises(RuleBroken, match="Only"):
            remove_finding(made.pk, by=other, at=NOON)

    assert [row.text for row in effect_queries.search_findings(marketer, "call")] == ["Call first"]
    remove_finding(made.pk, by=marketer, at=NOON)
    assert not Finding.objects.exists()


def simulated(dice, n, lift):
    """A campaign: who spent much before spends much after; the treated buy more often by `lift`."""
    rows, pasts = [], {}
    for pk in range(n):
        arm = Arm.TREATED if dice.random() < 0.75 else Arm.HELD_OUT
        often = dice.beta(0.6, 1.4)
        more = lift * (1 - often) / 0.7  # on average the lift, and never more than certainly
        before, after = dice.random() < often, dice.random() < often + more * (arm is Arm.TREATED)
        spent_before, spent = before * dice.gamma(2, 4_000), after * dice.gamma(2, 4_000)
        rows.append(Assigned(pk, arm, NOON, 60, True, 0))
        pasts[pk] = Past(after * 1.0, spent, 0.0, before * 1.0, spent_before, 0.0)
    return _effect(EffectOutcome.BOUGHT, rows, pasts, 0.75, WORTH)


@pytest.mark.slow
@pytest.mark.parametrize("lift", [0.0, 0.1])
def test_of_500_simulated_campaigns_93_to_97_in_100_intervals_hold_the_known_effect(lift):
    dice = np.random.default_rng(4)
    found = [simulated(dice, 400, lift) for _run in range(500)]

    plain = np.mean([e.low <= lift <= e.high for e in found])
    adjusted = np.mean([e.adjusted_low <= lift <= e.adjusted_high for e in found])
    clear = np.mean([estimate_of(e).is_clear for e in found])
    assert 0.93 <= plain <= 0.97
    assert 0.93 <= adjusted <= 0.97
    assert clear <= 0.06 if lift == 0 else clear > 0.3
    narrower = [(e.adjusted_high - e.adjusted_low) / (e.high - e.low) for e in found]
    assert np.mean(narrower) < 0.99
    assert abs(np.mean([e.adjusted for e in found]) - lift) < 0.008
