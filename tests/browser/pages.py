"""Every page and dialog that is photographed and checked. A new page adds its line here."""

from collections.abc import Iterator
from typing import NamedTuple


class Shot(NamedTuple):
    """`address` may name {customer} and what else furnishing.py finds. No role: a stranger.

    `over`: the page that the dialog at `address` opens over. `opens`: what is pressed first.
    """

    name: str
    address: str
    role: str = "admin"
    status: int = 200
    over: str = ""
    opens: str = ""


CUSTOMER, LOSSES, PRIVILEGES = "/customers/{customer}", "/warnings/losses/", "/settings/privileges"
CAMPAIGN = "/campaigns/{campaign}/"
SECTIONS = ("basics", "goals", "audience", "content", "channels", "control", "schedule")


def dialogs(over: str, **addresses: str) -> Iterator[Shot]:
    for name, address in addresses.items():
        yield Shot(name.replace("_", "-"), address, over=over)


PAGES = (
    Shot("sign-in", "/sign-in", role=""),
    Shot("today", "/", role="agent"),
    Shot("today-nothing", "/?signal=birthday&due=overdue&valued=1"),
    Shot("task-new", CUSTOMER + "/task"),
    Shot("customers", "/customers/"),
    Shot("customer", CUSTOMER),
    Shot("customer-new", "/customers/new"),
    Shot("customer-edit", CUSTOMER + "/edit"),
    Shot("order-new", CUSTOMER + "/orders/new"),
    Shot("order", "/orders/{order}"),
    Shot("customer-evidence", CUSTOMER + "/evidence/bonds"),
    Shot("customers-nothing", "/customers/?name=nobody-at-all"),
    Shot("today-done", "/today/done", role="agent"),
    Shot("team", "/today/team"),
    Shot("team-all", "/today/team/tasks"),
    Shot("team-tasks", "/today/team/{person}"),
    Shot("team-absence", "/today/team/absence"),
    Shot("contacts", "/contacts/", role="agent"),
    Shot("calendar", "/settings/calendar"),
    Shot("promises", "/promises/?state="),
    Shot("promise-report", "/reports/promises/"),
    Shot("replies", "/replies/"),
    Shot("reply-report", "/reports/replies/?days=90"),
    Shot("reply-targets", "/settings/replies"),
    Shot("knowledge", "/knowledge/"),
    Shot("approved", "/settings/approved"),
    Shot("approved-answer", "/settings/approved/answers/{snippet}"),
    Shot("advisor", "/advisor/?customer={customer}"),
    Shot("advisor-weights", "/settings/advisor"),
    Shot("search", "/search?q=z"),
    Shot("segments", "/segments/"),
    Shot("segments-curve", "/segments/profit_pyramid/"),
    Shot("segments-rfm", "/segments/rfm/"),
    Shot("segments-matrix", "/segments/credit_loyalty/"),
    Shot("segments-cube", "/segments/credit_size_loyalty/"),
    Shot("segments-outside", "/segments/rfm/people"),
    Shot("segments-own", "/segments/own/"),
    Shot("segment-new", "/segments/own/new"),
    Shot("segment-edit", "/segments/own/{segment}/edit"),
    Shot("segment-changes", "/segments/own/{segment}/changes"),
    Shot("lifecycle", "/segments/stages/"),
    Shot("schemes", "/segments/schemes/"),
    Shot("scheme-new", "/segments/schemes/new"),
    Shot("scheme-edit", "/segments/rfm/edit"),
    Shot("scheme-versions", "/segments/rfm/versions"),
    Shot("playbooks", "/playbooks/"),
    Shot("playbook", "/playbooks/{playbook}"),
    Shot("playbook-customers", "/playbooks/{playbook}/customers"),
    Shot("playbook-simulation", "/playbooks/{playbook}/simulation"),
    Shot("playbook-edit", "/playbooks/{playbook}/edit"),
    Shot("warnings", "/warnings/"),
    Shot("losses", LOSSES),
    Shot("campaigns", "/campaigns/"),
    Shot("campaign", CAMPAIGN),
    Shot("effects", "/reports/effects/"),
    Shot("privileges", PRIVILEGES),
    Shot("surprises", "/surprises/"),
    Shot("outbox", "/outreach/"),
    Shot("message", "/outreach/messages/{message}"),
    Shot("by-hand", "/outreach/by-hand"),
    Shot("templates", "/outreach/templates"),
    Shot("template-new", "/outreach/templates/new"),
    Shot("template", "/outreach/templates/birthday/sms/zh"),
    Shot("contact-policy", "/settings/contact-policy"),
    Shot("reports", "/reports/"),
    Shot("cohorts", "/reports/cohorts/"),
    Shot("report-satisfaction", "/reports/satisfaction/"),
    Shot("report-service", "/reports/service/"),
    Shot("report-service-answers", "/reports/service/answers"),
    Shot("economics", "/reports/economics/"),
    Shot("models", "/reports/models/"),
    Shot("report-customers", "/reports/customers?figure=at_risk"),
    Shot("imports", "/import/"),
    Shot("import-columns", "/import/staged/{staged}/columns"),
    Shot("import-check", "/import/staged/{checked}/check"),
    Shot("import-result", "/import/{import}"),
    Shot("people", "/settings/people"),
    Shot("person", "/settings/people/{person}"),
    Shot("roles", "/settings/roles"),
    Shot("role", "/settings/roles/supervisor"),
    Shot("thresholds", "/settings/thresholds"),
    Shot("signals", "/settings/signals"),
    Shot("signal", "/settings/signals/overdue"),
    Shot("signal-new", "/settings/signals/new"),
    Shot("reason-channels", "/settings/reason-channels"),
    Shot("openings", "/settings/openings"),
    Shot("warned-customers", "/settings/warned"),
    Shot("channels", "/settings/channels"),
    Shot("custom-fields", "/settings/fields"),
    Shot("demo-company", "/settings/demo"),
    Shot("custom-field", "/settings/fields/size"),
    Shot("extensions", "/settings/extensions"),
    Shot("access-log", "/settings/access-log"),
    Shot("settings", "/settings/"),
    Shot("own-settings", "/settings/own"),
    Shot("second-factor", "/settings/own/second-factor"),
    Shot("own-sessions", "/settings/own/sessions"),
    Shot("components", "/settings/components"),
    Shot("system", "/settings/system"),
    Shot("error-403", "/settings/system", role="agent", status=403),
    Shot("error-404", "/nothing/here", status=404),
    Shot("error-404-stranger", "/nothing/here", role="", status=404),
    Shot("keys-help", "/", opens="[data-opens=wx-keys-help]"),
    Shot("own-menu", "/settings/", opens=".wx-me"),
    Shot("search-palette", "/settings/", opens=".wx-search"),
    Shot("call-card", "/knowledge/", role="supervisor"),
    Shot("task-complete", "/tasks/{task}/complete", role="agent", over="/"),
    Shot("task-postpone", "/tasks/{task}/postpone", role="agent", over="/"),
    *dialogs(
        "/customers/",
        customers_assign="/customers/assign?id={customer}",
        customers_export="/customers/export",
    ),
    *dialogs(
        CUSTOMER,
        customer_measures=CUSTOMER + "/measures",
        customer_measure=CUSTOMER + "/measures/revenue_12m",
        customer_stage_set=CUSTOMER + "/stage/set",
        contact_new=CUSTOMER + "/contacts/new",
        customer_merge=CUSTOMER + "/merge",
        person_new=CUSTOMER + "/people/new",
        consent_new=CUSTOMER + "/consent",
        identity_new=CUSTOMER + "/identities/new",
        identity_reveal="/identities/{identity}/reveal",
        bond_new=CUSTOMER + "/bonds/new",
        bond_change="/bonds/{bond}",
        cost_new=CUSTOMER + "/costs/new",
        referral_new=CUSTOMER + "/referrals/new",
        referral_change="/referrals/{referral}",
        rating_new=CUSTOMER + "/ratings/credit",
        credit_limit_new=CUSTOMER + "/credit-limit",
        exclusion_new=CUSTOMER + "/exclusions/new",
        exclusion_reveal="/exclusions/{exclusion}/reveal",
        promise_new=CUSTOMER + "/promises/new",
        customer_wishes=CUSTOMER + "/wishes",
        customer_privilege_new=CUSTOMER + "/privileges/new",
        surprise=CUSTOMER + "/surprise",
    ),
    *dialogs("/segments/rfm/", segment_definition="/segments/rfm/definition"),
    *dialogs(
        "/warnings/",
        warnings_handle="/warnings/handle?id={warned}",
        warnings_snooze="/warnings/snooze?id={warned}",
        warnings_assign="/warnings/assign?id={warned}",
    ),
    *dialogs(
        LOSSES,
        loss_judge=LOSSES + "{loss}/judge",
        prevention_new=LOSSES + "prevention",
        prevention_change=LOSSES + "prevention/{prevention}",
        prevention_end=LOSSES + "prevention/{prevention}/end",
    ),
    *dialogs("/campaigns/", campaign_new="/campaigns/new"),
    *dialogs(
        CAMPAIGN,
        **{f"campaign_{part}": f"{CAMPAIGN}edit/{part}" for part in SECTIONS},
        campaign_back=CAMPAIGN + "back",
        campaign_stop=CAMPAIGN + "stop",
        campaign_finding=CAMPAIGN + "findings",
    ),
    *dialogs("/playbooks/{playbook}", playbook_finding="/playbooks/{playbook}/findings"),
    *dialogs(PRIVILEGES, privilege_new=PRIVILEGES + "/new", surprise_budget=PRIVILEGES + "/budget"),
    *dialogs("/surprises/", surprise_back="/surprises/{surprise}/back"),
)

# Routes that answer GET and are no page or dialog of their own, and where they are seen.
SEEN_ELSEWHERE = {
    "home": "leads to the first page that the person may open",
    "sign-in-code": "between the password and the session: test_second_factor_page",
    "events": "the stream of calls, which a page listens to",
    "call-current": "part of every page of a person with a telephone: call-card",
    "calls-waiting": "part of every page of a person with a telephone: call-card",
    "task": "part: today",
    "customer-timeline": "part: customer",
    "customer-model-saw": "part: customer",
    "customer-standing": "part: customer",
    "customer-stage": "part: customer",
    "customer-privileges": "part: customer",
    "customer-may-contact": "part: customer",
    "segment-chosen": "part: segments",
    "segment-bands": "part: segment-definition",
    "signal-preview": "part: signal",
    "calendar-preview": "part: calendar",
    "template-preview": "part: template",
    "by-hand-letters": "a file to print",
    "message-visit": "a file for a calendar",
    "import-rejects": "a file",
    "import-progress": "shown while a file is read; then it leads to import-result",
}
WIDTHS = {1366: 768, 360: 740}
THEMES = ("light", "dark")
LANGUAGES = ("zh-hans", "en")
ROLES = {"": "", "admin": "admin", "agent": "zhoumin", "supervisor": "lead"}  # who has it in a demo
