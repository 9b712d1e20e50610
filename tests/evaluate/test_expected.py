"""The response to expect, worked by hand from similar campaigns."""

from datetime import timedelta

from tests.moments import NOON
from weixi.evaluate.expected import expected_response
from weixi.evaluate.models import Effect


def past(share, *, treated=400, age=90, **more):
    given = {"is_final": True, "window_days": 60, "assigned_from": NOON - timedelta(days=age)}
    return Effect(mean_treated=share, treated=treated, **given | more)


def test_one_campaign_tells_its_share_with_wilsons_interval():
    """40 of 400: 10 %, from 7.4 to 13.3 % (Wilson); of 1,000 that is 100, 74 to 133."""
    found = expected_response([past(0.1)], 1_000, 60)
    assert (found.buyers, found.low, found.high) == (100, 74, 133)
    assert (found.campaigns, found.customers) == (1, 400)


def test_campaigns_that_agree_narrow_the_range_and_those_that_differ_widen_it():
    one = expected_response([past(0.1)], 1_000, 60)
    same = expected_response([past(0.1), past(0.1, age=30)], 1_000, 60)
    apart = expected_response([past(0.02), past(0.3, age=30)], 1_000, 60)
    assert same.buyers == 100
    assert same.high - same.low < one.high - one.low < apart.high - apart.low


def test_only_the_newest_three_with_the_same_window_that_are_final_count():
    used = [past(0.1, age=age) for age in (20, 30, 40)]
    others = [past(0.9, age=50), past(0.9, window_days=30), past(0.9, is_final=False)]
    found = expected_response([*others, *used], 1_000, 60)
    assert (found.buyers, found.campaigns) == (100, 3)


def test_nothing_is_expected_without_a_similar_campaign_or_without_anybody_to_receive_it():
    assert expected_response([], 1_000, 60) is None
    assert expected_response([past(0.1)], 0, 60) is None
