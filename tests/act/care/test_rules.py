"""Which reasons hold. Every expectation is worked by hand from the numbers in the test."""

from dataclasses import replace
from datetime import date

import pytest

from weixi.act.care.names import honorific
from weixi.act.care.rules import (
    Known,
    SignalKind,
    Thresholds,
    birth_dates,
    is_balanced,
    next_birthday,
    rest_days,
    signals_of,
    suggested_channel,
    top_places,
    value_at_stake,
)

DAY = date(2026, 11, 20)
LATE = Known(
    purchase_days=5, days_since_purchase=47, rhythm_days=20.0, lateness=2.35, value=864_000
)


def kinds(known: Known, *, limits: Thresholds | None = None, ranked: int = 100, rested=()):
    found = signals_of(
        known, as_of=DAY, limits=limits or Thresholds(), ranked=ranked, rested=frozenset(rested)
    )
    return [str(signal.kind) for signal in found]


def test_47_days_in_a_rhythm_of_20_is_overdue_with_its_numbers():
    (signal,) = signals_of(LATE, as_of=DAY, limits=Thresholds(), ranked=0, rested=frozenset())
    assert signal.kind == SignalKind.OVERDUE
    assert signal.facts == {"days": 47, "rhythm": 20, "lateness": 2.4}
    assert signal.due_on == DAY


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"purchase_days": 2}, "two purchases make no rhythm"),
        ({"lateness": 1.49}, "within one and a half of its own gaps"),
        ({"lateness": 8.1}, "long gone: a matter of winning back"),
        ({"days_since_purchase": 26}, "only six days beyond its rhythm"),
        ({"value": 99}, "not worth a call"),
        ({"rhythm_days": None, "lateness": None}, "no rhythm known"),
        ({"days_since_purchase": None}, "never bought"),
    ],
)
def test_not_overdue_when(change, why):
    assert kinds(replace(LATE, **change)) == [], why


def test_an_unknown_value_is_given_the_benefit_of_the_doubt():
    assert kinds(replace(LATE, value=None)) == ["overdue"]


def test_a_changed_threshold_takes_effect():
    assert kinds(LATE, limits=Thresholds(overdue_from=2.5)) == []


def test_what_was_dealt_with_lately_does_not_come_again():
    assert kinds(LATE, rested=["overdue"]) == []


QUIET = Known(purchase_days=2, days_since_purchase=75, value_rank=20, revenue_12m=4_180_000)


def test_the_top_fifth_that_is_silent_for_60_days_has_gone_quiet():
    assert kinds(QUIET) == ["gone_quiet"]
    assert kinds(replace(QUIET, value_rank=21)) == []
    assert kinds(replace(QUIET, days_since_purchase=59)) == []


def test_a_contact_breaks_the_silence():
    assert kinds(replace(QUIET, days_since_contact=59)) == []
    assert kinds(replace(QUIET, days_since_contact=60)) == ["gone_quiet"]


def test_silence_within_the_own_rhythm_is_not_silence():
    assert kinds(replace(QUIET, rhythm_days=90.0, lateness=0.8)) == []


@pytest.mark.parametrize(
    ("share", "ranked", "places"), [(0.2, 100, 20), (0.2, 5, 1), (0.2, 6, 2), (0.2, 0, 0)]
)
def test_places_of_the_top_share_round_up(share, ranked, places):
    assert top_places(share, ranked) == places


DUE = Known(
    purchase_days=4, days_since_purchase=18, rhythm_days=20.0, lateness=0.9,
    next_low=date(2026, 11, 18), next_median=date(2026, 11, 22), next_high=date(2026, 11, 26),
)  # fmt: skip


def test_a_purchase_expected_within_a_week_is_due_on_its_day():
    (signal,) = signals_of(DUE, as_of=DAY, limits=Thresholds(), ranked=0, rested=frozenset())
    assert (signal.kind, signal.due_on) == (SignalKind.NEXT_DUE, date(2026, 11, 22))
    assert signal.facts["low"] == "2026-11-18"
    assert signal.facts["rhythm"] == 20


@pytest.mark.parametrize(
    "change",
    [
        {"next_median": date(2026, 11, 28)},
        {"next_median": date(2026, 11, 19)},
        {"may_sell": False},
        {"lateness": 1.5, "days_since_purchase": 22},
    ],
)
def test_not_due_when_far_past_refused_or_late(change):
    assert kinds(replace(DUE, **change)) == []


@pytest.mark.parametrize(
    ("born", "as_of", "day"),
    [
        (date(1990, 11, 20), DAY, DAY),
        (date(1990, 11, 19), DAY, date(2027, 11, 19)),
        (date(1988, 2, 29), date(2026, 2, 27), date(2026, 2, 28)),
        (date(1988, 2, 29), date(2028, 2, 27), date(2028, 2, 29)),
        (date(1990, 1, 2), date(2026, 12, 31), date(2027, 1, 2)),
    ],
)
def test_the_next_birthday(born, as_of, day):
    assert next_birthday(born, as_of) == day


def test_birthdays_up_to_three_days_ahead_are_a_reason():
    assert kinds(Known(birthday=date(1990, 11, 23))) == ["birthday"]
    assert kinds(Known(birthday=date(1990, 11, 24))) == []


@pytest.mark.parametrize("as_of", [DAY, date(2026, 2, 26), date(2028, 2, 27), date(2026, 12, 30)])
def test_dates_of_birth_searched_for_are_those_with_a_birthday_ahead(as_of):
    searched = set(birth_dates(as_of, 3))
    every_day = (date.fromordinal(n) for n in range(date(1987, 1, 1).toordinal(), 733_000))
    born = {day for day in every_day if (next_birthday(day, as_of) - as_of).days <= 3}
    assert born
    assert {d for d in searched if date(1987, 1, 1) <= d < date.fromordinal(733_000)} == born


def test_reasons_of_losing_a_customer_lead_over_occasions():
    everything = replace(
        LATE, value_rank=1, days_since_purchase=61, lateness=3.05, birthday=date(1990, 11, 21)
    )
    assert kinds(everything) == ["overdue", "gone_quiet", "birthday"]


def test_value_at_stake_falls_back_to_margin_then_revenue_then_unknown():
    assert value_at_stake(500, 300, 900) == 500
    assert value_at_stake(None, 300, 900) == 300
    assert value_at_stake(None, -10, 900) == 900
    assert value_at_stake(None, None, 0) is None


NEEDS = {"wecom": "wechat", "phone": "phone", "sms": "phone", "visit": ""}


@pytest.mark.parametrize(
    ("identities", "refused", "channel"),
    [
        ({"phone", "wechat"}, set(), "wecom"),
        ({"phone"}, set(), "sms"),
        ({"phone"}, {"sms"}, "phone"),
        (set(), set(), "wecom"),
        (set(), {"wecom"}, "sms"),
        ({"phone"}, {"wecom", "sms", "phone"}, ""),
    ],
)
def test_the_channel_is_one_the_customer_has_and_did_not_refuse(identities, refused, channel):
    found = suggested_channel(
        ["wecom", "letter", "sms", "phone"],
        needs=NEEDS,
        identities=identities,
        refused=frozenset(refused),
    )
    assert found == channel


def test_a_missed_call_is_tried_again_sooner():
    rests, after = {"overdue": 14}, {"not_reached": 2}
    assert rest_days("overdue", "accepted", rests, after) == 14
    assert rest_days("overdue", "not_reached", rests, after) == 2
    assert rest_days("unheard_of", "accepted", rests, after) == 0


def test_three_care_contacts_for_one_sale_are_balanced():
    assert is_balanced(3, 1, 1.0)
    assert not is_balanced(1, 2, 1.0)
    assert is_balanced(0, 0, 1.0)


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("林晓燕", {"gender": "女"}, "林女士"),
        ("欧阳静", {"gender": "F"}, "欧阳女士"),
        ("单文博", {}, "单文博"),
        ("陈刚", {"position": "经理"}, "陈经理"),
        ("杭州云栖酒店管理", {}, "杭州云栖酒店管理"),
        ("Ana Smith", {"gender": "female"}, "Ms Smith"),
        ("Ana", {}, "Ana"),
    ],
)
def test_people_are_addressed_by_what_is_known_and_nothing_guessed(name, known, said):
    assert honorific(name, **known) == said
