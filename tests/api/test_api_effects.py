"""What care changed, for programs: plainly, with its cost, and what was learned is found again."""

from typing import Any

import pytest

from tests.moments import NOON
from weixi.act.campaigns.models import Campaign
from weixi.act.care.playbooks.actions import create_shipped_playbooks
from weixi.act.care.playbooks.models import Playbook
from weixi.classify.actions import create_shipped_schemes
from weixi.evaluate.models import Effect


@pytest.fixture
def decline(db: None) -> Playbook:
    create_shipped_schemes(at=NOON)
    create_shipped_playbooks(at=NOON)
    return Playbook.objects.get(code="decline")


def effect(kind: str, pk: int, **fields: Any) -> Effect:
    given = {
        "source_kind": kind, "source_id": pk, "outcome": "bought", "name": "x", "is_final": True,
        "window_days": 60, "assigned_from": NOON, "assigned_to": NOON, "treated": 800,
        "held_out": 200, "contacted": 700, "deviations": 0, "mean_treated": 0.15,
        "mean_held_out": 0.12, "effect": 0.03, "low": 0.01, "high": 0.05, "cost": 4_800,
        "verdict": "helps", "sample_ratio_p": 0.4, "computed_at": NOON,
    }  # fmt: skip
    return Effect.objects.create(**given | fields)


def test_care_by_people_is_told_as_a_campaign_is(program: Any, decline: Playbook) -> None:
    """800 treated, 3 points more buyers: 24, for 48.00 together 2.00 each (1.20 to 6.00)."""
    caller = program("admin")
    assert caller.get("/playbooks/decline/effects").json()["items"] == []
    assert caller.get("/playbooks/decline/return").json() is None
    effect("playbook", decline.pk)
    effect("playbook", decline.pk, outcome="margin", effect=150.0, low=50.0, high=250.0)

    (bought, margin) = caller.get("/playbooks/decline/effects").json()["items"]
    found = caller.get("/playbooks/decline/return").json()

    assert (bought["outcome"], bought["verdict"], bought["sample_ratio_p"]) == (
        "bought", "helps", 0.4,
    )  # fmt: skip
    assert margin["effect"] == 150
    assert [round(found[name]) for name in ("cost", "each", "each_low", "each_high")] == [
        4_800, 200, 120, 600,
    ]  # fmt: skip
    assert (found["gain"], found["gain_low"], found["gain_high"]) == (120_000, 40_000, 200_000)


def test_no_difference_is_said_plainly_and_costs_nothing_for_each(program: Any, db: None) -> None:
    caller = program("admin")
    one = Campaign.objects.create(name="Spring", purpose="care", state="ended", changed_at=NOON)
    effect("campaign", one.pk, effect=0.001, low=-0.02, high=0.022, verdict="no_difference")

    (row,) = caller.get(f"/campaigns/{one.pk}/effects").json()["items"]
    found = caller.get(f"/campaigns/{one.pk}/return").json()

    assert row["verdict"] == "no_difference"
    assert (found["cost"], found["each_high"]) == (4_800, None)
    assert caller.get(f"/campaigns/{one.pk}").json()["foreseen"] is None


def test_what_was_learned_of_a_playbook_or_a_campaign_is_found_by_a_word(
    program: Any, decline: Playbook
) -> None:
    caller = program("admin")
    one = Campaign.objects.create(name="Spring", purpose="care", state="ended", changed_at=NOON)
    told = {"kind": "problem", "text": "calls before ten were refused"}
    assert caller.post("/playbooks/decline/findings", told).status_code == 201
    caller.post(f"/campaigns/{one.pk}/findings", {"kind": "finding", "text": "letters work"})

    (found,) = caller.get("/findings", q="before TEN").json()["items"]
    assert (found["source_kind"], found["source_id"]) == ("playbook", decline.pk)
    assert len(caller.get("/findings").json()["items"]) == 2
    assert caller.get("/playbooks/decline/findings").json()["items"] == [found]
