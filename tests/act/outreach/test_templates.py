"""Wording with places to fill, and what ships with the product."""

import json
import re

import pytest

from tests.moments import NOON
from weixi.act.outreach.models import Template
from weixi.act.outreach.shipped import FILE, create_shipped_templates
from weixi.act.outreach.template_rules import filled, needed, places, sms_length, unknown

SHIPPED = json.loads(FILE.read_text(encoding="utf-8"))
PLAYBOOKS = {
    "welcome", "first_purchase", "birthday", "anniversary", "satisfaction_followup",
    "complaint_callback", "at_risk", "decline_recovery", "win_back", "renewal", "thank_you",
    "points_expiring", "tier_change", "festival",
}  # fmt: skip


def test_places_are_filled_and_words_stand_in():
    assert filled("{name}，我是{owner|客服}", {"name": "王芳"}) == ("王芳，我是客服", ())


def test_a_sentence_without_its_numbers_becomes_the_other_one():
    text = "[[您有 {points} 积分将于 {expires_on} 到期。||您的积分即将到期。]]"
    assert filled(text, {"points": 200, "expires_on": "12 月 1 日"}).text == (
        "您有 200 积分将于 12 月 1 日 到期。"
    )
    assert filled(text, {"points": 200}).text == "您的积分即将到期。"


def test_what_nothing_fills_is_named():
    assert filled("{name}{tier}", {"name": "x"}).missing == ("tier",)
    assert needed("{name} {owner|us} [[{tier}||]]") == ["name"]
    assert unknown("{name} {password}") == ["password"]


def test_a_value_is_text_and_not_a_template():
    assert filled("{name}", {"name": "{owner}"}).text == "{owner}"


@pytest.mark.parametrize(
    ("text", "characters", "segments"),
    [
        ("", 0, 0), ("x" * 160, 160, 1), ("x" * 161, 161, 2), ("€" * 80, 160, 1),
        ("您" * 70, 70, 1), ("您" * 71, 71, 2), ("您" * 134, 134, 2), ("您" * 135, 135, 3),
        ("🎂" * 35, 70, 1),
    ],
)  # fmt: skip
def test_short_messages_are_counted_as_they_are_paid(text, characters, segments):
    assert sms_length(text)[:2] == (characters, segments)


def test_all_fourteen_playbooks_have_their_wording():
    assert set(SHIPPED) == PLAYBOOKS


@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_shipped_wording_can_be_filled_with_nothing_but_name_and_company(code):
    for text in (text for of in ("zh", "en") for text in SHIPPED[code][of].values()):
        done = filled(text, {"name": "王芳", "company": "维系"})
        assert done.missing == ()
        assert unknown(text) == []
        assert not re.search(r"[{}\[\]|]", done.text), done.text


@pytest.mark.parametrize("code", sorted(PLAYBOOKS))
def test_short_messages_fit_into_two_parts_and_chinese_says_nin(code):
    for language in ("zh", "en"):
        text = SHIPPED[code][language]["sms"]
        values = dict.fromkeys(places(text), "x" * 8) | {"name": "欧阳修远", "company": "维系"}
        assert sms_length(filled(text, values).text).segments <= 2
    assert "您" in SHIPPED[code]["zh"]["email"]
    assert "你" not in "".join(SHIPPED[code]["zh"].values())


@pytest.mark.django_db
def test_installing_twice_changes_nothing_and_keeps_what_people_wrote():
    assert create_shipped_templates(at=NOON) == 14 * 2 * 3 + 3 * 2
    Template.objects.filter(code="welcome").update(body="ours")
    assert create_shipped_templates(at=NOON) == 0
    assert Template.objects.filter(code="welcome", body="ours").count() == 6
