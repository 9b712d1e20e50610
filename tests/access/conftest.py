"""Two teams with the same things in each; every text of theirs is a canary of the team."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY

from tests.moments import NOON
from weixi.act.campaigns.actions import create as create_campaign
from weixi.act.care.absences import record_absence
from weixi.act.care.models import Task
from weixi.act.care.playbooks.actions import create_shipped_playbooks
from weixi.act.care.playbooks.models import Playbook, Run
from weixi.act.membership.actions import add_privilege, give_surprise, set_budget
from weixi.act.outreach.actions import Source, enqueue
from weixi.act.outreach.models import Template
from weixi.act.outreach.shipped import create_shipped_templates
from weixi.act.outreach.template_actions import write as write_template
from weixi.act.warnings.models import Alert, Loss
from weixi.act.warnings.own_signal_actions import create_signal
from weixi.act.warnings.own_signals import NewSignal
from weixi.act.warnings.prevention_actions import add_prevention
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.editing import create_segment, delete_segment
from weixi.classify.models import Membership, Scheme
from weixi.collect.calendar.actions import set_day
from weixi.collect.calls.actions import ring, set_extension
from weixi.collect.complaints.actions import record_complaint
from weixi.collect.customers import search
from weixi.collect.customers.actions import (
    NewBond,
    add_bond,
    add_identity,
    add_person,
    define_custom_field,
    exclude,
)
from weixi.collect.customers.models import Customer
from weixi.collect.intake.models import ImportBatch
from weixi.collect.intake.staging import stage
from weixi.collect.orders.models import Order
from weixi.collect.referrals.actions import NewReferral, add_referral
from weixi.collect.replies.actions import set_target
from weixi.collect.touchpoints.actions import create_shipped_channels, record_contact
from weixi.collect.touchpoints.approved import create_shipped_checklist, save_snippet
from weixi.collect.touchpoints.promising import make_promise
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import today
from weixi.core.journal import record
from weixi.evaluate.effect_actions import write_finding
from weixi.measure.models import Snapshot
from weixi.staff.models import Team, User
from weixi.staff.queries import actor_of
from weixi.staff.saved_views import save_view
from weixi.staff.sessions import SessionStore
from weixi.staff.signed_in import own_sessions

TODAY = today()
OWN_SIGNAL = NewSignal(
    "自建", "Own", {"measure": "purchase_days", "is": ">=", "value": 1}, 5, "unknown", "orders"
)


@pytest.fixture
def company(
    team: Callable[..., Team], person: Callable[..., User], customer: Any, order: Any
) -> dict[str, dict[str, Any]]:
    """{"north": ids, "south": ids}: `ids` of the objects of a team, and its `owner`."""
    create_shipped_channels()
    create_shipped_checklist()
    create_shipped_schemes(at=NOON)
    create_shipped_playbooks(at=NOON)
    set_day(TODAY + timedelta(days=1), kind="closed", by=COMMAND_LINE, at=NOON)
    create_shipped_templates(at=NOON)
    draft = {"name": "x", "subject": "x", "body": "x", "purpose": "care", "language": "zh"}
    write_template(code="draft", channel="email", **draft, by=COMMAND_LINE, at=NOON)
    define_custom_field(
        code="size", name_zh="尺码", name_en="Size", kind="text", by=COMMAND_LINE, at=NOON
    )
    create_signal(OWN_SIGNAL, by=COMMAND_LINE, at=NOON)
    _segment("own_segment")
    _segment("gone_segment")
    delete_segment(code="gone_segment", by=COMMAND_LINE, at=datetime.now(UTC))
    return {code: _furnished(team(code), person, customer, order) for code in ("north", "south")}


def _segment(code: str) -> None:
    """Of nobody: a segment belongs to the company."""
    rule = {"measure": "purchase_days", "is": ">=", "value": 1}
    made = create_segment(name_zh=code, when=rule, by=COMMAND_LINE, at=NOON)
    Scheme.objects.filter(pk=made.pk).update(code=code)


def belongings(user: User) -> dict[str, Any]:
    """What belongs to who made it, whatever the reach: a view, an upload, an import, an
    assignment and a change of warnings that can be taken back."""
    name = f"canary-{user.team.code}" if user.team else "canary"
    by = replace(actor_of(user, door="web"), permissions=frozenset({"imports.run"}))
    view = save_view(area="customers", name=f"{name}-view", query="city=x", by=by)
    rows = f"客户编号,姓名\n{name}-file,{name}\n".encode()
    return {
        "view": view.id,
        "session": _session_of(user),
        "staged": stage(
            kind="customers", name=f"{name}.csv", chunks=[rows], by=by, at=datetime.now(UTC)
        ).token,
        "import": _import_of(user, name).pk,
        "change": record("alerts.changed", by=by, at=NOON, before=[]).pk,
        **_call_of(user),
        "assignment": record("customers.assigned", by=by, at=NOON, owner=user.pk, before=[]).pk,
        "giving": record("tasks.given", by=by, at=NOON, owner=user.pk, before=[]).pk,
    }


def _session_of(user: User) -> str:
    """Where the person is signed in as well: what names it on a page."""
    session = SessionStore()
    second = int(datetime.now(UTC).timestamp())
    session.update({SESSION_KEY: str(user.pk), "signed_in_at": second, "seen_at": second})
    session.create()
    by = actor_of(user, door="web")
    return own_sessions(by, this=str(session.session_key), at=datetime.now(UTC))[0].handle


def _furnished(team: Team, person: Any, customer: Any, order: Any) -> dict[str, Any]:
    owner = person("agent", team=team, username=f"canary-{team.code}-owner")
    first, second = (
        customer(
            f"canary-{team.code}-{i}", team=team, owner=owner, number=f"canary-{team.code}-n{i}",
            city=f"canary-{team.code}-city", note=f"canary-{team.code}-note",
        )
        for i in (1, 2)
    )  # fmt: skip
    search.reindex([first.pk, second.pk])
    identity = add_identity(
        first.pk, "email", f"canary-{team.code}@example.com", by=COMMAND_LINE, at=NOON
    )
    ids = belongings(owner) | {
        "owner": owner,
        "colleague": owner.pk,
        "customer": first.pk,
        "second_customer": second.pk,
        "identity": identity.pk,
        "order": _order_of(first, team, order).number,
        "contact": _contact_of(first, team),
        "task": _task_of(first, owner).pk,
        "absence": record_absence(
            person_id=owner.pk, first_day=TODAY, last_day=TODAY, by=COMMAND_LINE, at=NOON
        ).pk,
        "playbook_run": _run_of(first),
        "person": _person_of(second, team),
        "tomorrow": (TODAY + timedelta(days=1)).isoformat(),
        "year": 2026,
        "bond": _bond_of(first, team),
        "referral": _referral_of(first, team),
        "exclusion": _exclusion_of(first, team),
        "rated": "credit",
        "complaint": _complaint_of(first, team),
        "warning": _warning_of(first, owner),
        "loss": _loss_of(second),
        "evidence": "bonds",
        "promise": _promise_of(first, team),
        "reply": _inbound_of(first, team),
        "source": "contact",
        "target": set_target(minutes=30, by=COMMAND_LINE, at=NOON).pk,
        "snippet": _snippet(),
        "prevention": _prevention(),
        "message": _message_of(first),
        "template": Template.objects.get(code="draft").pk,
        "channel": "email",
        "language": "zh",
        "scheme": "value_pyramid",
        "version": 1,
        "root": "r",
        "cell": _cell_of(first),
        "campaign": (campaign := _campaign()),
        "finding": write_finding(
            "campaign", campaign, kind="finding", text="x", by=COMMAND_LINE, at=NOON
        ).pk,
        "privilege": _privilege(),
        "surprise": _surprise_of(first, team),
        "section": "goals",
        "what": "goals",
        "place": 0,
    }
    first.refresh_from_db()
    return ids | {"changed_at": first.changed_at.isoformat()}


def _campaign() -> int:
    made = create_campaign(name="x", by=COMMAND_LINE, at=NOON)
    made.goals = [{"kind": "value", "measure": "bought", "text": "x", "now": 1.0, "target": 2.0,
                   "by": "2027-01-31"}]  # fmt: skip
    made.save()
    return made.pk


def _privilege() -> int:
    return add_privilege(name="x", cell="value_pyramid:gold", by=COMMAND_LINE, at=NOON).pk


def _surprise_of(who: Customer, team: Team) -> int:
    for month in (NOON.date(), TODAY):
        set_budget(month=month, amount=10_000, by=COMMAND_LINE, at=NOON)
    what = f"canary-{team.code}-surprise"
    made = give_surprise(who.pk, what=what, reason="x", amount=1, by=COMMAND_LINE, at=NOON)
    return made.pk


def _message_of(who: Customer) -> int:
    return enqueue(
        source=Source("manual", "canary"), customer_id=who.pk, channel="email", purpose="service",
        template="renewal", variables={}, not_before=NOON, by=COMMAND_LINE, at=NOON,
    ).pk  # fmt: skip


def _order_of(who: Customer, team: Team, order: Any) -> Order:
    return order(who, date(2026, 10, 1), number=f"canary-{team.code}-order")


def _contact_of(who: Customer, team: Team) -> int:
    return record_contact(
        customer_id=who.pk, channel="phone", direction="out", purpose="care", at=NOON,
        by=COMMAND_LINE, note=f"canary-{team.code}-contact",
    ).pk  # fmt: skip


def _run_of(who: Customer) -> int:
    book = Playbook.objects.get(code="birthday")
    return Run.objects.create(
        playbook=book, version=book.published, customer=who, occurrence="2026", state="waiting",
        step="wish", since=NOON, started_at=NOON, anchor=TODAY,
    ).pk  # fmt: skip


def _task_of(who: Customer, owner: User) -> Task:
    return Task.objects.create(
        customer=who, owner=owner, kind="overdue", channel="phone", value_at_stake=10_000,
        signals=[{"kind": "overdue", "facts": {"days": 47, "rhythm": 20, "lateness": 2.4}}],
        due_on=TODAY, planned_on=TODAY,
    )  # fmt: skip


def _person_of(who: Customer, team: Team) -> int:
    Customer.objects.filter(pk=who.pk).update(type="business")
    return add_person(who.pk, name=f"canary-{team.code}-person", by=COMMAND_LINE, at=NOON).pk


def _import_of(owner: User, name: str) -> ImportBatch:
    made = ImportBatch.objects.create(
        kind="orders", file_name=f"{name}.csv", file_hash="x", state="done",
        started_at=NOON, actor_id=owner.pk, actor_name=str(owner),
    )  # fmt: skip
    file = Path(settings.VAR) / "imports" / f"{made.pk}-rejects.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{name}-rejected")
    return made


def _referral_of(who: Customer, team: Team) -> int:
    new = NewReferral(day=NOON.date(), name=f"canary-{team.code}-recommended")
    return add_referral(who.pk, new, by=COMMAND_LINE, at=NOON).pk


def _bond_of(who: Customer, team: Team) -> int:
    new = NewBond(kind="economic", description=f"canary-{team.code}-bond")
    return add_bond(who.pk, new, by=COMMAND_LINE, at=NOON).pk


def _exclusion_of(who: Customer, team: Team) -> int:
    value = f"canary-{team.code}-exclusion"
    made = exclude(who.pk, kind="word", value=value, reason="x", by=COMMAND_LINE, at=NOON)
    return made.pk


def _complaint_of(who: Customer, team: Team) -> int:
    text = f"canary-{team.code}-complaint"
    return record_complaint(customer_id=who.pk, description=text, by=COMMAND_LINE, at=NOON).pk


def _promise_of(who: Customer, team: Team) -> int:
    return make_promise(
        customer_id=who.pk, what=f"canary-{team.code}-promise", at=NOON,
        due_at=NOON + timedelta(days=300), by=COMMAND_LINE,
    ).pk  # fmt: skip


def _inbound_of(who: Customer, team: Team) -> int:
    return record_contact(
        customer_id=who.pk, channel="wecom", direction="in", purpose="service", at=NOON,
        by=COMMAND_LINE, note=f"canary-{team.code}-question",
    ).pk  # fmt: skip


def _prevention() -> int:
    """Of no team: what the company does against a cause."""
    return add_prevention(
        cause="ours", title="canary", started_on=TODAY, by=COMMAND_LINE, at=NOON
    ).pk


def _snippet() -> int:
    return save_snippet(None, question="open on Sundays?", answer="no", by=COMMAND_LINE, at=NOON).pk


def _call_of(user: User) -> dict[str, Any]:
    """A call on the desk of `user`."""
    desk = set_extension(f"x{user.pk}", user.pk, by=COMMAND_LINE, at=NOON)
    call, _new = ring(
        event=f"e{user.pk}", number="", extension=desk.number, at=datetime.now(UTC),
        by=COMMAND_LINE,
    )  # fmt: skip
    return {"desk": desk.number, "extension": desk.pk, "call": call.pk}


def _cell_of(who: Customer) -> str:
    scheme = Scheme.objects.get(code="value_pyramid")
    Snapshot.objects.create(customer=who, as_of=TODAY, revenue_12m=100)
    Membership.objects.create(customer=who, scheme=scheme, cell="gold", since=TODAY)
    return "gold"


def _warning_of(who: Customer, owner: User) -> int:
    return Alert.objects.create(
        customer=who, kind="overdue", cause="unknown", points=8, opened_on=TODAY,
        evidence_on=TODAY, answer="ask", owner=owner, due_on=TODAY,
        facts={"days_since_purchase": 47, "rhythm_days": 20, "days_past_rhythm": 27},
    ).pk  # fmt: skip


def _loss_of(who: Customer) -> int:
    day = date(2026, 1, 1)
    return Loss.objects.create(
        customer=who, noticed_on=TODAY, last_bought_on=day, kind="unknown", cause="unknown"
    ).pk
