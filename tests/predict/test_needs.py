"""What is suggested next, worked out by hand for a few baskets."""

import pytest

from weixi.predict.needs import compute, needs_judged
from weixi.predict.suggesting import needs_of, suggested_at

from .baskets import DAY, OIL, PAIRS, POT, RICE, TEA, lake


def suggested(run, customer, excluded=()):
    compute(run)
    return [(name, because) for _, _, name, because, _ in suggested_at(customer, DAY, excluded)]


# 20 has tea only, 21 nothing for two years.
PEOPLE = [*PAIRS, (20, TEA, 5, 5), (21, TEA, 800, 730)]


@pytest.mark.slow
def test_what_others_buy_with_it_comes_first_with_its_reason_then_what_most_like():
    assert suggested(lake(PEOPLE), 20) == [("茶壶", "绿茶"), ("大米", ""), ("花生油", "")]


@pytest.mark.slow
def test_what_somebody_has_already_is_not_suggested_nor_anything_to_the_lost():
    run = lake(PEOPLE)
    assert {name for name, _ in suggested(run, 1)} == {"大米", "花生油"}
    assert suggested(run, 21) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "value", "left"),
    [("product", "p2", ["大米", "花生油"]), ("category", "粮油", ["茶壶"]),
     ("word", "花生", ["茶壶", "大米"])],
)  # fmt: skip
def test_what_is_excluded_is_never_suggested(kind, value, left):
    assert [name for name, _ in suggested(lake(PEOPLE), 20, [(kind, value)])] == left


def test_too_few_in_the_held_out_time_tell_nothing():
    day = lake(PEOPLE).as_of
    judged = needs_judged(day, seen_until=day)
    assert (judged.customers, judged.together) == (0, None)
    assert judged.is_together_first


def test_both_ways_are_judged_on_what_was_known_before():
    # 60 customers have tea for long and bought a pot in the held-out days: the twenty-fold pair
    # of tea and pot finds it, and so does popularity among four products less often.
    run = lake([*PAIRS, *((100 + n, p, 400, 300) for n in range(30) for p in (RICE, OIL)),
                *((200 + n, TEA, 300, 200) for n in range(60)),
                *((200 + n, POT, 30, 30) for n in range(60))])  # fmt: skip
    judged = needs_judged(run.as_of, seen_until=run.as_of)
    assert judged.customers == 60
    assert judged.together == 1.0


@pytest.mark.slow
def test_what_goes_together_is_found_once_a_month_and_again_after_a_large_import():
    first = judged(lake([*PAIRS, *many_with_tea_then_pot(60)]))
    assert judged(lake([*PAIRS, *many_with_tea_then_pot(60)], [(1, "word", "茶")])) == first
    later = judged(lake([*PAIRS, *many_with_tea_then_pot(120)]))
    assert (first.customers, later.customers) == (60, 120)


def judged(run):
    compute(run)
    return needs_of(run.as_of)


def many_with_tea_then_pot(count):
    """A pot 40 days ago: within the held-out days before the month began."""
    people = range(200, 200 + count)
    return [*((c, TEA, 300, 200) for c in people), *((c, POT, 40, 40) for c in people)]


@pytest.mark.slow
def test_nobody_and_one_customer_break_nothing():
    assert suggested(lake([]), 1) == []
    assert suggested(lake([(1, TEA, 1, 1)]), 1) == []
