"""A value that people may change has a page where they do it: one without is found here."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import weixi
from tests.moments import NOON
from weixi.classify.actions import create_shipped_schemes
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.values import DEFAULTS, value_of
from weixi.web.settings.threshold_words import GROUPS
from weixi.web.settings.thresholds import _declared

Posted = Mapping[str, Any]
REASONS = (
    "overdue", "next_due", "gone_quiet", "birthday", "warning", "promise", "manual", "playbook",
)  # fmt: skip
WEIGHTS = {
    f"{aim}.{trait}": "3"
    for aim in ("inquiry", "consultation", "introduction", "bond", "apology", "notice")
    for trait in ("speed", "richness", "interaction", "cost")
}
# Setting → the page that changes it and what is sent there, where it is not a row of thresholds.
PAGES: dict[str, tuple[str, Posted]] = {
    "company.name": ("/settings/contact-policy/sender", {"company": "茶舍"}),
    "outreach.robot_url": (
        "/settings/contact-policy/sender", {"company": "茶舍", "robot_url": "https://9.9.9.9/r"},
    ),
    "outreach.policy": ("/settings/contact-policy", {"quiet_from": "20:00"}),
    "touchpoints.advice": ("/settings/advisor", WEIGHTS),
    "warnings.signals": ("/settings/signals/overdue", {"is_on": ""}),
    "warnings.population": (
        "/settings/warned",
        {"do": "save", "w.g": "all", "w.0.w": "measure:purchase_days", "w.0.v": "2"},
    ),
    "channels.words": ("/settings/channel-words", {"word": "热线", "channel": "phone"}),
    "care.channels": ("/settings/reason-channels", {key: ["face", "phone"] for key in REASONS}),
    "care.wording": ("/settings/openings", {"birthday.zh-hans": "生日快乐", "birthday.en": "Hi"}),
    "care.talking_points": (
        "/settings/openings", {"points.birthday.zh-hans": "先道贺", "points.birthday.en": "Wish"},
    ),
    "sign_in.needs_second_factor": ("/settings/second-factor", {"needed": ""}),
}  # fmt: skip
# What Weixi notes for itself: whose company this is while it is invented.
OWN_NOTES = {"demo", "demo.accounts"}


def declared() -> set[str]:
    """Whatever any module declares, those that no page has loaded too."""
    root = Path(weixi.__file__).parent
    for file in sorted(root.rglob("*.py")):
        if re.search(r"\bdeclare\(", file.read_text(encoding="utf-8")):
            import_module(".".join(("weixi", *file.relative_to(root).with_suffix("").parts)))
    return set(DEFAULTS)


def test_every_setting_is_a_row_of_the_thresholds_or_has_a_page_of_its_own() -> None:
    rows = {one.name for _title, group in GROUPS for one in group}
    assert sorted(declared() - rows - set(PAGES) - OWN_NOTES) == []
    assert sorted((rows | set(PAGES)) - declared()) == []
    assert sorted(rows & set(PAGES)) == []


def test_each_part_of_a_setting_of_several_values_has_its_row() -> None:
    _declared()
    parts: dict[str, set[str]] = {}
    for _title, group in GROUPS:
        for one in group:
            if one.part is not None:
                parts.setdefault(one.name, set()).add(one.part)
    assert parts == {name: set(DEFAULTS[name]) for name in parts}
    plain = {one.name for _title, group in GROUPS for one in group if one.part is None}
    assert [name for name in plain if isinstance(DEFAULTS[name], dict)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_its_page_changes_it(name: str, db: None, signed_in: Callable[..., Client]) -> None:
    declared()
    create_shipped_channels()
    create_shipped_schemes(at=NOON)
    address, told = PAGES[name]
    boss = signed_in("admin")
    boss.post(address, as_shown(boss, address) | dict(told))
    assert value_of(name) != DEFAULTS[name]


def as_shown(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send of the page's form as it stands."""
    page = client.get(address)
    if page.status_code != 200:
        return {}
    main = page.content.decode().partition("<main")[2]
    forms = re.findall(r"<form([^>]*)>(.*?)</form>", main, re.S)
    text = next(inside for tag, inside in forms if _of(tag, "action") in ("", address))
    told: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = _of(tag, "name"), _of(tag, "value")
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            told.setdefault(name, []).append(value if "value=" in tag else "on")
    for tag, inside in re.findall(r"(<select[^>]*>)(.*?)</select>", text, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', inside)
        first = re.search(r'<option value="([^"]*)"', inside)
        found = chosen or first
        told.setdefault(_of(tag, "name"), []).append(unescape(found[1]) if found else "")
    for tag, inside in re.findall(r"(<textarea[^>]*>)(.*?)</textarea>", text, re.S):
        told.setdefault(_of(tag, "name"), []).append(unescape(inside))
    return told


def _of(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
