"""The demo company goes whole: nothing of it is left, all that is an installation's own stays."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from tests.desk import Desk, set_up
from weixi.act.membership.models import Privilege
from weixi.cli import demo_company
from weixi.collect.customers import demo
from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.clock import now, today
from weixi.core.errors import NotAllowed, RuleBroken
from weixi.core.models import JournalEntry, Run
from weixi.core.runs import lake_file
from weixi.core.values import value_of
from weixi.staff.models import User
from weixi.staff.second_factor import IS_NEEDED

GOING = {
    "calls.Call", "campaigns.Campaign", "campaigns.Member", "care.Ask", "care.Task",
    "classify.Membership", "classify.Override", "classify.Transition", "complaints.Complaint",
    "core.IdempotencyKey", "core.Run", "customers.Bond", "customers.Consent",
    "customers.ContactPerson", "customers.CreditLimit", "customers.Customer",
    "customers.DuplicatePair",
    "customers.Identity", "customers.ProductExclusion", "customers.Rating",
    "customers.SearchEntry", "evaluate.Cohort", "evaluate.Effect", "evaluate.Finding",
    "intake.ImportBatch", "intake.ImportedBefore", "intake.RejectedRow",
    "interventions.Intervention", "interventions.Trial", "measure.Snapshot",
    "membership.Surprise", "orders.Order", "orders.OrderLine", "orders.Product",
    "outreach.Message", "outreach.Preference", "outreach.Stopped", "outreach.Touch",
    "playbooks.Effect", "playbooks.Run", "points.PointsEntry", "costs.CareCost",
    "referrals.Referral", "predict.ModelCard", "predict.Score",
    "replies.NoReply",
    "surveys.Answer", "touchpoints.Contact", "touchpoints.Promise", "warnings.Alert",
    "warnings.AlertEvent", "warnings.Loss", "warnings.Precision", "warnings.Prevention",
    "warnings.Reading",
}  # fmt: skip


@pytest.fixture
def a_demo(db: None, team: Any, person: Any, customer: Any, order: Any) -> Desk:
    """Three customers with orders, tasks and figures, and the demo's people."""
    demo_company.remember(source="a simulated company of 3 customers, seed 1")
    demo_company.hire()
    return set_up(team=team, person=person, customer=customer, order=order)


@pytest.fixture
def chief(actor: Any) -> Actor:
    return actor("admin")  # type: ignore[no-any-return]


def rows() -> dict[str, int]:
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: model._default_manager.count() for model in models}


def test_every_table_is_either_the_demos_or_the_installations() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert {model._meta.label for model in demo.going()} == GOING
    assert labels >= demo.STAYING


@pytest.mark.slow
def test_nothing_of_the_demo_is_left_and_the_installation_is_as_before(
    a_demo: Desk, chief: Actor
) -> None:
    Privilege.objects.create(name="of a tier", cell="value_pyramid:gold", made_at=now())
    of_one = Privilege.objects.create(
        name="of one", customer_id=a_demo.customers[0].pk, made_at=now()
    )
    before = rows()
    assert before["orders.Order"] == 6
    assert demo.remove_demo(typed="3", by=chief, at=now()) == 3
    after = rows()
    assert {label: after[label] for label in GOING if after[label]} == {}
    changed = {"core.JournalEntry", "core.Setting", "membership.Privilege"}
    staying = set(before) - GOING - changed
    assert {label: after[label] for label in staying} == {label: before[label] for label in staying}
    assert not Privilege.objects.filter(pk=of_one.pk).exists()
    assert Privilege.objects.count() == 1
    assert after["core.Setting"] == before["core.Setting"] - 2  # what the demo is, and:
    assert value_of(IS_NEEDED)  # real customers are guarded by a second factor again
    assert JournalEntry.objects.get(kind="demo.removed").facts["customers"] == 3


@pytest.mark.slow
def test_a_number_is_never_used_again(a_demo: Desk, chief: Actor, customer: Any) -> None:
    """The journal names customers by it."""
    last = max(one.pk for one in a_demo.customers)
    demo.remove_demo(typed="3", by=chief, at=now())
    assert customer("周敏").pk > last


@pytest.mark.slow
def test_what_was_computed_of_them_is_gone_from_the_disk(
    a_demo: Desk, chief: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    computed = lake_file("cells", today())
    rejected = Path(settings.VAR) / "imports" / "1-rejects.csv"
    for file in (computed, rejected):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("林晓燕")
    with django_capture_on_commit_callbacks(execute=True):
        demo.remove_demo(typed="3", by=chief, at=now())
    assert not computed.exists()
    assert not rejected.exists()


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["", "2", "three", "30"])
def test_another_number_removes_nothing(a_demo: Desk, chief: Actor, typed: str) -> None:
    with pytest.raises(RuleBroken, match="Type 3, the number of customers"):
        demo.remove_demo(typed=typed, by=chief, at=now())
    assert Customer.objects.count() == 3


@pytest.mark.slow
def test_nothing_is_removed_while_the_figures_are_renewed(a_demo: Desk, chief: Actor) -> None:
    at = now()
    Run.objects.create(
        as_of=today(), engine="duckdb", started_at=at, lease_until=at + timedelta(minutes=5),
        holder="elsewhere:1",
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="being renewed"):
        demo.remove_demo(typed="3", by=chief, at=at)
    assert Customer.objects.count() == 3


def test_a_company_of_its_own_is_never_removed(actor: Any, customer: Any) -> None:
    customer("林晓燕")
    with pytest.raises(RuleBroken, match="no demo company"):
        demo.remove_demo(typed="1", by=actor("admin"), at=now())
    with pytest.raises(NotAllowed):
        demo.remove_demo(typed="1", by=actor("supervisor"), at=now())
    assert Customer.objects.count() == 1


@pytest.mark.slow
def test_the_demos_people_are_signed_out_and_come_back_with_another_demo(
    a_demo: Desk, signed_in: Callable[..., Client]
) -> None:
    chief, agent = (User.objects.get(username=name) for name in ("admin", "zhoumin"))
    office, desk = signed_in(user=chief), signed_in(user=agent)
    assert desk.get("/settings/own").status_code == 200
    html = office.get("/settings/", headers={"Accept-Language": "en"}).content.decode()
    assert "/settings/demo" in html
    wrong = office.post("/settings/demo", {"typed": "4"}, headers={"Accept-Language": "en"})
    assert wrong.status_code == 422
    assert "Type 3, the number of customers" in wrong.content.decode()
    assert office.post("/settings/demo", {"typed": "3"})["Location"] == "/import/"
    assert desk.get("/settings/own").status_code == 302
    html = office.get("/customers/", headers={"Accept-Language": "en"}).content.decode()
    assert re.search(r'No customers yet.*href="/import/"', html, re.S)
    assert "/settings/demo" not in office.get("/settings/").content.decode()
    told = demo_company.hire()
    agent.refresh_from_db()
    assert agent.is_active
    assert agent.check_password(told["password"])
