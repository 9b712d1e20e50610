"""Channels by reason and opening sentences: what is shown, kept, refused and written down."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from weixi.act.care.rules import SignalKind
from weixi.act.care.talking import TALKING_POINTS, talking_points
from weixi.act.care.thresholds import CHANNELS as BY_REASON
from weixi.act.care.wording import WORDING
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.models import JournalEntry, Setting
from weixi.core.values import DEFAULTS, value_of

ENGLISH = {"Accept-Language": "en"}
CHANNELS, OPENINGS = "/settings/reason-channels", "/settings/openings"


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    create_shipped_channels()
    return signed_in("admin")


def as_kept(**changed: Any) -> dict[str, Any]:
    return {key: list(codes) for key, codes in DEFAULTS[BY_REASON].items()} | changed


def as_said(**changed: str) -> dict[str, str]:
    told = {f"{k}.{one}": t for k, v in DEFAULTS[WORDING].items() for one, t in v.items()}
    points = {
        f"points.{kind}.{one}": "\n".join(lines)
        for kind, texts in DEFAULTS[TALKING_POINTS].items()
        for one, lines in texts.items()
    }
    return told | points | changed


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_every_reason_has_its_line_and_the_form_as_shown_changes_nothing(boss: Client) -> None:
    for address, told in ((CHANNELS, as_kept()), (OPENINGS, as_said())):
        page = text_of(boss.get(address, headers=ENGLISH))
        assert all(f'name="{kind}' in page for kind in SignalKind)
        assert "Overdue · Business" in page
        assert boss.post(address, told).status_code == 302
    assert not Setting.objects.exists()
    assert not JournalEntry.objects.filter(kind="settings.changed").exists()


def test_another_order_is_kept_and_stands_in_the_journal(boss: Client) -> None:
    boss.post(CHANNELS, as_kept(birthday=["letter", "phone", ""]))
    assert value_of(BY_REASON)["birthday"] == ["letter", "phone"]
    entry = JournalEntry.objects.get(kind="settings.changed")
    before, after = entry.facts["values"][BY_REASON]
    assert before["birthday"] == ["wecom", "sms", "phone", "email"]
    assert after["birthday"] == ["letter", "phone"]
    boss.post(CHANNELS, as_kept())
    assert not Setting.objects.exists()


def test_a_type_of_customer_gets_a_line_of_its_own_and_loses_it(boss: Client) -> None:
    new = {"new.kind": "birthday", "new.type": "internal", "new": ["wecom", "email"]}
    boss.post(CHANNELS, as_kept(**new))
    assert value_of(BY_REASON)["birthday.internal"] == ["wecom", "email"]
    boss.post(CHANNELS, as_kept(**{"birthday.internal": ["", ""]}))
    assert "birthday.internal" not in value_of(BY_REASON)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"birthday": [""]}, "Birthday: choose at least one channel."),
        ({"birthday": ["phone", "phone"]}, "Birthday: Phone stands there twice."),
        ({"birthday": ["pigeon"]}, "Birthday: there is no channel “pigeon”."),
        ({"birthday": ["phone", "sms", "email", "face", "letter", "club", "wechat"]},
         "Birthday: at most 6 channels."),
        ({"new.kind": "fate", "new.type": "internal", "new": ["phone"]},
         "There is no such reason or type of customer."),
    ],
)  # fmt: skip
def test_a_wrong_line_of_channels_is_named(wrong: dict[str, Any], said: str, boss: Client) -> None:
    answer = boss.post(CHANNELS, as_kept(**wrong), headers=ENGLISH)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Setting.objects.exists()


def test_a_sentence_is_changed_added_for_one_type_and_taken_away(boss: Client) -> None:
    own = {"birthday.zh-hans": "祝{honorific}生日快乐", "birthday.en": "Many happy returns"}
    new = {
        "new.kind": "promise",
        "new.type": "business",
        "new.zh-hans": "答应您的",
        "new.en": "As said",
    }
    boss.post(OPENINGS, as_said(**own, **new))
    kept = value_of(WORDING)
    assert kept["birthday"] == {"zh-hans": "祝{honorific}生日快乐", "en": "Many happy returns"}
    assert kept["promise.business"] == {"zh-hans": "答应您的", "en": "As said"}
    boss.post(OPENINGS, as_said(**{"birthday.zh-hans": "", "birthday.en": ""}))
    assert "birthday" not in value_of(WORDING)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"birthday.en": "Dear {surname}"}, "Birthday: Unknown variables: surname."),
        ({"birthday.en": ""}, "Birthday: write the sentence in both languages, or in none."),
        ({"birthday.en": "x" * 301}, "Birthday has at most 300 characters, this has 301."),
        (
            {"points.birthday.en": "Wish well"},
            "Birthday: write as many points in one language as in the other.",
        ),
        (
            {f"points.birthday.{one}": "\r\n".join("1234567") for one in ("zh-hans", "en")},
            "Birthday: at most 6 points.",
        ),
        (
            {"points.birthday.zh-hans": "送", "points.birthday.en": "x" * 121},
            "Birthday has at most 120 characters, this has 121.",
        ),
    ],
)
def test_a_wrong_sentence_is_named(wrong: dict[str, str], said: str, boss: Client) -> None:
    answer = boss.post(OPENINGS, as_said(**wrong), headers=ENGLISH)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Setting.objects.exists()


def test_points_to_keep_in_mind_are_changed_with_the_sentences_or_not_at_all(boss: Client) -> None:
    """An empty line is no point."""
    told = {"points.birthday.zh-hans": "先道贺\r\n\r\n不谈生意", "points.birthday.en": "Wish\nOnly"}
    boss.post(OPENINGS, as_said(**told))
    assert talking_points("birthday", "zh-hans") == ("先道贺", "不谈生意")
    assert talking_points("birthday", "en") == ("Wish", "Only")
    assert (
        talking_points("overdue", "en")[0] == "Ask how the last purchase is doing, and listen first"
    )
    boss.post(OPENINGS, as_said(**told, **{"overdue.en": "{strange}"}))
    assert value_of(WORDING) == DEFAULTS[WORDING]
    boss.post(OPENINGS, as_said(**{"points.birthday.zh-hans": "", "points.birthday.en": ""}))
    assert talking_points("birthday", "zh-hans") == ()
    entry = JournalEntry.objects.filter(kind="settings.changed").first()
    assert list(entry.facts["values"]) == [TALKING_POINTS]
