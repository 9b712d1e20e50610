"""Who may do what: every route of the API and of the pages, decided here and nowhere derived.

Roles by letter: a agent, m manager, s supervisor, k marketer, y analyst, u auditor, d admin.
A route that is missing here fails a test; so does an entry whose route is gone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = {
    "a": "agent", "m": "manager", "s": "supervisor", "k": "marketer", "y": "analyst",
    "u": "auditor", "d": "admin",
}  # fmt: skip
REACHES_ALL = set("kyud")
ALL = "amskyud"
VIEWERS = "amskyd"  # customers.view
EDITORS = "amsd"  # customers.edit, contacts.edit, tasks.work, contact_data.reveal
SEGMENTS = "amskyd"
CHIEFS = "sd"  # orders.edit, customers.assign, customers.export, imports.run
WATCHERS = "syud"  # system.view

Ids = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """`roles` may call it. `about`: the object in its address or body whose team decides.

    `body` makes the request's body out of the ids of that team's objects.
    """

    roles: str
    about: str = ""  # customer, order, contact, task, identity, import; empty: of no customer
    body: Callable[[Ids], Any] = field(default=lambda ids: {})
    query: Mapping[str, str] = field(default_factory=dict)
    code: str = ""  # what stands for {code} in the address, if not a scheme


def _contact(ids: Ids) -> Any:
    return {
        "customer_id": ids["customer"], "channel": "phone", "direction": "out", "purpose": "care",
    }  # fmt: skip


def _order(ids: Ids) -> Any:
    lines = [{"quantity": "1", "unit_price": "1"}]
    return {
        "customer_id": ids["customer"], "ordered_at": "2026-11-01T00:00:00Z", "lines": lines,
    }  # fmt: skip


RULE = {"measure": "purchase_days", "is": ">=", "value": 1}
RULES = {
    "cells": [
        {"code": "gold", "name_zh": "甲", "name_en": "A", "color": "h2", "when": RULE},
        {"code": "rest", "name_zh": "乙", "name_en": "B", "color": "h1"},
    ]
}  # fmt: skip


API: dict[tuple[str, str], Entry] = {
    ("get", "/me"): Entry(ALL),
    ("get", "/customers"): Entry(VIEWERS),
    ("get", "/customers/search"): Entry(VIEWERS, query={"q": "canary"}),
    ("post", "/customers"): Entry(EDITORS, body=lambda ids: {"name": "new"}),
    ("get", "/customers/{customer_id}"): Entry(VIEWERS, "customer"),
    ("patch", "/customers/{customer_id}"): Entry(
        EDITORS, "customer", lambda ids: {"seen": ids["changed_at"], "city": "x"}
    ),
    ("post", "/customers/{customer_id}/identities"): Entry(
        EDITORS, "customer", lambda ids: {"kind": "email", "value": "new@example.com"}
    ),
    ("delete", "/identities/{identity_id}"): Entry(EDITORS, "identity"),
    ("post", "/identities/{identity_id}/reveal"): Entry(
        EDITORS, "identity", lambda ids: {"reason": "asked"}
    ),
    ("post", "/customers/{customer_id}/merge"): Entry(
        EDITORS, "customer", lambda ids: {"other_id": ids["second_customer"]}
    ),
    ("post", "/customers/{customer_id}/unmerge"): Entry(EDITORS, "customer"),
    ("post", "/customers/assign"): Entry(
        CHIEFS, "customer", lambda ids: {"customer_ids": [ids["customer"]], "owner_id": None}
    ),
    ("post", "/customers/assign/{undo}/undo"): Entry(CHIEFS, "assignment"),
    ("post", "/customers/{customer_id}/export"): Entry(
        CHIEFS, "customer", lambda ids: {"reason": "asked"}
    ),
    ("get", "/orders"): Entry(VIEWERS),
    ("post", "/orders"): Entry(CHIEFS, "customer", _order),
    ("get", "/orders/{number}"): Entry(VIEWERS, "order"),
    ("post", "/orders/{number}/paid"): Entry(
        CHIEFS, "order", lambda ids: {"paid_on": "2026-11-05"}
    ),
    ("get", "/customers/{customer_id}/orders"): Entry(VIEWERS, "customer"),
    ("get", "/channels"): Entry(VIEWERS),
    ("get", "/contacts"): Entry(VIEWERS),
    ("post", "/contacts"): Entry(EDITORS, "customer", _contact),
    ("delete", "/contacts/{contact_id}"): Entry(EDITORS, "contact"),
    ("get", "/customers/{customer_id}/contacts"): Entry(VIEWERS, "customer"),
    ("get", "/today"): Entry(EDITORS),
    ("post", "/today/{task_id}/claim"): Entry(EDITORS, "task"),
    ("post", "/today/{task_id}/release"): Entry(EDITORS, "task"),
    ("post", "/today/{task_id}/complete"): Entry(
        EDITORS, "task", lambda ids: {"outcome": "reached"}
    ),
    ("post", "/today/{task_id}/postpone"): Entry(
        EDITORS, "task", lambda ids: {"until": ids["tomorrow"], "reason": "travels"}
    ),
    ("post", "/today/{task_id}/undo"): Entry(EDITORS, "task"),
    ("get", "/measures"): Entry(VIEWERS),
    ("get", "/customers/{customer_id}/measures"): Entry(VIEWERS, "customer"),
    ("get", "/models"): Entry("yd"),
    ("get", "/models/past"): Entry("yd"),
    ("get", "/customers/{customer_id}/suggestions"): Entry(VIEWERS, "customer"),
    ("get", "/customers/{customer_id}/explanation"): Entry(VIEWERS, "customer"),
    ("get", "/schemes"): Entry(SEGMENTS),
    ("get", "/schemes/{code}"): Entry(SEGMENTS),
    ("get", "/schemes/{code}/cells/{cell}/customers"): Entry(SEGMENTS),
    ("get", "/schemes/{code}/moves"): Entry(SEGMENTS),
    ("get", "/customers/{customer_id}/cells"): Entry(SEGMENTS, "customer"),
    ("get", "/segments"): Entry(SEGMENTS),
    ("post", "/segments"): Entry("kd", body=lambda ids: {"name_zh": "new", "when": RULE}),
    ("post", "/segments/count"): Entry("kd", body=lambda ids: {"when": RULE}),
    ("get", "/segments/{code}"): Entry(SEGMENTS, code="own_segment"),
    ("put", "/segments/{code}"): Entry(
        "kd", body=lambda ids: {"name_zh": "x", "when": RULE, "seen": 1}, code="own_segment"
    ),
    ("delete", "/segments/{code}"): Entry("kd", code="own_segment"),
    ("post", "/segments/{code}/restore"): Entry("kd", code="gone_segment"),
    ("post", "/schemes"): Entry("kd", body=lambda ids: {"name_zh": "new", "definition": RULES}),
    ("post", "/scheme-previews"): Entry("kd", body=lambda ids: {"definition": RULES}),
    ("put", "/schemes/{code}"): Entry(
        "kd", body=lambda ids: {"name_zh": "x", "definition": RULES, "seen": 1}
    ),
    ("post", "/schemes/{code}/switch"): Entry("kd", body=lambda ids: {"is_on": False}),
    ("get", "/schemes/{code}/versions"): Entry(SEGMENTS),
    ("post", "/schemes/{code}/versions/{version}/restore"): Entry("kd"),
    ("get", "/customers/{customer_id}/stage"): Entry(SEGMENTS, "customer"),
    ("put", "/customers/{customer_id}/stage"): Entry(
        EDITORS,
        "customer",
        lambda ids: {"cell": "maturity", "reason": "contract", "until": ids["tomorrow"]},
    ),
    ("delete", "/customers/{customer_id}/stage"): Entry(EDITORS, "customer"),
    ("get", "/lifecycle/flow"): Entry(SEGMENTS),
    ("get", "/imports"): Entry(CHIEFS),
    ("get", "/imports/{import_id}"): Entry(CHIEFS, "import"),
    ("get", "/imports/{import_id}/rejects"): Entry(CHIEFS, "import"),
    ("get", "/runs"): Entry(WATCHERS),
    ("get", "/heartbeats"): Entry(WATCHERS),
}


def _complaint(ids: Ids) -> Any:
    return {"customer_id": ids["customer"], "description": "leaks"}


def _answer(ids: Ids) -> Any:
    return {"customer_id": ids["customer"], "survey": "s", "question": "nps", "score": 9}


def _bond(ids: Ids) -> Any:
    return {"kind": "economic", "description": "a yearly rebate"}


def _exclusion(ids: Ids) -> Any:
    return {"kind": "word", "value": "peanut", "reason": "allergic"}


def _rating(ids: Ids) -> Any:
    return {"kind": "credit", "score": 80, "evidence": "paid in time"}


def _cost(ids: Ids) -> Any:
    return {"kind": "gift", "amount": 1_000}


def _referral(ids: Ids) -> Any:
    return {"name": "somebody", "day": "2026-11-01"}


def _points(ids: Ids) -> Any:
    return {"customer_id": ids["customer"], "kind": "earn", "points": 10}


API |= {
    ("get", "/complaints"): Entry(VIEWERS),
    ("post", "/complaints"): Entry(EDITORS, "customer", _complaint),
    ("get", "/complaints/{complaint_id}"): Entry(VIEWERS, "complaint"),
    ("post", "/complaints/{complaint_id}/reply"): Entry(EDITORS, "complaint"),
    ("post", "/complaints/{complaint_id}/close"): Entry(EDITORS, "complaint"),
    ("post", "/complaints/{complaint_id}/reopen"): Entry(
        EDITORS, "complaint", lambda ids: {"reason": "leaks again"}
    ),
    ("get", "/customers/{customer_id}/complaints"): Entry(VIEWERS, "customer"),
    ("get", "/answers"): Entry(VIEWERS),
    ("post", "/answers"): Entry(EDITORS, "customer", _answer),
    ("get", "/customers/{customer_id}/answers"): Entry(VIEWERS, "customer"),
    ("get", "/customers/{customer_id}/exclusions"): Entry(VIEWERS, "customer"),
    ("post", "/customers/{customer_id}/exclusions"): Entry(EDITORS, "customer", _exclusion),
    ("delete", "/exclusions/{exclusion_id}"): Entry(EDITORS, "exclusion"),
    ("get", "/customers/{customer_id}/bonds"): Entry(VIEWERS, "customer"),
    ("post", "/customers/{customer_id}/bonds"): Entry(EDITORS, "customer", _bond),
    ("put", "/bonds/{bond_id}"): Entry(EDITORS, "bond", _bond),
    ("delete", "/bonds/{bond_id}"): Entry(EDITORS, "bond"),
    ("get", "/customers/{customer_id}/ratings"): Entry(VIEWERS, "customer"),
    ("post", "/customers/{customer_id}/ratings"): Entry(EDITORS, "customer", _rating),
    ("get", "/customers/{customer_id}/credit-limits"): Entry(VIEWERS, "customer"),
    ("post", "/customers/{customer_id}/credit-limits"): Entry(
        EDITORS, "customer", lambda ids: {"amount": 5_000_000}
    ),
    ("get", "/economics"): Entry("skyd"),
    ("get", "/satisfaction"): Entry("skyd"),
    ("get", "/customers/{customer_id}/costs"): Entry(VIEWERS, "customer"),
    ("post", "/customers/{customer_id}/costs"): Entry(EDITORS, "customer", _cost),
    ("get", "/customers/{customer_id}/referrals"): Entry(VIEWERS, "customer"),
    ("post", "/customers/{customer_id}/referrals"): Entry(EDITORS, "customer", _referral),
    ("put", "/referrals/{referral_id}"): Entry(EDITORS, "referral", _referral),
    ("delete", "/referrals/{referral_id}"): Entry(EDITORS, "referral"),
    ("get", "/customers/{customer_id}/points"): Entry(VIEWERS, "customer"),
    ("get", "/customers/{customer_id}/points/account"): Entry(VIEWERS, "customer"),
    ("post", "/points"): Entry(CHIEFS, "customer", _points),
}


OWN_SIGNAL = {
    "name_zh": "自建", "name_en": "Own", "points": 5,
    "when": {"measure": "purchase_days", "is": ">=", "value": 1},
}  # fmt: skip


def _prevention() -> Any:
    return {"cause": "ours", "title": "x", "started_on": "2026-11-01"}


API |= {
    ("get", "/warnings"): Entry(VIEWERS),
    ("get", "/warnings/{alert_id}"): Entry(VIEWERS, "warning"),
    ("get", "/customers/{customer_id}/risk"): Entry(VIEWERS, "customer"),
    ("post", "/warnings/{alert_id}/handle"): Entry(EDITORS, "warning"),
    ("post", "/warnings/{alert_id}/snooze"): Entry(
        EDITORS, "warning", lambda ids: {"until": ids["tomorrow"], "reason": "travels"}
    ),
    ("post", "/warnings/{alert_id}/false-alarm"): Entry(EDITORS, "warning"),
    ("post", "/warnings/{alert_id}/reopen"): Entry(EDITORS, "warning"),
    ("post", "/warnings/assign"): Entry(
        CHIEFS, "warning", lambda ids: {"alert_ids": [ids["warning"]], "owner_id": None}
    ),
    ("post", "/warnings/changes/{undo}/undo"): Entry(EDITORS, "change"),
    ("get", "/preventions"): Entry(VIEWERS),
    ("post", "/preventions"): Entry(CHIEFS, body=lambda ids: _prevention()),
    ("put", "/preventions/{prevention_id}"): Entry(CHIEFS, body=lambda ids: _prevention()),
    ("get", "/signals"): Entry(VIEWERS),
    ("get", "/signals/{code}"): Entry(VIEWERS, code="overdue"),
    ("put", "/signals/{code}"): Entry("d", body=lambda ids: {"is_on": False}, code="overdue"),
    ("post", "/signals/{code}/preview"): Entry(
        "d", body=lambda ids: {"is_on": False}, code="overdue"
    ),
    ("post", "/signals"): Entry("d", body=lambda ids: OWN_SIGNAL),
    ("delete", "/signals/{code}"): Entry("d", code="company_1"),
    ("post", "/signals/{code}/reset"): Entry("d", code="overdue"),
    ("get", "/losses"): Entry(VIEWERS),
    ("post", "/losses/{loss_id}/judge"): Entry(
        EDITORS, "loss", lambda ids: {"kind": "active", "cause": "ours"}
    ),
}

API |= {
    ("post", "/calls"): Entry(
        "d", body=lambda ids: {"event": "new", "number": "", "extension": ids["desk"]}
    ),
    ("get", "/calendar/{year}"): Entry(VIEWERS),
    ("get", "/calendar/due"): Entry(
        VIEWERS, query={"start": "2026-11-20T09:00:00Z", "minutes": "30"}
    ),
    ("put", "/calendar/days/{day}"): Entry("d", body=lambda ids: {"kind": "closed"}),
    ("delete", "/calendar/days/{day}"): Entry("d"),
}


def _message(ids: Ids) -> Any:
    return {
        "customer_id": ids["customer"], "channel": "email", "purpose": "care",
        "template": "welcome", "reference": "r1",
    }  # fmt: skip


API |= {
    ("get", "/customers/{customer_id}/may-contact"): Entry(VIEWERS, "customer"),
    ("get", "/messages"): Entry(VIEWERS),
    ("post", "/messages"): Entry("skd", "customer", _message),
    ("get", "/messages/{message_id}"): Entry(VIEWERS, "message"),
    ("post", "/messages/{message_id}/cancel"): Entry("skd", "message"),
    ("post", "/messages/{message_id}/replay"): Entry("skd", "message"),
    ("post", "/messages/{message_id}/decide"): Entry(
        "skd", "message", lambda ids: {"arrived": True}
    ),
    ("post", "/messages/bounces"): Entry("skd", body=lambda ids: {"mail": "Subject: x\n\nx"}),
    ("get", "/templates"): Entry(VIEWERS),
}

# Open to everybody who can reach the server.
OPEN_API = {("get", "/openapi.json"), ("get", "/docs")}

# campaigns, effects, special treatment
DESIGNERS = "skd"
API |= {
    ("get", "/campaigns"): Entry(VIEWERS),
    ("post", "/campaigns"): Entry(DESIGNERS, body=lambda ids: {"name": "new"}),
    ("get", "/campaigns/{campaign_id}"): Entry(VIEWERS),
    ("post", "/campaigns/{campaign_id}/reach"): Entry(DESIGNERS),
    ("post", "/campaigns/{campaign_id}/submit"): Entry(DESIGNERS),
    ("post", "/campaigns/{campaign_id}/approve"): Entry("sd"),
    ("post", "/campaigns/{campaign_id}/launch"): Entry(DESIGNERS),
    ("post", "/campaigns/{campaign_id}/stop"): Entry(DESIGNERS, body=lambda ids: {"reason": "x"}),
    ("get", "/campaigns/{campaign_id}/effects"): Entry("skyd"),
    ("get", "/campaigns/{campaign_id}/findings"): Entry(VIEWERS),
    ("post", "/campaigns/{campaign_id}/findings"): Entry(
        DESIGNERS, body=lambda ids: {"kind": "finding", "text": "x"}
    ),
    ("get", "/effects"): Entry("skyd"),
    ("get", "/campaigns/{campaign_id}/return"): Entry("skyd"),
    ("get", "/findings"): Entry("skyd"),
    ("get", "/privileges"): Entry(VIEWERS),
    ("get", "/customers/{customer_id}/treatment"): Entry(VIEWERS, "customer"),
    ("post", "/customers/{customer_id}/surprises"): Entry(
        EDITORS, "customer", lambda ids: {"what": "cake", "reason": "x", "amount": 1}
    ),
    ("get", "/surprises"): Entry(EDITORS),
}

# playbooks and promises


def _promise(ids: Ids) -> Any:
    return {
        "customer_id": ids["customer"], "what": "x", "due_at": f"{ids['tomorrow']}T00:00:00Z",
    }  # fmt: skip


API |= {
    ("get", "/playbooks"): Entry(SEGMENTS),
    ("get", "/playbooks/{code}"): Entry(SEGMENTS, code="birthday"),
    ("post", "/playbooks/{code}/switch"): Entry(
        DESIGNERS, body=lambda ids: {"is_on": False}, code="birthday"
    ),
    ("get", "/playbooks/{code}/simulation"): Entry(DESIGNERS, code="birthday"),
    ("get", "/playbooks/{code}/runs"): Entry(VIEWERS, code="birthday"),
    ("get", "/playbooks/{code}/effects"): Entry("skyd", code="birthday"),
    ("get", "/playbooks/{code}/return"): Entry("skyd", code="birthday"),
    ("get", "/playbooks/{code}/findings"): Entry(SEGMENTS, code="birthday"),
    ("post", "/playbooks/{code}/findings"): Entry(
        DESIGNERS, body=lambda ids: {"kind": "finding", "text": "x"}, code="birthday"
    ),
    ("post", "/playbook-runs/{run_id}/stop"): Entry(
        EDITORS, "playbook_run", lambda ids: {"reason": "x"}
    ),
    ("get", "/promises"): Entry(VIEWERS),
    ("get", "/customers/{customer_id}/promises"): Entry(VIEWERS, "customer"),
    ("post", "/promises"): Entry(EDITORS, "customer", _promise),
    ("post", "/promises/{promise_id}/keep"): Entry(EDITORS, "promise"),
    ("post", "/promises/{promise_id}/break"): Entry(
        EDITORS, "promise", lambda ids: {"reason": "x"}
    ),
    ("post", "/promises/{promise_id}/reopen"): Entry(EDITORS, "promise"),
}

# replies, advice, consent

ANSWER = {"question": "x", "answer": "x"}

API |= {
    ("get", "/replies"): Entry(VIEWERS),
    ("get", "/replies/figures"): Entry(
        "skyd", query={"since": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}
    ),
    ("post", "/replies/{reply_id}/cancel"): Entry(EDITORS, "reply", lambda ids: {"reason": "x"}),
    ("post", "/replies/{reply_id}/reopen"): Entry(EDITORS, "reply"),
    ("get", "/reply-targets"): Entry(VIEWERS),
    ("post", "/reply-targets"): Entry("d", body=lambda ids: {"minutes": 45}),
    ("delete", "/reply-targets/{target_id}"): Entry("d", "target"),
    ("get", "/advice"): Entry(VIEWERS, query={"aim": "bond"}),
    ("get", "/checklist"): Entry(VIEWERS),
    ("post", "/checklist"): Entry("d", body=lambda ids: {"text_zh": "x", "text_en": "x"}),
    ("get", "/knowledge"): Entry(VIEWERS, query={"q": "x"}),
    ("post", "/knowledge"): Entry("d", body=lambda ids: ANSWER),
    ("put", "/knowledge/{answer_id}"): Entry("d", "snippet", lambda ids: ANSWER),
    ("get", "/consents"): Entry(VIEWERS),
    ("post", "/customers/{customer_id}/consents"): Entry(
        EDITORS, "customer", lambda ids: {"purpose": "care", "granted": False, "source": "form"}
    ),
    ("get", "/customers/{customer_id}/wishes"): Entry(VIEWERS, "customer"),
    ("put", "/customers/{customer_id}/wishes"): Entry(EDITORS, "customer"),
    ("get", "/customers/{customer_id}/interventions"): Entry(VIEWERS, "customer"),
}
