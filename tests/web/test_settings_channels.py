"""Channels of one's own, and what the company's files call a channel."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.collect.intake.files import Report, take, written
from tests.moments import NOON
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Consent, Customer
from weixi.collect.replies.queries import open_clocks
from weixi.collect.touchpoints.actions import create_shipped_channels, record_contact
from weixi.collect.touchpoints.models import Channel
from weixi.core.actor import SYSTEM
from weixi.core.models import JournalEntry

ENGLISH = {"Accept-Language": "en"}
PAGE, WORDS = "/settings/channels", "/settings/channel-words"
NEW = {"code": "shop", "name_zh": "门店", "name_en": "Shop", "reached_by": ""}


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    create_shipped_channels()
    return signed_in("admin")


@pytest.fixture
def told_in_a_file(
    tmp_path: Any, customer: Callable[..., Customer], boss: Client
) -> Callable[..., Report]:
    """One complaint for each word of its channel."""
    customer("Ana", number="C1")

    def make(*words: str, start: int = 1) -> Report:
        rows = [
            {"complaint_id": f"T{n}", "customer_id": "C1", "received_at": "2026-11-01",
             "channel": word, "description": "滤芯漏水"}
            for n, word in enumerate(words, start)
        ]  # fmt: skip
        return take("complaints", written(tmp_path / "complaints.csv", rows))

    return make


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_channel_of_ones_own_is_added_with_its_journal(boss: Client) -> None:
    assert boss.post("/settings/channel-new", NEW).status_code == 302
    made = Channel.objects.get(code="shop")
    assert (made.name_zh, made.name_en, made.is_on, made.unit_cost) == ("门店", "Shop", True, 0)
    assert Channel.objects.last() == made
    assert JournalEntry.objects.get(kind="channel.added").facts["channel"] == "shop"
    assert "Shop" in text_of(boss.get(PAGE, headers=ENGLISH))


def test_a_channel_is_given_other_names_but_not_those_of_another(boss: Client) -> None:
    told = {"cost_level": "1", "speed": "4", "richness": "4", "interaction": "2", "is_on": "on"}
    names = {"name_zh": "官网", "name_en": "Our site"}
    assert boss.post(f"{PAGE}/website", told | names).status_code == 302
    site = Channel.objects.get(code="website")
    assert (site.name_zh, site.name_en, site.speed) == ("官网", "Our site", 4)
    assert JournalEntry.objects.get(kind="channel.changed").facts["before"]["name_zh"] == "网站"
    assert boss.post(f"{PAGE}/website", told | names | {"name_zh": "电话"}).status_code == 422
    assert Channel.objects.get(code="website").name_zh == "官网"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "Shop"}, "A code has 1 to 20 small letters, digits, - and _"),
        ({"code": "s" * 21}, "A code has 1 to 20 small letters, digits, - and _"),
        ({"code": "phone"}, "There is a channel of this code or name already."),
        ({"name_en": "PHONE"}, "There is a channel of this code or name already."),
        ({"name_zh": ""}, "Chinese name is needed."),
        ({"name_zh": "x" * 41}, "Chinese name has at most 40 characters, this has 41."),
        ({"reached_by": "pigeon"}, "Choose what a customer is reached by."),
    ],
)
def test_a_wrong_channel_is_named(wrong: dict[str, str], said: str, boss: Client) -> None:
    answer = boss.post("/settings/channel-new", NEW | wrong, headers=ENGLISH)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Channel.objects.filter(code__in=("shop", "Shop")).exists()


def test_a_word_that_is_no_channel_is_kept_and_said_to_be_none(
    told_in_a_file: Callable[..., Report],
) -> None:
    assert told_in_a_file("12315", "电话").created == 2
    assert list(Complaint.objects.order_by("number").values_list("channel", flat=True)) == [
        "12315", "phone",
    ]  # fmt: skip
    with override("en"):
        found = {row.channel: row.channel_name for row in open_clocks(SYSTEM, at=NOON)}
    assert found == {"12315": "“12315” (not in the table of channels)", "phone": "Phone"}


def test_naming_a_word_moves_its_complaints_and_holds_for_files_to_come(
    boss: Client, told_in_a_file: Callable[..., Report]
) -> None:
    told_in_a_file("热线A", "热线Ａ", "微博")
    page = text_of(boss.get(PAGE, headers=ENGLISH))
    assert 'value="微博"' in page
    assert boss.post(WORDS, {"word": "热线a", "channel": "phone"}).status_code == 302
    assert Complaint.objects.filter(channel="phone").count() == 2  # any case, any width
    assert Complaint.objects.filter(channel="微博").count() == 1
    entry = JournalEntry.objects.get(kind="channel.word_named")
    assert (entry.facts["word"], entry.facts["after"], entry.facts["moved"]) == (
        "热线a",
        "phone",
        2,
    )
    told_in_a_file("热线A", start=9)
    assert Complaint.objects.get(number="T9").channel == "phone"
    boss.post(WORDS, {"word": "热线a", "channel": ""})
    told_in_a_file("热线A", start=10)
    assert Complaint.objects.get(number="T10").channel == "热线A"


def test_the_customers_behind_a_word_are_as_many_as_their_list_shows(
    boss: Client, told_in_a_file: Callable[..., Report], customer: Callable[..., Customer]
) -> None:
    """Ana complained twice by that word, Bo once by another."""
    told_in_a_file("热线 A&B", "热线 A&B")
    Complaint.objects.create(
        customer=customer("Bo"), number="X", channel="微博", received_at=NOON, description="x",
        severity="minor",
    )  # fmt: skip
    page = text_of(boss.get(PAGE, headers=ENGLISH))
    _weibo, line = re.findall(r'href="(/customers/\?complained_by=[^"]*)">1 customer<', page)
    shown = text_of(boss.get(line, headers=ENGLISH))
    assert "Complained by “热线 A&amp;B”" in shown
    assert "Ana" in shown
    assert ">Bo<" not in shown


def test_a_word_for_a_channel_that_is_not_there_is_refused(boss: Client) -> None:
    answer = boss.post(WORDS, {"word": "热线", "channel": "pigeon"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Unknown channel: pigeon." in text_of(answer)
    assert boss.post(WORDS, {"word": " ", "channel": "phone"}).status_code == 422


def test_the_customers_card_names_the_channel_of_a_consent(
    boss: Client, customer: Callable[..., Customer]
) -> None:
    ana = customer("Ana")
    for channel in ("sms", "fax"):
        Consent.objects.create(
            customer=ana, purpose="marketing", channel=channel, granted=True, source="form", at=NOON
        )
    text = text_of(boss.get(f"/customers/{ana.pk}", headers=ENGLISH))
    assert "Marketing · SMS" in text
    assert "“fax” (not in the table of channels)" in text


def test_a_contact_of_a_channel_out_of_use_keeps_its_name(
    boss: Client, customer: Callable[..., Customer]
) -> None:
    ana = customer("Ana")
    record_contact(
        customer_id=ana.pk, channel="club", direction="out", purpose="care", by=SYSTEM, at=NOON
    )
    Channel.objects.filter(code="club").update(is_on=False)
    assert "Club and events" in text_of(boss.get(f"/customers/{ana.pk}", headers=ENGLISH))
