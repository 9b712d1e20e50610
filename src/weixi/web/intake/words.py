"""Names of kinds and fields of imports, hints that say how a value is written, states."""

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from weixi.collect.intake.kinds.fields import Field
from weixi.collect.intake.trying import label

KINDS: dict[str, tuple[str | Promise, str, str | Promise]] = {
    "customers": (_("Customers"), "users", _("Name, phone, e-mail, card, birthday, city …")),
    "orders": (_("Orders"), "shopping-cart", _("One row an order line: day, product, amount …")),
    "contacts": (_("Contacts"), "phone-call", _("Calls, visits, messages: when, channel, outcome")),
    "complaints": (_("Complaints"), "message-report", _("What happened, when, how it ended")),
    "answers": (_("Survey answers"), "clipboard-text", _("Scores and words of your customers")),
    "points": (_("Points"), "coins", _("Points earned and spent")),
    "costs": (_("Costs"), "receipt", _("Gifts, compensation, delivery of each customer")),
    "referrals": (_("Recommendations"), "speakerphone", _("Who recommended us, to whom, when")),
}
HINTS: dict[str, str | Promise] = {
    "phone": _("11 digits; +86, spaces and dashes are fine"),
    "email": _("as name@example.com"),
    "birthday": _("as 1985-03-14"),
    "ordered_at": _("as 2026-11-20 or 2026-11-20 14:08"),
    "at": _("as 2026-11-20 14:08"),
    "due_at": _("as 2026-11-20"),
    "paid_at": _("as 2026-11-20"),
    "quantity": _("a number; a minus means a return"),
    "unit_price": _("a number such as 12.50, without a currency sign"),
    "discount": _("a number such as 12.50"),
    "amount": _("a number such as 12.50; a minus takes back"),
    "recommended_id": _("the number of a customer that is here already; else a name"),
    "unit_cost": _("a number such as 12.50"),
    "customer_id": _("the number of a customer that is here already, or in an earlier row"),
    "type": _("consumer, business or internal"),
    "owner": _("the user name of a colleague"),
    "consent_marketing": _("yes or no"),
    "contract_until": _("as 2026-11-20"),
    "contract_from": _("as 2026-11-20"),
    "credit_limit": _("a number such as 50000.00; 0 means nothing on credit"),
    "credit_limit_since": _("as 2026-11-20; empty means from today on"),
}
STATES: dict[str, tuple[str | Promise, str, str]] = {
    "running": (pgettext_lazy("import", "Running"), "info", "loader"),
    "done": (pgettext_lazy("import", "Done"), "ok", "circle-check"),
    "stopped": (pgettext_lazy("import", "Stopped midway"), "warn", "alert-triangle"),
    "undone": (pgettext_lazy("import", "Undone"), "", "arrow-back-up"),
}


def kind_name(kind: str) -> str:
    return str(KINDS[kind][0]) if kind in KINDS else kind


def field_name(field: Field) -> str:
    return label(field, get_language() or "zh-hans")


def hint(kind: str, field: str) -> str:
    """How the value is written; empty where the reason says all."""
    if kind == "customers" and field == "customer_id":
        return str(_("the customer's own number, once in the file"))
    return str(HINTS.get(field, ""))
