"""Thresholds, channels, own fields, the access log."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.moments import NOON
from weixi.act.care.playbooks.models import Playbook, Version
from weixi.act.interventions.actions import write_measured
from weixi.act.interventions.models import Trial
from weixi.collect.customers.models import CustomField
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Channel
from weixi.core.access import log_access
from weixi.core.actor import SYSTEM
from weixi.core.models import AccessEntry, Setting
from weixi.core.values import DEFAULTS, value_of
from weixi.measure.rules import DIMENSIONS
from weixi.web.settings.threshold_words import GROUPS
from weixi.web.settings.thresholds import _declared

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    return signed_in("admin")


def as_shown() -> dict[str, str]:
    _declared()
    return {
        one.field: one.write(one.of(DEFAULTS[one.name])) for _title, rows in GROUPS for one in rows
    }


# ── Thresholds ──────────────────────────────────────────────────────────────


def test_every_threshold_is_a_setting_that_exists() -> None:
    _declared()
    assert [one.name for _t, rows in GROUPS for one in rows if one.name not in DEFAULTS] == []


# Not numbers of this page: forms of their own.
ELSEWHERE = {
    "company.name", "contact_data.reason_needed", "demo", "demo.accounts", "outreach.policy",
    "outreach.robot_url",
    "sign_in.needs_second_factor", "touchpoints.advice", "warnings.population", "warnings.signals",
}  # fmt: skip


def test_every_threshold_of_measures_predictions_and_warnings_is_on_the_page() -> None:
    _declared()
    told = {one.name for _title, rows in GROUPS for one in rows}
    stages = ("measure.", "predict.", "warnings.", "evaluate.", "replies.")
    assert {name for name in DEFAULTS if name.startswith(stages)} - told <= ELSEWHERE


def test_words_that_tell_of_a_competitor_are_added_on_the_page(boss: Client) -> None:
    field = "measure.words.competitor"
    told = as_shown()
    assert (
        boss.post("/settings/thresholds", told | {field: "茶语轩，别家、别家"}).status_code == 302
    )
    assert value_of("measure.words")["competitor"] == ["茶语轩", "别家"]
    assert value_of("measure.words")["own_change"] == DEFAULTS["measure.words"]["own_change"]
    answer = boss.post("/settings/thresholds", told | {field: "茶"})
    assert answer.status_code == 422
    assert value_of("measure.words")["competitor"] == ["茶语轩", "别家"]


def test_what_is_shown_reads_back_as_it_was() -> None:
    _declared()
    for _title, rows in GROUPS:
        for one in rows:
            default = one.of(DEFAULTS[one.name])
            assert one.read(one.write(default)) == default, one.field


def test_one_of_several_values_changes_alone(boss: Client) -> None:
    told = {"care.chance.warning": "30", "care.effort_minutes.other": "12"}
    assert boss.post("/settings/thresholds", as_shown() | told).status_code == 302
    assert value_of("care.chance") == {**DEFAULTS["care.chance"], "warning": 0.3}
    assert value_of("care.effort_minutes") == {**DEFAULTS["care.effort_minutes"], "": 12}


def test_weights_that_are_all_zero_are_refused(boss: Client) -> None:
    told = {f"measure.dimension_weights.{name}": "0" for name in DIMENSIONS}
    answer = boss.post("/settings/thresholds", as_shown() | told, headers=ENGLISH)
    assert answer.status_code == 422
    assert "At least one weight is more than 0." in answer.content.decode()
    boss.post("/settings/thresholds", as_shown() | told | {
        "measure.dimension_weights.empathy": "2"})  # fmt: skip
    assert value_of("measure.dimension_weights")["empathy"] == 2


def test_a_chance_that_was_measured_says_so_beside_the_assumed_one(boss: Client) -> None:
    row = Playbook.objects.create(code="own", name_zh="x", name_en="x", changed_at=NOON)
    row.published = Version.objects.create(playbook=row, definition={"covers": ["overdue"]})
    row.save()
    Trial.objects.create(source_kind="playbook", source_id=row.pk, salt="x", created_at=NOON)
    write_measured(source_kind="playbook", source_id=row.pk, share=(0.123, 0.04, 0.21),
                   treated=900, held_out=110, at=NOON)  # fmt: skip
    page = boss.get("/settings/thresholds", headers=ENGLISH).content.decode()
    assert "Measured: 12.3% (4.0 to 21.0%, 1010 customers). This is used." in page


def test_a_changed_value_is_kept_and_the_others_stay_default(boss: Client) -> None:
    told = as_shown() | {"care.quiet_days": "90", "care.quiet_top_share": "12.5"}
    assert boss.post("/settings/thresholds", told).status_code == 302
    assert value_of("care.quiet_days") == 90
    assert value_of("care.quiet_top_share") == 0.125
    assert Setting.objects.count() == 2


def test_a_row_that_was_not_sent_stays_as_it_is(boss: Client) -> None:
    boss.post("/settings/thresholds", as_shown() | {"care.quiet_days": "90"})
    boss.post("/settings/thresholds", {"care.next_due_days": "9"})
    assert (value_of("care.quiet_days"), value_of("care.next_due_days")) == (90, 9)
    assert Setting.objects.count() == 2


def test_the_default_written_again_is_the_default(boss: Client) -> None:
    boss.post("/settings/thresholds", as_shown() | {"care.quiet_days": "90"})
    boss.post("/settings/thresholds", as_shown())
    assert not Setting.objects.exists()


def test_an_empty_horizon_means_automatic(boss: Client) -> None:
    boss.post("/settings/thresholds", as_shown() | {"predict.horizon_days": "90"})
    assert value_of("predict.horizon_days") == 90
    boss.post("/settings/thresholds", as_shown() | {"predict.horizon_days": ""})
    assert value_of("predict.horizon_days") is None


@pytest.mark.parametrize("text", ["", "many", "0", "5000", "7.5"])
def test_a_wrong_value_is_named_and_nothing_is_saved(text: str, boss: Client) -> None:
    told = as_shown() | {"care.quiet_days": text, "care.next_due_days": "9"}
    answer = boss.post("/settings/thresholds", told, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Gone quiet after:" in answer.content.decode()
    assert not Setting.objects.exists()


# ── Channels ────────────────────────────────────────────────────────────────


def channel_form(**changed: str) -> dict[str, str]:
    told = {"cost_level": "2", "speed": "4", "richness": "3", "interaction": "4",
            "unit_cost": "0.05", "minute_cost": "1.20", "is_on": "on"}  # fmt: skip
    return {key: value for key, value in (told | changed).items() if value}


def test_a_channel_is_changed(boss: Client) -> None:
    create_shipped_channels()
    assert boss.post("/settings/channels/sms", channel_form()).status_code == 302
    sms = Channel.objects.get(code="sms")
    assert (sms.cost_level, sms.unit_cost, sms.minute_cost, sms.is_on) == (2, 5, 120, True)
    boss.post("/settings/channels/sms", channel_form(is_on=""))
    assert not Channel.objects.get(code="sms").is_on


@pytest.mark.parametrize("wrong", [{"speed": "9"}, {"cost_level": "x"}, {"unit_cost": "-1"},
                                   {"unit_cost": "cheap"}])  # fmt: skip
def test_a_channel_outside_its_levels_is_refused(wrong: dict[str, str], boss: Client) -> None:
    create_shipped_channels()
    before = Channel.objects.filter(code="sms").values().get()
    assert boss.post("/settings/channels/sms", channel_form(**wrong)).status_code == 422
    assert Channel.objects.filter(code="sms").values().get() == before


# ── Own fields ──────────────────────────────────────────────────────────────


def test_a_field_is_added_changed_and_removed(boss: Client) -> None:
    told = {"name_zh": "肤质", "name_en": "Skin", "code": "skin", "kind": "choice",
            "choices": "干性\n油性"}  # fmt: skip
    assert boss.post("/settings/fields", told).status_code == 302
    field = CustomField.objects.get(code="skin")
    assert field.choices == ["干性", "油性"]
    boss.post("/settings/fields/skin", told | {"name_en": "Skin type", "is_required": "on"})
    field.refresh_from_db()
    assert (field.name_en, field.is_required, field.kind) == ("Skin type", True, "choice")
    assert boss.post("/settings/fields/skin/remove", {"typed": "no"}).status_code == 422
    assert boss.post("/settings/fields/skin/remove", {"typed": "skin"}).status_code == 302
    assert not CustomField.objects.exists()


def test_a_wrong_code_is_said_beside_the_field(boss: Client) -> None:
    told = {"name_zh": "肤质", "name_en": "Skin", "code": "肤质", "kind": "text"}
    answer = boss.post("/settings/fields", told, headers=ENGLISH)
    assert answer.status_code == 422
    assert "begins with a letter" in answer.content.decode()


# ── Access log ──────────────────────────────────────────────────────────────


@pytest.fixture
def looked(customer: Any) -> None:
    ana, bo = customer("Ana", number="C1"), customer("Bo", number="C2")
    for one, action in ((ana, "reveal"), (bo, "reveal"), (None, "export")):
        log_access(
            by=SYSTEM, at=NOON, field="phone", action=action, reason=f"{action} of {one}",
            customer_id=one.pk if one else None, rows=3,
        )  # fmt: skip


def test_the_log_is_filtered_by_customer_person_and_action(looked: None, signed_in: Any) -> None:
    auditor = signed_in("auditor")

    def page(query: str) -> str:
        return auditor.get(f"/settings/access-log{query}", headers=ENGLISH).content.decode()

    assert page("").count("<tr>") == 4
    assert page("?customer=C1").count("<tr>") == 2
    assert page("?action=export").count("<tr>") == 2
    assert page("?day=2026-11-20").count("<tr>") == 4
    assert "No entry fits" in page("?person=nobody")
    assert "No entry fits" in page("?customer=C9")
    assert "Ana" not in page("?action=reveal").replace("reveal of Ana", "")


def test_nothing_on_the_page_changes_the_log(looked: None, signed_in: Any) -> None:
    auditor = signed_in("auditor")
    for method in ("post", "put", "delete"):
        assert getattr(auditor, method)("/settings/access-log").status_code == 405
    assert AccessEntry.objects.count() == 3


def test_who_may_not_read_it_does_not(looked: None, signed_in: Any) -> None:
    for role in ("agent", "supervisor", "analyst", "marketer"):
        assert signed_in(role).get("/settings/access-log").status_code == 403
