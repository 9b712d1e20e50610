"""Permissions and reaches in words, grouped as the page shows them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from weixi.staff.permissions import PERMISSIONS


def permission_name(name: str) -> str:
    """The sentence beside the permission; its English is in staff/permissions.py."""
    return _(PERMISSIONS[name])


def reach_name(reach: str) -> str:
    return {
        "own": _("own customers"),
        "team": _("the team's customers"),
        "all": _("all customers"),
    }[reach]


def groups() -> list[tuple[str, Sequence[str]]]:
    """Every permission once; one that nobody sorted yet stands last."""
    sorted_ = [
        (_("Customers and orders"), ("customers.", "contact_data.", "orders.", "contacts.")),
        (
            _("Work"),
            (
                "tasks.",
                "warnings.",
                "complaints.",
                "surveys.",
                "campaigns.",
                "members.",
                "answers.",
                "points.",
                "messages.",
                "policy.",
                "playbooks.",
                "privileges.",
                "surprises.",
            ),
        ),
        (_("Figures"), ("segments.", "schemes.", "reports.", "models.")),
        (
            _("System"),
            ("imports.", "settings.", "people.", "audit.", "system.", "tokens.", "calls."),
        ),
    ]
    found: list[tuple[str, Sequence[str]]] = []
    rest = list(PERMISSIONS)
    for title, prefixes in sorted_:
        names = [name for name in rest if name.startswith(prefixes)]
        rest = [name for name in rest if name not in names]
        if names:
            found.append((title, names))
    return [*found, (_("Other"), rest)] if rest else found
