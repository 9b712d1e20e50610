"""The pages of playbooks: edit as a draft, try over the last month, publish, switch, stop."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from weixi.act.care.models import Ask
from weixi.act.care.playbooks.actions import create_shipped_playbooks
from weixi.act.care.playbooks.advancing import advance_due
from weixi.act.care.playbooks.models import Playbook, Run, Version
from weixi.classify.actions import create_shipped_schemes
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.clock import now, today
from weixi.evaluate.models import Effect, Finding

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ENGLISH = {"Accept-Language": "en"}
FIELDS = {
    "name_zh": "新客回访", "name_en": "New customers", "kind": "event", "event": "first_purchase",
    "step": ["call"], "call-kind": "task", "call-zh": "打电话", "call-en": "Call",
    "call-purpose": "care", "again_rule": "never", "held_out": "0", "chance": "10",
}  # fmt: skip


@pytest.fixture
def chief(signed_in: Any) -> Client:
    create_shipped_channels()
    create_shipped_schemes(at=now())
    return signed_in("admin")


@pytest.fixture
def mine(chief: Client) -> Client:
    """A playbook of one's own, without a step yet."""
    made = chief.post("/playbooks/new", {"code": "mine", "name_zh": "我的", "name_en": "Mine"})
    assert made.headers["Location"] == "/playbooks/mine/edit"
    return chief


def saved(client: Client, **more: Any) -> Any:
    return client.post("/playbooks/mine/edit", FIELDS | more, headers=ENGLISH)


def stored() -> Any:
    return Version.objects.get(playbook__code="mine", number=0).definition


def test_what_was_entered_is_the_draft_and_nothing_is_published(mine: Client) -> None:
    assert saved(mine).headers["Location"] == "/playbooks/mine/edit"
    assert stored()["trigger"] == {"kind": "event", "event": "first_purchase"}
    assert [(one["kind"], one["en"]) for one in stored()["steps"]] == [("task", "Call")]
    assert Playbook.objects.get(code="mine").published is None
    page = mine.get("/playbooks/mine/edit", headers=ENGLISH).text
    assert 'value="New customers"' in page


def test_buttons_add_move_and_remove_steps(mine: Client) -> None:
    saved(mine)
    saved(mine, do="add:wait")
    assert [one["kind"] for one in stored()["steps"]] == ["task", "wait"]


def test_a_draft_that_cannot_be_is_kept_told_and_not_published(mine: Client) -> None:
    saved(mine, **{"call-zh": "", "call-en": ""})
    problem = mine.get("/playbooks/mine/edit", headers=ENGLISH).context["problem"]
    refused = mine.post("/playbooks/mine/publish", {"at_publish": "finish"}, headers=ENGLISH)
    assert refused.status_code == 422
    assert problem
    assert problem in refused.text
    assert Playbook.objects.get(code="mine").published is None


def test_the_dry_run_counts_the_last_month_and_writes_nothing(
    mine: Client, customer: Any, order: Any
) -> None:
    for days, name in ((3, "Ana"), (10, "Ben"), (20, "Cho"), (80, "long ago")):
        order(customer(name), today() - timedelta(days=days))
    assert saved(mine, do="try").headers["Location"] == "/playbooks/mine/simulation"
    found = mine.get("/playbooks/mine/simulation", headers=ENGLISH).context["found"]
    assert (found.starts, found.tasks) == (3, 3)
    assert found.blocked == 3  # no number is stored for any of them
    assert not Run.objects.exists()
    assert not Ask.objects.exists()


def test_published_and_on_it_runs_and_each_figure_is_its_list(
    mine: Client, customer: Any, order: Any
) -> None:
    saved(mine)
    mine.post("/playbooks/mine/publish", {"at_publish": "finish"})
    mine.post("/playbooks/mine/switch", {"on": "1"})
    order(customer("Ana"), today())
    advance_due(day=today(), at=now() + timedelta(hours=24))
    page = mine.get("/playbooks/mine", headers=ENGLISH)
    assert page.context["row"].figures.running == 1
    shown = mine.get("/playbooks/mine/customers?figure=running", headers=ENGLISH).text
    assert "Ana" in shown
    run = Run.objects.get()
    mine.post(f"/playbooks/runs/{run.pk}/stop", {"reason": "moved away"})
    run.refresh_from_db()
    assert (run.state, run.reason_text) == ("stopped", "moved away")
    assert Ask.objects.get().state == "withdrawn"


def test_the_fourteen_are_listed_with_their_terms(chief: Client) -> None:
    create_shipped_playbooks(at=now())
    page = chief.get("/playbooks/", headers=ENGLISH)
    assert len(page.context["rows"]) == 14
    for row in page.context["rows"]:
        code = row["row"].playbook.code
        assert chief.get(f"/playbooks/{code}", headers=ENGLISH).status_code == 200


@pytest.fixture
def decline(chief: Client) -> Playbook:
    """With an effect that is none: as many of those held out bought again."""
    create_shipped_playbooks(at=now())
    row = Playbook.objects.get(code="decline")
    given = {
        "source_kind": "playbook", "source_id": row.pk, "name": "decline", "is_final": True,
        "window_days": 60, "assigned_from": now(), "assigned_to": now(), "treated": 800,
        "held_out": 200, "contacted": 700, "deviations": 0, "mean_held_out": 0.149, "low": -0.02,
        "high": 0.022, "cost": 4_800, "sample_ratio_p": 0.4,
        "verdict": "no_difference", "computed_at": now(),
    }  # fmt: skip
    Effect.objects.create(outcome="bought", mean_treated=0.15, effect=0.001, **given)
    return row


def test_that_care_by_people_made_no_difference_is_said_plainly(
    chief: Client, decline: Playbook
) -> None:
    page = chief.get("/playbooks/decline", headers=ENGLISH).text
    assert "No difference: whoever was left alone did as well." in page
    assert "+0.1" in page
    assert "−2.0 to +2.2" in page
    assert "not clear that there are any" in page  # what an additional buyer cost
    assert "The arms are filled as planned (p = 0.4)." in page
    Effect.objects.update(adjusted=0.002, adjusted_low=-0.0127, adjusted_high=0.0167)
    page = chief.get("/playbooks/decline", headers=ENGLISH).text
    assert "−1.3 to +1.7" in page
    assert "the range is 30% narrower; without it +0.1 (−2.0 to +2.2)." in page
    Effect.objects.update(sample_ratio_p=0.0001, verdict="unsound")
    page = chief.get("/playbooks/decline", headers=ENGLISH).text
    assert "The arms are not filled as planned (p = 0.0001)." in page
    effects = chief.get("/reports/effects/", headers=ENGLISH).text
    assert '<a href="/playbooks/decline">Decline' in effects


def test_what_was_learned_of_a_playbook_is_shown_by_those_like_it_and_found_by_a_word(
    chief: Client, decline: Playbook
) -> None:
    """At risk stands for overdue customers too; renewal starts by something else altogether."""
    told = {"kind": "problem", "text": "calls before ten were refused"}
    assert chief.post("/playbooks/decline/findings", {}, headers=ENGLISH).status_code == 422
    chief.post("/playbooks/decline/findings", told)
    for code, is_shown in (("decline", True), ("at_risk", True), ("renewal", False)):
        page = chief.get(f"/playbooks/{code}", headers=ENGLISH).text
        assert (told["text"] in page) is is_shown, code
    assert told["text"] in chief.get("/reports/effects/?q=refused", headers=ENGLISH).text
    chief.post(f"/playbooks/decline/findings/{Finding.objects.get().pk}/gone")
    assert not Finding.objects.exists()
