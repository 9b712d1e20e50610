"""The pages' half of the matrix: route name → who may, and whose object its address names.

Letters and `Entry` as in matrix.py. "open": nobody needs to sign in. A new page adds a line here.
"""

from tests.access.matrix import ALL, CHIEFS, EDITORS, SEGMENTS, VIEWERS, WATCHERS, Entry

REPORTS = "skyd"
PAGES: dict[str, Entry] = {
    "sign-in": Entry("open"),
    "sign-in-code": Entry("open"),
    "sign-out": Entry("open"),
    "set-language": Entry("open"),
    "set-theme": Entry("open"),
    "home": Entry(ALL),
    "own-settings": Entry(ALL),
    "own-password": Entry(ALL),
    "second-factor": Entry(ALL),
    "second-factor-begin": Entry(ALL),
    "second-factor-confirm": Entry(ALL),
    "second-factor-codes": Entry(ALL),
    "second-factor-remove": Entry(ALL),
    "own-sessions": Entry(ALL),
    "own-session-end": Entry(
        ALL, "session", lambda ids: {"session": ids.get("session", "not-there")}
    ),
    "own-sessions-end-others": Entry(ALL),
    "settings": Entry(ALL),
    "components": Entry("d"),
    "system": Entry(WATCHERS),
    "search": Entry(ALL, query={"q": "canary"}),
    # today's list
    "today": Entry(EDITORS),
    "today-done": Entry(EDITORS),
    "team": Entry("sd"),
    "team-all": Entry("sd"),
    "team-tasks": Entry("sd", "colleague"),
    "team-give": Entry(
        "sd", "task", lambda ids: {"task": ids.get("task", 987_654_321), "to": "0", "sure": "1"}
    ),
    "team-give-undo": Entry("sd", "giving"),
    "team-absence": Entry("sd"),
    "team-absence-end": Entry("sd", "absence"),
    "task": Entry(EDITORS, "task"),
    "task-start": Entry(EDITORS, "task"),
    "task-release": Entry(EDITORS, "task"),
    "task-complete": Entry(EDITORS, "task"),
    "task-postpone": Entry(EDITORS, "task"),
    "task-undo": Entry(EDITORS, "task"),
    "task-new": Entry(EDITORS, "customer"),
    # customers
    "customers": Entry(VIEWERS, query={"name": "canary"}),
    "customer-new": Entry(EDITORS),
    "customers-assign": Entry("sd"),
    "customers-assign-undo": Entry("sd", "assignment"),
    "customers-export": Entry("sd"),
    "customers-view-save": Entry(VIEWERS),
    "customers-view-gone": Entry(VIEWERS, "view"),
    "customer": Entry(VIEWERS, "customer"),
    "customer-timeline": Entry(VIEWERS, "customer"),
    "customer-measures": Entry(VIEWERS, "customer"),
    "customer-measure": Entry(VIEWERS, "customer", code="revenue"),
    "customer-standing": Entry(VIEWERS, "customer"),
    "bond-new": Entry(EDITORS, "customer"),
    "bond-change": Entry(EDITORS, "bond"),
    "bond-remove": Entry(EDITORS, "bond"),
    "cost-new": Entry(EDITORS, "customer"),
    "referral-new": Entry(EDITORS, "customer"),
    "referral-change": Entry(EDITORS, "referral"),
    "referral-remove": Entry(EDITORS, "referral"),
    "rating-new": Entry(EDITORS, "customer"),
    "credit-limit-new": Entry(EDITORS, "customer"),
    "exclusion-reveal": Entry(EDITORS, "exclusion"),
    "customer-edit": Entry(EDITORS, "customer"),
    "contact-new": Entry(EDITORS, "customer"),
    "order-new": Entry(CHIEFS, "customer"),
    "customer-merge": Entry(EDITORS, "customer"),
    "customer-unmerge": Entry(EDITORS, "customer"),
    "person-new": Entry(EDITORS, "customer"),
    "consent-new": Entry(EDITORS, "customer"),
    "identity-new": Entry(EDITORS, "customer"),
    "identity-reveal": Entry(EDITORS, "identity"),
    "identity-remove": Entry(EDITORS, "identity"),
    "identity-primary": Entry(EDITORS, "identity"),
    "person-remove": Entry(EDITORS, "person"),
    "exclusion-new": Entry(EDITORS, "customer"),
    "exclusion-lift": Entry(EDITORS, "exclusion"),
    "contacts": Entry(VIEWERS),
    "contact-undo": Entry(EDITORS, "contact"),
    "order": Entry(VIEWERS, "order"),
    # segments and reports
    "segments": Entry(SEGMENTS),
    "segment": Entry(SEGMENTS),
    "segment-definition": Entry(SEGMENTS),
    "segment-bands": Entry(SEGMENTS, code="rfm"),
    "segment-people": Entry(SEGMENTS),
    "segment-export": Entry("sd", body=lambda ids: {"cell": ids["cell"]}),
    "reports": Entry(REPORTS),
    "report-customers": Entry(REPORTS, query={"figure": "all"}),
    "cohorts": Entry(REPORTS),
    "report-service": Entry(REPORTS),
    "report-service-answers": Entry(REPORTS),
    "economics": Entry(REPORTS),
    "models": Entry("yd"),
    # files taken in
    "imports": Entry(CHIEFS),
    "import-upload": Entry(CHIEFS),
    "import-columns": Entry(CHIEFS, "staged"),
    "import-check": Entry(CHIEFS, "staged"),
    "import-repair": Entry(CHIEFS, "staged"),
    "import-start": Entry(CHIEFS, "staged"),
    "import-progress": Entry(CHIEFS, "staged"),
    "import-discard": Entry(CHIEFS, "staged"),
    "import-result": Entry(CHIEFS, "import"),
    "import-rejects": Entry(CHIEFS, "import"),
    "import-undo": Entry(CHIEFS, "import"),
    "import-stop": Entry(CHIEFS, "import"),
    # settings
    "people": Entry("d"),
    "person": Entry("d", "colleague"),
    "person-password": Entry("d", "colleague"),
    "person-sessions": Entry("d", "colleague"),
    "person-second-factor": Entry("d", "colleague"),
    "second-factor-needed": Entry("d"),
    "teams": Entry("d"),
    "roles": Entry("d"),
    "role": Entry("d", code="agent"),
    "role-effect": Entry("d", code="agent"),
    "thresholds": Entry("d"),
    "signals": Entry("d"),
    "signal": Entry("d", code="silent"),
    "signal-preview": Entry("d", code="silent"),
    "calendar": Entry("d"),
    "calendar-day": Entry("d"),
    "calendar-day-remove": Entry("d", body=lambda ids: {"day": ids["tomorrow"]}),
    "calendar-verified": Entry("d"),
    "calendar-preview": Entry("d"),
    "channels": Entry("d"),
    "channel": Entry("d", code="phone"),
    "custom-fields": Entry("d"),
    "custom-field": Entry("d", code="size"),
    "custom-field-remove": Entry("d", code="size"),
    "demo-company": Entry("d"),
    "access-log": Entry("ud"),
}

# warnings and losses
PAGES |= {
    "warnings": Entry(VIEWERS),
    "warnings-handle": Entry(EDITORS),
    "warnings-snooze": Entry(EDITORS),
    "warnings-false-alarm": Entry(EDITORS),
    "warnings-reopen": Entry(EDITORS),
    "warnings-assign": Entry(CHIEFS),
    "warnings-undo": Entry(EDITORS, "change"),
    "losses": Entry(VIEWERS),
    "loss-judge": Entry(EDITORS, "loss"),
    "prevention-new": Entry(CHIEFS),
    "prevention-change": Entry(CHIEFS),
    "prevention-end": Entry(CHIEFS),
    "customer-evidence": Entry(VIEWERS, "customer"),
}

# schemes and segments that people make
MAKERS = "kd"  # schemes.edit
PAGES |= {
    "segment-chosen": Entry(SEGMENTS, query={"cell": "gold"}),
    "segments-own": Entry(SEGMENTS),
    "segment-changes": Entry(SEGMENTS, code="own_segment"),
    "segment-new": Entry(MAKERS),
    "segment-found": Entry(MAKERS),
    "segment-tree": Entry(MAKERS),
    "segment-edit": Entry(MAKERS, code="own_segment"),
    "segment-delete": Entry(MAKERS, code="own_segment"),
    "segment-restore": Entry(MAKERS, code="gone_segment"),
    "schemes": Entry(MAKERS),
    "scheme-new": Entry(MAKERS),
    "scheme-form": Entry(MAKERS),
    "scheme-preview": Entry(MAKERS),
    "scheme-edit": Entry(MAKERS),
    "scheme-switch": Entry(MAKERS),
    "scheme-versions": Entry(SEGMENTS),
    "scheme-restore": Entry(MAKERS, body=lambda ids: {"from_day": "2026-11-20"}),
    "lifecycle": Entry(SEGMENTS),
    "customer-stage": Entry(VIEWERS, "customer"),
    "customer-stage-set": Entry(EDITORS, "customer"),
    "customer-stage-back": Entry(EDITORS, "customer"),
}

# campaigns and effects
DESIGNERS, APPROVERS = "skd", "sd"
PAGES |= {
    "campaigns": Entry(VIEWERS),
    "campaign": Entry(VIEWERS),
    "effects": Entry(REPORTS),
    "campaign-approve": Entry(APPROVERS),
}
PAGES |= {
    name: Entry(DESIGNERS)
    for name in (
        "campaign-new", "campaign-edit", "campaign-remove", "campaign-reach", "campaign-submit",
        "campaign-back", "campaign-launch", "campaign-stop", "campaign-test", "campaign-finding",
        "campaign-finding-gone",
    )
}  # fmt: skip
# promises, replies, answers, the advisor
PAGES |= {
    "promises": Entry(VIEWERS),
    "promise-new": Entry(EDITORS, "customer"),
    "promise-keep": Entry(EDITORS, "promise"),
    "promise-break": Entry(EDITORS, "promise", lambda ids: {"reason": "no stock"}),
    "promise-reopen": Entry(EDITORS, "promise"),
    "report-promises": Entry(REPORTS),
    "replies": Entry(VIEWERS),
    "reply-none": Entry(EDITORS, "reply", lambda ids: {"reason": "a thank-you"}),
    "report-replies": Entry(REPORTS),
    "reply-targets": Entry("d"),
    "reply-target-remove": Entry("d", "target"),
    "knowledge": Entry(VIEWERS),
    "approved": Entry("d"),
    "approved-item": Entry("d", body=lambda ids: {"text_zh": "x", "text_en": "x"}, code="thanks"),
    "approved-answer": Entry("d", "snippet"),
    "advisor": Entry(VIEWERS),
    "advisor-weights": Entry("d"),
}

# messages, templates and the contact policy
PAGES |= {
    "outbox": Entry(VIEWERS),
    "message": Entry(VIEWERS, "message"),
    "message-act": Entry("skd", "message", lambda ids: {"act": "cancel"}),
    "by-hand": Entry(VIEWERS),
    "by-hand-letters": Entry(EDITORS),
    "by-hand-done": Entry(EDITORS, "message"),
    "templates": Entry(VIEWERS),
    "template-new": Entry("skd"),
    "template-preview": Entry(VIEWERS),
    "template": Entry(VIEWERS, code="welcome"),
    "template-approve": Entry("sd"),
    "contact-policy": Entry("d"),
    "contact-policy-effect": Entry("d"),
    "message-sender": Entry("d", body=lambda ids: {"company": "x"}),
    "customer-wishes": Entry(EDITORS, "customer"),
    "message-visit": Entry(VIEWERS, "message"),
    "customer-may-contact": Entry(VIEWERS, "customer"),
}

# special treatment
PAGES |= {
    "privileges": Entry("sd"),
    "privilege-new": Entry("sd"),
    "privilege-switch": Entry("sd"),
    "surprise-budget": Entry("sd"),
    "customer-privileges": Entry(VIEWERS, "customer"),
    "customer-privilege-new": Entry("sd", "customer"),
    "surprise": Entry(EDITORS, "customer"),
    "surprises": Entry(EDITORS),
    "surprise-back": Entry(EDITORS, "surprise"),
}

# playbooks
PAGES |= {
    "playbooks": Entry(SEGMENTS),
    "playbook": Entry(SEGMENTS, code="birthday"),
    "playbook-customers": Entry(VIEWERS, code="birthday"),
    "playbook-simulation": Entry("skd", code="birthday"),
    "playbook-new": Entry("skd"),
    "playbook-edit": Entry("skd", code="birthday"),
    "playbook-publish": Entry("skd", code="birthday"),
    "playbook-drop": Entry("skd", code="birthday"),
    "playbook-switch": Entry("skd", code="birthday"),
    "playbook-finding": Entry("skd", code="birthday"),
    "playbook-finding-gone": Entry("skd", code="birthday"),
    "playbook-run-stop": Entry(EDITORS, "playbook_run"),
}

# the card of a caller: a call belongs to the person whose telephone rings
PAGES |= {
    "events": Entry(ALL),
    "call-current": Entry(ALL),
    "calls-waiting": Entry(ALL),
    "call-draft": Entry(EDITORS, "call"),
    "call-choose": Entry(EDITORS, "call", lambda ids: {"customer": ids.get("customer", 0)}),
    "call-customer": Entry(EDITORS, "call", lambda ids: {"name": "somebody"}),
    "call-save": Entry(EDITORS, "call"),
    "call-dismiss": Entry(EDITORS, "call"),
    "extensions": Entry("d"),
    "extension-remove": Entry("d", "extension"),
}
