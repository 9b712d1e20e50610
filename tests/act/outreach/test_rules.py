"""The contact policy decides by hand-made facts; what it defers to is allowed then."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.act.outreach.policy_rules import SHIPPED, Cap, policy_of
from weixi.act.outreach.rules import Decision, Past, Person, Reason, decide, free_from
from weixi.core.errors import Sentence

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
YES = (True, NOON - 9 * DAY)
NO = (False, NOON - 2 * DAY)
ANA = Person(zone=SHANGHAI, consents={("marketing", ""): YES})


def asked(who=ANA, channel="phone", purpose="care", at=NOON, policy=SHIPPED):
    return decide(policy, who, channel=channel, purpose=purpose, at=at)


def after(*hours, channel="phone", purpose="care"):
    return replace(ANA, touches=[Past(NOON - timedelta(hours=h), channel, purpose) for h in hours])


def test_at_noon_with_nothing_before_it_is_allowed():
    assert asked().decision == Decision.ALLOW


def test_at_half_past_ten_it_waits_for_eight_in_the_morning():
    verdict = asked(at=NOON.replace(hour=22, minute=30))
    assert (verdict.decision, verdict.reason) == (Decision.DEFER, Reason.QUIET_HOURS)
    assert verdict.until == datetime(2026, 11, 22, 8, tzinfo=SHANGHAI)


def test_a_letter_may_be_written_at_night():
    assert asked(at=NOON.replace(hour=23), channel="letter").is_allowed


def test_the_third_call_in_seven_days_waits_until_the_first_is_seven_days_old():
    verdict = asked(after(160, 20))
    assert (verdict.reason, verdict.facts["most"]) == (Reason.CAP_REACHED, 2)
    assert verdict.until == NOON - timedelta(hours=160) + 7 * DAY


def test_calls_visits_and_letters_count_together():
    """Three contacts a week over all channels: a letter, a visit and a message are three."""
    past = [Past(NOON - n * DAY, c, "care") for n, c in ((1, "face"), (2, "letter"), (3, "sms"))]
    verdict = asked(replace(ANA, touches=past))
    assert verdict.facts["channel"] == ""
    assert verdict.until == NOON + 4 * DAY


def test_a_slot_that_is_booked_for_tomorrow_counts_today():
    past = [Past(NOON + DAY, "sms", "care")]
    verdict = asked(replace(ANA, touches=past), channel="sms")
    assert verdict.until == NOON + 8 * DAY


def test_service_is_not_capped_and_does_not_use_up_a_cap():
    assert asked(after(1, 2, 3, 4), purpose="service").is_allowed
    assert asked(after(1, 2, 3, 4, purpose="service")).is_allowed


def test_the_platforms_own_cap_holds_for_service_too():
    verdict = asked(
        after(2, channel="wecom", purpose="service"), channel="wecom", purpose="service"
    )
    assert verdict.facts["is_hard"]
    assert verdict.until == NOON + timedelta(hours=22)


def test_marketing_needs_a_yes_and_care_does_not():
    silent = replace(ANA, consents={})
    assert asked(silent, purpose="sale").reason == Reason.NO_CONSENT
    assert asked(silent).is_allowed


@pytest.mark.parametrize(
    ("consents", "is_allowed"),
    [
        ({("marketing", ""): NO}, False),
        ({("marketing", ""): YES, ("marketing", "sms"): NO}, True),  # another channel
        ({("marketing", "phone"): NO, ("marketing", ""): (True, NOON)}, False),
        ({("marketing", "phone"): (True, NOON), ("marketing", ""): NO}, True),
        ({("marketing", ""): YES, ("contact", ""): NO}, False),
    ],
)
def test_the_words_of_the_customer(consents, is_allowed):
    assert asked(replace(ANA, consents=consents), purpose="sale").is_allowed is is_allowed


def test_do_not_contact_stops_service_too():
    verdict = asked(replace(ANA, consents={("contact", ""): NO}), purpose="service")
    assert verdict.reason == Reason.DO_NOT_CONTACT


def test_an_open_complaint_stops_marketing_and_not_the_apology():
    angry = replace(ANA, has_open_complaint=True)
    assert asked(angry, purpose="sale").reason == Reason.OPEN_COMPLAINT
    assert asked(angry, purpose="apology").is_allowed


def test_not_every_contact_may_sell():
    """One in three: after a sale two of care, then the next may sell."""

    def past(*purposes):
        touches = [Past(NOON - (20 + n) * DAY, "face", p) for n, p in enumerate(purposes)]
        return asked(replace(ANA, touches=touches), purpose="sale")

    assert past().is_allowed
    assert past("care").is_allowed
    assert past("sale").reason == Reason.CARE_FIRST
    assert past("sale", "care").facts == {"sales": 1, "contacts": 2, "every": 3, "days": 90}
    assert past("sale", "care", "thanks").is_allowed


def test_a_pause_is_kept_and_service_is_not_paused():
    tired = replace(ANA, paused_until=NOON + 3 * DAY)
    assert asked(tired).until == NOON + 3 * DAY
    assert asked(tired, purpose="service").is_allowed


def test_a_cap_of_zero_means_never():
    policy = replace(SHIPPED, caps=(Cap("sms", 0, 7),))
    assert asked(channel="sms", policy=policy).decision == Decision.DENY


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOURS = st.lists(st.integers(-24 * 20, 24 * 20), max_size=12)


@UNHURRIED
@given(HOURS, st.integers(1, 4), st.integers(1, 10))
def test_no_span_ever_holds_more_than_the_cap_because_of_us(hours, most, days):
    times = sorted(NOON + timedelta(hours=h) for h in hours)
    free = free_from(times, NOON, days * DAY, most)
    spans = [
        [t for t in [*times, free] if start <= t < start + days * DAY]
        for start in [
            free - days * DAY + timedelta(seconds=1),
            *[t for t in times if t <= free],
            free,
        ]
    ]
    with_us = [span for span in spans if free in span]
    assert free >= NOON
    assert max(len(span) for span in with_us) <= most


CHANNELS = st.sampled_from(["phone", "sms", "email", "wecom", "letter", "face"])
PURPOSES = st.sampled_from(["care", "service", "sale", "thanks", "apology"])
PAST = st.lists(
    st.builds(
        lambda h, c, p: Past(NOON + timedelta(hours=h), c, p),
        st.integers(-24 * 40, 24 * 10), CHANNELS, PURPOSES,
    ),
    max_size=15,
)  # fmt: skip


@pytest.mark.slow
@UNHURRIED
@given(
    PAST, CHANNELS, PURPOSES, st.integers(0, 24 * 60 * 3),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)  # fmt: skip
def test_what_is_deferred_is_allowed_at_that_moment(past, channel, purpose, minutes, zone):
    who = replace(ANA, touches=sorted(past, key=lambda p: p.at), zone=ZoneInfo(zone))
    verdict = asked(who, channel, purpose, NOON + timedelta(minutes=minutes))
    if verdict.decision == Decision.DEFER:
        assert asked(who, channel, purpose, verdict.until).is_allowed


def test_the_policy_comes_back_from_its_data():
    assert policy_of(SHIPPED.as_data()) == SHIPPED


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"quiet_from": "25:00"}, "22:00"),
        ({"sale_every": 0}, "from 1 to 20"),
        ({"caps": [{"channel": "", "most": -1, "days": 7}]}, "from 0 to 1000"),
        ({"caps": [{"channel": "", "most": 3, "days": "many"}]}, "from 1 to 366"),
    ],
)
def test_a_wrong_value_is_named_with_its_limit(data, said):
    with pytest.raises(Sentence, match=said):
        policy_of(data)


def test_quiet_hours_of_the_customer_come_before_the_companys():
    early = replace(ANA, quiet=(time(20), time(10)))
    assert asked(early, at=NOON.replace(hour=21)).until == datetime(
        2026, 11, 22, 10, tzinfo=SHANGHAI
    )


def test_moments_are_compared_across_zones():
    assert asked(at=NOON.astimezone(UTC)).is_allowed
