"""The pages' half of the matrix: route name → who may, and whose object its address names.

Letters and `Entry` as in matrix.py. "open": nobody needs to sign in. A new page adds a line here.
"""

from tests.access.matrix import ALL, CHIEFS, EDITORS, SEGMENTS, VIEWERS, WATCHERS, Entry

REPORTS = "skyd"
PAGES: dict[str, Entry] = {
    "sign-in": Entry("open"),
    "sign-out": Entry("open"),
    "set-language": Entry("open"),
    "set-theme": Entry("open"),
    "home": Entry(ALL),
    "own-settings": Entry(ALL),
    "own-password": Entry(ALL),
    "settings": Entry(ALL),
    "components": Entry("d"),
    "system": Entry(WATCHERS),
    "search": Entry(ALL, query={"q": "canary"}),
    # today's list
    "today": Entry(EDITORS),
    "today-done": Entry(EDITORS),
    "task": Entry(EDITORS, "task"),
    "task-start": Entry(EDITORS, "task"),
    "task-release": Entry(EDITORS, "task"),
    "task-complete": Entry(EDITORS, "task"),
    "task-postpone": Entry(EDITORS, "task"),
    "task-undo": Entry(EDITORS, "task"),
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
    "contacts": Entry(VIEWERS),
    "contact-undo": Entry(EDITORS, "contact"),
    "order": Entry(VIEWERS, "order"),
    # segments and reports
    "segments": Entry(SEGMENTS),
    "segment": Entry(SEGMENTS),
    "segment-definition": Entry(SEGMENTS),
    "segment-bands": Entry(SEGMENTS),
    "segment-people": Entry(SEGMENTS),
    "segment-export": Entry("sd"),
    "reports": Entry(REPORTS),
    "report-customers": Entry(REPORTS),
    "cohorts": Entry(REPORTS),
    "models": Entry("yd"),
}
