"""Every page that is photographed and checked. A new page adds its line here."""

from typing import NamedTuple


class Shot(NamedTuple):
    """`address` may name {customer} and {person}, numbers in the database. No role: a stranger."""

    name: str
    address: str
    role: str = "admin"
    status: int = 200


PAGES = (
    Shot("sign-in", "/sign-in", role=""),
    Shot("today", "/"),
    Shot("customers", "/customers/"),
    Shot("customer", "/customers/{customer}"),
    Shot("customer-new", "/customers/new"),
    Shot("customer-edit", "/customers/{customer}/edit"),
    Shot("customer-measures", "/customers/{customer}/measures"),
    Shot("contact-new", "/customers/{customer}/contacts/new"),
    Shot("order-new", "/customers/{customer}/orders/new"),
    Shot("customers-nothing", "/customers/?name=nobody-at-all"),
    Shot("today-done", "/today/done"),
    Shot("team", "/today/team"),
    Shot("team-tasks", "/today/team/tasks"),
    Shot("team-absence", "/today/team/absence"),
    Shot("contacts", "/contacts/"),
    Shot("calendar", "/settings/calendar"),
    Shot("promises", "/promises/?state="),
    Shot("promise-report", "/reports/promises/"),
    Shot("replies", "/replies/"),
    Shot("reply-report", "/reports/replies/?days=90"),
    Shot("reply-targets", "/settings/replies"),
    Shot("knowledge", "/knowledge/"),
    Shot("approved", "/settings/approved"),
    Shot("advisor", "/advisor/?customer={customer}"),
    Shot("advisor-weights", "/settings/advisor"),
    Shot("search", "/search?q=z"),
    Shot("segments", "/segments/"),
    Shot("warnings", "/warnings/"),
    Shot("losses", "/warnings/losses/"),
    Shot("campaigns", "/campaigns/"),
    Shot("campaign-new", "/campaigns/new"),
    Shot("effects", "/reports/effects/"),
    Shot("privileges", "/settings/privileges"),
    Shot("surprises", "/surprises/"),
    Shot("reports", "/reports/"),
    Shot("cohorts", "/reports/cohorts/"),
    Shot("models", "/reports/models/"),
    Shot("segments-rfm", "/segments/rfm/"),
    Shot("segments-matrix", "/segments/credit_loyalty/"),
    Shot("segments-cube", "/segments/credit_size_loyalty/"),
    Shot("segments-lifecycle", "/segments/lifecycle/"),
    Shot("segments-outside", "/segments/rfm/people"),
    Shot("report-customers", "/reports/customers?figure=at_risk"),
    Shot("imports", "/import/"),
    Shot("people", "/settings/people"),
    Shot("person", "/settings/people/{person}"),
    Shot("roles", "/settings/roles"),
    Shot("role", "/settings/roles/supervisor"),
    Shot("thresholds", "/settings/thresholds"),
    Shot("signals", "/settings/signals"),
    Shot("signal", "/settings/signals/overdue"),
    Shot("channels", "/settings/channels"),
    Shot("custom-fields", "/settings/fields"),
    Shot("demo-company", "/settings/demo"),
    Shot("access-log", "/settings/access-log"),
    Shot("settings", "/settings/"),
    Shot("own-settings", "/settings/own"),
    Shot("components", "/settings/components"),
    Shot("system", "/settings/system"),
    Shot("error-403", "/settings/system", role="agent", status=403),
    Shot("error-404", "/nothing/here", status=404),
    Shot("error-404-stranger", "/nothing/here", role="", status=404),
)
WIDTHS = {1366: 768, 360: 740}
THEMES = ("light", "dark")
LANGUAGES = ("zh-hans", "en")
